"""What an export gives: the articles of a library, read as they are written, with the topics and names of its tables.

Used by the command line and the web, which differ only in where the bytes go.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from newsarchive.access import is_restricted
from newsarchive.archive.store import OnDamage, leave_out
from newsarchive.article import Article
from newsarchive.errors import ArticleNotFound, CorruptArchive
from newsarchive.export.format import ExportItem, ExportReport
from newsarchive.i18n import Language
from newsarchive.library import Library
from newsarchive.wording import worded

WITHDRAWN = worded("withdrawn during the export")
GONE = worded("no longer in the archive, which has lost lines; see 'newsarchive verify'")
DAMAGED = worded("a damaged line; see 'newsarchive verify'")

_BATCH = 100
"""The number of articles that are read together."""


def _no_address(_article_id: str) -> str:
    return ""


def _unchanged(article: Article) -> Article:
    return article


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """How articles are given: their latest revisions or all, with or without their texts, with labels in a language.

    `page_url` returns the absolute URL of the page of an article by its id, empty if it isn't known. `shown` returns
    an article without what must not leave the archive.
    """

    all_revisions: bool = False
    has_texts: bool = True
    language: Language = "ar"
    page_url: Callable[[str], str] = _no_address
    shown: Callable[[Article], Article] = _unchanged


@dataclass(slots=True)
class ExportedArticles:
    """The articles with the ids, in their order, for one export.

    `lost` has those that can no longer be read, each with the reason. It is complete when `items` has ended.
    """

    library: Library
    ids: Iterable[str]
    giving: Giving = field(default_factory=Giving)
    lost: list[tuple[str, str]] = field(default_factory=list)

    def items(self) -> Iterator[ExportItem]:
        """The articles, read as they are needed. Raises ArchiveError if the archive can't be read."""
        for revision in self._revisions() if self.giving.all_revisions else self._latest():
            yield self._item(revision)

    def add_lost_to(self, report: ExportReport) -> None:
        """Add the articles that were lost to the report of a format."""
        for article_id, reason in self.lost:
            report.add_missing(article_id, reason)

    def _item(self, stored: Article) -> ExportItem:
        giving, tables = self.giving, self.library.tables
        article = giving.shown(stored)
        return ExportItem(
            article=article,
            topics=tables.topics_of(stored),
            source_name=tables.sources.label(stored.source, giving.language) if stored.source else "",
            page_url=giving.page_url(stored.id),
            text=article.body if giving.has_texts and not is_restricted(article) else None,
        )

    def _latest(self) -> Iterator[Article]:
        ids = iter(self.ids)
        while batch := list(islice(ids, _BATCH)):
            found = self.library.archive.get_many(batch)
            for article_id in batch:
                if article_id in found:
                    yield found[article_id]
                else:
                    self.lost.append((article_id, self._why(article_id)))

    def _why(self, article_id: str) -> str:
        archive = self.library.archive
        latest = archive.catalogue.latest(article_id)
        if latest is None and article_id not in archive.purged_since(0):
            return GONE
        return WITHDRAWN if latest is None or latest.withdrawn else DAMAGED

    def _revisions(self) -> Iterator[Article]:
        archive = self.library.archive
        for article_id in self.ids:
            try:
                history = archive.history(article_id)
            except (ArticleNotFound, CorruptArchive):
                self.lost.append((article_id, self._why(article_id)))
                continue
            stored = archive.catalogue.revisions(article_id)
            if stored and stored[-1].withdrawn:
                self.lost.append((article_id, WITHDRAWN))
                continue
            yield from (record for record in history if isinstance(record, Article))
            if len(history) < len(stored):
                self.lost.append((article_id, DAMAGED))


def all_ids(library: Library, on_damage: OnDamage = leave_out) -> Iterator[str]:
    """The ids of all articles that aren't withdrawn, in the order in which they were archived.

    An article of which some line can be read is among them, even if its latest line is damaged. `on_damage` is
    called for each damaged line.
    """
    archive = library.archive
    seen: set[str] = set()

    def new_ids() -> Iterator[str]:
        for stored in archive.read(until=archive.end(), on_damage=on_damage):
            if isinstance(stored.record, Article) and stored.record.id not in seen:
                seen.add(stored.record.id)
                yield stored.record.id

    ids = new_ids()
    while batch := list(islice(ids, _BATCH)):
        yield from (entry.id for entry in archive.catalogue.latest_of(batch) if not entry.withdrawn)
