"""Who reads: finds the reader of a request by a token, and keeps what readers get out of shared caches.

A token comes as `Authorization: Bearer`, as the password of HTTP Basic, in the cookie of the page for signing in, or,
for feeds only, as the parameter `token`, because many feed readers know nothing else. Everybody else is anonymous.
"""

from dataclasses import dataclass, field
from typing import cast

from flask import Flask, Request, Response, current_app, g, has_request_context, request

from newsarchive.access import ANONYMOUS, AccessPolicies, Reader, Scope, Viewer
from newsarchive.access.tokens import PREFIX, TokenStore
from newsarchive.access.visible import gives_texts_to_programs
from newsarchive.errors import AccessError, TokenInvalid
from newsarchive.library import Library
from newsarchive.web.live_policies import LivePolicies
from newsarchive.web.origin import is_same_origin
from newsarchive.web.parameter_values import first_value

COOKIE = "newsarchive_token"
PARAMETER = "token"
FEEDS = frozenset({"feeds", "story_feeds", "collection_feeds"})
"""The blueprints whose addresses may have a token."""
_EXTENSION = "newsarchive.gate"
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_MOST_VIEWS = 32


@dataclass(slots=True)
class Gate:
    """What readers of a site may see: its tokens, and its library as each kind of reader sees it."""

    library: Library
    tokens: TokenStore
    policies: LivePolicies
    _seen: tuple[AccessPolicies, dict[tuple[str, ...], Library]] = field(default_factory=lambda: (AccessPolicies(), {}))

    @property
    def public_full_text(self) -> bool:
        """Whether formats for programs have full texts for readers without a token."""
        return self.policies.rules.public_full_text

    @property
    def is_active(self) -> bool:
        """Whether a token shows more than everybody sees."""
        return self.policies.rules.restrict

    @property
    def offers_tokens(self) -> bool:
        """Whether it makes sense to sign in."""
        try:
            return self.is_active or bool(self.tokens.tokens())
        except AccessError:
            return False

    def offers(self, scope: Scope) -> bool:
        """Whether there is a good token with a scope."""
        try:
            return any(scope in one.scopes for one in self.tokens.good())
        except AccessError:
            return False

    def library_of(self, reader: Reader) -> Library:
        """The library as a reader sees it."""
        access = self.policies.rules.access
        viewer = Viewer(access, reader, self.library.search_service.today)
        if viewer.sees_all:
            return self.library
        key = reader.sources if reader.may(Scope.READ) else ()
        seen = self._views_of(access)
        if key not in seen:
            if len(seen) >= _MOST_VIEWS:
                seen.clear()
            seen[key] = self.library.seen_by(viewer)
        return seen[key]

    def _views_of(self, access: AccessPolicies) -> dict[tuple[str, ...], Library]:
        """The views with these policies, which may have been read again meanwhile."""
        if self._seen[0] is not access:
            self._seen = access, {}
        return self._seen[1]


def add_gate(app: Flask, gate: Gate) -> None:
    """Ask for the reader before each request, and guard the response after it."""
    app.extensions[_EXTENSION] = gate
    app.before_request(_identify)
    app.after_request(_guard)


def current_gate() -> Gate:
    """The gate of the site."""
    return cast(Gate, current_app.extensions[_EXTENSION])


def current_reader() -> Reader:
    """Who sent the request of this thread."""
    return cast(Reader, g.get("reader", ANONYMOUS)) if has_request_context() else ANONYMOUS


def gives_full_text() -> bool:
    """Whether formats for programs may have the full texts that the reader of this request sees."""
    return gives_texts_to_programs(current_reader(), is_public=current_gate().public_full_text)


def may(asking: Request, scope: Scope) -> bool:
    """Whether a request may do what a scope allows.

    A request that changes something must come from a page of this site, or have the token as `Bearer`, which no
    browser adds by itself; see `origin`.
    """
    found, _ = _reader_of(asking)
    return found is not None and found.may(scope) and not _may_be_forged(asking)


def may_here(scope: Scope) -> bool:
    """`may` of the current request, whose response then depends on who asks."""
    g.depends_on_reader = True
    return may(request, scope)


def token_of_address() -> str:
    """The token in the address of a feed, which the addresses of its further pages need; empty if there is none."""
    return first_value(request.args, PARAMETER) if request.blueprint in FEEDS else ""


def _may_be_forged(asking: Request) -> bool:
    given = asking.authorization
    is_bearer = given is not None and given.type == "bearer"
    return asking.method not in _SAFE_METHODS and not is_bearer and not is_same_origin(asking)


def _identify() -> None:
    """Find the reader. Raises TokenInvalid for a token that isn't good, unless it is that of a cookie."""
    g.reader = ANONYMOUS
    if request.endpoint == "static":
        return
    current_gate().policies.refresh()
    reader, is_cookie = _reader_of(request)
    if reader is None:
        # Whoever sent a token wants more than everybody gets, and must learn that it isn't good any more.
        raise TokenInvalid
    g.reader = ANONYMOUS if is_cookie and _may_be_forged(request) else reader


def _reader_of(asking: Request) -> tuple[Reader | None, bool]:
    """Who sent a request, None if its token isn't good, and whether only the cookie says so."""
    token = _token_in(asking)
    tokens = current_gate().tokens
    if token:
        return tokens.reader_of(token), False
    if cookie := first_value(asking.cookies, COOKIE):
        return tokens.reader_of(cookie) or ANONYMOUS, True
    return ANONYMOUS, False


def _token_in(asking: Request) -> str:
    """The token of a request without that of the cookie; empty if it has none."""
    given = asking.authorization
    if given is not None and given.type == "bearer":
        return given.token or "-"
    # Other passwords are those of a proxy before this server.
    if given is not None and given.type == "basic" and (given.password or "").startswith(PREFIX):
        return given.password or ""
    return first_value(asking.args, PARAMETER) if asking.blueprint in FEEDS else ""


def _guard(response: Response) -> Response:
    """Keep what depends on the reader out of shared caches, and the token out of the addresses that others learn."""
    if request.endpoint == "static":
        return response
    has_token = bool(_token_in(request)) or COOKIE in request.cookies
    is_active = current_gate().is_active
    if is_active or has_token or "depends_on_reader" in g:
        response.vary.update(("Authorization", "Cookie"))
    if is_active or has_token:
        # The same date for every reader, before and after an embargo ends: only an ETag tells what was sent.
        # Setting `last_modified` to None would write the date of now.
        response.headers.pop("Last-Modified", None)
    if has_token:
        response.headers["Cache-Control"] = "private, no-store"
    if token_of_address():
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
