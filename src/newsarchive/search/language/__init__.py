"""The query language: from what a person types to a tree, and the words that mean the same."""
