"""`kill -9` at system calls of commands that write: nothing that was reported as stored may be lost.

The number of a seed within its series determines the command and the system call. Consecutive seeds cycle
through the commands and use calls far apart, and the seeds of a series cover every call. Each series has its
own articles. In every other series, the second run is killed, too.

If other commands run at the same time, the same seed still kills at the same call, but the progress of the
other commands differs from run to run.
"""

import math
import shutil
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

from newsarchive.archive import Archive, writer
from newsarchive.errors import NewsArchiveError
from tests.security.attacks.child import PART_BYTES
from tests.security.attacks.commands import Ran, on_archive, run
from tests.security.attacks.samples import SECRET, ingest, item, jsonl
from tests.security.attacks.state import (
    State,
    files_with,
    id_of,
    kinds_of_names,
    read_lenient,
    state_of,
)
from tests.security.attacks.tally import Tally
from tests.security.attacks.tracing import Call, Ended, Tracer

SERIES = 5_000
"""The number of seeds in a series."""
_PURGED = 3
_OTHER_SECRET = "مطموسات"
"""A word of an article whose purge was interrupted."""
_LATE = 900_000
"""The number of the article that is ingested at the end."""


@dataclass(frozen=True)
class Scenario:
    """A command, and the archive that it starts with.

    `prepare` creates the archive in a folder, given the number of the series. `arguments` may include `INPUT`, a file
    with the result of `items`. `is_once` means that a second run exits with 1 if the first run had finished its work.
    `lost` means that lines are missing from the archive until the command has accepted the loss. The commands `beside`
    run at the same time on the same archive, and aren't killed; they may include `OTHER`, a file with the result of
    `other_items`.
    """

    name: str
    arguments: tuple[str, ...]
    prepare: Callable[[Path, int], None]
    items: Callable[[int], bytes] = lambda series: b""
    is_once: bool = False
    removes: str = ""
    """A word that must not be in any file in the end."""
    lost: bool = False
    beside: tuple[tuple[str, ...], ...] = ()
    other_items: Callable[[int], bytes] = lambda series: b""


def _some_articles(archive: Path, series: int) -> None:
    first = 100 * series
    ingest(archive, *(item(first + number) for number in range(6 + series % 5)))
    ingest(archive, item(first + 1, version=2), item(_PURGED, word=SECRET))
    ingest(archive, item(_PURGED, version=2, word=SECRET), item(first + 50))


def _small_segments(archive: Path, series: int) -> None:
    for number in range(3):
        ingest(archive, item(100 * series + 2 * number), item(100 * series + 2 * number + 1))


def _nothing(archive: Path, series: int) -> None:
    """No archive: the first run creates it."""


def _old_catalogue(archive: Path, series: int) -> None:
    _some_articles(archive, series)
    catalogue, kept = archive / "catalogue.sqlite3", archive.with_name("old")
    shutil.copy(catalogue, kept)
    ingest(archive, *(item(100 * series + number) for number in range(60, 70)))
    catalogue.unlink()
    if series % 2:
        kept.rename(catalogue)


def _lost_end(archive: Path, series: int) -> None:
    """An archive whose last part is missing, or has lost its last line."""
    _some_articles(archive, series)
    ingest(archive, *(item(100 * series + number) for number in range(60, 75)))
    last = max((archive / "articles").glob("*.jsonl"))
    if series % 2:
        last.unlink()
    else:
        last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-1]))


def _broken_off_purge(archive: Path, series: int) -> None:
    """An archive whose purge was killed after it replaced some parts; the next writer completes the repair."""
    _some_articles(archive, series)
    ingest(archive, item(_PURGED + 1, word=_OTHER_SECRET))

    class _Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise _Killed

    with (
        patch.object(writer, "sync_folder", die),
        suppress(_Killed),
        closing(Archive(archive)) as opened,
        writer.ArchiveWriter(opened) as held,
    ):
        held.purge(id_of(_PURGED + 1), "حكم")


def _other_articles(series: int) -> bytes:
    return jsonl(*(item(100 * series + number) for number in range(80, 84)))


