"""newsarchive: a search-indexed archive of Arabic news."""

__version__ = "0.1.0"
