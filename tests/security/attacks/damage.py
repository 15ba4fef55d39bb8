"""Damage one file of an archive: derived data must be rebuilt, and lost data must be reported, never lost silently.

The seed determines the file, the damage, and whether commands or pages encounter it first.
"""

import json
import random
import shutil
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from newsarchive import index_repair
from newsarchive.archive import writer
from newsarchive.archive.lines import Stored, encode_line
from newsarchive.article import Article
from newsarchive.errors import NewsArchiveError
from newsarchive.library import Library
from newsarchive.web import create_app
from tests.libraries import open_archive
from tests.security.attacks.commands import Ran, run
from tests.security.attacks.harms import HARMS, make_folder
from tests.security.attacks.samples import ingest, item, jsonl
from tests.security.attacks.state import (
    QUESTIONS,
    Found,
    Said,
    id_of,
    kind_of_name,
    read_lenient,
    said,
    search,
    state_of,
)
from tests.security.attacks.tally import Tally

SERIES = 10_000
"""The number of seeds that share an archive."""
_PART_BYTES = 6_000
_LATE = 900_000
_SHORTER = "the archive is shorter than it was"
_PAGES = ("/healthz", "/", "/search?q=القمح", "/feed.xml", "/api/v1/search?q=العنوان", "/api/v1/suggest?q=الق")


@dataclass(frozen=True)
class _Prepared:
    """The archive before the damage: its records with their lines, their source items, and search results."""

    folder: Path
    files: tuple[str, ...]
    lines: tuple[tuple[Said, bytes], ...]
    items: tuple[tuple[int, dict[str, Any]], ...]
    answers: tuple[Found, ...]


