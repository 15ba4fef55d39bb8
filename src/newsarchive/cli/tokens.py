"""`newsarchive tokens`: give readers access to texts that not everybody may read, and take it back."""

import contextlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from newsarchive.access import Scope
from newsarchive.access.tokens import Token, TokenStore
from newsarchive.archive import Archive
from newsarchive.cli.common import archive_option, with_config
from newsarchive.cli.streams import print_json
from newsarchive.cli.translating import _
from newsarchive.config import Config
from newsarchive.tables import Tables, load_tables


@click.group()
def tokens() -> None:
    """Give readers tokens, list these, and revoke them."""


class _Day(click.ParamType[date]):
    name = "DATE"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(_("{value!r} is not a day such as 2027-12-31").format(value=value), param, ctx)


@tokens.command()
@click.argument("name")
@archive_option
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    default=(Scope.READ.value,),
    help="What it allows: full texts, or writing collections; may be given several times.",
)
@click.option("--expires", type=_Day(), help="Last day on which it is good.")
@click.option("--sources", multiple=True, metavar="NAME", help="Only texts of this source; may be given several times.")
@with_config
def create(  # noqa: PLR0913 - one parameter per option
    config: Config, name: str, archive: Path, scopes: tuple[str, ...], expires: date | None, sources: tuple[str, ...]
) -> None:
    """Make a token and print it, once: the archive keeps only a digest of it."""
    _check(archive)
    tables = _tables_of(config, archive)
    made = TokenStore(archive).create(
        name,
        scopes=tuple(dict.fromkeys(map(Scope, scopes))),
        sources=tables.sources.canonical_all(sources),
        expires=expires,
    )
    click.echo(made)
    click.echo(_("Keep it: it is not shown again."), err=True)
    if not tables.access.restricts and config.public_full_text and Scope.READ.value in scopes:
        click.echo(_("Everybody sees all texts of this archive: no source has a policy."), err=True)


@tokens.command("list")
@archive_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_config
def list_tokens(_config: Config, archive: Path, as_json: bool) -> None:
    """List the tokens: what they allow, and when they were last used, to about an hour."""
    _check(archive)
    store = TokenStore(archive)
    if as_json:
        print_json([_form(store, token) for token in store.tokens()])
        return
    for token in store.tokens():
        click.echo(_line(store, token))


@tokens.command()
@click.argument("named", metavar="ID|NAME")
@archive_option
@with_config
def revoke(_config: Config, archive: Path, named: str) -> None:
    """Revoke a token. Running servers refuse it from the next request on."""
    _check(archive)
    for token in TokenStore(archive).revoke(named):
        click.echo(_("revoked: {id}  {name}").format(id=token.id, name=token.name))


def _check(archive: Path) -> None:
    """Raise ArchiveError if the folder has no archive."""
    with contextlib.closing(Archive(archive)):
        pass


def _tables_of(config: Config, archive: Path) -> Tables:
    return load_tables(archive, config.tables, config.spellings, config.access)


def _state(token: Token) -> str:
    if token.revoked is not None:
        return "revoked"
    return "good" if token.is_good(datetime.now(UTC).date()) else "expired"


def _line(store: TokenStore, token: Token) -> str:
    used = store.last_used(token)
    facts = [
        _(_state(token)),
        ", ".join(token.scopes),
        *([_("only {sources}").format(sources=", ".join(token.sources))] if token.sources else ()),
        _("made {created:%Y-%m-%d}").format(created=token.created),
        *([_("until {expires}").format(expires=token.expires)] if token.expires else ()),
        _("used {used:%Y-%m-%d %H:%M} UTC").format(used=used) if used else _("never used"),
    ]
    return f"{token.id}  {token.name}  ({_('; ').join(facts)})"


def _form(store: TokenStore, token: Token) -> dict[str, Any]:
    used = store.last_used(token)
    return {
        "id": token.id,
        "name": token.name,
        "state": _state(token),
        "scopes": list(token.scopes),
        "sources": list(token.sources),
        "created": token.created.isoformat(),
        "expires": token.expires.isoformat() if token.expires else None,
        "revoked": token.revoked.isoformat() if token.revoked else None,
        "last_used": used.isoformat() if used else None,
    }
