"""`newsarchive serve`."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import waitress

from newsarchive.cli.common import (
    ProgressLine,
    archive_option,
    say_damage,
    say_why_rebuilt,
    wait_option,
    warn_of_loss,
    with_config,
)
from newsarchive.cli.listening import check_address
from newsarchive.config import Config
from newsarchive.errors import IndexUnusable
from newsarchive.library import Library
from newsarchive.search import UpdateReport
from newsarchive.web import create_app, warm_up


@click.command()
@archive_option
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8000]")
@click.option("--trusted-proxy", help="Address of the reverse proxy whose X-Forwarded headers are to be believed.")
@wait_option
@with_config
def serve(  # noqa: PLR0913 - one for each option
    config: Config, archive: Path, host: str | None, port: int | None, trusted_proxy: str | None, wait: float
) -> None:
    """Serve the web pages, the feeds and the API, with a production server."""
    host, port = host or config.host, port or config.port
    check_address(host, port)
    progress = ProgressLine()
    with Library.open(archive, spellings=config.spellings, index_memory=config.index_memory, mends=True) as library:
        warn_of_loss(library.archive)
        report = _update_index(library, progress, wait)
        # A copy of an archive may come without its catalogue: the first page must not wait for a new one.
        progress.show("noting where each article is")
        library.archive.catch_up()
        progress.clear()
        say_damage(report)
        app = create_app(library, site_title=config.site_title, site_url=config.site_url)
        warm_up(app, library)
        click.echo(f"{library.status().articles:,} articles at http://{host}:{port}/  (Ctrl-C ends)", err=True)
        waitress.serve(
            app,
            host=host,
            port=port,
            threads=config.threads,
            ident=None,
            **_proxy(trusted_proxy or config.trusted_proxy),
        )


def _update_index(library: Library, progress: ProgressLine, wait: float) -> UpdateReport:
    """Let the index read what is new; the report says which lines of the archive it had to leave out."""
    with suppress(IndexUnusable):
        library.status()
    if library.index.needs_rebuild:
        # It answers without what was purged; warming up wakes the mender, which rebuilds it beside the pages.
        return UpdateReport(indexed=0, removed=0)
    return library.update_index(
        lambda read: progress.show(f"indexing: {read:,} articles read"), say_why_rebuilt, wait=wait
    )


def _proxy(address: str | None) -> dict[str, Any]:
    """Waitress's settings for a reverse proxy: without one, forwarded headers of strangers are dropped."""
    if address is None:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": address,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": "x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port",
        "clear_untrusted_proxy_headers": True,
    }
