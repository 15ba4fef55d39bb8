"""`Connection`: requests to an OpenSearch cluster, on any of its nodes, with errors that speak to people."""

import json
import logging
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from newsarchive.errors import IndexChanged, IndexUnreachable, RequestRefused
from newsarchive.search.opensearch.nodes import ClusterSettings, OpenLine, make_transport, version_problem
from newsarchive.search.opensearch.troubles import (
    MAY_BE_DONE,
    cause_of,
    incomplete,
    is_too_long,
    lacks_a_node,
    may_pass,
    parts_of,
    trouble_of,
)
from newsarchive.wording import listed, worded

BULK_BYTES = 8 << 20
"""The most bytes of one bulk request. A node takes up to 100 MB, but keeps it in its heap meanwhile."""

_CONNECTING = 3.0
"""Seconds to wait for a connection. A node that was switched off doesn't even refuse one."""
_PAUSES = (0.0, 0.1, 0.3, 0.6, 1.0)
"""Seconds before each next attempt, if no other host is left to try at once. A search waits no longer than this."""
_BULK_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""An update can wait longer: it is better late than interrupted."""
_HOPELESS = 5.0
"""Seconds after a failure on all hosts in which searches try each of them only once. When a whole cluster is down,
threads that wait for it would be missing for pages that don't need it."""
_READING = re.compile(
    r"/(_search|_count|_msearch|_mget|_refresh|_validate/query|_explain/[^/]+|_field_caps|_analyze|_termvectors)$"
    r"|/_search/(point_in_time|scroll)$"
)
"""The paths of requests that change nothing though their method is POST."""
_DELETE = re.compile(r'\s*\{\s*"delete"\s*:')
_GATEWAY_TIMEOUT = 504

_log = logging.getLogger(__name__)


class InVain(IndexUnreachable):
    """Asking again at once would end the same way: nodes were too slow to answer, or the query is too long."""


