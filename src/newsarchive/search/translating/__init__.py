"""Translates the words of other languages in the queries of one generation of an index."""
