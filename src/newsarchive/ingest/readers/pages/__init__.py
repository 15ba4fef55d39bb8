"""Reads one web page into an article: what its head says, where its text is, and what stands around it."""
