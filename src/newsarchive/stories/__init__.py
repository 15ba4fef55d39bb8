"""Detection of articles that report the same story."""
