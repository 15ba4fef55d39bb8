"""The report of `newsarchive ingest`, as text or JSON."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypedDict, Unpack

import click

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.cli.common import ProgressLine, counted, describe_for_programs, say_damage, say_repairs
from newsarchive.cli.streams import print_json
from newsarchive.cli.translating import _, in_words
from newsarchive.errors import IngestError
from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.draft import Cut
from newsarchive.ingest.pipeline import IngestReport, Lack, Pipeline, lacks_of
from newsarchive.limits import cut_text
from newsarchive.search import UpdateReport

SOME_FAILED = 1

MAX_LISTED = 1_000
"""The maximum number of entries in each list of the JSON report, because there can be millions."""

_SHOWN_TITLE = 100
_LISTS = {Verdict.STORED: "stored_articles", Verdict.REVISED: "revised_articles"}
_LISTS_OF_LACKS = {Lack.DATE: "undated_articles", Lack.TEXT: "articles_without_text"}


class _PipelineOptions(TypedDict, total=False):
    existing: Archive | None
    uninterrupted: Callable[[], AbstractContextManager[object]]


class _Listed:
    """A list of a JSON report, with its first `MAX_LISTED` entries and the number of those left out."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.left_out = 0

    def add(self, **entry: Any) -> None:
        if len(self.entries) < MAX_LISTED:
            self.entries.append(entry)
        else:
            self.left_out += 1


class IngestRun:
    """One run of `ingest`: its counts so far, and its report.

    The text report names refused items, cut items and unread dates as they occur. The JSON report
    is printed at the end and lists the first `MAX_LISTED` items of each kind. `strict` makes the
    run fail if an article lacks its date or text. `on_batch` is called when something may have been
    stored.
    """

    def __init__(self, progress: ProgressLine, *, dry_run: bool, as_json: bool, strict: bool) -> None:
        self._progress = progress
        self._dry_run = dry_run
        self._is_json = as_json
        self._strict = strict
        self._lists = {name: _Listed() for name in (*_LISTS.values(), "duplicates", *_LISTS_OF_LACKS.values(), "cuts")}
        self._cut_items = 0
        self._report: IngestReport | None = None
        self.updated: UpdateReport | None = None
        self.on_batch: Callable[[], None] | None = None

    @property
    def exit_code(self) -> int:
        """The exit code: `SOME_FAILED` if an item was refused or, if strict, is stored incomplete."""
        report = self._report or IngestReport()
        return SOME_FAILED if report.refused or (self._strict and report.lacks.total()) else 0

    def take_in(
        self, writer: ArchiveWriter, items: Iterable[Article | IngestError], **options: Unpack[_PipelineOptions]
    ) -> None:
        """Run the pipeline."""
        pipeline = Pipeline(
            writer,
            self._show_progress,
            on_stored=self._on_stored,
            on_duplicate=self._on_duplicate,
            on_refusal=self._on_refusal,
            **options,
        )
        self._report = pipeline.report
        pipeline.run(items)

    def _on_stored(self, verdict: Verdict, article: Article) -> None:
        origin = article.origin.location
        self._lists[_LISTS[verdict]].add(origin=origin, id=article.id)
        for lack in lacks_of(article):
            raw = {"published_raw": article.published_raw} if lack is Lack.DATE else {}
            self._lists[_LISTS_OF_LACKS[lack]].add(origin=origin, id=article.id, **raw)
        if article.published is None and article.published_raw:
            named = f"{origin}: «{cut_text(article.title, _SHOWN_TITLE)}»"
            self._say_at_once(
                _("undated: {named}: the date «{published_raw}» is not understood").format(
                    named=named, published_raw=article.published_raw
                )
            )

    def _on_duplicate(self, origin: str, of: str) -> None:
        self._lists["duplicates"].add(origin=origin, of=of)

    def _on_refusal(self, refusal: IngestError) -> None:
        self._say_at_once(_("refused: {refusal}").format(refusal=in_words(refusal)))

    def on_cut(self, cut: Cut) -> None:
        """Report the cuts of an item."""
        self._cut_items += 1
        self._lists["cuts"].add(origin=cut.item, parts=list(cut.parts))
        self._say_at_once(_("cut: {cut}").format(cut=cut))

    def _say_at_once(self, text: str) -> None:
        if not self._is_json:
            self._progress.clear()
            click.echo(text, err=True)

    def _show_progress(self, report: IngestReport) -> None:
        if self.on_batch is not None:
            self.on_batch()
        self._progress.show(_progress_text(report))

    def show_indexing(self, read: int) -> None:
        """Show how many articles were read for the index."""
        self._progress.show(_("indexing: {read:,} articles read").format(read=read))

    @contextmanager
    def reported(self) -> Iterator[None]:
        """Print the report at the end, even if an error ends the run."""
        try:
            yield
        except BaseException as error:
            self._say(error)
            raise
        self._say(None)

    def _say(self, error: BaseException | None) -> None:
        self._progress.clear()
        report = self._report or IngestReport()
        say_repairs(report.healed, report.mark_problem)
        if self._is_json:
            print_json(self._as_json(report, error))
        elif self._report is not None:
            self._show(report)

    def _show(self, report: IngestReport) -> None:
        click.echo(_progress_text(report) + (_(" (dry run: nothing was written)") if self._dry_run else ""))
        if report.lacks[Lack.DATE]:
            click.echo(_("{date:,} undated: search for them with date:none").format(date=report.lacks[Lack.DATE]))
        if report.lacks[Lack.TEXT]:
            click.echo(_("{text:,} without text: only the title is stored").format(text=report.lacks[Lack.TEXT]))
        if self._cut_items:
            click.echo(
                _("{cut_items:,} had fields that were too long and were cut; see the list above").format(
                    cut_items=self._cut_items
                )
            )
        if report.counts[Verdict.WITHDRAWN]:
            click.echo(
                _("{withdrawn:,} were withdrawn earlier and stay withdrawn").format(
                    withdrawn=report.counts[Verdict.WITHDRAWN]
                )
            )
        if self.updated is not None:
            say_damage(self.updated)

    def _as_json(self, report: IngestReport, error: BaseException | None) -> dict[str, Any]:
        """Return the report. `left_out` is the number of entries missing from each shortened list."""
        left_out = {name: listed.left_out for name, listed in self._lists.items()}
        return {
            **{verdict.value: report.counts[verdict] for verdict in Verdict},
            "refused": report.refused,
            **{lack.value: report.lacks[lack] for lack in Lack},
            "cut": self._cut_items,
            "seconds": round(report.seconds, 3),
            "dry_run": self._dry_run,
            "indexed": None if self.updated is None else self.updated.indexed,
            "refusals": [{"origin": refusal.origin, "reason": refusal.reason} for refusal in report.refusals],
            **{name: listed.entries for name, listed in self._lists.items()},
            "left_out": {"refusals": report.refused - len(report.refusals), **left_out},
            "error": None if error is None else describe_for_programs(error),
        }


def _progress_text(report: IngestReport) -> str:
    rate = report.items / report.seconds if report.seconds else 0
    there = report.counts[Verdict.DUPLICATE] + report.counts[Verdict.WITHDRAWN]
    return _(
        "{items}, {rate:,.0f} per second: {stored:,} stored, {revised:,} revised, {there:,} "
        "already there, {refused:,} refused"
    ).format(
        items=counted(report.items, "item"),
        rate=rate,
        stored=report.counts[Verdict.STORED],
        revised=report.counts[Verdict.REVISED],
        there=there,
        refused=report.refused,
    )
