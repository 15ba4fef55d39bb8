"""The page `/preferences`, where a reader chooses how pages are written, and the cookie that keeps the choice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from newsarchive.arabic.date_format import zone_place
from newsarchive.arabic.dates.zones import PLACE_OF_ZONE
from newsarchive.i18n import Language
from newsarchive.search import SearchRequest
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.links import Links
from newsarchive.web.preferences import CHOICES, COOKIE, PARAMETERS, Preferences, current_preferences, is_valid

_YEAR = 365 * 24 * 3600
_ELSEWHERE = (
    "Europe/London", "Europe/Paris", "Europe/Berlin", "Europe/Stockholm", "Europe/Istanbul", "Europe/Moscow",
    "Asia/Tehran", "Asia/Karachi", "Asia/Kolkata", "Asia/Jakarta", "Asia/Kuala_Lumpur", "Asia/Shanghai", "Asia/Tokyo",
    "Australia/Sydney", "Africa/Lagos", "Africa/Johannesburg", "America/Sao_Paulo", "America/New_York",
    "America/Chicago", "America/Los_Angeles",
)  # fmt: skip
"""Zones that are offered besides those of Arab countries. Any other can be in the address."""

blueprint = Blueprint("preferences", __name__)


@dataclass(frozen=True, slots=True)
class PreferencesView:
    """The form. `back` is the page that the reader came from."""

    preferences: Preferences
    back: str
    language: Language
    site_zone: str

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """The names of what can be chosen, each with its values; the first is that of most sites."""
        return CHOICES

    def is_chosen(self, name: str, value: str) -> bool:
        """Whether a value of a choice is in effect."""
        return bool(getattr(self.preferences.formats, name) == value)

    @property
    def zones(self) -> Iterator[tuple[str, str]]:
        """The zones that are offered, and the chosen one, each with its place, in the order of places."""
        names = {*PLACE_OF_ZONE, *_ELSEWHERE, *filter(None, [self.preferences.chosen.get("zone")])}
        places = ((name, zone_place(name, self.language) or name) for name in names)
        yield from sorted(places, key=lambda pair: pair[1])

    @property
    def zone(self) -> str:
        """The chosen zone; empty for that of the archive."""
        return self.preferences.chosen.get("zone", "")

    @property
    def chosen_language(self) -> Language:
        """The language that is kept; empty for that of the browser."""
        return self.preferences.chosen.get("lang", "")


@blueprint.get("/preferences")
def page() -> str:
    """The form, filled with what is in effect."""
    interface = current_interface()
    zone = str(getattr(current_library().search_service.timezone, "key", "UTC"))
    view = PreferencesView(current_preferences(), _came_from(), interface.language, zone)
    return render_template("preferences.html", view=view, links=Links(SearchRequest(), chosen_language()))


@blueprint.post("/preferences")
def save() -> Response:
    """Keep what was chosen, or with the button `reset` nothing, and go back to the page before."""
    response = redirect(_back(request.form.get("back", "")), 303)
    path = request.script_root or "/"
    chosen = {name: request.form.get(name, "") for name in (*PARAMETERS, "lang")}
    kept = {name: value for name, value in chosen.items() if value and is_valid(name, value)}
    if "reset" in request.form or not kept:
        response.delete_cookie(COOKIE, path=path, httponly=True, samesite="Lax")
    else:
        response.set_cookie(
            COOKIE, urlencode(kept), max_age=_YEAR, path=path, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return response


def _came_from() -> str:
    """The page of this site that the reader came from; empty if it was another one, or this page."""
    found = urlsplit(request.referrer or "")
    if f"{found.scheme}://{found.netloc}/" != request.host_url or found.path == url_for("preferences.page"):
        return ""
    return f"{found.path}?{found.query}" if found.query else found.path


def _back(address: str) -> str:
    """A path of this site without the choices that its parameters would make instead."""
    found = urlsplit(address)
    start = url_for("pages.start")
    is_ours = not found.scheme and not found.netloc and found.path.startswith(start) and "\\" not in address
    if not is_ours or found.path.startswith("//"):
        return start
    query = [(name, value) for name, value in parse_qsl(found.query) if name not in (*PARAMETERS, "lang")]
    return f"{found.path}?{urlencode(query)}" if query else found.path
