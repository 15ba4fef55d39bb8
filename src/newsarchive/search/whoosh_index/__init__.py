"""The Whoosh index: the only place that knows Whoosh and numpy."""

from newsarchive.search.whoosh_index.index import WhooshIndex
from newsarchive.search.whoosh_index.updating.update import BUFFER_BYTES

__all__ = ["BUFFER_BYTES", "WhooshIndex"]
