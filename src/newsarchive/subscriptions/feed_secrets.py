"""Secrets of feeds: placeholders in addresses and headers, filled from the environment or a file of mode 0600."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from newsarchive.errors import SubscriptionsError
from newsarchive.ingest.fetching.masking import MASK, masked
from newsarchive.wording import Worded, worded

SECRETS_FILE = "secrets.env"
"""The name of the file in the folder of the subscriptions."""
PREFIX = "FEED_"
"""What names of secrets begin with. Other variables of the environment are never sent anywhere."""

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_]{1,100})\}")
_LINE = re.compile(r"(?:export\s+)?([A-Za-z0-9_]{1,100})\s*=\s*(.*)")
_SHORTEST_HIDDEN = 4
"""Characters of a value that is hidden wherever it occurs. Shorter ones are part of ordinary words."""


def has_placeholder(text: str) -> bool:
    """Whether a text has a placeholder such as `${FEED_KEY}`."""
    return _PLACEHOLDER.search(text) is not None


class FeedSecrets:
    """The secrets of one archive's feeds. The environment takes precedence over the file.

    `prefix` is what their names begin with.
    """

    def __init__(
        self, file: Path | None = None, environment: Mapping[str, str] = os.environ, *, prefix: str = PREFIX
    ) -> None:
        """Read the file if it exists. Raises SubscriptionsError if others may read it, or a line can't be read."""
        self._prefix = prefix
        from_environment = {name: value for name, value in environment.items() if name.startswith(prefix) and value}
        self._values = {**_read(file, prefix), **from_environment}

    def get(self, name: str) -> str:
        """The value of a secret; empty if there is none."""
        return self._values.get(name, "")

    def fill(self, text: str) -> str:
        """The text with its placeholders replaced. Raises SubscriptionsError, naming a missing secret."""
        return _PLACEHOLDER.sub(lambda match: self._value(match[1]), text)

    def fill_address(self, address: str) -> str:
        """The address with its placeholders replaced by percent-encoded values. Raises SubscriptionsError."""
        return _PLACEHOLDER.sub(lambda match: quote(self._value(match[1]), safe=""), address)

    def hide(self, text: str) -> str:
        """The text without secrets: those of addresses, and every value that this object knows."""
        if isinstance(text, Worded):
            return text.mapped(self.hide)
        text = masked(text)
        for value in sorted(self._values.values(), key=len, reverse=True):
            if len(value) >= _SHORTEST_HIDDEN:
                text = text.replace(value, MASK).replace(quote(value, safe=""), MASK)
        return text

    def _value(self, name: str) -> str:
        if not name.startswith(self._prefix):
            raise SubscriptionsError(
                worded("${{{name}}}: the names of secrets here begin with {prefix}", name=name, prefix=self._prefix)
            )
        if name not in self._values:
            raise SubscriptionsError(
                worded("the secret {name} is neither in the environment nor in the file of secrets", name=name)
            )
        return self._values[name]


def _read(file: Path | None, prefix: str) -> dict[str, str]:
    if file is None or not file.exists():
        return {}
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise SubscriptionsError(
            worded("{file}: other users may read this file of secrets; run: chmod 600 {file}", file=file)
        )
    values = {}
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or not match[1].startswith(prefix):
            raise SubscriptionsError(
                worded("{file}:{number}: write {prefix}NAME=value", file=file, number=number, prefix=prefix)
            )
        values[match[1]] = _unquoted(match[2])
    return values


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value
