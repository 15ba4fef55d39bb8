"""Topics: one name for one subject, however an outlet calls it."""

from newsarchive.topics.table import canonical_topic, canonical_topics, topic_label

__all__ = ["canonical_topic", "canonical_topics", "topic_label"]