def attack(seeds: Iterable[int], work: Path) -> Tally:
    """Damage a file for each seed. `slowest` is the longest attempt, including its checks."""
    tally = Tally("damage")

    @cache
    def prepared(series: int) -> _Prepared:
        return _prepare(work / f"undamaged {series}", series)

    with (
        patch.object(writer, "PART_LIMIT", _PART_BYTES),
        patch.object(index_repair, "GRACE", 0.0),
        patch.object(index_repair, "PAUSE", 0.0),
    ):
        for seed in seeds:
            started = time.monotonic()
            # Use a new folder, so that files still open from the last attempt can't be mistaken for this one's.
            folder = work / f"damaged {seed}"
            attempt = _Attempt(prepared(seed // SERIES), folder, seed)
            tally.fail(seed, *(f"{attempt.name}: {reason}" for reason in attempt.problems()))
            tally.add_try(time.monotonic() - started, attempt.kind)
            shutil.rmtree(folder)
    return tally


def _prepare(folder: Path, series: int) -> _Prepared:
    first = 100 * series
    numbers = [first + number for number in (*range(12), *range(20, 26))]
    ingest(folder, *map(item, numbers[:12]))
    ingest(folder, item(first + 1, version=2), *map(item, numbers[12:]))
    assert run(folder, "withdraw", id_of(first + 2), "--reason", "طلب").code == 0
    # The last record is a revision, so that the newest text of an article is at the end of the archive.
    ingest(folder, item(first + 30), item(first + 3, version=2))
    assert run(folder, "search", "القمح").code == 0
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    # Sort by kind and size, because some names are random: the same seed must choose the same kind of file.
    files.sort(key=lambda name: (kind_of_name(name), (folder / name).stat().st_size))
    lines = tuple((said(stored.record), encode_line(stored.record)) for stored in read_lenient(folder))
    items = tuple((number, item(number)) for number in numbers)
    return _Prepared(folder, tuple(files), lines, items, state_of(folder).answers)


class _Attempt:
    """One damaged copy of the archive, and all checks on it."""

    def __init__(self, before: _Prepared, folder: Path, seed: int) -> None:
        self._before = before
        self._folder = folder
        number, place = divmod(seed % SERIES, len(before.files))
        self._file = before.files[place]
        self._harm = HARMS[(number + place) % len(HARMS)]
        self._choice = random.Random(seed)
        self._pages_first = self._choice.random() < 0.5
        shutil.copytree(before.folder, folder)

    @property
    def kind(self) -> str:
        """The damage, and the kind of the damaged file."""
        return self._harm.__name__

    @property
    def name(self) -> str:
        """The damage, the damaged file, and whether commands or pages came first."""
        return f"{self._harm.__name__} {self._file}, {'pages' if self._pages_first else 'commands'} first"

    def problems(self) -> list[str]:
        """Damage the file and return the problems found."""
        self._harm(self._folder / self._file, self._choice, [self._folder / name for name in self._before.files])
        problems = self._tried(self._check_folder) if self._harm is make_folder else []
        first = run(self._folder, "verify")
        if first.code == 3:
            return problems + self._tried(lambda: self._check_refusal(first))
        steps = [
            lambda: self._check_verify(first),
            self._ask_pages if self._pages_first else self._ask_commands,
            lambda: run(self._folder, "stats").problems(0),
        ]
        steps.append(self._check_content)
        if _SHORTER in first.errors:
            steps += [self._check_refused_writes, lambda: self._check_ingest("--accept-loss"), self._check_all_agrees]
        else:
            steps.append(self._check_ingest)
        steps += [self._check_end, self._check_known_again]
        return problems + [problem for step in steps for problem in self._tried(step)]

    def _tried(self, step: Callable[[], list[str]]) -> list[str]:
        try:
            return step()
        except NewsArchiveError as error:
            return [f"the whole archive is refused: {error}"]
        except Exception:
            return [f"an unexpected error: {traceback.format_exc()[-1500:]}"]

    def _check_folder(self) -> list[str]:
        """A folder in the place of a needed file is reported; then the test removes it, as a person would."""
        path = self._folder / self._file
        is_needed = self._file == "archive.json" or self._file.startswith("articles/")
        problems = [] if is_needed else self._ask_pages(repaired=False)
        for command in (["search"], ["stats"], ["ingest", "-", "--format", "jsonl"]):
            ran = run(self._folder, *command)
            problems += ran.problems(0, 1, 3)
            if ran.code == 3 and path.name not in ran.errors and "index" not in ran.errors:
                problems.append(f"'{command[0]}' does not say what is wrong: {ran.errors.strip()}")
        if path.is_dir():
            path.rmdir()
        return problems

    def _check_refusal(self, ran: Ran) -> list[str]:
        """An archive may refuse all commands only if it has no identity, and each command must say why."""
        if "archive.json" not in ran.errors:
            return [f"verify refuses the whole archive: {ran.errors.strip()[-300:]}"]
        problems = [
            problem for command in (["search"], ["stats"]) for problem in run(self._folder, *command).problems(3)
        ]
        return problems + run(self._folder, "ingest", "-", "--format", "jsonl", stdin=jsonl(item(_LATE))).problems(3)

    def _check_verify(self, ran: Ran) -> list[str]:
        """Damage is reported if any record is lost."""
        problems = ran.problems(0, 1)
        lost = self._lost()
        if lost and ran.code == 0:
            problems.append(f"{len(lost)} records are lost and verify ends with 0: {ran.output.strip()}")
        parts = [name.rpartition("/")[2] for name in self._before.files if name.startswith("articles/")]
        if lost and not any(name in ran.errors for name in (*parts, "a revision is missing: ")):
            problems.append(f"{len(lost)} records are lost and verify does not say where: {ran.errors.strip()[-300:]}")
        return problems

    def _lost(self) -> list[Said]:
        """The records whose lines are no longer in any part."""
        content = self._parts()
        return [record for record, line in self._before.lines if line.rstrip(b"\n") not in content]

    def _affected(self) -> set[str]:
        """The ids of the articles that lost a record."""
        return {record[0] for record in self._lost()}

    def _parts(self) -> bytes:
        paths = sorted((self._folder / "articles").glob("*.jsonl"))
        return b"\n".join(path.read_bytes() for path in paths if path.is_file())

    def _ask_commands(self) -> list[str]:
        """Search before any repair: the result is right, or the search is refused with a reason."""
        problems = []
        is_complete = not self._lost()
        for question, before in zip(QUESTIONS, self._before.answers, strict=True):
            ran = run(self._folder, "search", "--json", "--match", "any", question)
            problems += ran.problems(0, 3)
            total = json.loads(ran.output)["total"] if ran.code == 0 else before.total
            if is_complete and total != before.total:
                problems.append(f"search «{question}» finds {total} instead of {before.total}, and says nothing")
        return problems

    def _ask_pages(self, *, repaired: bool = True) -> list[str]:
        """Serve the damaged archive; the server repairs the index."""
        problems = []
        with open_archive(self._folder, repairs=True) as library:
            client = create_app(library).test_client()
            articles = {f"/article/{name}": name for name in sorted({record[0] for record, _ in self._before.lines})}
            affected = self._affected()
            for page in (*_PAGES, *articles, *_PAGES):
                answer = client.get(page)
                # A page may be an error only if the article's own line is damaged.
                allowed = {200, 404, 410, 503, *({500} if articles.get(page) in affected else ())}
                if answer.status_code not in allowed:
                    problems.append(f"{page}: status {answer.status_code}")
                if library.repairer is not None:
                    library.repairer.wait()
            answer = client.get("/healthz")
            if repaired and answer.status_code != 200:
                problems.append(f"the server did not repair the index: {answer.get_data(as_text=True).strip()}")
        return problems

    def _check_content(self) -> list[str]:
        """All remaining articles are readable and found; if nothing is lost, search results are as before.

        Until they are rebuilt, index and catalogue may have more revisions of an article that lost a line, but not of
        other articles.
        """
        kept = read_lenient(self._folder)
        shown, affected = _shown(kept), self._affected()
        whole = {name: record for name, record in shown.items() if name not in affected}
        with open_archive(self._folder) as library:
            answers = tuple(search(library, question) for question in QUESTIONS)
            problems = self._check_hidden(kept) + self._compare_texts(library, whole)
        everything = answers[0]
        if missing := whole.keys() - everything.ids:
            problems.append(f"intact articles are not found: {sorted(missing)[:3]}")
        if added := everything.ids - shown.keys() - affected:
            problems.append(f"missing articles are found: {sorted(added)[:3]}")
        if not 0 <= everything.total - len(whole) <= len(affected):
            problems.append(f"{len(whole)} articles are whole, {len(affected)} not, and {everything.total} are found")
        is_same = [said(stored.record) for stored in kept] == [record for record, _ in self._before.lines]
        if is_same and answers != self._before.answers:
            totals = [(mine.total, now.total) for mine, now in zip(self._before.answers, answers, strict=True)]
            problems.append(f"nothing is lost, but search results differ: before and after {totals}")
        return problems

    def _check_all_agrees(self) -> list[str]:
        """Index and catalogue have exactly the readable articles."""
        kept = read_lenient(self._folder)
        shown = _shown(kept)
        with open_archive(self._folder) as library:
            found = search(library, "")
            problems = self._compare_texts(library, shown)
        if found.ids != shown.keys() or found.total != len(shown):
            problems.append(f"there are {len(shown)} articles, but a search finds {found.total}")
        return problems

    def _check_hidden(self, kept: list[Stored]) -> list[str]:
        readable = {said(stored.record) for stored in kept}
        lost = set(self._lost())
        hidden = [record for record, _ in self._before.lines if record not in readable | lost]
        return [f"intact lines are not read: {hidden[:3]}"] * bool(hidden)

    @staticmethod
    def _compare_texts(library: Library, shown: dict[str, Article]) -> list[str]:
        problems = []
        for name, record in shown.items():
            try:
                if library.article(name).body != record.body:
                    problems.append(f"the article {name} has another text")
            except NewsArchiveError as error:
                problems.append(f"the article {name} exists but cannot be read: {error}")
        return problems

    def _check_refused_writes(self) -> list[str]:
        """Writes are refused with a reason, and change nothing."""
        before = self._parts()
        ingesting = run(self._folder, "ingest", "-", "--format", "jsonl", stdin=jsonl(item(_LATE)))
        withdrawing = run(self._folder, "withdraw", self._before.lines[0][0][0], "--reason", "طلب")
        problems = []
        for ran in (ingesting, withdrawing):
            problems += ran.problems(3)
            if "--accept-loss" not in ran.errors:
                problems.append(f"'{ran.arguments[0]}' does not say what to do about a loss: {ran.errors.strip()}")
        if self._parts() != before:
            problems.append("a refused write has changed the parts")
        return problems

    def _check_ingest(self, *options: str) -> list[str]:
        """Ingest still works."""
        ran = run(self._folder, "ingest", "-", "--format", "jsonl", *options, stdin=jsonl(item(_LATE)))
        problems = ran.problems(0)
        if options and "given up: " not in ran.errors:
            problems.append(f"the accepted loss is not reported: {ran.errors.strip()}")
        found = run(self._folder, "search", f"خبر{_LATE}")
        if id_of(_LATE) not in found.output:
            problems.append(f"an article ingested afterwards is not found: {found.errors.strip()[-300:]}")
        return problems

    def _check_end(self) -> list[str]:
        """After a write, the archive reports no missing end, and everything agrees with the readable records."""
        ran = run(self._folder, "verify")
        problems = ran.problems(0, 1)
        if _SHORTER in ran.errors or "head.json" in ran.errors:
            problems.append(f"after a write, the mark does not match: {ran.errors.strip()[-300:]}")
        return problems + self._check_content()

    def _check_known_again(self) -> list[str]:
        """Ingesting the existing items again adds nothing."""
        affected = self._affected()
        items = [each for number, each in self._before.items if id_of(number) not in affected]
        before = self._parts()
        ran = run(self._folder, "ingest", "-", "--format", "jsonl", stdin=jsonl(*items))
        problems = ran.problems(0)
        if self._parts() != before:
            problems.append(f"existing articles were added again: {ran.output.strip()[-300:]}")
        return problems


def _shown(records: list[Stored]) -> dict[str, Article]:
    """The articles that pages should show, by id."""
    latest = {stored.record.id: stored.record for stored in records}
    return {name: record for name, record in latest.items() if isinstance(record, Article)}
