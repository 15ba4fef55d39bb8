"""The names of sources: which names mean the same outlet, and how it is called in Arabic and English."""

from newsarchive.sources.table import BUILT_IN, SEPARATOR, SourceTable, other_names

__all__ = ["BUILT_IN", "SEPARATOR", "SourceTable", "other_names"]