class Outage:
    """The last failure to reach a cluster, which those who waited for a lock meanwhile get too, for `life` seconds.

    Otherwise each of them would find it out anew, one after the other, and all threads of a server would wait.
    """

    def __init__(self, life: float) -> None:
        self._life = life
        self._failure: IndexUnreachable | None = None
        self._until = 0.0

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Note a failure of the block; raise one that was noted a moment ago instead of running it."""
        if self._failure is not None and time.monotonic() < self._until:
            raise type(self._failure)(*self._failure.args) from self._failure
        try:
            yield
        except IndexChanged:
            # What was replaced can be found at once.
            raise
        except IndexUnreachable as failure:
            self._failure, self._until = failure, time.monotonic() + self._life
            raise
        self._failure = None


class _Failed(Exception):
    """One attempt failed, and another one may not. The message says why."""

    def __init__(self, why: str, *, was_sent: bool, is_slow: bool = False) -> None:
        super().__init__(why)
        self.was_sent = was_sent
        self.is_slow = is_slow


class Connection:
    """A connection to a cluster. Threads may share it.

    The first request checks that the server is one that newsarchive was tested with. Every method raises
    IndexUnreachable if no node can answer, or not completely: a part of an answer never counts as one.
    """

    def __init__(self, settings: ClusterSettings) -> None:
        """Connects to nothing yet. Raises ConfigError if opensearch-py is missing or the CA file can't be read."""
        self.settings = settings
        self._transport = make_transport(settings)
        self._lock = threading.Lock()
        self._is_checked = False
        self._hopeless_until = 0.0

    def request(  # noqa: PLR0913 - all are independent
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: object | None = None,
        timeout: float | None = None,
        repeatable: bool | None = None,
    ) -> Mapping[str, Any]:
        """Send a request and return the JSON of its response; that of a HEAD request is empty.

        If a host fails, the next one is tried. A request that was already sent is sent again only if it is
        `repeatable`: by default, if it changes nothing. Say so of a change that does no harm if it is made twice, such
        as writing a document with a version. `timeout` is in seconds; by default it is that of the settings.

        Raises RequestRefused if the cluster refuses the request itself, such as for an index that doesn't exist or a
        conflict of versions, and IndexUnreachable for everything else: InVain if asking again makes no sense.
        """
        self.check()
        if repeatable is None:
            repeatable = method in {"GET", "HEAD"} or (method == "POST" and _READING.search(path) is not None)
        seconds = timeout or (self.settings.timeout if repeatable else self.settings.write_timeout)
        answer = self._send(method, path, params, body, seconds, repeatable=repeatable, pauses=_PAUSES)
        self._refuse_part(f"{method} {path}", answer)
        return answer

    def bulk(
        self,
        lines: Sequence[Mapping[str, Any] | str],
        *,
        params: Mapping[str, str | int] | None = None,
        timeout: float | None = None,
        repeatable: bool = True,
    ) -> list[Mapping[str, Any]]:
        """Write many documents and return the result of each, in order, as the server gives it, such as its `status`.

        `lines` are those of the bulk API, as objects or already as JSON: each action, followed by its document unless
        it deletes one. Actions that a node was too busy for are sent again. If a connection breaks off, all are sent
        again, so they must have versions or do no harm twice; otherwise say that they aren't `repeatable`. A result
        can have an `error`, such as that of a conflict; those of a busy or full cluster are raised as IndexUnreachable
        instead. Some actions may have been done then.
        """
        self.check()
        results: list[Mapping[str, Any]] = []
        for chunk in _chunks(_actions(lines)):
            seconds = timeout or self.settings.write_timeout
            results += self._bulk(chunk, params, seconds, repeatable=repeatable)
        return results

    def _bulk(
        self, actions: list[str], params: Mapping[str, str | int] | None, timeout: float, *, repeatable: bool
    ) -> list[Mapping[str, Any]]:
        """Send actions, and those again that the cluster was too busy for."""
        results: list[Mapping[str, Any]] = [{}] * len(actions)
        left = list(range(len(actions)))
        trouble = ""
        for pause in _BULK_PAUSES:
            time.sleep(pause)
            body = "".join(actions[number] for number in left)
            answer = self._send("POST", "/_bulk", params, body, timeout, repeatable=repeatable, pauses=_BULK_PAUSES)
            items = answer.get("items")
            if not isinstance(items, list) or len(items) != len(left):
                raise IndexUnreachable(self._says(worded("the answer to a bulk request doesn't fit it")))
            again = []
            for number, item in zip(left, items, strict=True):
                results[number] = result = next(iter(item.values()))
                if why := self._trouble_of_item(result):
                    trouble = why
                    again.append(number)
            left = again
            if not left:
                return results
        raise IndexUnreachable(self._says(trouble))

    def _trouble_of_item(self, result: Mapping[str, Any]) -> str:
        """Why an action wasn't done and may be in a moment. Raises IndexUnreachable if it won't be before long."""
        status = int(result.get("status", 200))
        if status < 400:
            return ""
        kind, reason = cause_of(result)
        trouble = trouble_of(status, kind, reason, self.settings.user)
        if trouble and not may_pass(status, kind):
            raise IndexUnreachable(self._says(trouble))
        return trouble

    def check(self) -> None:
        """Check once that the server can be used. Raises IndexUnreachable if it can't, or doesn't answer."""
        if self._is_checked:
            return
        with self._lock:
            if self._is_checked:
                return
            info = self._send("GET", "/", None, None, self.settings.timeout, repeatable=True, pauses=_PAUSES)
            if problem := version_problem(info):
                raise IndexUnreachable(self._says(problem))
            self._is_checked = True

    def close(self) -> None:
        """Close the connections to all nodes."""
        self._transport.close()

    def _refuse_part(self, request: str, answer: Mapping[str, Any]) -> None:
        """Raise an error for an answer that lacks something, or for a part of it that is an error."""
        for part in parts_of(answer):
            if part.get("error"):
                kind, reason = cause_of(part)
                # Documents have no status. One that isn't there, or its index, is an answer; all else is a failure.
                is_missing = kind == "index_not_found_exception"
                status = int(part.get("status", 404 if is_missing else 503))
                if trouble := trouble_of(status, kind, reason, self.settings.user):
                    raise IndexUnreachable(self._says(trouble))
                if not (is_missing and "docs" in answer):
                    raise RequestRefused(request, status, kind, reason)
        if why := incomplete(answer):
            raise IndexUnreachable(self._says(why))

    def _send(  # noqa: PLR0913 - all are independent
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        body: object | None,
        timeout: float,
        *,
        repeatable: bool,
        pauses: Sequence[float],
    ) -> Mapping[str, Any]:
        """Send a request until it succeeds or there is no point in trying again."""
        failures: dict[str, BaseException] = {}
        slow, is_late = 0, False
        started = time.monotonic()
        if pauses is _PAUSES and started < self._hopeless_until:
            pauses = pauses[:1]
        for attempt in range(len(self.settings.hosts) + len(pauses) - 1):
            # Other hosts are tried at once: when a node fails, those that are left answer.
            time.sleep(pauses[max(0, attempt - len(self.settings.hosts) + 1)])
            try:
                answer = self._try(method, path, params, body, timeout)
                if repeatable and (why := lacks_a_node(answer)):
                    # It was killed between finding articles and fetching them, or the cluster hasn't noticed yet.
                    raise _Failed(why, was_sent=True)
            except _Failed as failure:
                # Those that differ in their figures only are the same.
                failures[re.sub(r"\d+", "", str(failure))] = failure
                _log.info("%s %s: %s", method, path, failure)
                if failure.was_sent and not repeatable:
                    raise IndexUnreachable(
                        self._says(
                            worded(
                                "{failure}; whether the change was made is unknown, the next update finds out",
                                failure=failure,
                            )
                        )
                    ) from failure
                slow += failure.is_slow
                # A request that was too slow for two nodes is so for all, and somebody waits for it.
                is_late = slow >= min(2, len(self.settings.hosts)) or time.monotonic() - started > 2 * timeout
                if is_late:
                    break
            else:
                self._hopeless_until = 0.0
                return answer
        self._hopeless_until = time.monotonic() + _HOPELESS
        kind = InVain if is_late else IndexUnreachable
        raise kind(self._says(listed(failures.values(), "; ")))

    def _says(self, why: str) -> str:
        return worded(
            "the search index on {hosts} can't be used now: {why}", hosts=listed(self.settings.hosts), why=why
        )

    def _try(
        self, method: str, path: str, params: Mapping[str, str | int] | None, body: object | None, timeout: float
    ) -> Mapping[str, Any]:
        """Send a request once. Raises _Failed, IndexUnreachable or RequestRefused."""
        from opensearchpy import exceptions  # noqa: PLC0415 - an optional dependency
        from urllib3 import Timeout  # noqa: PLC0415

        patience: Any = Timeout(connect=min(_CONNECTING, timeout), read=timeout)
        try:
            answer = self._transport.perform_request(
                method, path, params=dict(params or {}), body=body, timeout=patience
            )
        except exceptions.ConnectionError as error:
            self._raise_connection(error, timeout)
        except exceptions.SerializationError as error:
            raise IndexUnreachable(
                self._says(worded("the answer isn't JSON, so this is no OpenSearch server"))
            ) from error
        except exceptions.TransportError as error:
            self._raise(f"{method} {path}", int(error.status_code), error.info or {"error": str(error.error)})
        if method == "HEAD":
            if answer is False:
                raise RequestRefused(f"{method} {path}", 404, "not_found", "")
            return {}
        if not isinstance(answer, Mapping):
            raise IndexUnreachable(self._says(worded("the answer isn't that of an OpenSearch server")))
        return answer

    def _raise_connection(self, error: Any, timeout: float) -> NoReturn:
        """Say why there was no answer."""
        from opensearchpy import exceptions  # noqa: PLC0415
        from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError  # noqa: PLC0415
        from urllib3.exceptions import SSLError as TlsError  # noqa: PLC0415

        cause = error.info
        if isinstance(cause, OpenLine):
            raise IndexUnreachable(
                self._says(
                    worded(
                        "{cause} is a public address; write https:// in opensearch_hosts, so that nobody can listen",
                        cause=cause,
                    )
                )
            ) from error
        if isinstance(error, exceptions.SSLError) or isinstance(cause, TlsError):
            raise _Failed(_about_certificate(str(cause)), was_sent=False) from error
        if isinstance(error, exceptions.ConnectionTimeout):
            raise _Failed(
                worded("no answer within {timeout:g} s", timeout=timeout), was_sent=True, is_slow=True
            ) from error
        if isinstance(cause, NameResolutionError):
            raise _Failed(worded("the name of a node is unknown; check opensearch_hosts"), was_sent=False) from error
        if isinstance(cause, NewConnectionError):
            raise _Failed(worded("nothing listens there; is OpenSearch running?"), was_sent=False) from error
        if isinstance(cause, ConnectTimeoutError):
            raise _Failed(worded("a node can't be reached in time"), was_sent=False) from error
        raise _Failed(worded("the connection broke off"), was_sent=True) from error

    def _raise(self, request: str, status: int, info: object) -> NoReturn:
        """Raise the error that a response with a status means."""
        kind, reason = cause_of(info)
        trouble = trouble_of(status, kind, reason, self.settings.user)
        if not trouble:
            raise RequestRefused(request, status, kind, reason)
        if may_pass(status, kind):
            raise _Failed(trouble, was_sent=status == _GATEWAY_TIMEOUT or kind in MAY_BE_DONE)
        raise (InVain if is_too_long(kind, reason) else IndexUnreachable)(self._says(trouble))


