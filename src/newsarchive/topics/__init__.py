"""Topics: one name for one subject, however an outlet calls it."""

from newsarchive.topics.table import TopicTable, canonical_topic, canonical_topics, topic_label

__all__ = ["TopicTable", "canonical_topic", "canonical_topics", "topic_label"]
