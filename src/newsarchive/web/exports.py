"""Exports of search results and of single articles, in the formats of other programs.

    /export.csv?q=…                  all articles that a search finds, with the parameters of the page of results
    /article/<article_id>/export.csv one article

Besides those of the search, there are these parameters:

| parameter | value |
|---|---|
| `limit` | at most so many articles; by default all |
| `revisions` | `latest` (default) or `all` |
| `text` | `yes` (default) or `no`, which leaves the texts out |
| `bom` | `yes` (default) or `no`: whether CSV begins with a byte order mark |
| `looser` | `yes` for the looser reading that the page of results has taken, if it has |
| `lang` | the language of labels, by default Arabic |
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import BinaryIO

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from newsarchive.errors import ArchiveError, ExportTooLarge, ExportUnavailable
from newsarchive.export.format import ExportContext, ExportFormat, ExportItem
from newsarchive.export.formats import FORMATS
from newsarchive.exporting import GONE, ExportedArticles, Giving
from newsarchive.i18n import LANGUAGES
from newsarchive.search import SearchRequest
from newsarchive.web.context import chosen_language, current_library, interface_in
from newsarchive.web.download import Download
from newsarchive.web.export_params import Asked, parse_export, parse_giving
from newsarchive.web.export_slots import current_slots
from newsarchive.web.file_names import attachment, file_name
from newsarchive.web.links import article_addresses
from newsarchive.web.public_article import public_article
from newsarchive.web.readers import gives_full_text
from newsarchive.web.results_view import search_title
from newsarchive.wording import worded

MOST_ROWS = "EXPORT_ROWS"
"""The key of the setting `export_rows` in `app.config`."""
COUNT_HEADER = "X-Total-Count"
"""The header with the number of articles that an export was asked for."""

_turn = threading.Lock()
"""Held by the export that reads an article."""

blueprint = Blueprint("exports", __name__)
_log = logging.getLogger(__name__)


@blueprint.get("/export.<ending>")
def search(ending: str) -> Response:
    """All articles that a search finds, in the order of the page of results."""
    return export_of_search(_with_ending(ending))


@blueprint.get("/article/<article_id>/export.<ending>")
def article(article_id: str, ending: str) -> Response:
    """One article."""
    return export_of_article(article_id, _with_ending(ending))


def offered() -> tuple[ExportFormat, ...]:
    """The formats that there are addresses for, also if what one needs isn't installed; none without exports."""
    return tuple(form for form in FORMATS if form.is_served) if current_slots().count else ()


def export_of_search(form: ExportFormat) -> Response:
    """All articles that the search of this request finds.

    Raises InvalidParameter, ExportUnavailable, ExportsBusy, ExportTooLarge and what a search raises.
    """
    _check_available(form)
    asked = parse_export(request.args, current_library().tables)
    # To list all articles takes long enough to be a part of the export.
    slot = current_slots().take()
    try:
        listing = current_library().listing(asked.search, asked.most, looser=asked.search.looser)
        rows = _checked(listing.ids, asked)
        export = _Export(form, listing.ids, asked)
    except BaseException:
        slot.close()
        raise
    if request.method == "HEAD":
        slot.close()
        body: Iterator[bytes] = iter(())
    else:
        body = Download(export.write, slot.close).begin()
    # The other parts of this app don't read a body that is passed through.
    return _headed(Response(body, direct_passthrough=True), form, _about(asked.search), rows)


def export_of_article(article_id: str, form: ExportFormat) -> Response:
    """One article. Raises InvalidParameter, ExportUnavailable, and ArticleNotFound."""
    _check_available(form)
    title = current_library().article(article_id).title
    out = BytesIO()
    _Export(form, [article_id], parse_giving(request.args)).write(out)
    return _headed(Response(out.getvalue()), form, title, None)


def _with_ending(ending: str) -> ExportFormat:
    """The format with this ending. Raises NotFound."""
    for form in offered():
        if form.ending == ending:
            return form
    raise NotFound


def _check_available(form: ExportFormat) -> None:
    """Raise ExportUnavailable if the format needs something that isn't installed."""
    if not form.is_available:
        raise ExportUnavailable(form.name, form.needs)


def _checked(ids: Sequence[str], asked: Asked) -> int | None:
    """The number of rows, None if that isn't known. Raises ExportTooLarge before anything is sent."""
    most = current_app.config[MOST_ROWS]
    if most and len(ids) > most:
        raise ExportTooLarge(len(ids), most)
    if not asked.all_revisions:
        return len(ids)
    if not most:
        return None
    catalogue = current_library().archive.catalogue
    rows = sum(sum(not one.withdrawn for one in catalogue.revisions(article_id)) for article_id in ids)
    if rows > most:
        raise ExportTooLarge(rows, most)
    return rows


def _about(asked: SearchRequest) -> str:
    return search_title(asked, interface_in(chosen_language() or LANGUAGES[0]))


def _headed(response: Response, form: ExportFormat, about: str, rows: int | None) -> Response:
    response.headers["Content-Type"] = form.media_type
    name = file_name(about, datetime.now(UTC).date(), form.ending)
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.cache_control.no_store = True
    if rows is not None:
        response.headers[COUNT_HEADER] = str(rows)
    return response


@dataclass(slots=True)
class _Export:
    """An export that another thread writes, without the context of the request."""

    form: ExportFormat
    articles: ExportedArticles
    context: ExportContext

    def __init__(self, form: ExportFormat, ids: Iterable[str], asked: Asked) -> None:
        library, language = current_library(), chosen_language() or LANGUAGES[0]
        has_texts = asked.has_texts and gives_full_text()
        giving = Giving(
            all_revisions=asked.all_revisions,
            has_texts=has_texts,
            language=language,
            page_url=article_addresses(),
            shown=public_article,
        )
        self.form = form
        self.articles = ExportedArticles(library, ids, giving)
        self.context = ExportContext(
            archive_folder=library.archive.folder,
            language=language,
            site_title=interface_in(language).site_title,
            has_texts=has_texts,
            bom=asked.bom,
        )

    def write(self, out: BinaryIO) -> None:
        """Write all articles. Those that are missing are logged. Raises ArchiveError if the archive has lost any."""
        report = self.form.write(self._items(), out, self.context)
        self.articles.add_lost_to(report)
        if report.missing:
            _log.warning("an export lacks %s articles, the first: %s", report.missing, report.reasons[:3])
        for article_id, reason in self.articles.lost:
            if reason == GONE:
                raise ArchiveError(
                    worded(
                        "an export was cut off: the article {article_id} is {gone}", article_id=article_id, gone=GONE
                    )
                )

    def _items(self) -> Iterator[ExportItem]:
        # Pages are made in other threads of this process. They would have to wait for each export in turn if several
        # were at work at the same time, and wait least if an export lets them go first after each article.
        items = self.articles.items()
        while True:
            with _turn:
                item = next(items, None)
            if item is None:
                return
            yield item
            time.sleep(0)
