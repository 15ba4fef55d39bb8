"""Every error that newsarchive raises on purpose.

    NewsArchiveError
    +-- ConfigError
    +-- ServingError
    +-- IngestError(origin)
    |   +-- FetchError
    |   |   +-- AddressRefused
    |   +-- ParseError
    +-- ArchiveError
    |   +-- ArticleNotFound
    |   +-- CorruptArchive(path, line)
    |   +-- ArchiveLocked
    |   +-- PurgeUnfinished(article_id)
    |   +-- ArchiveShortened(missing)
    +-- SearchError
        +-- QuerySyntaxError
        +-- IndexLocked
        +-- IndexUnusable(reason)
            +-- IndexMissing
            +-- IndexOutdated
            +-- IndexDamaged

The message says what was wrong, where, and what to do about it; the cause, where there is one, is chained.
The web maps these to HTTP status codes in one place and the command line to exit codes in one place.
"Not modified" and "duplicate" are results, not errors.
"""

import os
from pathlib import Path

DEBUG_VARIABLE = "NEWSARCHIVE_DEBUG"
"""The environment variable that makes a fault end in its traceback."""
MAX_MESSAGE = 1_000
"""Characters of the reason that an `IngestError` gives, and of where it came from: an item can be called anything."""


class NewsArchiveError(Exception):
    """The root: catching it catches every failure that has a message for a person."""


class ConfigError(NewsArchiveError):
    """A setting in `newsarchive.toml` or in the environment cannot be used."""


class ServingError(NewsArchiveError):
    """The web server cannot run."""


class IngestError(NewsArchiveError):
    """One item, file or address could not be taken in.

    `origin` says which: a path, `path:line` or a URL. Both it and `reason` are cut at `MAX_MESSAGE` characters.
    """

    def __init__(self, origin: str, reason: str) -> None:
        origin, reason = _short(origin), _short(reason)
        super().__init__(f"{origin}: {reason}")
        self.origin = origin
        self.reason = reason


def _short(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE] + "…"


class FetchError(IngestError):
    """An address did not answer, or not with something usable."""


class AddressRefused(FetchError):
    """An address leads to a private or reserved network; the reason says how to allow it."""


class ParseError(IngestError):
    """The bytes are there but they are not what they should be."""


class ArchiveError(NewsArchiveError):
    """Something about the stored articles."""


class ArticleNotFound(ArchiveError):
    """No article has this id, or it was withdrawn."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"no article has the id {article_id!r}")
        self.article_id = article_id


class CorruptArchive(ArchiveError):
    """A line of a part is not what was written there. The other lines stay readable."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class ArchiveLocked(ArchiveError):
    """Another process is writing to this archive."""


class PurgeUnfinished(ArchiveError):
    """The text of an article is gone from the archive's files, and the files of the index still have it."""

    def __init__(self, article_id: str, reason: str) -> None:
        super().__init__(
            f"the text of {article_id} is gone from the archive, and no search finds it, but it is still in files of"
            f" the index: {reason}; run 'newsarchive reindex'"
        )
        self.article_id = article_id


class ArchiveShortened(ArchiveError):
    """Lines are missing that were in the archive, such as its last part. `missing` says which, part by part."""

    def __init__(self, folder: Path, missing: tuple[str, ...]) -> None:
        super().__init__(
            f"{folder}: the archive is shorter than it was: {'; '.join(missing)}."
            " Restore it from a backup, or give up what is missing with --accept-loss"
        )
        self.missing = missing


class SearchError(NewsArchiveError):
    """Something about the search index or a query."""


class QuerySyntaxError(SearchError):
    """The query is not of the query language. The search itself falls back to plain words."""


class IndexLocked(SearchError):
    """Another process is updating or building the search index."""


class IndexUnusable(SearchError):
    """The index has to be built from the archive before anything can be searched.

    `reason` says why, without what to do about it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; run 'newsarchive reindex'")
        self.reason = reason


class IndexMissing(IndexUnusable):
    """There is no search index for this archive yet."""


class IndexOutdated(IndexUnusable):
    """The index was written in another format, or does not belong to this archive; rebuild it."""


class IndexDamaged(IndexUnusable):
    """A file of the search index is not as it was written; rebuild the index from the archive."""


def wants_traceback() -> bool:
    """Whether a fault of the program itself is to end in its traceback, for who looks into it."""
    return bool(os.environ.get(DEBUG_VARIABLE))


def describe_fault(error: BaseException) -> str:
    """One line about an exception that nobody foresaw: what it was, and how to report it."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return (
        f"a fault in newsarchive: {what}; please report it to its developers,"
        f" with the traceback that {DEBUG_VARIABLE}=1 shows"
    )
