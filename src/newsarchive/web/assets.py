"""Where templates and static files are, and addresses of static files that change with their content."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, request, url_for

import newsarchive
from newsarchive.errors import ConfigError

STATIC_FOLDER = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600


def templates_folder() -> Path:
    """`templates/` beside the package, where a wheel has it, else at the checkout's root. Raises ConfigError."""
    package = Path(newsarchive.__file__).parent
    for folder in (package / "templates", package.parent.parent / "templates"):
        if folder.is_dir():
            return folder
    raise ConfigError(f"there is no folder templates in {package} nor in {package.parent.parent}")


def asset_url(name: str) -> str:
    """The address of a static file with its content's hash, so that browsers may keep it for good."""
    return url_for("static", filename=name, v=_content_hash(name))


def keep_static_files(response: Response) -> Response:
    """Let a static file be kept for a year when it was asked for by the hash of what it is now."""
    if request.endpoint == "static" and response.status_code in (200, 304):
        name = (request.view_args or {})["filename"]
        response.cache_control.clear()
        response.cache_control.public = True
        if request.args.get("v") == _content_hash(name):
            response.cache_control.max_age = _YEAR
            response.cache_control.immutable = True
        else:
            response.cache_control.no_cache = True
    return response


@cache
def _content_hash(name: str) -> str:
    return hashlib.sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()[:12]
