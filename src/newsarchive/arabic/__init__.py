"""Everything that is decided about Arabic: folding, tokens, stems, stop words, dates.

The index, the query, the highlights, the duplicates and the topics all use this package, so they never disagree.
"""
