"""What an article is about: the topics it was given, and those that the model assigns to one without.

Both are a function of the article, the table and the model. Nothing of it is written to the archive.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.article import Article
from newsarchive.topics.table import TopicTable, built_in_text

if TYPE_CHECKING:  # the model is slow to load, and some commands don't need it
    from newsarchive.topics.model import Assignment, TopicModel


ASSIGNED_SCHEME = "urn:newsarchive:assigned-topic"
"""The scheme of a category that is an assigned topic, in feeds. No outlet gave it, so it isn't read as given."""
_LONGEST_REMEMBERED = 20_000
"""The assignments of an article with a longer body, in characters, aren't remembered with it."""


class TopicKind(StrEnum):
    """Which topics of articles count."""

    ANY = "any"
    GIVEN = "given"
    """What the outlet, or a person at ingest, said the article is about."""
    ASSIGNED = "assigned"
    """What the model says about an article without a given topic."""


@dataclass(frozen=True, slots=True)
class ArticleTopics:
    """The canonical names of an article's given topics and sections, and its assigned topics, likeliest first.

    An article has assigned topics only if it has no given ones.
    """

    given: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    assigned: "tuple[Assignment, ...]" = ()

    @property
    def assigned_names(self) -> tuple[str, ...]:
        """The canonical names of the assigned topics."""
        return tuple(assignment.topic for assignment in self.assigned)

    @property
    def names(self) -> tuple[str, ...]:
        """The topics, given or assigned."""
        return self.given or self.assigned_names


@dataclass(frozen=True, slots=True)
class Topics:
    """Says what articles are about. Picklable: each process reads the model itself.

    `model_file` is the archive's own model; None means the built-in one.
    """

    table: TopicTable = field(default_factory=TopicTable)
    model_file: Path | None = None

    @property
    def model(self) -> "TopicModel":
        """The model, read on first use. Raises ConfigError if the archive's own can't be read."""
        return _model(self.model_file, _state(self.model_file))

    def of(self, article: Article) -> ArticleTopics:
        """The topics and sections of an article. Raises ConfigError as `model` does."""
        meaning = self.table.meaning(article.topic_names)
        assigned = () if meaning.topics else self._assigned(article)
        return ArticleTopics(meaning.topics, meaning.sections, assigned)

    def _assigned(self, article: Article) -> "tuple[Assignment, ...]":
        if len(article.body) > _LONGEST_REMEMBERED:
            return self.model.assign(article)
        return _remembered(self.model_file, _state(self.model_file), article)


@lru_cache(maxsize=512)
def _remembered(file: Path | None, state: tuple[int, int] | None, article: Article) -> "tuple[Assignment, ...]":
    """The assignments of an article, remembered: pages and feeds show the same articles again and again."""
    return _model(file, state).assign(article)


def table_digest(assigned: Mapping[str, str]) -> str:
    """A hash of the built-in table and an archive's own assignments."""
    content = hashlib.sha256(built_in_text().encode())
    for category, topics in sorted(assigned.items()):
        content.update(f"\n{category}\t{topics}".encode())
    return content.hexdigest()


@lru_cache(maxsize=4)
def _model(file: Path | None, state: tuple[int, int] | None) -> "TopicModel":
    from newsarchive.topics.model import load_model  # noqa: PLC0415 - see above

    return load_model(file if state else None)


def _state(file: Path | None) -> tuple[int, int] | None:
    """What changes if a file does. None without a file: it may have been deleted to use the built-in model again."""
    try:
        found = file.stat() if file is not None else None
    except FileNotFoundError:
        found = None
    if found is None:
        return None
    return found.st_mtime_ns, found.st_size
