"""Run the attacks of `tests/security/attacks/` for any length of time.

    python bench/assault.py [--seconds N] [--seed S] [--only kill,damage,…] [--repeat N]
                            [--ant FILE --articles N] [--json FILE]

    kill      `kill -9` at system calls of ingest, commit, merge, reindex, withdrawal and purge
    damage    random damage to each file of an archive
    requests  hostile requests to a server, two at a time
    feed      fuzzed files for ingest
    fetch     a hostile web server for the fetcher
    soak      writers and readers at once

Each attack runs in a separate process for its share of the time, or for N seeds with `--repeat`. It makes one
attempt per seed, starting with seed S. Server and readers use the sample articles, or N articles of the ANT corpus
if `--ant` is given. The corpus is ingested first, which also measures the memory of a large ingest. The output is a
table, and for each failure the command that reproduces it. The exit code is 1 if anything failed.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from corpus import articles, check  # noqa: E402

from newsarchive.article import to_json  # noqa: E402
from tests.security.attacks import damage, feeding, fetching, killing, requests, soak, tracing  # noqa: E402
from tests.security.attacks.tally import Failure, Tally  # noqa: E402

LIMITS = {"server": 500, "ingest": 400}
"""The maximum resident memory of a process, in MB."""
PATIENCE = 2.0
"""Seconds after which an answer is too late."""
INGEST_PATIENCE = 60.0
_COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()")
_SHOWN = 20
"""The most failed seeds that are printed per attack; `--json` has all of them."""
_REASONS = 8
"""The most reasons that are printed per seed."""


@dataclass(frozen=True)
class Attack:
    """One attack: its share of the time, and the function that makes the attempts for seeds in a folder.

    With `needs_archive`, the folder has an archive in `archive`.
    """

    share: int
    run: Callable[[Iterator[int], Path], Tally]
    needs_archive: bool = False


def _feed(seeds: Iterator[int], work: Path) -> Tally:
    tally = feeding.attack(seeds, work, patience=INGEST_PATIENCE)
    # The commands run in this process.
    tally.use_memory("ingest", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    return tally


ATTACKS = {
    "kill": Attack(25, killing.attack),
    "damage": Attack(25, damage.attack),
    "requests": Attack(20, lambda seeds, work: requests.attack(seeds, work, work / "archive", patience=PATIENCE), True),
    "feed": Attack(10, _feed),
    "fetch": Attack(5, lambda seeds, _: fetching.attack(seeds, patience=PATIENCE)),
    "soak": Attack(15, lambda seeds, work: soak.attack(seeds, work, work / "archive", patience=PATIENCE), True),
}


def be_attacker(options: argparse.Namespace) -> None:
    """Run one attack and write its result; called in a separate process."""
    work = Path(options.work)

    def seeds() -> Iterator[int]:
        deadline = time.monotonic() + options.seconds
        seed = options.seed
        while seed < options.seed + options.repeat if options.repeat else time.monotonic() < deadline:
            (work / "seed").write_text(str(seed))
            yield seed
            seed += 1

    tally = ATTACKS[options.attacker].run(seeds(), work)
    (work / "tally.json").write_text(json.dumps(as_json(tally)))


def as_json(tally: Tally) -> dict[str, Any]:
    """The tally as JSON."""
    return {
        "attack": tally.attack,
        "tries": tally.tries,
        "failures": [failure._asdict() for failure in tally.failures],
        "slowest_s": round(tally.slowest, 3),
        "memory_mb": {name: round(size / 1e6, 1) for name, size in tally.memory.items()},
        "notes": dict(tally.notes.most_common()),
    }


def from_json(form: dict[str, Any]) -> Tally:
    """The tally from the JSON of `as_json`."""
    return Tally(
        form["attack"],
        form["tries"],
        [Failure(**failure) for failure in form["failures"]],
        form["slowest_s"],
        {name: int(size * 1e6) for name, size in form["memory_mb"].items()},
        Counter(form["notes"]),
    )


def run_attack(name: str, seconds: float, options: argparse.Namespace, archive: Path, work: Path) -> Tally:
    """Run one attack in a separate process. If the process dies, this is a failure of the last seed it started."""
    work.mkdir()
    if ATTACKS[name].needs_archive:
        shutil.copytree(archive, work / "archive")
    command = [sys.executable, __file__, "--attacker", name, "--work", str(work)]
    command += ["--seconds", str(seconds), "--seed", str(options.seed), "--repeat", str(options.repeat)]
    ended = subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True, errors="replace")
    if ended.returncode:
        seed = int((work / "seed").read_text()) if (work / "seed").exists() else options.seed
        why = f"the attacking process ended with {ended.returncode}: {ended.stderr.strip()[-2000:]}"
        return Tally(name, failures=[Failure(seed, why)])
    tally = from_json(json.loads((work / "tally.json").read_text()))
    add_memory_failures(tally)
    return tally


def add_memory_failures(tally: Tally) -> None:
    """Add a failure without a seed for each process that exceeds its memory limit."""
    for process, limit in LIMITS.items():
        used = tally.memory.get(process, 0) / 1e6
        if used > limit:
            tally.fail(-1, f"{process} used {used:.0f} MB, with a limit of {limit} MB")


def make_archive(options: argparse.Namespace, work: Path) -> tuple[Path, Tally]:
    """The archive for server and readers, and the tally of ingesting it."""
    archive, file = work / "archive", work / "articles.jsonl"
    if options.ant is None:
        source = ROOT / "archive" / "articles"
    else:
        source = file
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(
                json.dumps(to_json(article), ensure_ascii=False) + "\n"
                for article in articles(options.ant, options.articles)
            )
    tally = Tally("first ingest")
    started = time.monotonic()
    child = subprocess.Popen(
        [*_COMMAND, "ingest", "--archive", str(archive), "--json", str(source)], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    report = json.loads(child.stdout.read())
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"the articles could not be ingested: {report['refusals'][:3]}")
    tally.use_memory("ingest", usage.ru_maxrss * 1024)
    tally.add_try(time.monotonic() - started, *["article"] * report["stored"])
    add_memory_failures(tally)
    return archive, tally


def print_table(tallies: Sequence[Tally]) -> None:
    """Print one line per attack."""
    print(f"\n{'attack':<14}{'tries':>9}{'failures':>10}{'slowest':>11}  peak memory")
    for tally in tallies:
        memory = ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in sorted(tally.memory.items())) or "-"
        failed = len({failure.seed for failure in tally.failures})
        print(f"{tally.attack:<14}{tally.tries:>9,}{failed:>10,}{tally.slowest:>9.2f} s  {memory}")


def print_failures(tally: Tally, options: argparse.Namespace) -> None:
    """Print each failed seed with the reasons and the command that reproduces it."""
    by_seed: dict[int, list[str]] = {}
    for failure in tally.failures:
        by_seed.setdefault(failure.seed, []).append(failure.reason)
    for seed, reasons in list(by_seed.items())[:_SHOWN]:
        print(f"\n{tally.attack}, " + (f"seed {seed}:" if seed >= 0 else "as a whole:"))
        for reason in reasons[:_REASONS]:
            print("    " + reason.replace("\n", "\n    "))
        if len(reasons) > _REASONS:
            print(f"    and {len(reasons) - _REASONS} more")
        if seed >= 0:
            print(f"    again: {command_again(tally.attack, seed, options)}")
    if len(by_seed) > _SHOWN:
        print(f"\n{tally.attack}: {len(by_seed) - _SHOWN} more seeds failed; --json FILE has all of them")


def command_again(attack: str, seed: int, options: argparse.Namespace) -> str:
    """The command that reproduces an attempt. A soak must repeat earlier commands, too, as later commands need them."""
    first = options.seed if attack == "soak" else seed
    data = f" --ant {options.ant} --articles {options.articles}" if options.ant else ""
    return f"python bench/assault.py --only {attack} --seed {first} --repeat {seed - first + 1}{data}"


def options_from(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600, help="total time of all attacks, in seconds (600)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--only", default=",".join(ATTACKS), help="attacks, separated by commas (all)")
    parser.add_argument("--repeat", type=int, default=0, help="number of attempts of each attack, instead of a time")
    parser.add_argument("--articles", type=int, default=20_000, help="number of articles of the ANT corpus (20,000)")
    parser.add_argument("--ant", type=Path, metavar="FILE", help="the ANT corpus as JSON Lines, .gz")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all results to this file")
    parser.add_argument("--attacker", help=argparse.SUPPRESS)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if unknown := set(options.only.split(",")) - ATTACKS.keys():
        parser.error(f"there is no attack {', '.join(sorted(unknown))}; there are {', '.join(ATTACKS)}")
    if options.ant is not None:
        check(options.ant)
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the attacks; returns the exit code."""
    options = options_from(arguments)
    if options.attacker:
        be_attacker(options)
        return 0
    names = options.only.split(",")
    if "kill" in names and (why := tracing.why_not()):
        raise SystemExit(f"processes cannot be killed at system calls: {why}")
    # The server and the commands import the package from this checkout.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, seeds from {options.seed}"
    )
    with tempfile.TemporaryDirectory(prefix="newsarchive-") as folder:
        archive, first = make_archive(options, Path(folder))
        tallies = [first]
        whole = sum(ATTACKS[name].share for name in names)
        for name in names:
            seconds = options.seconds * ATTACKS[name].share / whole
            tallies.append(run_attack(name, seconds, options, archive, Path(folder) / name))
            print(f"{name}: {tallies[-1].tries:,} tries, {len(tallies[-1].failures):,} failures", file=sys.stderr)
    print_table(tallies)
    for tally in tallies:
        print_failures(tally, options)
    if options.json:
        options.json.write_text(json.dumps([as_json(tally) for tally in tallies], ensure_ascii=False, indent=2))
    return 1 if any(tally.failures for tally in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
