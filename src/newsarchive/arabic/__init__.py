"""All Arabic text analysis: folding, tokens, stems, stop words and dates.

Indexing, queries, highlighting, duplicate detection and topics all use this package, so they never
disagree.
"""
