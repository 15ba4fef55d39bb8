"""The Whoosh index. No other package imports Whoosh."""

from newsarchive.search.whoosh_index.engine import WhooshEngine
from newsarchive.search.whoosh_index.updating.update import BUFFER_BYTES, SHARED_FROM

__all__ = ["BUFFER_BYTES", "SHARED_FROM", "WhooshEngine"]
