"""Taking articles in: one reader a format, the network fetch, and what is done with the articles that they yield.

A reader turns bytes into drafts (`draft.Draft`): what the text says about itself. `draft.build_article` turns
a draft into an `Article`. `locations.read` finds the reader for a path or an address. A bad item never stops
the others: it is yielded as an `IngestError` that names it, in its place.
"""
