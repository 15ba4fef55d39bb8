"""The lists of a page of results as HTML: its hits, its choices, and its files in other formats.

They are most of the page, and a template takes several times as long for them.
"""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from newsarchive.access import is_restricted
from newsarchive.arabic.direction import text_direction
from newsarchive.export.format import ExportFormat
from newsarchive.search import Hit, Reason
from newsarchive.web.facet_view import Option
from newsarchive.web.interface import Interface
from newsarchive.web.markup import escaped_lines, highlighted, name, published, unapi_id
from newsarchive.web.results_view import ResultsView


def hit_items(view: ResultsView, hits: Iterable[Hit], interface: Interface) -> Markup:
    """The items of a list of hits."""
    hits = tuple(hits)
    addresses = escaped_lines(view.links.article(hit.article.id) for hit in hits)
    items = [_hit(view, hit, address, interface) for hit, address in zip(hits, addresses, strict=True)]
    return Markup("\n".join(items))  # noqa: S704 (all items are escaped)


def _hit(view: ResultsView, hit: Hit, address: str, interface: Interface) -> str:
    article, is_full = hit.article, not view.links.compact
    direction = _direction(article.language)
    title = highlighted(hit.title) if hit.title.text.strip() else escape(interface.text("untitled"))
    source = name(interface.source(article.source), "source") if article.source else ""
    day = published(interface, article) if article.published else escape(interface.text("undated"))
    pieces = [
        (
            f'<li>\n<article>\n{unapi_id(article.id)}\n<h2 {direction}><a href="{address}">{title}</a></h2>\n'
            f'<p class="facts">{source}<span>{day}</span></p>\n'
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
    return "".join(pieces)


@lru_cache(maxsize=256)
def _direction(language: str) -> str:
    """The attributes of a text in a language."""
    return f'lang="{escape(language)}" dir="{text_direction(language)}"'


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


def choices(options: Iterable[Option]) -> Markup:
    """The links of a choice."""
    options = tuple(options)
    addresses = escaped_lines(option.address for option in options)
    links = [
        f'<a href="{address}" rel="nofollow"{_current(option)}>{escape(option.label)}</a>\n'
        for option, address in zip(options, addresses, strict=True)
    ]
    return Markup("".join(links))  # noqa: S704 (all pieces are escaped)


def download_items(downloads: Iterable[tuple[ExportFormat, str]], interface: Interface) -> Markup:
    """The links to files in formats of other programs."""
    downloads = tuple(downloads)
    labels = escaped_lines(
        interface.text("format_text") if form.name == "text" else form.label or form.name for form, _ in downloads
    )
    addresses = escaped_lines(address for _, address in downloads)
    links = [
        f'<a href="{address}" rel="nofollow" type="{escape(form.media_type)}">{label}</a>\n'
        for (form, _), label, address in zip(downloads, labels, addresses, strict=True)
    ]
    return Markup("".join(links))  # noqa: S704 (all pieces are escaped)


def _current(option: Option) -> str:
    return ' aria-current="true"' if option.chosen else ""
