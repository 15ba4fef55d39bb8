"""`newsarchive serve`."""

import shlex
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from newsarchive.archive import Archive
from newsarchive.cli.common import (
    ProgressLine,
    archive_option,
    say_damage,
    say_why_rebuilt,
    wait_option,
    warn_of_loss,
    warn_of_tables,
    with_config,
)
from newsarchive.cli.listening import check_address
from newsarchive.config import Config
from newsarchive.errors import IndexUnusable
from newsarchive.library import Library, open_library
from newsarchive.search import UpdateReport
from newsarchive.serving import Site, bind, run


@click.command()
@archive_option
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8000]")
@click.option("--processes", type=click.IntRange(1, 64), help="Processes that answer requests.  [default: 1]")
@click.option("--trusted-proxy", help="Address of the reverse proxy whose X-Forwarded headers are to be believed.")
@wait_option
@with_config
def serve(config: Config, archive: Path, wait: float, **options: Any) -> None:
    """Serve the web pages, the feeds and the API, with a production server.

    In an empty or missing folder an archive is created.
    """
    config = replace(config, **{name: value for name, value in options.items() if value is not None})
    check_address(config.host, config.port)
    with ExitStack() as stack:
        # An address that cannot be used is found out before an index is built, which may take long.
        sockets = [stack.enter_context(bound) for bound in bind(config.host, config.port)]
        articles = _bring_up_to_date(archive, config, wait)

        def announce() -> None:
            click.echo(f"{articles:,} articles at {_address(config)}  (Ctrl-C ends)", err=True)

        run(Site(archive, config), sockets, announce)


def _bring_up_to_date(archive: Path, config: Config, wait: float) -> int:
    """Let index and catalogue read what is new, before any process serves them; returns the number of articles."""
    progress = ProgressLine()
    is_new = not Archive.is_in(archive)
    with open_library(config, folder=archive, create=True) as library:
        if is_new:
            fill = f"newsarchive ingest FILE --archive {shlex.quote(str(archive))}"
            click.echo(f"created an archive in {archive}; fill it with: {fill}", err=True)
        warn_of_loss(library.archive)
        report = _update_index(library, progress, wait)
        # A copy of an archive may come without its catalogue: the first page must not wait for a new one.
        progress.show("noting where each article is")
        library.archive.catch_up()
        progress.clear()
        say_damage(report)
        warn_of_tables(library)
        return library.status().articles


def _update_index(library: Library, progress: ProgressLine, wait: float) -> UpdateReport:
    """Let the index read what is new; the report says which lines of the archive it had to leave out."""
    with suppress(IndexUnusable):
        library.status()
    if library.search_service.needs_rebuild:
        # It answers without the purged articles. Warming up starts the repair, which rebuilds it in the background.
        return UpdateReport(indexed=0, removed=0)
    return library.update_index(
        lambda read: progress.show(f"indexing: {read:,} articles read"), say_why_rebuilt, wait=wait
    )


def _address(config: Config) -> str:
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"http://{host}:{config.port}/"
