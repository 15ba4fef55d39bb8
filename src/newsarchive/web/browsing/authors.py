"""The authors of the archive, by the alphabet or by the number of their articles."""

from flask import render_template, request

from newsarchive.arabic.alphabet import first_letter
from newsarchive.search import Facet, SearchRequest
from newsarchive.web.browsing.bars import Months
from newsarchive.web.browsing.blueprint import blueprint
from newsarchive.web.browsing.name_list import NameList, own_args
from newsarchive.web.browsing.rows import Name, Row, Wanted, bars_of, span_of
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.links import Links
from newsarchive.web.params import parse_text

_PER_PAGE = 50
_BARS = 24


@blueprint.get("/authors")
def authors() -> str:
    """All authors. A letter or a part of a name narrows the list."""
    interface, wanted = current_interface(), Wanted.of(request.args)
    typed = parse_text(request.args, "letter")
    letter = first_letter(typed) if typed else ""
    own = own_args(wanted.has, wanted.order, letter, wanted.page)
    links = Links(SearchRequest(), chosen_language(), own=dict(own))
    spreads = current_library().spreads(SearchRequest(), Facet.AUTHOR)
    span = Months.of(month for spread in spreads.values() for month in spread.months)

    def row(name: Name) -> Row:
        asked, spread = SearchRequest(authors=(name.value,)), spreads[name.value]
        address = links.results(asked)
        return Row(
            name.label,
            address,
            spread.total,
            address,
            links.feed_of("feeds.rss", asked),
            span_of(spread, interface),
            bars_of(spread, span, interface, most=_BARS),
        )

    names = [Name(value, value, spread.total) for value, spread in spreads.items()]
    view = NameList("authors", names, wanted, row, links, interface, size=_PER_PAGE, letter=letter)
    return render_template("names.html", view=view, links=links)
