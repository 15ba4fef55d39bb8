"""The Whoosh index: the only place that knows Whoosh and numpy."""

from newsarchive.search.whoosh_index.index import WhooshIndex

__all__ = ["WhooshIndex"]
