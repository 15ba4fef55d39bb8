"""The command group, its common options, and the mapping of errors to exit codes.

Exit codes: 0 success; 1 some items failed, or a check found damage; 2 wrong command line; 3 the
archive, the index or a setting is unusable; 4 a bug in newsarchive; 130 interrupted by Ctrl-C; 143
terminated by SIGTERM. With NEWSARCHIVE_DEBUG=1, errors also print their traceback.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from newsarchive import __version__
from newsarchive.cli.common import describe
from newsarchive.cli.signals import Terminated
from newsarchive.cli.streams import flush_output, give_up_output, prepare_streams
from newsarchive.cli.translating import _, language_asked, language_of_locale, speak, translated
from newsarchive.config import load_config
from newsarchive.errors import ConfigError, NewsArchiveError, wants_traceback
from newsarchive.i18n import LANGUAGES
from newsarchive.wording import worded

UNUSABLE = 3
FAULT = 4
INTERRUPTED = 130
TERMINATED = 143


_COMMANDS = {
    "ingest": "newsarchive.cli.ingest",
    "feeds": "newsarchive.cli.feeds",
    "fetch": "newsarchive.cli.fetch",
    "reread": "newsarchive.cli.reread",
    "alerts": "newsarchive.cli.alerts",
    "search": "newsarchive.cli.search",
    "show": "newsarchive.cli.search",
    "reuse": "newsarchive.cli.reuse",
    "topics": "newsarchive.cli.topics",
    "reindex": "newsarchive.cli.maintain",
    "verify": "newsarchive.cli.maintain",
    "stats": "newsarchive.cli.maintain",
    "export": "newsarchive.cli.export",
    "collections": "newsarchive.cli.collections",
    "batch": "newsarchive.cli.batch",
    "concordance": "newsarchive.cli.concordance",
    "withdraw": "newsarchive.cli.withdrawing",
    "restore": "newsarchive.cli.withdrawing",
    "tokens": "newsarchive.cli.tokens",
    "serve": "newsarchive.cli.serve",
}
"""The module of each command. Only the called command's module is loaded, because the web's is slow to load."""


_READING = {"batch", "concordance", "export", "reuse", "search", "serve", "show"}
"""The commands that a node can run that reads the archive from the cluster."""


class _NobodyReads(Exception):
    """Standard output is a pipe whose reader has closed it."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = _COMMANDS.get(cmd_name)
        command: click.Command | None = getattr(import_module(module), cmd_name) if module else None
        return None if command is None else translated(command)

    def invoke(self, ctx: click.Context) -> Any:
        # click would turn a BrokenPipeError into an exit code.
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _NobodyReads from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="newsarchive %(version)s")
@click.option(
    "--config", type=click.Path(dir_okay=False, path_type=Path), help="Settings file, instead of ./newsarchive.toml."
)
@click.option(
    "--lang", type=click.Choice(LANGUAGES), help="Language of help and messages, instead of that of the locale."
)
@click.pass_context
def group(context: click.Context, config: Path | None, lang: str | None) -> None:  # noqa: ARG001 - read before
    """Archive Arabic news articles, search them, and subscribe to search results."""
    context.obj = settings = load_config(config)
    if settings.articles_on == "cluster" and context.invoked_subcommand not in _READING:
        raise ConfigError(
            worded(
                "{command}: this node reads the archive from the cluster (articles_on = 'cluster'): run this on the"
                " node that ingests",
                command=context.invoked_subcommand or "",
            )
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code. Every error prints a message instead of a traceback."""
    prepare_streams()
    code = 0
    try:
        speak(language_asked(sys.argv[1:] if arguments is None else arguments) or language_of_locale(os.environ))
        code = _run(arguments)
        flush_output()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader, such as `head`, needs no more output.
        give_up_output()
    except OSError:
        give_up_output()
        code = code or UNUSABLE
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    """Run the command and return its exit code. Raises OSError if standard output or error can't be written."""
    try:
        code = translated(group).main(arguments, prog_name="newsarchive", standalone_mode=False)
    except click.exceptions.Abort as error:
        click.echo(_("interrupted"), err=True)
        return TERMINATED if isinstance(error.__cause__, Terminated) else INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except _NobodyReads as error:
        raise BrokenPipeError from error
    except (NewsArchiveError, OSError, MemoryError) as error:
        if wants_traceback():
            traceback.print_exc()
        click.echo(f"newsarchive: {describe(error)}", err=True)
        return UNUSABLE
    except Exception as error:
        if wants_traceback():
            traceback.print_exc()
        click.echo(f"newsarchive: {describe(error)}", err=True)
        return FAULT
    return code if isinstance(code, int) else 0
