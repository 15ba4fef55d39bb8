"""Whether an article is new, a correction, or already there: a decision on plain data, without a disk or a network."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from newsarchive.article import Article, Topic
from newsarchive.limits import bounded


class Verdict(StrEnum):
    """What becomes of an article."""

    STORED = "stored"
    """It is new."""
    REVISED = "revised"
    """It says more, or something else, than the article that is there: it becomes the next revision."""
    DUPLICATE = "duplicate"
    """It, or the same text of the same source at another address, is there already."""
    WITHDRAWN = "withdrawn"
    """The article was withdrawn and stays so."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows that bears on one incoming article.

    `latest` is the last revision with its id, cleaned and within the limits by today's rules like the incoming one;
    None if the id is unknown or withdrawn. The others are about the text, which is source, own title and body: whether
    it is the text of `latest`, whether any revision with the id had it, and the id of another article that has or had
    it.
    """

    latest: Article | None = None
    withdrawn: bool = False
    is_current_text: bool = False
    had_text: bool = False
    same_text: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict; `article` is what to append, `duplicate_of` the id of what is there."""

    verdict: Verdict
    article: Article | None = None
    duplicate_of: str | None = None


def decide(incoming: Article, known: Known) -> Decision:
    """Decide about one article.

    The same items taken in twice, in whatever order their versions come, end with nothing added the second time: each
    text belongs to one article for good, a text that an earlier revision had is an old copy, and what a copy of the
    current text says beside it has been said before.
    """
    if known.withdrawn:
        return Decision(Verdict.WITHDRAWN, duplicate_of=incoming.id)
    latest = known.latest
    if latest is not None and known.is_current_text:
        merged = _filled(latest, incoming)
        if merged == latest:
            return Decision(Verdict.DUPLICATE, duplicate_of=incoming.id)
    elif known.had_text:
        return Decision(Verdict.DUPLICATE, duplicate_of=incoming.id)
    elif known.same_text is not None:
        return Decision(Verdict.DUPLICATE, duplicate_of=known.same_text)
    elif latest is None:
        return Decision(Verdict.STORED, replace(incoming, revision=1))
    else:
        merged = _filled(incoming, latest)
    return Decision(Verdict.REVISED, replace(merged, revision=latest.revision + 1, origin=incoming.origin))


_FILLED_FIELDS = ("summary", "publisher", "authors", "url", "image_credit", "headings")


def _filled(base: Article, other: Article) -> Article:
    """`base` with what it lacks taken from another copy, and the topics of both, as many as an article may have."""
    gains: dict[str, Any] = {name: getattr(other, name) for name in _FILLED_FIELDS if not getattr(base, name)}
    if base.published is None and (other.published or not base.published_raw):
        # A date goes with the string that it was read from.
        gains |= {"published": other.published, "published_raw": other.published_raw}
    return bounded(replace(base, **gains, topics=_united(base.topics, other.topics)))


def _united(topics: tuple[Topic, ...], more: tuple[Topic, ...]) -> tuple[Topic, ...]:
    there = {topic.name for topic in topics}
    gains = {topic.name: topic for topic in more if topic.name not in there}
    return topics + tuple(gains.values())
