"""Ingesting articles: one reader per format, fetching from the network, and the ingest pipeline.

A reader turns bytes into drafts (`draft.Draft`), which contain only what the input states.
`draft.build_article` turns a draft into an `Article`. `locations.read` finds the reader for a path
or a URL. A bad item doesn't stop the ingest: an `IngestError` that names the item is yielded in its
place.
"""
