"""Whether an article is new, a correction, or already there: a decision on plain data, without a disk or a network."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from newsarchive.article import Article, Topic, content_digest, text_digest


class Verdict(StrEnum):
    """What becomes of an article."""

    KEPT = "kept"
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

    `latest` is the last revision with its id, None for an unknown or withdrawn one; `had_text` says whether any
    revision with its id had the same text; `same_text` is the id of any article with the same text.
    """

    latest: Article | None = None
    withdrawn: bool = False
    had_text: bool = False
    same_text: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict; `article` is what to append, `duplicate_of` the id of what is there."""

    verdict: Verdict
    article: Article | None = None
    duplicate_of: str | None = None


Lookup = Callable[[Article], Known]


def decide(incoming: Article, known: Known) -> Decision:
    """Decide about one article.

    The same article taken in twice, in whatever order its versions come, ends with nothing added: a text that an
    earlier revision had is an old copy, and what the new copy of the current text does not say was said before.
    """
    if known.withdrawn:
        return Decision(Verdict.WITHDRAWN, duplicate_of=incoming.id)
    if known.latest is None:
        if known.same_text is not None:
            return Decision(Verdict.DUPLICATE, duplicate_of=known.same_text)
        return Decision(Verdict.KEPT, replace(incoming, revision=1))
    is_current_text = text_digest(incoming) == text_digest(known.latest)
    if known.had_text and not is_current_text:
        return Decision(Verdict.DUPLICATE, duplicate_of=incoming.id)
    merged = _filled(known.latest, incoming) if is_current_text else _filled(incoming, known.latest)
    if content_digest(merged) == content_digest(known.latest):
        return Decision(Verdict.DUPLICATE, duplicate_of=incoming.id)
    revised = replace(merged, revision=known.latest.revision + 1, origin=incoming.origin)
    return Decision(Verdict.REVISED, revised)


_FILLED_FIELDS = (
    "summary",
    "publisher",
    "authors",
    "published",
    "published_raw",
    "url",
    "image_credit",
    "headings",
)


def _filled(base: Article, other: Article) -> Article:
    """`base` with what it lacks taken from another copy, and the topics of both."""
    gains = {name: getattr(other, name) for name in _FILLED_FIELDS if not getattr(base, name)}
    return replace(base, **gains, topics=_united(base.topics, other.topics))


def _united(topics: tuple[Topic, ...], more: tuple[Topic, ...]) -> tuple[Topic, ...]:
    names = {topic.name for topic in topics}
    return topics + tuple(topic for topic in more if topic.name not in names)