def _new_and_revised(series: int) -> bytes:
    first = 100 * series
    new = [item(first + number) for number in range(20, 25)]
    return jsonl(*new, item(first, version=2), item(first + 1, version=3))


SCENARIOS = (
    Scenario("ingest", ("ingest", "INPUT"), _some_articles, _new_and_revised),
    Scenario(
        "merge", ("ingest", "INPUT"), _small_segments, lambda series: jsonl(item(90 + series), item(0, version=2))
    ),
    Scenario("reindex", ("reindex",), _some_articles),
    Scenario("withdraw", ("withdraw", id_of(_PURGED), "--reason", "طلب"), _some_articles, is_once=True),
    Scenario(
        "purge",
        ("withdraw", id_of(_PURGED), "--purge", "--reason", "حكم"),
        _some_articles,
        is_once=True,
        removes=SECRET,
    ),
    Scenario("first ingest", ("ingest", "INPUT"), _nothing, _new_and_revised),
    Scenario("catalogue", ("stats",), _old_catalogue),
    Scenario("accept loss", ("ingest", "--accept-loss", "INPUT"), _lost_end, _new_and_revised, lost=True),
    Scenario("broken off purge", ("ingest", "INPUT"), _broken_off_purge, _new_and_revised, removes=_OTHER_SECRET),
    Scenario(
        "two ingests",
        ("ingest", "INPUT"),
        _some_articles,
        _new_and_revised,
        beside=(("ingest", "OTHER"),),
        other_items=_other_articles,
    ),
    Scenario(
        "two first ingests",
        ("ingest", "INPUT"),
        _nothing,
        _new_and_revised,
        beside=(("ingest", "OTHER"),),
        other_items=_other_articles,
    ),
    Scenario(
        "purge with others",
        ("withdraw", id_of(_PURGED), "--purge", "--reason", "حكم"),
        _some_articles,
        is_once=True,
        removes=SECRET,
        beside=(("search", "القمح"), ("ingest", "OTHER")),
        other_items=_other_articles,
    ),
    Scenario("catalogue with others", ("stats",), _old_catalogue, beside=(("stats",), ("show", id_of(_PURGED)))),
)


@dataclass(frozen=True)
class _Prepared:
    """A scenario with its archive, and the result of an undisturbed run."""

    scenario: Scenario
    base: Path
    arguments: tuple[str, ...]
    beside: tuple[tuple[str, ...], ...]
    calls: tuple[Call, ...]
    expected: State
    names: frozenset[str]


def call_of(place: int, calls: int) -> int:
    """The system call to kill at for a place in a series. A series covers all `calls`, in long steps."""
    step = max(1, round(calls * 0.618))
    while math.gcd(step, calls) > 1:
        step += 1
    return 1 + place * step % calls


def attack(seeds: Iterable[int], work: Path) -> Tally:
    """Kill a command for each seed. `slowest` is the longest attempt, including its checks."""
    tally = Tally("kill")
    with Tracer(work) as tracer, patch.object(writer, "PART_LIMIT", PART_BYTES):

        @cache
        def prepared(number: int, series: int) -> _Prepared:
            return _prepare(SCENARIOS[number], series, work, tracer)

        for seed in seeds:
            started = time.monotonic()
            series, number = divmod(seed, SERIES)
            place, which = divmod(number, len(SCENARIOS))
            chosen = prepared(which, series)
            count = len(chosen.calls)
            call = call_of(place, count)
            again = call_of(7 * place + 1, count) if series % 2 else 0
            try:
                # Use a new folder, so that files still open from the last attempt can't be mistaken for this one's.
                reasons = _kill_and_check(chosen, call, again, work / f"killed {seed}", tracer)
            except Exception:
                reasons = [f"the archive cannot be used: {traceback.format_exc()}"]
            name = chosen.scenario.name
            at = f"{name}, call {call} of {count}" + (f" and then {again}" if again else "")
            tally.fail(seed, *(f"{at}: {reason}" for reason in reasons))
            tally.add_try(time.monotonic() - started, name)
            shutil.rmtree(work / f"killed {seed}", ignore_errors=True)
    return tally


