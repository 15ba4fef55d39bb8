"""The JSON API. Within version 1, keys are only ever added.

Each module has the operations of one purpose, described by `description` next to their code. `routes` serves them,
and `openapi` publishes their descriptions.
"""

from newsarchive.web.api import articles, groups, health, openapi, search, trends, values
from newsarchive.web.api.routes import OPERATIONS, blueprint

__all__ = ["OPERATIONS", "articles", "blueprint", "groups", "health", "openapi", "search", "trends", "values"]
