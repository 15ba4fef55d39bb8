"""Decides whether an article is new, a revision or a duplicate. Works on plain data, without I/O."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.arabic.tokens import words
from newsarchive.article import Article, Topic
from newsarchive.limits import bounded

FULL_TEXT = "page"
"""The kind of origin of articles whose text was read from their own page."""
_FEED = "feed"
SHORT = 40
"""A body with fewer words is the same article only on the same day: outlets repeat flashes and headlines."""

_SHARED = 0.4
_SHARED_TITLE = 0.75
"""The share of the words of the shorter text, or title, that related texts have in common. A corrected article keeps
most of its words; another article under a recycled guid shares little more than particles."""
_READ = 50_000
"""The number of characters that are compared of a text."""


def is_short(article: Article) -> bool:
    """Whether the body has fewer words than `SHORT`."""
    return len(article.body.split(None, SHORT)) < SHORT


def is_other_day(incoming: Article, stored: Article) -> bool:
    """Whether an equal text is another article, because it is short and both days are known and differ."""
    days = incoming.published_day, stored.published_day
    return None not in days and days[0] != days[1] and is_short(incoming)


def is_related(incoming: Article, stored: Article) -> bool:
    """Whether two texts can be versions of one article, because they share enough words.

    A growing live blog contains its earlier version, and an article the flash that it began with,
    so the shorter text is compared. Common words don't count.
    """
    if _is_shared(_words_of(incoming.title), _words_of(stored.title), _SHARED_TITLE):
        return True
    one, other = (_words_of(f"{article.title}\n{article.body}") for article in (incoming, stored))
    return _is_shared(one, other, _SHARED)


def _is_shared(words: frozenset[str], others: frozenset[str], share: float) -> bool:
    fewer = min(len(words), len(others))
    return bool(fewer) and len(words & others) >= share * fewer


def _words_of(text: str) -> frozenset[str]:
    """The folded words without stop words and single letters."""
    return frozenset(word for word in words(text[:_READ]) if len(word) > 1) - STOP_WORDS


class Verdict(StrEnum):
    """The outcome for an incoming article."""

    STORED = "stored"
    """The article is new."""
    REVISED = "revised"
    """The article differs from the stored one or adds to it, and becomes its next revision."""
    DUPLICATE = "duplicate"
    """The archive already has the article, or the same text from the same source at another URL."""
    WITHDRAWN = "withdrawn"
    """The article was withdrawn and stays withdrawn."""


@dataclass(frozen=True, slots=True)
class Known:
    """The archived data needed to decide about one incoming article.

    `latest` is the latest revision with the same id, cleaned and cut by the current rules like the
    incoming article. It is None if the id is unknown or withdrawn. The other fields compare the
    incoming text, which consists of the source, the title unless it is derived, and the body.
    `is_current_text` is whether `latest` has the same text, `had_text` whether any revision with
    the same id has it. `same_text` is the id of another article with a revision that has it.
    """

    latest: Article | None = None
    withdrawn: bool = False
    is_current_text: bool = False
    had_text: bool = False
    same_text: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, with the `article` to append or the id of the stored article in `duplicate_of`."""

    verdict: Verdict
    article: Article | None = None
    duplicate_of: str | None = None


def decide(incoming: Article, known: Known) -> Decision:
    """Decide about one article.

    Ingesting the same items a second time adds nothing, in whatever order their versions come. Each
    text permanently belongs to one article. A text that only an earlier revision has is an old
    copy. A copy of the current text only fills fields that are empty. The teaser in a feed never
    replaces the longer text of the article's page.
    """
    if known.withdrawn:
        return Decision(Verdict.WITHDRAWN, duplicate_of=incoming.id)
    latest = known.latest
    if latest is not None and known.is_current_text:
        merged = _filled(latest, incoming)
        # A guid alone is no reason for a revision: articles that were stored before guids were would all get one.
        if replace(merged, guid=latest.guid) == latest:
            return Decision(Verdict.DUPLICATE, duplicate_of=incoming.id)
    elif known.had_text or (latest is not None and _is_teaser(incoming, latest)):
        return Decision(Verdict.DUPLICATE, duplicate_of=incoming.id)
    elif known.same_text is not None:
        return Decision(Verdict.DUPLICATE, duplicate_of=known.same_text)
    elif latest is None:
        return Decision(Verdict.STORED, incoming if incoming.revision == 1 else replace(incoming, revision=1))
    else:
        merged = _filled(incoming, latest)
    return Decision(Verdict.REVISED, replace(merged, revision=latest.revision + 1, origin=incoming.origin))


def _is_teaser(incoming: Article, stored: Article) -> bool:
    is_of_feed = incoming.origin.kind == _FEED and stored.origin.kind == FULL_TEXT
    return is_of_feed and len(incoming.body) < len(stored.body)


_FILLED_FIELDS = ("summary", "publisher", "authors", "url", "guid", "image_credit", "headings")


def _filled(base: Article, other: Article) -> Article:
    """`base` with its empty fields filled from `other` and the topics of both, within the limits."""
    gains: dict[str, Any] = {name: getattr(other, name) for name in _FILLED_FIELDS if not getattr(base, name)}
    is_gap = base.published is None and (other.published or not base.published_raw)
    # A relative date depends on when the item was fetched, so any other date is better.
    if is_gap or (base.published_relative and other.published and not other.published_relative):
        # A date and the string it was parsed from stay together.
        gains |= {
            "published": other.published,
            "published_raw": other.published_raw,
            "published_relative": other.published_relative,
        }
    return bounded(replace(base, **gains, topics=_united(base.topics, other.topics)))


def _united(topics: tuple[Topic, ...], more: tuple[Topic, ...]) -> tuple[Topic, ...]:
    there = {topic.name for topic in topics}
    gains = {topic.name: topic for topic in more if topic.name not in there}
    return topics + tuple(gains.values())