def _prepare(scenario: Scenario, series: int, work: Path, tracer: Tracer) -> _Prepared:
    folder = work / f"{scenario.name} {series}"
    folder.mkdir()
    base, done = folder / "base", folder / "done"
    scenario.prepare(base, series)
    files = {"INPUT": folder / "input.jsonl", "OTHER": folder / "other.jsonl"}
    files["INPUT"].write_bytes(scenario.items(series))
    files["OTHER"].write_bytes(scenario.other_items(series))

    def filled_in(arguments: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(files.get(argument, argument)) for argument in arguments)

    arguments, beside = filled_in(scenario.arguments), tuple(map(filled_in, scenario.beside))
    _copy(base, done)
    calls, ended = tracer.calls(*on_archive(done, arguments))
    assert "Traceback" not in ended.output, ended.output
    for other in beside:
        assert run(done, *other).code == 0
    expected = state_of(done)
    ingest(done, item(_LATE))
    return _Prepared(scenario, base, arguments, beside, tuple(calls), expected, frozenset(kinds_of_names(done)))


def _copy(base: Path, folder: Path) -> None:
    if base.exists():
        shutil.copytree(base, folder)


def _kill_and_check(chosen: _Prepared, call: int, again: int, archive: Path, tracer: Tracer) -> list[str]:
    """Kill a command at a call. If `again` isn't 0, run it again and kill it at that call."""
    _copy(chosen.base, archive)
    command, beside = on_archive(archive, chosen.arguments), [on_archive(archive, other) for other in chosen.beside]
    ended = tracer.kill(chosen.calls[call - 1], *command, beside=beside)
    problems = [] if ended.is_killed or beside else ["it was not killed, and ended"]
    problems += _check_others(chosen, ended) + _check_what_is_left(chosen.scenario, ended, archive)
    if again:
        problems += _check_what_is_left(chosen.scenario, tracer.kill(chosen.calls[again - 1], *command), archive)
    return [
        *problems,
        *_check_second_run(chosen, run(archive, *chosen.arguments), archive),
        *_check_next_write(chosen, archive),
    ]


def _check_others(chosen: _Prepared, ended: Ended) -> list[str]:
    """The other processes must finish, whatever happens to the killed process."""
    return [
        f"'{' '.join(arguments)}' ran at the same time and ended with {code}: {output.strip()[-1500:]}"
        for arguments, (code, output) in zip(chosen.beside, ended.others, strict=True)
        if code
    ]


def _check_what_is_left(scenario: Scenario, ended: Ended, archive: Path) -> list[str]:
    """Check the archive right after the kill, before any repair."""
    problems = [f"the killed command printed a traceback: {ended.output[-1500:]}"] * ("Traceback" in ended.output)
    if not (archive / "archive.json").exists():
        return problems + ["stored articles, but no archive"] * bool(ended.stored)
    kept = {(stored.record.id, stored.record.revision) for stored in read_lenient(archive)}
    if lost := ended.stored - kept:
        problems.append(f"reported as stored, and lost: {sorted(lost)}")
    verified = run(archive, "verify").problems(*((0, 1) if scenario.lost else (0,)))
    return problems + verified + run(archive, "search", "القمح").problems(0, 3)


def _check_second_run(chosen: _Prepared, ran: Ran, archive: Path) -> list[str]:
    scenario = chosen.scenario
    problems = ran.problems(0, 1) if scenario.is_once else ran.problems(0)
    try:
        problems += chosen.expected.differences(state_of(archive))
    except NewsArchiveError as error:
        problems.append(f"after a second run: {error}")
    if scenario.removes:
        names = files_with(archive, scenario.removes.encode())
        problems += [f"the purged text is still in {names}"] * bool(names)
    return problems


def _check_next_write(chosen: _Prepared, archive: Path) -> list[str]:
    problems = run(archive, "ingest", "-", "--format", "jsonl", stdin=jsonl(item(_LATE))).problems(0)
    problems += run(archive, "verify").problems(0)
    builds = sorted(path.name for path in (archive / "index").iterdir() if path.is_dir())
    problems += [f"old indexes were left over: {builds}"] * (len(builds) != 1)
    if left := kinds_of_names(archive) - chosen.names:
        problems.append(f"files were left over: {sorted(left)}")
    return problems