def _about_certificate(problem: str) -> str:
    if "WRONG_VERSION" in problem or "record layer" in problem.lower() or "HTTP_REQUEST" in problem:
        return worded("the node speaks no TLS; write http:// in opensearch_hosts if it is on a private network")
    reason = re.search(r"certificate verify failed: ([^(]+)", problem)
    why = reason[1].strip() if reason else " ".join(problem.split())[:200]
    return worded(
        "its certificate isn't accepted ({why}); set opensearch_ca to the file with the "
        "certificate of its authority, and use the name that the certificate is for",
        why=why,
    )


def _actions(lines: Sequence[Mapping[str, Any] | str]) -> Iterator[str]:
    """The actions, each with its document."""
    rest = iter(lines)
    for line in rest:
        text = _json(line)
        if not (_DELETE.match(line) if isinstance(line, str) else "delete" in line):
            text += _json(next(rest))
        yield text


def _json(line: Mapping[str, Any] | str) -> str:
    if isinstance(line, str):
        return line if line.endswith("\n") else line + "\n"
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def _chunks(actions: Iterator[str]) -> Iterator[list[str]]:
    """The actions in groups of about `BULK_BYTES`."""
    chunk: list[str] = []
    room = BULK_BYTES
    for action in actions:
        nbytes = len(action.encode("utf-8", "surrogatepass"))
        if chunk and nbytes > room:
            yield chunk
            chunk, room = [], BULK_BYTES
        chunk.append(action)
        room -= nbytes
    if chunk:
        yield chunk
