"""HTML fragments that appear dozens of times per page.

Building them here is much faster than in a template.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from markupsafe import Markup, escape

from newsarchive.arabic.direction import name_direction
from newsarchive.article import Article
from newsarchive.identity import article_urn
from newsarchive.search import Highlighted
from newsarchive.web.interface import Interface


@lru_cache(maxsize=4096)
def name(text: str, css_class: str | None = None) -> Markup:
    """A name, isolated from the surrounding text direction."""
    attribute = Markup(' class="{}"').format(css_class) if css_class else ""
    return Markup('<bdi dir="{}"{}>{}</bdi>').format(name_direction(text), attribute, text)


def unapi_id(article_id: str) -> Markup:
    """Tells reference managers that an article is here; see `unapi`. Browsers show nothing."""
    return Markup(f'<abbr class="unapi-id" title="{article_urn(article_id)}"></abbr>')  # noqa: S704 (it is encoded)


def highlighted(text: Highlighted, mark_id: str | None = None) -> Markup:
    """A text with its highlights. The first one gets the id `mark_id`."""
    whole = text.text
    escaped = escape(whole)
    if not text.marks:
        return escaped
    # Most texts have nothing to escape, and are in many pieces.
    written = escape if len(escaped) > len(whole) else str
    opening = f'<mark id="{escape(mark_id)}">' if mark_id else "<mark>"
    pieces: list[str] = []
    at = 0
    for start, end in text.marks:
        pieces += written(whole[at:start]), opening, written(whole[start:end]), "</mark>"
        at, opening = end, "<mark>"
    pieces.append(written(whole[at:]))
    return Markup("".join(pieces))  # noqa: S704 (all pieces are escaped)


def escaped_lines(lines: Iterable[str]) -> list[str]:
    """Texts of one line each as HTML: escaping a hundred of them together takes a tenth of the time."""
    lines = list(lines)
    return str(escape("\n".join(lines))).split("\n") if lines else []


def published(
    interface: Interface, article: Article, *, with_time: bool = False, with_original: bool = False
) -> Markup | str:
    """The publication date, optionally with the time and its zone. The tooltip is the date as printed.

    With the original, the time in the zone of the publisher stands beside that in the zone of the archive, if it is
    another one.
    """
    if not article.published:
        return interface.text("undated")
    time = _time(article.published.isoformat(), article.published_raw, interface, with_time=with_time)
    original = interface.original_moment(article.published) if with_original else ""
    if not original:
        return time
    said = interface.html("published_original", moment=original)
    return Markup('{} <span class="original-time">{}</span>').format(time, said)


@lru_cache(maxsize=4096)
def _time(iso: str, printed: str, interface: Interface, *, with_time: bool) -> Markup:
    """A moment as HTML. It is given as text, because equal moments may have been printed in different zones."""
    moment = datetime.fromisoformat(iso) if "T" in iso else date.fromisoformat(iso)
    title = f' title="{escape(printed)}"' if printed else ""
    shown = interface.moment(moment) if with_time else interface.date(moment)
    return Markup(f'<time datetime="{iso}"{title}>{escape(shown)}</time>')  # noqa: S704 (all pieces are escaped)
