"""When the latest revisions of many articles were archived, without reading the articles."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from newsarchive.archive.store import Archive

_LONGEST = 80
"""A line ends with its time of archiving, which needs fewer bytes than this."""
_TIME = re.compile(rb'"archived_at":"([0-9T:.+-]{19,40})"\}\n?')


def archiving_times(archive: Archive, article_ids: Iterable[str]) -> dict[str, datetime]:
    """The times when the latest revisions of shown articles were archived.

    Only the end of each line is read, and its digest isn't checked. An article without a readable time is left out.
    """
    entries = [entry for entry in archive.catalogue.latest_of(article_ids) if not entry.withdrawn]
    times: dict[str, datetime] = {}
    for article_id, end in archive.line_ends(entries, _LONGEST):
        with suppress(ValueError):
            if found := _TIME.search(end):
                times[article_id] = datetime.fromisoformat(found[1].decode())
    return times
