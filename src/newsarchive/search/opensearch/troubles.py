"""What can go wrong with a cluster, in sentences: what happened, and what to do about it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from newsarchive.wording import worded

_BLOCK = re.compile(r"/(\d+)/")
_FLOOD_STAGE = {"12", "13"}
"""The cluster sets these blocks itself when a disk is nearly full."""
_NO_NEW_INDEX = "10"
_STARTING = "1"
_NO_MANAGER = "2"
_BUSY = {"circuit_breaking_exception", "opensearch_rejected_execution_exception", "rejected_execution_exception"}
_TOO_LONG = {"too_many_clauses", "too_many_nested_clauses"}
_MAX_REASON = 300

MOST_CLAUSES = 16_384
"""The clauses that the longest query may need: a thousand characters can be some hundred words, and a word more than
twenty clauses."""


def cause_of(info: object) -> tuple[str, str]:
    """The kind and the reason of an error in a response. The innermost cause says most."""
    error = info.get("error", info) if isinstance(info, Mapping) else info
    if not isinstance(error, Mapping):
        return "", _short(str(error or ""))
    for inner in _inner(error):
        kind, reason = cause_of(inner)
        if kind:
            return kind, reason
    return str(error.get("type") or ""), _short(str(error.get("reason") or ""))


def _inner(error: Mapping[str, Any]) -> Iterator[object]:
    """The errors that an error is the sum of: those of shards, or root causes."""
    errors = error.get("failed_shards") or error.get("root_cause")
    for one in errors if isinstance(errors, list) else ():
        if isinstance(one, Mapping):
            reason = one.get("reason")
            yield reason if isinstance(reason, Mapping) else one


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_REASON else text[:_MAX_REASON] + "…"


_LOST_NODE = frozenset(
    {
        "connect_transport_exception",
        "illegal_index_shard_state_exception",
        "index_shard_closed_exception",
        "index_shard_not_started_exception",
        "index_shard_recovering_exception",
        "no_shard_available_action_exception",
        "node_closed_exception",
        "node_disconnected_exception",
        "node_not_connected_exception",
        "primary_missing_action_exception",
        "receive_timeout_transport_exception",
        "shard_not_found_exception",
        "unavailable_shards_exception",
    }
)
"""The cluster's names for errors of shards whose node can't be reached, or that aren't on this node yet or any more.
Some have the status 404, but nothing is missing."""


MAY_BE_DONE = frozenset({"node_closed_exception", "node_disconnected_exception", "receive_timeout_transport_exception"})
"""Those of them after which nobody knows whether the node has done what it was told."""


def trouble_of(  # noqa: PLR0911 - one for each kind of trouble
    status: int, kind: str, reason: str, user: str | None
) -> str:
    """Why the cluster can't do now what it should, and the remedy; empty if it refuses the request itself."""
    if "block" in kind or "blocked by" in reason:
        return _blocked(reason)
    if kind == "index_closed_exception":
        return worded("the index in OpenSearch is closed; open it with POST INDEX/_open")
    if is_too_long(kind, reason):
        return worded(
            "the query is longer than the OpenSearch cluster allows: {reason}. Search for fewer words, or set "
            "indices.query.bool.max_clause_count to {count} in the cluster",
            reason=reason,
            count=MOST_CLAUSES,
        )
    if kind in _BUSY or status == 429:
        return _busy(kind, reason)
    if status in (401, 403):
        return _not_allowed(status, reason or kind, user)
    if status >= 500 or kind in _LOST_NODE:
        return worded(
            "OpenSearch can't answer this now: {why}",
            why=": ".join(filter(None, (kind, reason))) or worded("status {status}", status=status),
        )
    return ""


def is_too_long(kind: str, reason: str) -> bool:
    """Whether an error means that a query has more clauses than the cluster allows."""
    return kind in _TOO_LONG or "maxClauseCount" in reason


def may_pass(status: int, kind: str) -> bool:
    """Whether a trouble may be over in a moment, or isn't that of all nodes.

    Overloaded nodes and gateways say so before they do anything. A block stays until somebody acts; only a node that
    hasn't joined its cluster yet has one that goes away, with status 503.
    """
    return kind in _LOST_NODE or status in (502, 503, 504) or (status == 429 and "block" not in kind)


