"""Topics: one canonical name for each subject."""

from newsarchive.topics.table import TopicTable, canonical_topic, canonical_topics, topic_label

__all__ = ["TopicTable", "canonical_topic", "canonical_topics", "topic_label"]
