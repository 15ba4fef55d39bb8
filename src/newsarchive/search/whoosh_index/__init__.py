"""The Whoosh index. No other package imports Whoosh."""

from newsarchive.search.whoosh_index.engine import WhooshEngine
from newsarchive.search.whoosh_index.updating.update import BUFFER_BYTES

__all__ = ["BUFFER_BYTES", "WhooshEngine"]