def _busy(kind: str, reason: str) -> str:
    if kind == "circuit_breaking_exception":
        return worded(
            "OpenSearch is short of memory ({reason}); give its nodes more heap, or try again when it is less busy",
            reason=reason,
        )
    return worded("OpenSearch has more requests than it can take ({reason}); try again later", reason=reason or kind)


def _not_allowed(status: int, reason: str, user: str | None) -> str:
    if status == 403:
        who = worded("the user {user!r}", user=user) if user else worded("a client without a user")
        return worded(
            "OpenSearch doesn't allow {who} this: {reason}; its security plugin must give the user a role",
            who=who,
            reason=reason,
        )
    if user is None:
        return worded("OpenSearch wants a user: set opensearch_user, and OPENSEARCH_PASSWORD in the environment")
    return worded(
        "OpenSearch doesn't accept the password of {user!r}: check opensearch_user and OPENSEARCH_PASSWORD", user=user
    )


def _blocked(reason: str) -> str:
    """Blocks have numbers, which are the same in all versions."""
    numbers = set(_BLOCK.findall(reason))
    if numbers & _FLOOD_STAGE:
        return worded(
            "a disk of the OpenSearch cluster is nearly full, so it takes no more articles; what "
            "is there can still be searched. Free or add space: the cluster then goes on by "
            "itself, and the next update with it"
        )
    if _NO_NEW_INDEX in numbers:
        return worded("the OpenSearch cluster takes no new index, because its disks are nearly full; free or add space")
    if _STARTING in numbers:
        return worded("the OpenSearch cluster is starting and has not read its state yet; try again in a minute")
    if _NO_MANAGER in numbers:
        return worded(
            "the OpenSearch cluster has no cluster manager: more than half of the nodes that can "
            "be one must run and reach each other"
        )
    return worded(
        "the index in OpenSearch is read-only or closed to this ({reason}); whoever set this "
        "block can remove it, with PUT INDEX/_settings",
        reason=reason.rstrip(";"),
    )


def incomplete(answer: Mapping[str, Any]) -> str:
    """Why an answer covers only a part of the index; empty if it is whole.

    Such an answer must never be shown: articles would be missing from it without anybody noticing.
    """
    if answer.get("timed_out") is True:
        return worded("OpenSearch ran out of time before all of the index was searched; try again, or search for less")
    if answer.get("acknowledged") is False:
        return worded("not all nodes of the OpenSearch cluster confirmed a change in time; try again")
    shards = answer.get("_shards")
    # A written document is safe when its primary shard has it; a copy that failed is made again by the cluster.
    if isinstance(shards, Mapping) and "result" not in answer and shards.get("failed"):
        return _shards_failed(shards)
    if failures := answer.get("failures"):
        return worded("OpenSearch did only a part of what it should: {why}", why=_first_reason(failures))
    return next(filter(None, map(incomplete, parts_of(answer))), "")


def lacks_a_node(answer: Mapping[str, Any]) -> str:
    """Why an answer is incomplete because a node was lost or isn't ready; empty if it isn't.

    Other nodes may have what is missing.
    """
    shards = answer.get("_shards")
    failures = shards.get("failures") if isinstance(shards, Mapping) else None
    for failure in failures if isinstance(failures, list) else ():
        if isinstance(failure, Mapping) and cause_of(failure.get("reason") or failure)[0] in _LOST_NODE:
            return incomplete(answer)
    for part in parts_of(answer):
        kind, reason = cause_of(part) if "error" in part else ("", "")
        if kind in _LOST_NODE:
            return worded("OpenSearch can't answer this now: {why}", why=": ".join(filter(None, (kind, reason))))
        if why := lacks_a_node(part):
            return why
    return ""


def parts_of(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The answers to each of several searches, or for each of several documents."""
    parts = answer.get("responses") or answer.get("docs") or ()
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


def _shards_failed(shards: Mapping[str, Any]) -> str:
    failed, total = shards.get("failed"), shards.get("total")
    reason = _first_reason(shards.get("failures") or ())
    return worded(
        "{failed} of {total} shards of the index in OpenSearch failed{why}; results "
        "without their articles would be incomplete",
        failed=failed,
        total=total,
        why=f" ({reason})" if reason else "",
    )


def _first_reason(failures: object) -> str:
    for failure in failures if isinstance(failures, list) else ():
        if isinstance(failure, Mapping):
            kind, reason = cause_of(failure.get("reason") or failure.get("cause") or failure)
            return ": ".join(filter(None, (kind, reason)))
    return ""
