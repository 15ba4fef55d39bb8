"""`newsarchive reindex`, `verify` and `stats`."""

import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import click

from newsarchive.archive import Archive, Head, VerifyReport, why_not_contained
from newsarchive.archive import verify as verify_archive
from newsarchive.cli.common import (
    ProgressLine,
    archive_option,
    counted,
    say_damage,
    say_why_rebuilt,
    wait_option,
    warn_of_loss,
    warn_of_tables,
    with_config,
)
from newsarchive.cli.translating import _, in_words, language, ngettext
from newsarchive.collecting import collecting_rarely
from newsarchive.config import Config
from newsarchive.library import open_library
from newsarchive.search import SearchRequest
from newsarchive.topics import topic_label
from newsarchive.warc.checking import check_pages

DAMAGED = 1
UNDELETED = 1


@click.command()
@archive_option
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Number of indexing processes."
)
@wait_option
@with_config
def reindex(config: Config, archive: Path, workers: int, wait: float) -> int:
    """Rebuild the search index and the groups of articles. Until it is ready, searches use the old index."""
    started = time.monotonic()
    progress = ProgressLine()
    with collecting_rarely(), open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        report = library.rebuild_index(
            lambda read: progress.show(_("indexing: {read:,} articles read").format(read=read)),
            workers=workers,
            wait=wait,
        )
        # The report counts every revision, so take the number of articles from the index.
        articles = library.status().articles
    progress.clear()
    say_damage(report)
    click.echo(
        _("{articles} indexed in {started:.1f} s").format(
            articles=counted(articles, "article"), started=time.monotonic() - started
        )
    )
    for left in report.undeleted:
        click.echo(_("an old index could not be deleted: {left}").format(left=left), err=True)
    return UNDELETED if report.undeleted else 0


class _Head(click.ParamType[Head]):
    name = "HEAD"

    def convert(self, value: str | Head, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        if isinstance(value, Head):
            return value
        try:
            return Head.parse(value)
        except ValueError as error:
            self.fail(in_words(error), param, ctx)


@click.command()
@archive_option
@click.option(
    "--expect",
    type=_Head(),
    help="A head printed by an earlier run; fails unless the archive still contains its lines.",
)
def verify(archive: Path, expect: Head | None) -> int:
    """Check that every line of the archive is present and unchanged.

    Prints the head, which identifies all lines of the archive. Store it elsewhere, and compare with
    --expect after restoring a backup.
    """
    with closing(Archive(archive)) as opened:
        report = verify_archive(
            opened,
            lambda damage: click.echo(_("damaged: {damage}").format(damage=in_words(damage)), err=True),
            noted_lines=expect.lines if expect else 0,
        )
    kept = check_pages(
        archive, lambda damage: click.echo(_("damaged: {damage}").format(damage=in_words(damage)), err=True)
    )
    _show_damage(report)
    click.echo(
        _("{lines} in {parts}, {articles}, {damaged}, {gaps}").format(
            lines=counted(report.lines, "good line"),
            parts=counted(report.parts, "part"),
            articles=counted(report.articles, "article"),
            damaged=counted(report.damaged_lines, "damaged line"),
            gaps=counted(len(report.gaps), "missing revision"),
        )
    )
    if kept.files:
        click.echo(
            _("{pages} in {files}, {damaged}").format(
                pages=counted(kept.pages, "kept page"),
                files=counted(kept.files, "file"),
                damaged=counted(kept.damaged, "damaged record"),
            )
        )
    click.echo(_("head: {now}").format(now=report.heads.now))
    problem = why_not_contained(report.heads, expect) if expect else None
    if problem is not None:
        click.echo(_("not the expected archive: {problem}").format(problem=in_words(problem)), err=True)
    elif expect is not None:
        added = report.heads.now.lines - expect.lines
        click.echo(
            _("the archive contains the head {expect}; {added} added since then").format(
                expect=expect, added=counted(added, "line")
            )
        )
    return 0 if report.is_sound and problem is None and not kept.damaged else DAMAGED


def _show_damage(report: VerifyReport) -> None:
    for gap in report.gaps:
        click.echo(_("a revision is missing: {gap}").format(gap=gap), err=True)
    for part in report.lost_parts:
        click.echo(_("a whole file is missing: {part}").format(part=part), err=True)
    for loss in report.missing:
        click.echo(_("the archive is shorter than it was: {loss}").format(loss=in_words(loss)), err=True)
    if report.mark_problem:
        click.echo(in_words(report.mark_problem), err=True)
    if report.torn_bytes:
        click.echo(
            _("the last line is incomplete ({torn_bytes}); the next ingest removes it").format(
                torn_bytes=counted(report.torn_bytes, "byte")
            ),
            err=True,
        )


@click.command()
@archive_option
@wait_option
@with_config
def stats(config: Config, archive: Path, wait: float) -> None:
    """Show the number of articles in total, per source, per topic and per section."""
    with open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        counts = library.archive.catalogue.counts()
        click.echo(
            _("{articles}, {withdrawn:,} withdrawn, {lines}, {size:,.1f} MB").format(
                articles=counted(counts.articles, "article"),
                withdrawn=counts.withdrawn,
                lines=counted(counts.lines, "line"),
                size=library.archive.parts.size() / 1000000.0,
            )
        )
        library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
        warn_of_tables(library)
        status = library.status()
        click.echo(
            _("index: {articles}, {size_bytes:,.1f} MB").format(
                articles=counted(status.articles, "article"), size_bytes=status.size_bytes / 1000000.0
            )
        )
        groups = library.groups.status()
        if groups is not None:
            click.echo(
                _(
                    "groups: {copied} with near copies in {copy_groups}, {told} in {stories} of "
                    "several, {size_bytes:,.1f} MB"
                ).format(
                    copied=counted(groups.copied, "article"),
                    copy_groups=counted(groups.copy_groups, "group"),
                    told=counted(groups.told, "article"),
                    stories=ngettext("{n} story", "{n} stories", groups.stories).format(n=f"{groups.stories:,}"),
                    size_bytes=groups.size_bytes / 1000000.0,
                )
            )
        facets = library.search(SearchRequest(limit=1)).facets
    _show_counts(_("source"), facets.source.items())
    assigned = facets.assigned
    _show_counts(
        _("topic"), ((_labelled(value, assigned.get(value, 0)), count) for value, count in facets.topic.items())
    )
    _show_counts(_("section"), ((topic_label(value, language()), count) for value, count in facets.section.items()))


def _labelled(topic: str, assigned: int) -> str:
    """The label of a topic, and how many articles have it by assignment."""
    return topic_label(topic, language()) + (
        _(" ({assigned:,} assigned)").format(assigned=assigned) if assigned else ""
    )


def _show_counts(name: str, counts: Iterable[tuple[str, int]]) -> None:
    click.echo(f"\n{name}")
    for label, count in counts:
        click.echo(f"{count:>10,}  {label}")
