"""Sends digests as webhooks, signed as the Standard Webhooks specification says."""

import asyncio
import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import httpcore
import httpx

from newsarchive.alerts.digest import Digest, DigestItem
from newsarchive.alerts.links import publisher_page
from newsarchive.alerts.outcomes import SENT, Outcome, Result
from newsarchive.article import Article
from newsarchive.errors import AlertsError
from newsarchive.ingest.fetching.guarded_transport import GuardedTransport, OverLimit
from newsarchive.ingest.fetching.network_guard import NotAllowed, Resolve, system_addresses
from newsarchive.ingest.fetching.settings import FetchSettings, Limits
from newsarchive.wording import worded, words_of

LIMITS = Limits(seconds=30.0, idle_seconds=15.0, wire_bytes=1 << 20, content_bytes=1 << 20)
"""The limits of one webhook. Only the status and the headers of its response are read."""
TYPE = "search.articles"
_SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets begin with
_KEY_BYTES = range(24, 65)
_LONGEST_WAIT = 86_400.0


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook to send: its address and signing key are filled in, so it is never printed."""

    url: str
    key: bytes
    message: str
    body: bytes

    def __repr__(self) -> str:
        """Without secrets."""
        return f"Request(message={self.message!r})"


def signing_key(secret: str) -> bytes:
    """The key of a secret such as `whsec_MfKQ9r8G…`. Raises AlertsError, without naming the secret."""
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _KEY_BYTES:
        raise AlertsError(
            worded(
                "the signing secret of a webhook must be whsec_ followed by 24 to 64 bytes in "
                "base64; 'openssl rand -base64 32' makes one"
            )
        )
    return key


def signature(key: bytes, message: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`."""
    signed = hmac.new(key, f"{message}.{timestamp}.".encode() + body, sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def payload(digest: Digest, planned: float) -> bytes:
    """The body of the webhook of a digest, as JSON in UTF-8."""
    search = digest.search
    form = {
        "type": TYPE,
        "timestamp": datetime.fromtimestamp(planned, UTC).isoformat(),
        "data": {
            "search": {"id": search.id, "name": search.name, "url": digest.results, "feed": digest.feed},
            "count": digest.articles,
            "more": digest.more,
            "articles": [_item(item) for item in digest.items],
        },
    }
    return json.dumps(form, ensure_ascii=False).encode("utf-8", "replace")


def _item(item: DigestItem) -> dict[str, Any]:
    return {
        **_article(item.article),
        "title": item.title,
        "summary": item.lead,
        "page_url": item.page,
        "corrected": item.is_corrected,
        "copies": [_article(copy) for copy in item.copies],
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "revision": article.revision,
        "title": article.title,
        "url": publisher_page(article),
        "source": article.source,
        "language": article.language,
        "published": article.published.isoformat() if article.published else None,
        "archived_at": article.archived_at.isoformat() if article.archived_at else None,
    }


def post(
    request: Request, settings: FetchSettings, *, now: float, user_agent: str, resolve: Resolve = system_addresses
) -> Outcome:
    """Send a webhook. Redirects aren't followed: the signature is for the address in the table."""
    timestamp = int(now)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": user_agent,
        "webhook-id": request.message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(request.key, request.message, timestamp, request.body),
    }
    try:
        return asyncio.run(_send(request, settings, headers, resolve, now))
    except NotAllowed as error:
        return Outcome(Result.LATER, worded("refused: {error}", error=error))
    except TimeoutError:
        return Outcome(Result.LATER, worded("no answer within {seconds:g} seconds", seconds=settings.limits.seconds))
    except (httpcore.TimeoutException, httpx.TimeoutException):
        return Outcome(Result.LATER, worded("no answer for {seconds:g} seconds", seconds=settings.limits.idle_seconds))
    except (OverLimit, httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.ProtocolError) as error:
        return Outcome(
            Result.LATER, worded("the connection failed ({error})", error=words_of(error) or type(error).__name__)
        )
    except (httpcore.ProxyError, httpcore.UnsupportedProtocol) as error:
        return Outcome(Result.LATER, worded("the connection failed ({error})", error=type(error).__name__))


async def _send(
    request: Request, settings: FetchSettings, headers: dict[str, str], resolve: Resolve, now: float
) -> Outcome:
    transport = GuardedTransport(settings, resolve)
    timeout = httpx.Timeout(settings.limits.idle_seconds)
    async with (
        asyncio.timeout(settings.limits.seconds),
        httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False) as client,
        client.stream("POST", request.url, content=request.body, headers=headers) as response,
    ):
        return _outcome(response.status_code, response.headers.get("retry-after", ""), now)


def _outcome(status: int, retry_after: str, now: float) -> Outcome:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return SENT
    if status == HTTPStatus.GONE:
        return Outcome(Result.GONE, worded("it answered 410: it wants no more webhooks"))
    return Outcome(Result.LATER, worded("it answered status {status}", status=status), _seconds(retry_after, now))


def _seconds(text: str, now: float) -> float | None:
    """The seconds that a Retry-After means, at most a day; None if it can't be read."""
    if text.strip().isascii() and text.strip().isdigit():
        return min(float(text), _LONGEST_WAIT)
    try:
        return min(max(parsedate_to_datetime(text).timestamp() - now, 0.0), _LONGEST_WAIT)
    except (ValueError, TypeError):
        return None
