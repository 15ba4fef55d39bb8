"""The pages for browsing: sources, topics, authors, days, and all values of a facet."""

from newsarchive.web.browsing import authors, days, facet_page, sources, topics
from newsarchive.web.browsing.blueprint import blueprint

__all__ = ["authors", "blueprint", "days", "facet_page", "sources", "topics"]
