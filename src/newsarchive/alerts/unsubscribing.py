"""Unsubscribing: tokens that only this archive can make, and what they do.

A token is the code that the ledger has for one recipient of one search, with a signature. So nobody can guess
one, or find out by trying which searches or readers there are.
"""

import base64
import hmac
import os
import secrets
import time
from hashlib import sha256
from pathlib import Path

from newsarchive.alerts.ledger import FOLDER, Ledger
from newsarchive.alerts.records import Recipient
from newsarchive.durable import sync_folder
from newsarchive.errors import AlertsError
from newsarchive.wording import worded

KEY_VARIABLE = "ALERT_UNSUBSCRIBE_KEY"
"""The variable of the environment with the key. Without it, the key is in a file, which is made when first needed."""
KEY_FILE = "unsubscribe.key"
REASON = "unsubscribed"

_KEY_BYTES = 32
_SHORTEST_KEY = 16
_CODE_BYTES = 12
_LONGEST_TOKEN = 200


def new_code() -> str:
    """A code for a recipient that isn't in the ledger yet."""
    return secrets.token_hex(_CODE_BYTES)


def load_key(archive: Path, *, create: bool = False) -> bytes:
    """The key that signs tokens; empty if there is none. Raises AlertsError if it can't be used.

    With `create`, it is made if there is none.
    """
    given = os.environ.get(KEY_VARIABLE, "").encode()
    path = archive / FOLDER / KEY_FILE
    if not given:
        if create and not path.exists():
            _make_key(path)
        if not path.exists():
            return b""
        if path.stat().st_mode & 0o077:
            raise AlertsError(worded("{path}: other users may read this key; run: chmod 600 {path}", path=path))
        given = path.read_bytes().strip()
    if len(given) < _SHORTEST_KEY:
        raise AlertsError(
            worded(
                "the key {key_variable} is too short: it must have at least {shortest_key} characters",
                key_variable=KEY_VARIABLE,
                shortest_key=_SHORTEST_KEY,
            )
        )
    return given


def _make_key(path: Path) -> None:
    """Make the file in one step: two processes must not use two keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_urlsafe(_KEY_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(fresh)
        except FileExistsError:  # another process was faster
            return
    finally:
        fresh.unlink()
    sync_folder(path.parent)


def token_of(code: str, key: bytes) -> str:
    """The token of a recipient's code."""
    signed = hmac.new(key, f"unsubscribe {code}".encode(), sha256).digest()
    return f"{code}.{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"


def code_in(token: str, key: bytes) -> str | None:
    """The code in a token; None if the token wasn't made with this key."""
    code, dot, _ = token.partition(".")
    if not (key and dot and token.isascii() and len(token) <= _LONGEST_TOKEN):
        return None
    return code if hmac.compare_digest(token_of(code, key), token) else None


class Unsubscriber:
    """What the server needs to unsubscribe readers. Implements `web.unsubscribing.Unsubscribing`."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive

    def name_of(self, token: str) -> tuple[str, str] | None:
        """The name of the saved search of a token and its language; None if the token isn't valid."""
        found = self._recipient(token)
        return None if found is None else (found.name, found.language)

    def unsubscribe(self, token: str) -> bool:
        """Unsubscribe the recipient of a token. Returns whether the token is valid; a second time changes nothing."""
        found = self._recipient(token)
        if found is not None and found.stopped is None:
            with Ledger(self._archive) as ledger:
                ledger.stop(found.code, REASON, time.time())
        return found is not None

    def _recipient(self, token: str) -> Recipient | None:
        code = code_in(token, load_key(self._archive))
        if code is None or not Ledger.is_in(self._archive):
            return None
        with Ledger(self._archive) as ledger:
            return ledger.recipient_of_code(code)
