"""The command group, its common options, and the one place where errors become exit codes.

Exit codes: 0 all was done; 1 some items failed, or the check found damage; 2 the command line is wrong;
3 the archive, the index or a setting cannot be used; 130 interrupted.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from newsarchive import __version__
from newsarchive.cli.ingest import ingest
from newsarchive.cli.maintain import reindex, stats, verify, withdraw
from newsarchive.cli.search import search, show
from newsarchive.cli.serve import serve
from newsarchive.config import load_config
from newsarchive.errors import NewsArchiveError

UNUSABLE = 3
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


for command in (ingest, search, show, reindex, verify, stats, withdraw, serve):
    group.add_command(command)


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
