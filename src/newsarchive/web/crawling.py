"""What search engines read: `robots.txt`, sitemaps, and whether a response may be indexed.

Indexing is off unless the setting `allow_indexing` allows it: the texts belong to their publishers, whose own pages
should be found. Even then, only the start page, articles and the largest stories are for search engines: results of
searches and feeds repeat what is there.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from flask import Blueprint, Response, current_app, request, url_for

from newsarchive.archive import Archive
from newsarchive.archive.times import archiving_times
from newsarchive.search import SearchRequest, Sort
from newsarchive.web.context import current_library
from newsarchive.web.links import article_addresses

MOST_URLS = 50_000
"""The maximum number of addresses in a sitemap, by its standard."""
_BATCH = 1_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML = "application/xml; charset=utf-8"
_INDEXABLE = frozenset({"pages.start", "pages.article", "stories.largest", "static", "crawling.robots"})
_CLOSED = (
    *("/api/", "/compare/", "/reuse", "/search", "/advanced", "/concordance", "/trends", "/facets/"),
    *("/article/*/passages", "/article/*/revisions", "/article/*/compare", "/*?"),
    *("/export.", "/article/*/export.", "/unapi"),
)
"""The paths that only cost crawlers and the server time: endless combinations of what the articles have, and files."""

robots_blueprint = Blueprint("crawling", __name__)
sitemaps_blueprint = Blueprint("sitemaps", __name__)


@robots_blueprint.get("/robots.txt")
def robots() -> Response:
    """The rules for crawlers: nothing is for them, or all but what repeats articles."""
    prefix = request.script_root
    lines = ["User-agent: *"]
    if current_app.config["ALLOW_INDEXING"]:
        lines += [f"Disallow: {prefix}{path}" for path in _CLOSED]
        lines.append(f"Allow: {prefix}/static/")
        lines += ["", f"Sitemap: {url_for('sitemaps.sitemaps', _external=True)}"]
    else:
        lines.append(f"Disallow: {prefix}/")
    return Response("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@sitemaps_blueprint.get("/sitemap.xml")
def sitemaps() -> Response:
    """The list of all sitemaps."""
    changed_at = current_library().changed_at()
    total = current_library().count(SearchRequest()).total
    numbers = range(1, max(1, -(-total // MOST_URLS)) + 1)
    addresses = [url_for("sitemaps.sitemap", number=number, _external=True) for number in numbers]
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_NAMESPACE}">\n']
    lines += [f"<sitemap>{_place(address, changed_at)}</sitemap>\n" for address in addresses]
    return Response("".join([*lines, "</sitemapindex>\n"]), content_type=_XML)


@sitemaps_blueprint.get("/sitemap-<int:number>.xml")
def sitemap(number: int) -> Response:
    """The addresses of up to `MOST_URLS` articles, the oldest first, with the time of their latest revision."""
    changed_at = current_library().changed_at()
    listed = current_library().listing(SearchRequest(sort=Sort.OLDEST), number * MOST_URLS).ids
    ids = listed[(number - 1) * MOST_URLS :]
    if number < 1 or (not ids and number > 1):
        return Response("there is no such sitemap\n", 404, content_type="text/plain; charset=utf-8")
    response = Response(_urls(current_library().archive, ids, article_addresses()), content_type=_XML)
    if changed_at is not None:
        response.last_modified = changed_at
        response.make_conditional(request)
    return response


def _urls(archive: Archive, ids: Sequence[str], address: Callable[[str], str]) -> Iterator[str]:
    """The sitemap in pieces. Nothing in it needs the request, which is over by then."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_NAMESPACE}">\n'
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        times = archiving_times(archive, some)
        # Withdrawn meanwhile, or purged: without a time, and without an address.
        shown = (f"<url>{_place(address(one), times[one])}</url>\n" for one in some if one in times)
        yield "".join(shown)
    yield "</urlset>\n"


def _place(address: str, changed_at: datetime | None) -> str:
    """The address of a page, which has no character to escape but &, and when it changed."""
    location = f"<loc>{address.replace('&', '&amp;')}</loc>"
    return (
        location if changed_at is None else f"{location}<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>"
    )


def say_whether_to_index(response: Response) -> Response:
    """Tell search engines which responses aren't for them."""
    if not is_indexable() or response.status_code >= 400:
        response.headers.setdefault("X-Robots-Tag", "noindex")
    return response


def is_indexable() -> bool:
    """Whether the response to this request may be in a search engine."""
    if not current_app.config["ALLOW_INDEXING"]:
        return False
    is_search = request.endpoint == "pages.start" and not set(request.args) <= {"lang"}
    return request.endpoint in _INDEXABLE and not is_search
