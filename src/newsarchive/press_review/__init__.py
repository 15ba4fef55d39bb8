"""Press reviews: collections of articles with notes, and the documents made of them."""
