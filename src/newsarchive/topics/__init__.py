"""Topics: one canonical name for each subject, and what each article is about.

The model is imported on first use, because it is slow to load and some commands don't need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from newsarchive.topics.article_topics import ArticleTopics, TopicKind, Topics
from newsarchive.topics.table import (
    Meaning,
    TopicTable,
    canonical_topic,
    canonical_topics,
    media_topics,
    topic_id,
    topic_label,
)

if TYPE_CHECKING:
    from newsarchive.topics.model import Assignment, TopicModel, load_model
    from newsarchive.topics.numbered import NumberedStems

__all__ = [
    "ArticleTopics",
    "Assignment",
    "Meaning",
    "NumberedStems",
    "TopicKind",
    "TopicModel",
    "TopicTable",
    "Topics",
    "canonical_topic",
    "canonical_topics",
    "load_model",
    "media_topics",
    "topic_id",
    "topic_label",
]

_OF_THE_MODEL = {"Assignment": "model", "NumberedStems": "numbered", "TopicModel": "model", "load_model": "model"}


def __getattr__(name: str) -> Any:
    """Import what belongs to the model."""
    if name not in _OF_THE_MODEL:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_OF_THE_MODEL[name]}"), name)
