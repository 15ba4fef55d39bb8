"""The JSON API. Within version 1, keys are only ever added.

Each module has the operations of one purpose, described by `description` next to their code. `routes` serves them,
and `openapi` and `readers_page` publish their descriptions.
"""

from newsarchive.web.api import articles, exports, groups, health, openapi, readers_page, search, trends, values
from newsarchive.web.api.routes import OPERATIONS, blueprint

__all__ = [
    "OPERATIONS",
    "articles",
    "blueprint",
    "exports",
    "groups",
    "health",
    "openapi",
    "readers_page",
    "search",
    "trends",
    "values",
]
