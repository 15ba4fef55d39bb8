"""Tokens of readers: made once, kept as digests, and revoked at once.

A token has 32 random bytes. Nobody can guess those, however fast they try, so a plain SHA-256 keeps it secret: salt,
pepper and slow hashes protect secrets that people choose. The file has the digests only, and is for its owner only.
Server processes look at the file's state with every request that has a token, so a revocation needs no restart.
"""

import fcntl
import hmac
import json
import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from newsarchive.access.readers import Reader, Scope
from newsarchive.durable import sync_folder
from newsarchive.errors import AccessError
from newsarchive.wording import worded

FOLDER = "access"
"""The folder of tokens in the archive."""
TOKENS = "tokens.json"
_USED = "used"
PREFIX = "nra_"
"""What a token begins with, so that programs that look for leaked secrets can recognize it."""
_ID_BYTES = 4
_SECRET_BYTES = 32
_ID = slice(len(PREFIX), len(PREFIX) + 2 * _ID_BYTES)
_LONGEST_NAME = 100
_NOTED_EVERY = 3_600
"""Seconds between two notes that a token was used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is kept of a token. `expires` is the last day on which it is good; the days are those of UTC."""

    id: str
    name: str
    sha256: str
    scopes: tuple[Scope, ...] = (Scope.READ,)
    sources: tuple[str, ...] = ()
    created: datetime
    expires: date | None = None
    revoked: datetime | None = None

    def is_good(self, today: date) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked is None and (self.expires is None or today <= self.expires)

    @property
    def reader(self) -> Reader:
        """Who has it."""
        return Reader(self.name, self.id, frozenset(self.scopes), self.sources)


