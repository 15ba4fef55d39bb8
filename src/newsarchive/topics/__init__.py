"""Topics: one canonical name for each subject, and what each article is about."""

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

__all__ = [
    "ArticleTopics",
    "Meaning",
    "TopicKind",
    "TopicTable",
    "Topics",
    "canonical_topic",
    "canonical_topics",
    "media_topics",
    "topic_id",
    "topic_label",
]
