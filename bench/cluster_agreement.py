"""Compare both engines over one archive, for `bench/opensearch.py --agree`."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from cluster_requests import Asked

from newsarchive.access import ANONYMOUS, AccessPolicies, Level, Policy, Viewer
from newsarchive.archive import Archive
from newsarchive.errors import NewsArchiveError
from newsarchive.search import SearchService
from newsarchive.search.engine import Engine
from newsarchive.search.language.foreign.lexicon import load_lexicons
from newsarchive.stories.groups import Groups

TODAY = datetime(2025, 1, 1, tzinfo=UTC)
_SHOWN = 20
"""The most differences that are printed."""
_CLOSE = 1e-9
"""Scores are sums, which the engines may add up in another order."""


def services(archive: Archive, engines: Iterable[Engine]) -> list[SearchService]:
    """A search through each engine, with everything that a library has."""
    return [
        SearchService(archive, engine, clock=lambda _: TODAY, groups=Groups(archive), lexicons=load_lexicons)
        for engine in engines
    ]


def restricted_viewer(sources: Sequence[str]) -> Viewer:
    """A reader who sees only the metadata of one source, and the lead of another."""
    levels = {name: Policy(level) for name, level in zip(sources, (Level.METADATA, Level.SNIPPET), strict=False)}
    policies = AccessPolicies(by_source={AccessPolicies().key(name): policy for name, policy in levels.items()})
    return Viewer(policies, ANONYMOUS, lambda: date(2025, 1, 1))


def compare(
    one: SearchService, other: SearchService, requests: Iterable[Asked], viewer: Viewer
) -> tuple[Mapping[str, tuple[int, int]], int]:
    """How many answers are identical, of how many requests, by kind; and the number of differences in all."""
    seen = one.seen_by(viewer), other.seen_by(viewer)
    identical: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    different = 0
    for request in requests:
        pair = seen if request.restricted else (one, other)
        answers = [_answer(service, request) for service in pair]
        differences = list(_differences("", *answers))
        asked[request.kind] += 1
        identical[request.kind] += not differences
        if differences:
            different += 1
            if different <= _SHOWN:
                print(f"different: {request}", *differences[:5], sep="\n    ", file=sys.stderr)
    return {kind: (identical[kind], count) for kind, count in asked.items()}, different


def _answer(service: SearchService, request: Asked) -> object:
    try:
        answer = getattr(service, request.method)(*request.arguments)
    except NewsArchiveError as error:
        # Such as that an article was withdrawn.
        return f"{type(error).__name__}: {error}"
    # A listing is its articles; the archive that it reads them from is the same.
    return (answer.total, answer.ids) if request.method == "listing" else answer


def _differences(where: str, one: Any, other: Any) -> Iterator[str]:
    """Where two answers differ. Times of searches don't count, and scores only beyond rounding."""
    if isinstance(one, float) and isinstance(other, float):
        if abs(one - other) > _CLOSE:
            yield f"{where}: {one!r} and {other!r}"
    elif type(one) is type(other) and (parts := _parts(one)) is not None:
        others = _parts(other) or []
        if len(parts) != len(others):
            yield f"{where}: {len(parts)} and {len(others)} items: {str(one)[:200]} and {str(other)[:200]}"
        for (name, mine), (_, theirs) in zip(parts, others, strict=False):
            yield from _differences(f"{where}{name}", mine, theirs)
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        yield from _differences(where, list(one.items()), list(other.items()))
    elif one != other:
        yield f"{where}: {str(one)[:200]!r} and {str(other)[:200]!r}"


def _parts(value: Any) -> list[tuple[str, Any]] | None:
    """What a value consists of, each part with its name; the order of counts is part of an answer. None for others."""
    if is_dataclass(value):
        compared = (one.name for one in fields(value) if one.compare and one.name != "took_ms")
        return [(f".{name}", getattr(value, name)) for name in compared]
    if isinstance(value, Mapping):
        value = list(value.items())
    return [(f"[{number}]", part) for number, part in enumerate(value)] if isinstance(value, (list, tuple)) else None
