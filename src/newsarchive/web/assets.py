"""Where templates and static files are, and the addresses of static files, which change with their content."""

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
    """`templates/` beside the package, where a wheel has it, else at the checkout's root. Raises ConfigError."""
    package = Path(newsarchive.__file__).parent
    for folder in (package / "templates", package.parent.parent / "templates"):
        if folder.is_dir():
            return folder
    raise ConfigError(f"there is no folder templates in {package} nor in {package.parent.parent}")


class StaticFiles:
    """The files of one folder, listed and hashed once. No name that a request sends is ever joined to a path
    unless it is on this list.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_LENGTH]
            for path in folder.rglob("*")
            if path.is_file()
        }

    def add_to(self, app: Flask) -> None:
        """Serve the files below `/static/`, and give the templates `asset_url`."""
        app.add_url_rule("/static/<path:name>", _ENDPOINT, self._answer)
        app.jinja_env.globals["asset_url"] = self.url

    def url(self, name: str) -> str:
        """The address of a file with the hash of its content, so that browsers may keep it for good.

        Raises KeyError for a file that the folder does not have.
        """
        return url_for(_ENDPOINT, name=name, v=self._hashes[name])

    def _answer(self, name: str) -> Response:
        """The file: to be kept for a year when it is asked for by the hash of its content."""
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
