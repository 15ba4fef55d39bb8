"""The query language: the parser from text to query tree, and the expansion with other spellings."""
