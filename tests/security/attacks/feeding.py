"""Fuzzed files for `newsarchive ingest`: each item is kept or refused with a reason, and the archive stays sound."""

import json
import shutil
import time
import traceback
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.pipeline import MAX_REFUSALS
from tests.security.attacks.commands import Ran, run
from tests.security.attacks.hostile_files import HostileFile, hostile_file
from tests.security.attacks.state import read_lenient
from tests.security.attacks.tally import Tally

_SECRET = b"root:x:"
"""The start of a local file that a feed must not be able to import."""


def attack(seeds: Iterable[int], work: Path, *, patience: float) -> Tally:
    """Ingest a fuzzed file for each seed. An ingest that takes more than `patience` seconds is a failure."""
    tally = Tally("feed")
    folder = work / "fed"
    for seed in seeds:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        hostile = hostile_file(seed)
        started = time.monotonic()
        try:
            problems = _feed(hostile, folder, patience)
        except Exception:
            problems = [f"an unexpected error: {traceback.format_exc()[-1500:]}"]
        tally.fail(seed, *(f"{hostile.name} ({hostile.kind}): {problem}" for problem in problems))
        tally.add_try(time.monotonic() - started, hostile.name.partition(".")[2] or "no ending")
    return tally


def _feed(hostile: HostileFile, folder: Path, patience: float) -> list[str]:
    archive, file = folder / "archive", folder / hostile.name
    file.write_bytes(hostile.content)
    started = time.monotonic()
    ran = run(archive, "ingest", "--json", str(file))
    seconds = time.monotonic() - started
    problems = ran.problems(0, 1)
    if seconds > patience:
        problems.append(f"took {seconds:.1f} s")
    if problems:
        return problems
    report = json.loads(ran.output)
    problems = [*_check_report(report, ran, hostile), *_check_archive(report, archive)]
    again = run(archive, "ingest", "--json", str(file))
    return problems + (again.problems(ran.code) or _check_again(report, json.loads(again.output)))


def _check_report(report: dict[str, Any], ran: Ran, hostile: HostileFile) -> list[str]:
    """Every item is counted, and each rejected item has a reason."""
    problems = []
    failures = report["refusals"]
    if len(failures) != min(report["refused"], MAX_REFUSALS) or any(not each["reason"].strip() for each in failures):
        problems.append(f"{report['refused']} items were refused, but the reasons are others: {failures[:3]}")
    if (ran.code == 1) != bool(failures):
        problems.append(f"the exit code is {ran.code} with {len(failures)} failures")
    taken = sum(report[verdict.value] for verdict in Verdict)
    if taken < hostile.unharmed:
        problems.append(f"only {taken} of {hostile.unharmed} good items were ingested")
    if not taken and not failures and hostile.content.strip() and b"<" not in _unpacked(hostile):
        problems.append("nothing was ingested and nothing failed")
    return problems


def _unpacked(hostile: HostileFile) -> bytes:
    """What a gzip file begins with; the content of another file."""
    if not hostile.name.endswith(".gz"):
        return hostile.content
    try:
        return zlib.decompressobj(wbits=31).decompress(hostile.content, 1 << 20)
    except zlib.error:
        return hostile.content


def _check_archive(report: dict[str, Any], archive: Path) -> list[str]:
    problems = run(archive, "verify").problems(0) + run(archive, "search").problems(0)
    stored = read_lenient(archive)
    if len(stored) != report[Verdict.STORED.value] + report[Verdict.REVISED.value]:
        problems.append(f"{len(stored)} records are in the archive, the report says {report}")
    parts = sorted((archive / "articles").glob("*.jsonl"))
    problems += ["a local file was ingested" for part in parts if _SECRET in part.read_bytes()]
    return problems


def _check_again(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    """Ingesting the same file again adds nothing, and fails for the same items."""
    if second[Verdict.STORED.value] or second[Verdict.REVISED.value]:
        return [f"ingesting the same file again added something: {second}"]
    return ["ingesting the same file again refused other items"] * (first["refusals"] != second["refusals"])
