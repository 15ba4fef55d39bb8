"""The lists of a page of results as HTML: its hits, the values of its facets, and its choices.

They are most of the page, and a template takes several times as long for them.
"""

from collections.abc import Iterable

from markupsafe import Markup, escape

from newsarchive.access import is_restricted
from newsarchive.arabic.direction import text_direction
from newsarchive.search import Hit, Reason
from newsarchive.web.facet_view import Option
from newsarchive.web.interface import Interface
from newsarchive.web.markup import escaped_lines, highlighted, name, published, unapi_id
from newsarchive.web.results_view import ResultsView


def hit_items(view: ResultsView, hits: Iterable[Hit], interface: Interface) -> Markup:
    """The items of a list of hits."""
    return Markup("\n").join([_hit(view, hit, interface) for hit in hits])


def _hit(view: ResultsView, hit: Hit, interface: Interface) -> Markup:
    article, links = hit.article, view.links
    is_full = not links.compact
    direction = f'lang="{escape(article.language)}" dir="{text_direction(article.language)}"'
    title = highlighted(hit.title) if hit.title.text.strip() else escape(interface.text("untitled"))
    source = name(interface.source(article.source), "source") if article.source else ""
    pieces = [
        (
            f'<li>\n<article>\n{unapi_id(article.id)}\n<h2 {direction}><a href="{escape(links.article(article.id))}">'
            f'{title}</a></h2>\n<p class="facts">{source}<span>{escape(published(interface, article))}</span></p>\n'
        )
    ]
    # A restricted article may have nothing to show but its title.
    if is_full and (hit.snippet.text or not is_restricted(article)):
        pieces.append(f'<p class="snippet" {direction}>{highlighted(hit.snippet)}</p>\n')
    if is_full and hit.reasons:
        pieces.append(_why(hit.reasons, interface))
    if others := view.others(hit):
        pieces.append(f'<p class="others"><a href="{escape(others.address)}">{escape(others.label)}</a></p>\n')
    pieces.append("</article>\n</li>")
    return Markup("".join(pieces))  # noqa: S704 (all pieces are escaped)


def _why(reasons: Iterable[Reason], interface: Interface) -> Markup:
    """Why an article matched, where that isn't obvious."""
    comma = interface.text("comma")
    arrow = "←" if interface.direction == "rtl" else "→"
    missing = comma.join(reason.word for reason in reasons if reason.is_missing)
    items = [
        f'<li><bdi>{escape(reason.word)}</bdi> <span aria-hidden="true">{arrow}</span>'
        f'<span class="quiet">{escape(interface.text("why_forms"))}</span>'
        f" <bdi>{escape(comma.join(reason.forms))}</bdi></li>\n"
        for reason in reasons
        if not reason.is_missing
    ]
    if missing:
        items.append(f"<li>{interface.html('why_missing', words=missing)}</li>\n")
    label = escape(interface.text("why"))
    return Markup(f'<ul class="why" aria-label="{label}">\n{"".join(items)}</ul>\n')  # noqa: S704 (escaped)


def facet_items(options: Iterable[Option], interface: Interface) -> Markup:
    """The values of a facet, each with its count; the chosen ones are links that remove the filter."""
    remove = f'<span class="quiet">{escape(interface.text("filter_remove"))}: </span>'
    options = tuple(options)
    addresses = escaped_lines(option.address for option in options)
    items = [
        f'<li><a href="{address}" rel="nofollow"{_current(option)}>{remove if option.chosen else ""}'
        f'{name(option.label, "label")} <span class="n">{interface.number(option.count)}</span>'
        f"{_assigned(option, interface)}</a></li>\n"
        for option, address in zip(options, addresses, strict=True)
    ]
    return Markup("".join(items))  # noqa: S704 (all pieces are escaped)


def _assigned(option: Option, interface: Interface) -> str:
    if not option.assigned:
        return ""
    count = interface.text("facet_assigned", count=interface.number(option.assigned))
    return f' <span class="assigned">{escape(count)}</span>'


def choices(options: Iterable[Option]) -> Markup:
    """The links of a choice."""
    options = tuple(options)
    addresses = escaped_lines(option.address for option in options)
    links = [
        f'<a href="{address}" rel="nofollow"{_current(option)}>{escape(option.label)}</a>\n'
        for option, address in zip(options, addresses, strict=True)
    ]
    return Markup("".join(links))  # noqa: S704 (all pieces are escaped)


def _current(option: Option) -> str:
    return ' aria-current="true"' if option.chosen else ""
