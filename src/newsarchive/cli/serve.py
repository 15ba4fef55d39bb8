"""`newsarchive serve`."""

import shlex
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from newsarchive.access.policies import Level, Policy
from newsarchive.archive import Archive
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
from newsarchive.cli.listening import check_address
from newsarchive.cli.translating import _, in_words, mark
from newsarchive.config import Config
from newsarchive.engine_choice import may_rebuild
from newsarchive.errors import IndexUnreachable, IndexUnusable
from newsarchive.library import Library, open_library
from newsarchive.search import UpdateReport
from newsarchive.serving import Site, bind, run

_LEVELS = {Level.FULL: mark("full"), Level.SNIPPET: mark("snippet"), Level.METADATA: mark("metadata")}
"""What a policy shows."""


@click.command()
@archive_option
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8000]")
@click.option("--processes", type=click.IntRange(1, 64), help="Number of server processes.  [default: 1]")
@click.option("--trusted-proxy", help="Address of the reverse proxy whose X-Forwarded headers are trusted.")
@wait_option
@with_config
def serve(config: Config, archive: Path, wait: float, **options: Any) -> None:
    """Serve the web pages, feeds and API with a production server.

    Creates an archive if the folder is missing or empty.
    """
    config = replace(config, **{name: value for name, value in options.items() if value is not None})
    check_address(config.host, config.port)
    with ExitStack() as stack:
        # Bind first: an unusable address should be reported before an index is built, which may take long.
        sockets = [stack.enter_context(bound) for bound in bind(config.host, config.port)]
        articles = _on_cluster(config) if config.articles_on == "cluster" else _bring_up_to_date(archive, config, wait)
        served = _("an archive whose index can't be reached") if articles is None else counted(articles, "article")

        def announce() -> None:
            click.echo(
                _("{articles} at {config}  (press Ctrl-C to stop)").format(articles=served, config=_address(config)),
                err=True,
            )

        run(Site(archive, config, click.get_current_context().find_root().params.get("config")), sockets, announce)


def _bring_up_to_date(archive: Path, config: Config, wait: float) -> int | None:
    """Update the index and the catalogue before any process serves them.

    Returns the number of articles; None if the cluster with the index doesn't answer. Articles can be read all the
    same, and searches work as soon as it answers.
    """
    progress = ProgressLine()
    is_new = not Archive.is_in(archive)
    with open_library(config, folder=archive, create=True) as library:
        if is_new:
            fill = f"newsarchive ingest FILE --archive {shlex.quote(str(archive))}"
            click.echo(
                _("created an archive in {archive}; fill it with: {fill}").format(archive=archive, fill=fill), err=True
            )
        warn_of_loss(library.archive)
        articles = None
        report = UpdateReport(indexed=0, removed=0)
        try:
            if may_rebuild(config, archive):
                report = _update_index(library, progress, wait)
            articles = library.status().articles
        except IndexUnreachable as error:
            click.echo(_("warning: {error}").format(error=in_words(error)), err=True)
        # A copied archive may lack its catalogue. Build it now, so that the first page doesn't wait for it.
        progress.show(_("cataloging articles"))
        library.archive.catch_up()
        progress.clear()
        say_damage(report)
        warn_of_tables(library)
        _say_who_reads(library, config)
        return articles


def _on_cluster(config: Config) -> int | None:
    """The number of articles on the cluster; None if it doesn't answer, or not completely."""
    try:
        with open_library(config) as library:
            _say_who_reads(library, config)
            return library.status().articles
    except IndexUnreachable as error:
        click.echo(_("warning: {error}").format(error=in_words(error)), err=True)
        return None


def _say_who_reads(library: Library, config: Config) -> None:
    """Say which policies hold at first, if any keeps a text from anybody."""
    policies = library.tables.access
    if policies.restricts:
        listed = Counter(policies.by_source.values())
        for_some = _("{policy} for {sources}")
        named = [
            for_some.format(policy=_policy(one), sources=counted(count, "source"))
            for one, count in sorted(listed.items(), key=lambda item: str(item[0]))
        ]
        for_others = _("{policy} for all others") if named else _("{policy} for all sources")
        seen = _(", ").join([*named, for_others.format(policy=_policy(policies.default))])
        click.echo(_("without a token, readers see: {policies}").format(policies=seen), err=True)
    if not config.public_full_text:
        click.echo(_("without a token, formats for programs have no full texts (public_full_text)"), err=True)


def _policy(policy: Policy) -> str:
    level = _(_LEVELS[policy.level])
    if policy.embargo is None:
        return level
    embargo = _("embargo {days}").format(days=counted(policy.embargo, "day"))
    return f"{embargo} {level}" if policy.level is Level.SNIPPET else embargo


def _update_index(library: Library, progress: ProgressLine, wait: float) -> UpdateReport:
    """Update the index. The report names the damaged lines of the archive that are not in the index."""
    with suppress(IndexUnusable):
        library.status()
    if library.search_service.needs_rebuild:
        # Searches already exclude the purged articles. The server's warm-up starts a rebuild in the background.
        return UpdateReport(indexed=0, removed=0)
    return library.update_index(
        lambda read: progress.show(_("indexing: {read:,} articles read").format(read=read)), say_why_rebuilt, wait=wait
    )


def _address(config: Config) -> str:
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"http://{host}:{config.port}/"
