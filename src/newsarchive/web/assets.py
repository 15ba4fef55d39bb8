"""The folders of templates and static files, and the URLs of static files, which contain a hash of the content."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request, send_from_directory, url_for
from werkzeug.exceptions import NotFound

import newsarchive
from newsarchive.errors import ConfigError

STATIC_FOLDER = Path(__file__).parent / "static"
_ENDPOINT = "static"
_YEAR = 365 * 24 * 3600
_HASH_LENGTH = 12


def templates_folder() -> Path:
    """Return `templates/` inside the package, as in a wheel, or at the root of the checkout. Raises ConfigError."""
    package = Path(newsarchive.__file__).parent
    for folder in (package / "templates", package.parent.parent / "templates"):
        if folder.is_dir():
            return folder
    raise ConfigError(f"no folder templates in {package} or {package.parent.parent}")


class StaticFiles:
    """The files of a folder, listed and hashed once.

    A name from a request is joined to a path only if it is on this list.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_LENGTH]
            for path in folder.rglob("*")
            if path.is_file()
        }

    def add_to(self, app: Flask) -> None:
        """Serve the files under `/static/`, and add `asset_url` to the templates."""
        app.add_url_rule("/static/<path:name>", _ENDPOINT, self._answer)
        app.jinja_env.globals["asset_url"] = self.url

    def url(self, name: str) -> str:
        """Return the URL of a file with the hash of its content, so that browsers can cache it permanently.

        Raises KeyError if the folder has no such file.
        """
        return url_for(_ENDPOINT, name=name, v=self._hashes[name])

    def _answer(self, name: str) -> Response:
        """The file, cacheable for a year if the URL has the hash of its content."""
        if name not in self._hashes:
            raise NotFound
        response = send_from_directory(self._folder, name)
        response.cache_control.clear()
        response.cache_control.public = True
        if request.args.get("v") == self._hashes[name]:
            response.cache_control.max_age = _YEAR
            response.cache_control.immutable = True
        else:
            response.cache_control.no_cache = True
        return response
