"""The command group, its common options, and the one place where errors become exit codes.

Exit codes: 0 all was done; 1 some items failed, or the check found damage; 2 the command line is wrong;
3 the archive, the index or a setting cannot be used; 130 interrupted.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from newsarchive import __version__
from newsarchive.config import load_config
from newsarchive.errors import NewsArchiveError

UNUSABLE = 3
INTERRUPTED = 130


_COMMANDS = {
    "ingest": "newsarchive.cli.ingest",
    "search": "newsarchive.cli.search",
    "show": "newsarchive.cli.search",
    "reindex": "newsarchive.cli.maintain",
    "verify": "newsarchive.cli.maintain",
    "stats": "newsarchive.cli.maintain",
    "withdraw": "newsarchive.cli.maintain",
    "serve": "newsarchive.cli.serve",
}
"""In which module each command is: only that of the one that is called is loaded, for the web's takes a while."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks so
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = _COMMANDS.get(cmd_name)
        command: click.Command | None = getattr(import_module(module), cmd_name) if module else None
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="newsarchive %(version)s")
@click.option(
    "--config", type=click.Path(dir_okay=False, path_type=Path), help="Settings file, instead of ./newsarchive.toml."
)
@click.pass_context
def group(context: click.Context, config: Path | None) -> None:
    """Keep Arabic news articles, find them again, and subscribe to what was found.

    أرشيف الأخبار العربية: حفظ المقالات والبحث فيها والاشتراك في نتائج البحث.
    """
    context.obj = load_config(config)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code; bad input ends in a message and never in a traceback."""
    try:
        code = group.main(arguments, prog_name="newsarchive", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except NewsArchiveError as error:
        click.echo(f"newsarchive: {error}", err=True)
        sys.exit(UNUSABLE)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            sys.stderr.close()
            sys.exit(0)
        click.echo(f"newsarchive: {error}", err=True)
        sys.exit(UNUSABLE)
    sys.exit(code if isinstance(code, int) else 0)