class TokenStore:
    """The tokens of the archive in a folder. Thread-safe; any number of processes may use it."""

    def __init__(self, archive: Path) -> None:
        self._folder = archive / FOLDER
        self._path = self._folder / TOKENS
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int, int], dict[str, Token]] | None = None
        self._noted: dict[str, float] = {}

    def tokens(self) -> tuple[Token, ...]:
        """All tokens, also revoked and expired ones, in the order in which they were made. Raises AccessError."""
        return tuple(self._tokens().values())

    def good(self) -> tuple[Token, ...]:
        """The tokens that are neither revoked nor expired. Raises AccessError."""
        today = _today()
        return tuple(one for one in self.tokens() if one.is_good(today))

    def create(
        self,
        name: str,
        *,
        scopes: tuple[Scope, ...] = (Scope.READ,),
        sources: tuple[str, ...] = (),
        expires: date | None = None,
    ) -> str:
        """Make a token and return it; only its digest is kept. Raises AccessError if the name is taken or unusable."""
        name = " ".join(name.split())
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise AccessError(
                worded("a token needs a name of up to {longest_name} printable characters", longest_name=_LONGEST_NAME)
            )
        if expires is not None and expires < _today():
            raise AccessError(worded("{expires} is past; a token must be good for at least today", expires=expires))
        with self._writing() as tokens:
            if any(one.name == name and one.is_good(_today()) for one in tokens.values()):
                raise AccessError(
                    worded("there is a token {name!r} already; revoke it, or choose another name", name=name)
                )
            token_id = next(one for one in iter(lambda: secrets.token_hex(_ID_BYTES), "") if one not in tokens)
            token = PREFIX + token_id + secrets.token_urlsafe(_SECRET_BYTES)
            tokens[token_id] = Token(
                id=token_id,
                name=name,
                sha256=_digest(token),
                scopes=scopes,
                sources=sources,
                created=datetime.now(UTC).replace(microsecond=0),
                expires=expires,
            )
        return token

    def revoke(self, name: str) -> tuple[Token, ...]:
        """Revoke the tokens with a name or an id. Returns those; raises AccessError if none is good any more."""
        now = datetime.now(UTC).replace(microsecond=0)
        with self._writing() as tokens:
            found = [one for one in tokens.values() if name in (one.name, one.id) and one.revoked is None]
            if not found:
                raise AccessError(
                    worded("there is no token {name!r} to revoke; see 'newsarchive tokens list'", name=name)
                )
            tokens |= {one.id: replace(one, revoked=now) for one in found}
        return tuple(found)

    def reader_of(self, token: str) -> Reader | None:
        """The reader with a token; None if it isn't good, or the file can't be used."""
        if not token.startswith(PREFIX) or not token.isascii():
            return None
        with suppress(AccessError):
            found = self._tokens().get(token[_ID])
            # A digest is compared even if there is no such token, so that both take as long.
            is_same = hmac.compare_digest(_digest(token), found.sha256 if found else "")
            if found is not None and is_same and found.is_good(_today()):
                self._note_use(found.id)
                return found.reader
        return None

    def named(self, name: str) -> Reader | None:
        """The reader whose token has a name; None if none is good. For what the archive sends by itself.

        Raises AccessError.
        """
        return next((one.reader for one in self.good() if one.name == name), None)

    def last_used(self, token: Token) -> datetime | None:
        """When a token was last used, to about an hour; None if it never was."""
        try:
            return datetime.fromtimestamp((self._folder / _USED / token.id).stat().st_mtime, UTC)
        except OSError:
            return None

    def _note_use(self, token_id: str) -> None:
        """Note that a token is used: the time of an empty file, once an hour and process at most."""
        now = time.monotonic()
        with self._lock:
            if now - self._noted.get(token_id, -_NOTED_EVERY) < _NOTED_EVERY:
                return
            self._noted[token_id] = now
        with suppress(OSError):  # the archive may be read-only for the server
            (self._folder / _USED).mkdir(mode=0o700, exist_ok=True)
            (self._folder / _USED / token_id).touch(mode=0o600)

    def _tokens(self) -> dict[str, Token]:
        """The tokens by id, read again if the file is another one or was changed."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise AccessError(worded("{path}: {strerror}", path=self._path, strerror=error.strerror)) from error
        state = found.st_ino, found.st_mtime_ns, found.st_size
        with self._lock:
            if self._read is None or self._read[0] != state:
                self._read = state, _loaded(self._path)
            return dict(self._read[1])

    @contextmanager
    def _writing(self) -> Iterator[dict[str, Token]]:
        """The tokens by id, to be changed; they are written when the block ends."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                tokens = _loaded(self._path) if self._path.exists() else {}
                yield tokens
                _write(self._path, tokens)
            finally:
                os.close(lock)
        except OSError as error:
            raise AccessError(worded("{path}: {strerror}", path=self._path, strerror=error.strerror)) from error


def _today() -> date:
    return datetime.now(UTC).date()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _loaded(path: Path) -> dict[str, Token]:
    """The tokens in a file by id. Raises AccessError if it can't be read, or if others may read it."""
    try:
        if path.stat().st_mode & 0o077:
            raise AccessError(
                worded("{path}: other users may read or change this file; run: chmod 600 {path}", path=path)
            )
        listed = json.loads(path.read_bytes())["tokens"]
        return {one["id"]: _token(one) for one in listed}
    except OSError as error:
        raise AccessError(worded("{path}: {strerror}", path=path, strerror=error.strerror)) from error
    except (ValueError, TypeError, KeyError) as error:
        raise AccessError(
            worded("{path}: damaged ({error}); delete it, and create new tokens", path=path, error=error)
        ) from error


def _token(form: Mapping[str, Any]) -> Token:
    return Token(
        id=form["id"],
        name=form["name"],
        sha256=form["sha256"],
        scopes=tuple(map(Scope, form["scopes"])),
        sources=tuple(form["sources"]),
        created=datetime.fromisoformat(form["created"]),
        expires=date.fromisoformat(form["expires"]) if form["expires"] else None,
        revoked=datetime.fromisoformat(form["revoked"]) if form["revoked"] else None,
    )


def _write(path: Path, tokens: Mapping[str, Token]) -> None:
    """Replace the file in one step. It is never readable for others, not even for a moment."""
    content = json.dumps({"tokens": [_form(one) for one in tokens.values()]}, ensure_ascii=False, indent=1) + "\n"
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def _form(token: Token) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(token).items()}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
