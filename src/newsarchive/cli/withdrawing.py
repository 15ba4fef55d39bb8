"""`newsarchive withdraw` and `restore`."""

from pathlib import Path

import click

from newsarchive.archive import ArchiveWriter
from newsarchive.cli.common import (
    NOT_FOUND,
    ProgressLine,
    accept_loss_of,
    accept_loss_option,
    archive_option,
    counted,
    describe,
    say_why_rebuilt,
    wait_option,
    with_config,
)
from newsarchive.cli.translating import _
from newsarchive.config import Config
from newsarchive.errors import ArticleNotFound, NotRestorable
from newsarchive.library import Library, open_library


@click.command()
@click.argument("article_id", metavar="ID")
@archive_option
@click.option("--reason", required=True, help="Reason to record in the archive.")
@click.option("--purge", is_flag=True, help="Also remove the text from all files, for rare legal cases.")
@accept_loss_option
@wait_option
@with_config
def withdraw(  # noqa: PLR0913 - one parameter per option
    config: Config, article_id: str, archive: Path, reason: str, purge: bool, accept_loss: bool, wait: float
) -> int:
    """Hide an article. Its lines stay in the archive unless --purge is given."""
    with open_library(config, folder=archive) as library:
        if accept_loss:
            accept_loss_of(library.archive, wait)
        try:
            if purge:
                _purge(library, article_id, reason, wait)
                return 0
            with ArchiveWriter(library.archive, wait=wait) as writer:
                writer.withdraw(article_id, reason)
        except ArticleNotFound as error:
            click.echo(describe(error), err=True)
            # An interrupted run may have withdrawn the article without updating the index.
            library.update_index(on_rebuild=say_why_rebuilt)
            return NOT_FOUND
        # Print this before the index update, which can fail: the withdrawal is already stored.
        click.echo(_("{article_id} is withdrawn").format(article_id=article_id))
        library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
    return 0


def _purge(library: Library, article_id: str, reason: str, wait: float) -> None:
    """Purge an article. Report it as purged only when no file of the archive or its index has its text."""
    progress = ProgressLine()

    def say_what_is_left(lines: int) -> None:
        click.echo(
            _("{lines} removed from the archive; the index is rebuilt without them").format(
                lines=counted(lines, "line")
            ),
            err=True,
        )

    try:
        library.purge(
            article_id,
            reason,
            wait=wait,
            on_removed=say_what_is_left,
            progress=lambda read: progress.show(_("indexing: {read:,} articles read").format(read=read)),
        )
    finally:
        progress.clear()
    click.echo(_("{article_id} is purged").format(article_id=article_id))


@click.command()
@click.argument("article_id", metavar="ID")
@archive_option
@accept_loss_option
@wait_option
@with_config
def restore(config: Config, article_id: str, archive: Path, accept_loss: bool, wait: float) -> int:
    """Show a withdrawn article again. A purged article can't be restored."""
    with open_library(config, folder=archive) as library:
        if accept_loss:
            accept_loss_of(library.archive, wait)
        try:
            with ArchiveWriter(library.archive, wait=wait) as writer:
                restored = writer.restore(article_id)
        except (ArticleNotFound, NotRestorable) as error:
            click.echo(describe(error), err=True)
            # An interrupted run may have restored the article without updating the index.
            library.update_index(on_rebuild=say_why_rebuilt)
            return NOT_FOUND
        # Print this before the index update, which can fail: the revision is already stored.
        click.echo(
            _("{article_id} is restored as revision {revision}").format(
                article_id=article_id, revision=restored.revision
            )
        )
        library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
    return 0
