"""What researchers do with an archive: many queries at once, and concordances, as tables."""
