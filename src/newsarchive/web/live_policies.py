"""The access policies of a running server, which are read again when a file that has them changes.

Readers must not go on seeing what was just restricted, and nobody should have to think of a restart. What a change
restricts holds at the first request a second later. What it opens holds a second after that, if the file has stayed
as it is: an editor may have emptied it only to write it again.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsarchive.access import AccessPolicies
from newsarchive.access.policies import Level, Policy
from newsarchive.config import Config
from newsarchive.errors import ConfigError
from newsarchive.tables import Tables, read_access

INTERVAL = 1.0
"""The least seconds between two looks at the files."""

_Stamp = tuple[int, int, int]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file of settings, and what reads it again."""

    file: Path
    load: Callable[[], Config]


@dataclass(frozen=True, slots=True)
class Rules:
    """What readers without a token see: of articles, and whether formats for programs have full texts."""

    access: AccessPolicies
    public_full_text: bool

    @property
    def restrict(self) -> bool:
        """Whether a token shows more than everybody sees."""
        return self.access.restricts or not self.public_full_text


class LivePolicies:
    """The rules that hold now. Threads may share it.

    `settings` has the settings `access` and `public_full_text`; without it, these don't change.
    """

    def __init__(
        self,
        tables: Tables,
        *,
        public_full_text: bool = True,
        settings: SettingsFile | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rules = Rules(tables.access, public_full_text)
        self._tables = tables
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = clock()
        # A file may have changed since the tables were read, so each is read again at the first look.
        self._stamps: tuple[_Stamp | None, ...] = ()
        self._coming: Rules | None = None

    def refresh(self) -> None:
        """Look at the files, unless that was done within the last second. Rules that can't be read change nothing."""
        if self._clock() - self._looked < INTERVAL:
            return
        with self._lock:
            if self._clock() - self._looked < INTERVAL:
                return
            try:
                self._look()
            finally:
                self._looked = self._clock()

    def _look(self) -> None:
        stamps = self._now()
        if stamps != self._stamps:
            self._stamps, self._coming = stamps, None
            try:
                self._coming = self._read()
            except (ConfigError, OSError) as error:
                _log.error("the access policies stay as they are: %s", error)
                return
            if self._coming != self.rules:
                self.rules = _stricter(self.rules, self._coming)
        elif self._coming is not None:
            if self._coming != self.rules:
                self.rules = self._coming
                _log.info("the access policies were read again")
            self._coming = None

    def _read(self) -> Rules:
        access, public_full_text = self.rules.access.default, self.rules.public_full_text
        if self._settings is not None:
            config = self._settings.load()
            access, public_full_text = config.access, config.public_full_text
        return Rules(read_access(self._tables, access), public_full_text)

    def _now(self) -> tuple[_Stamp | None, ...]:
        files = [self._tables.access_file, self._settings.file if self._settings else None]
        return tuple(_stamp(file) for file in files)


def _stamp(file: Path | None) -> _Stamp | None:
    """What changes whenever a file does; None if there is none."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found is not None else None


def _stricter(one: Rules, other: Rules) -> Rules:
    """Rules that show nothing that one of two doesn't show."""
    first, second = one.access, other.access
    keys = first.by_source.keys() | second.by_source.keys()
    by_source = {
        key: min(first.by_source.get(key, first.default), second.by_source.get(key, second.default), key=_openness)
        for key in keys
    }
    access = AccessPolicies(min(first.default, second.default, key=_openness), by_source, second.key)
    return Rules(access, one.public_full_text and other.public_full_text)


def _openness(policy: Policy) -> tuple[int, int, int]:
    if policy.level is Level.FULL:
        return 2, 0, 0
    if policy.embargo is None:
        return 0, policy.level, 0
    return 1, policy.level, -policy.embargo
