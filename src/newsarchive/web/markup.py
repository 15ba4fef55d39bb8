"""Pieces of HTML that stand dozens of times on a page. Here they cost a fraction of what they would in a template."""

import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

from newsarchive.article import Article
from newsarchive.search import Highlighted
from newsarchive.web.messages import Interface

_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def text_direction(language: str) -> str:
    """The value of `dir` for a text in a language; `auto`, by its first letter, where the language is unknown."""
    if not language:
        return "auto"
    return "rtl" if language.partition("-")[0].lower() in _RTL_LANGUAGES else "ltr"


def name_direction(name: str) -> str:
    """The value of `dir` for a name: a name such as `CNN بالعربية` is Arabic, although it begins with Latin letters."""
    return "rtl" if any(unicodedata.bidirectional(letter) in ("AL", "R") for letter in name) else "auto"


@lru_cache(maxsize=1024)
def name(text: str, css_class: str | None = None) -> Markup:
    """A name, kept apart from the direction of what surrounds it."""
    attribute = Markup(' class="{}"').format(css_class) if css_class else ""
    return Markup('<bdi dir="{}"{}>{}</bdi>').format(name_direction(text), attribute, text)


def highlighted(text: Highlighted, mark_id: str | None = None) -> Markup:
    """A text with its marks; `mark_id` goes to the first."""
    pieces = []
    for piece, is_marked in text.runs():
        if is_marked:
            pieces.append(f'<mark id="{escape(mark_id)}">' if mark_id else "<mark>")
            mark_id = None
        pieces.append(escape(piece))
        if is_marked:
            pieces.append("</mark>")
    return Markup("".join(pieces))  # noqa: S704 (each piece is escaped)


def published(interface: Interface, article: Article, *, with_time: bool = False) -> Markup | str:
    """The day of publication, with the time of day where it is asked for, and how it was printed."""
    if not article.published:
        return interface.text("undated")
    title = f' title="{escape(article.published_raw)}"' if article.published_raw else ""
    shown = interface.moment(article.published) if with_time else interface.date(article.published)
    time = f'<time datetime="{article.published.isoformat()}"{title}>{escape(shown)}</time>'
    return Markup(time)  # noqa: S704 (each piece is escaped)
