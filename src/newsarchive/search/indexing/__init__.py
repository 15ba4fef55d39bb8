"""Reading the archive for an index: ranges, words by number, topics, and values of articles. Any engine uses it."""
