"""Paths of endpoints, built once: a page has dozens of links, and building a URL costs more than showing it."""

from typing import Protocol

from flask import current_app, request, url_for

_KNOWN = "newsarchive.paths"
_MOST_KNOWN = 1_000
"""Behind a proxy, the prefix of the paths may come from a header of the request, so their number must be bounded."""
_PLACE = "00"


class PathOf(Protocol):
    """Returns the path of an endpoint without a query string; see `path_of`."""

    def __call__(self, endpoint: str, **values: str) -> str:
        """The path of an endpoint."""
        ...


def path_of(endpoint: str, **values: str) -> str:
    """The path of an endpoint without a query string, as by `url_for`. `values` must have few combinations."""
    return paths_of_request()(endpoint, **values)


def paths_of_request() -> PathOf:
    """`path_of` for one request, which is faster if it is asked more than once."""
    known: dict[tuple[str, ...], str] = current_app.extensions.setdefault(_KNOWN, {})
    prefix = request.script_root

    def path(endpoint: str, **values: str) -> str:
        key = (prefix, endpoint, *values.values())
        found = known.get(key)
        if found is None:
            found = url_for(endpoint, **values)  # type: ignore[arg-type]
            if len(known) < _MOST_KNOWN:
                known[key] = found
        return found

    return path


def article_path(endpoint: str, article_id: str, known: PathOf = path_of) -> str:
    """The path of an endpoint whose last part is the id of an article, as by `url_for`.

    `known` can be the `path_of` of the request, if there are several.
    """
    if not (article_id.isascii() and article_id.isalnum()):
        return url_for(endpoint, article_id=article_id)
    return known(endpoint, article_id=_PLACE).removesuffix(_PLACE) + article_id
