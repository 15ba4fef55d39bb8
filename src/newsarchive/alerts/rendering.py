"""A digest as HTML and as plain text, in the direction of its language."""

from datetime import datetime
from functools import cache
from typing import cast

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from newsarchive.alerts import texts
from newsarchive.alerts.digest import Digest, DigestItem
from newsarchive.arabic.date_format import format_date, format_datetime
from newsarchive.arabic.direction import text_direction
from newsarchive.article import Article
from newsarchive.i18n.formats import direction
from newsarchive.syndication.text import one_line
from newsarchive.web.assets import templates_folder
from newsarchive.web.interface import Interface

_SIGN = {"rtl": "\N{RIGHT-TO-LEFT MARK}", "ltr": "\N{LEFT-TO-RIGHT MARK}"}
"""What a line of plain text begins with that could begin with a name in another direction."""
_INDENT = "   "


class DigestView:
    """A digest in its language, as the template and the plain text show it.

    `unsubscribe` is the address for unsubscribing, `unsubscribe_mail` that to write to; either may be empty.
    """

    def __init__(self, digest: Digest, interface: Interface, unsubscribe: str = "", unsubscribe_mail: str = "") -> None:
        self.digest = digest
        self.language = digest.search.language
        self.interface = interface
        self.direction = text_direction(self.language)
        self.align = "right" if self.direction == "rtl" else "left"
        self.unsubscribe = unsubscribe
        self.unsubscribe_mail = unsubscribe_mail
        self.name = one_line(digest.search.name)
        self.site = one_line(interface.site_title)

    @property
    def count(self) -> str:
        """The number of all articles."""
        return texts.count("new_articles", self.digest.articles, self.language, self.interface.formats)

    @property
    def subject(self) -> str:
        """The subject of the message."""
        return texts.text("subject", self.language, name=self.name, count=self.count)

    @property
    def more(self) -> str:
        """How many articles are left out; empty if none is."""
        if not self.digest.more:
            return ""
        return texts.text(
            "more",
            self.language,
            count=texts.count("other_articles", self.digest.more, self.language, self.interface.formats),
        )

    def text(self, key: str, **values: str) -> Markup:
        """A text as HTML."""
        return texts.html(key, self.language, **values)

    def direction_of(self, article: Article) -> str:
        """The direction of an article's title and lead."""
        return text_direction(article.language)

    def source(self, article: Article) -> str:
        """The name of an article's source; empty if it is unknown."""
        return one_line(self.interface.source(article.source)) if article.source else ""

    def date(self, article: Article) -> str:
        """When an article was published, with its time in the zone of the search; empty if that is unknown."""
        if article.published is None:
            return ""
        if article.published_precision == "moment":
            moment = cast(datetime, article.published)
            return format_datetime(moment, self.language, formats=self.interface.formats, tz=self.digest.zone)
        return format_date(article.published, self.language, formats=self.interface.formats)

    def copies(self, item: DigestItem) -> str:
        """How many near copies an item has: `3 copies`; empty if none."""
        return texts.count("copies", len(item.copies), self.language, self.interface.formats) if item.copies else ""

    def copy_sources(self, item: DigestItem) -> tuple[str, ...]:
        """The sources of the near copies, each once."""
        return tuple(dict.fromkeys(filter(None, map(self.source, item.copies))))


def as_html(view: DigestView) -> str:
    """The digest as an HTML page with inline styles, as mail programs need it."""
    return _template().render(view=view, digest=view.digest)


def as_text(view: DigestView) -> str:
    """The digest as plain text."""
    digest, sign = view.digest, _SIGN[direction(view.language)]
    lines = [f"{sign}{texts.isolated(view.name)}: {view.count}", ""]
    for number, item in enumerate(digest.items, start=1):
        lines += _item_lines(view, number, item)
    if view.more:
        lines += [f"{sign}{view.more}", ""]
    for key, address in (("all", digest.results), ("feed", digest.feed)):
        if address:
            lines += [f"{sign}{texts.text(key, view.language)}:", address, ""]
    # The line that ends the text of a message for mail programs.
    lines += ["-- ", sign + texts.text("why", view.language, **_isolated(name=view.name, site=view.site))]
    if view.unsubscribe:
        lines += [f"{sign}{texts.text('unsubscribe', view.language)}:", view.unsubscribe]
    elif view.unsubscribe_mail:
        to = _isolated(address=view.unsubscribe_mail)
        lines.append(sign + texts.text("unsubscribe_by_mail", view.language, **to))
    return "\n".join(lines) + "\n"


def _item_lines(view: DigestView, number: int, item: DigestItem) -> list[str]:
    sign, comma = _SIGN[direction(view.language)], texts.text("comma", view.language)
    about = [texts.isolated(view.source(item.article)) if item.article.source else "", view.date(item.article)]
    about.append(texts.text("corrected", view.language) if item.is_corrected else "")
    lines = [f"{sign}{number}. {texts.isolated(item.title)}"]
    if shown := " · ".join(filter(None, about)):
        lines.append(f"{_INDENT}{sign}{shown}")
    if item.copies:
        sources = comma.join(map(texts.isolated, view.copy_sources(item)))
        values = {"count": view.copies(item), "sources": sources}
        lines.append(f"{_INDENT}{sign}{texts.text('copies_in', view.language, **values)}".rstrip(": "))
    lines += [f"{_INDENT}{address}" for address in dict.fromkeys(filter(None, (item.link, item.page)))]
    return [*lines, ""]


def _isolated(**values: str) -> dict[str, str]:
    return {name: texts.isolated(value) for name, value in values.items()}


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(templates_folder()), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("digest.html")
