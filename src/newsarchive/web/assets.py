"""The folders of templates and static files, and the URLs of static files, which contain a hash of the content."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from werkzeug.exceptions import NotFound

import newsarchive
from newsarchive.errors import ConfigError
from newsarchive.web.compression import LEAST_BYTES, accepts_gzip, is_compressible
from newsarchive.web.paths import path_of
from newsarchive.wording import worded

STATIC_FOLDER = Path(__file__).parent / "static"
_ENDPOINT = "static"
_YEAR = 365 * 24 * 3600
_HASH_LENGTH = 12
_ICON = "favicon.ico"


def templates_folder() -> Path:
    """Return `templates/` inside the package, as in a wheel, or at the root of the checkout. Raises ConfigError."""
    package = Path(newsarchive.__file__).parent
    for folder in (package / "templates", package.parent.parent / "templates"):
        if folder.is_dir():
            return folder
    raise ConfigError(
        worded("no folder templates in {package} or {parent}", package=package, parent=package.parent.parent)
    )


@cache
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


class StaticFiles:
    """The files of a folder, listed, hashed and compressed once.

    A name from a request is joined to a path only if it is on this list.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        contents = {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }
        self._hashes = {name: hashlib.sha256(content).hexdigest()[:_HASH_LENGTH] for name, content in contents.items()}
        self.compressed = {
            name: _compressed(content)
            for name, content in contents.items()
            if len(content) >= LEAST_BYTES and is_compressible(mimetypes.guess_type(name)[0])
        }

    def add_to(self, app: Flask) -> None:
        """Serve the files under `/static/`, and add `asset_url` to the templates."""
        app.add_url_rule("/static/<path:name>", _ENDPOINT, self._answer)
        # Browsers and feed readers ask for it without looking at a page.
        app.add_url_rule("/favicon.ico", _ENDPOINT, self._answer, defaults={"name": _ICON})
        app.jinja_env.globals["asset_url"] = self.url

    def url(self, name: str) -> str:
        """Return the URL of a file with the hash of its content, so that browsers can cache it permanently.

        Raises KeyError if the folder has no such file.
        """
        return f"{path_of(_ENDPOINT, name=name)}?v={self._hashes[name]}"

    def _answer(self, name: str) -> Response:
        """The file, cacheable for a year if the URL has the hash of its content."""
        if name not in self._hashes:
            raise NotFound
        response = send_from_directory(self._folder, name)
        if name in self.compressed and accepts_gzip() and response.status_code == 200:
            etag, _ = response.get_etag()
            response.close()
            response = Response(self.compressed[name], content_type=response.content_type)
            response.headers["Content-Encoding"] = "gzip"
            response.set_etag(etag or self._hashes[name], weak=True)
            response.make_conditional(request)
        response.cache_control.clear()
        response.cache_control.public = True
        if request.args.get("v") == self._hashes[name]:
            response.cache_control.max_age = _YEAR
            response.cache_control.immutable = True
        else:
            response.cache_control.no_cache = True
        return response
