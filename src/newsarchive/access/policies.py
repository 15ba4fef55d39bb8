"""Policies: what readers without a token see of the articles of a source."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum

from newsarchive.arabic.names import name_key
from newsarchive.article import Article
from newsarchive.wording import worded

LONGEST_EMBARGO = 36_500
"""Days."""

_EMBARGO = re.compile(r"embargo\s+([0-9]{1,6})\s+days?(?:\s+(snippet|metadata))?")


class Level(IntEnum):
    """How much of a text is shown, the least first."""

    METADATA = 0
    SNIPPET = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Policy:
    """What is shown of a source: `level` always, or, with an `embargo`, until so many days have passed, then all."""

    level: Level = Level.FULL
    embargo: int | None = None

    def ends(self, article: Article) -> date | None:
        """The day from which on all of an article is shown; None if there is no such day.

        An embargo counts from the day of publication; without one, from the day on which the article was archived.
        """
        if self.embargo is None:
            return None
        begun = article.published_day or (article.archived_at.date() if article.archived_at else None)
        if begun is None or self.embargo > (date.max - begun).days:
            return None
        return begun + timedelta(days=self.embargo)

    def level_on(self, today: date, article: Article) -> Level:
        """What is shown of an article on a day."""
        end = self.ends(article)
        return Level.FULL if end is not None and today >= end else self.level

    def __str__(self) -> str:
        """As people write it."""
        name = self.level.name.lower()
        if self.embargo is None:
            return name
        return f"embargo {self.embargo} days" + (" snippet" if self.level is Level.SNIPPET else "")


FULL = Policy()


def read_policy(text: str) -> Policy:
    """The policy that a text means: `full`, `snippet`, `metadata`, `embargo 30 days`, `embargo 30 days snippet`.

    Raises ValueError.
    """
    written = " ".join(text.split()).lower()
    if written in ("full", "snippet", "metadata"):
        return Policy(Level[written.upper()])
    match = _EMBARGO.fullmatch(written)
    if match is None:
        raise ValueError(
            worded("{text!r} is no policy; write full, snippet, metadata, or embargo 30 days [snippet]", text=text)
        )
    days = int(match[1])
    if not 1 <= days <= LONGEST_EMBARGO:
        raise ValueError(
            worded(
                "an embargo must be from 1 to {longest_embargo:,} days, not {days:,}",
                longest_embargo=LONGEST_EMBARGO,
                days=days,
            )
        )
    return Policy(Level[(match[2] or "metadata").upper()], days)


@dataclass(frozen=True, slots=True)
class AccessPolicies:
    """The policies of an archive: one for each listed source, and the `default` of the others.

    `by_source` has the keys of sources as `key` makes them, which is the same for all names of a source.
    """

    default: Policy = FULL
    by_source: Mapping[str, Policy] = field(default_factory=dict)
    key: Callable[[str], str] = name_key

    @property
    def restricts(self) -> bool:
        """Whether any text is kept from any reader."""
        return any(policy.level is not Level.FULL for policy in (self.default, *self.by_source.values()))

    def of(self, article: Article, *, without: frozenset[str] = frozenset()) -> tuple[Policy, ...]:
        """The policies that apply to an article: those of its source and its publisher, as far as they are listed.

        The default applies if neither is listed. Sources with a key in `without` don't count.
        """
        keys = {self.key(name) for name in (article.source, article.publisher) if name}
        listed = keys & self.by_source.keys()
        if listed:
            return tuple(self.by_source[key] for key in sorted(listed - without))
        return () if self.key(article.source) in without else (self.default,)
