"""The fetcher against a hostile server: content within the limits or a `FetchError`, and always in time."""

import time
import traceback
from collections.abc import Iterable

from newsarchive.errors import FetchError
from newsarchive.ingest.fetching.fetch import fetch
from tests.fetching import settings
from tests.security.attacks.hostile_server import behaviour_name, hostile_server
from tests.security.attacks.tally import Tally

TIMEOUT = 0.4
MAX_BYTES = 64 * 1024
MAX_WIRE_BYTES = 256 * 1024


def attack(seeds: Iterable[int], *, patience: float) -> Tally:
    """Fetch the address of each seed. Going over the time limit by more than `patience` seconds is a failure."""
    tally = Tally("fetch")
    with hostile_server() as server:
        for seed in seeds:
            started = time.monotonic()
            problems = _fetch(server.url(seed))
            seconds = time.monotonic() - started
            if seconds > TIMEOUT + patience:
                problems.append(f"took {seconds:.1f} s with a limit of {TIMEOUT} s")
            tally.fail(seed, *(f"{behaviour_name(seed)}: {problem}" for problem in problems))
            tally.add_try(seconds, behaviour_name(seed))
    return tally


def _fetch(url: str) -> list[str]:
    try:
        fetched = fetch(url, settings=settings(seconds=TIMEOUT, content_bytes=MAX_BYTES, wire_bytes=MAX_WIRE_BYTES))
    except FetchError as error:
        is_clear = url in str(error) and error.reason.strip()
        return [] if is_clear else [f"an error without a clear reason: {error}"]
    except Exception:
        return [f"an unexpected error: {traceback.format_exc()[-1500:]}"]
    return [f"{len(fetched.content)} bytes with a limit of {MAX_BYTES}"] * (len(fetched.content) > MAX_BYTES)
