"""All exceptions that newsarchive defines.

    NewsArchiveError
    +-- ConfigError
    +-- ServingError
    +-- IngestError(origin)
    |   +-- FetchError
    |   |   +-- AddressRefused
    |   +-- ParseError
    +-- ArchiveError
    |   +-- ArticleNotFound
    |   |   +-- ArticleWithdrawn(withdrawn_at)
    |   +-- NotRestorable
    |   +-- CorruptArchive(path, line)
    |   +-- ArchiveLocked
    |   +-- PurgeUnfinished(article_id)
    |   +-- ArchiveShortened(missing)
    +-- CursorGone
    +-- SubscriptionsError
    |   +-- FetchRunning
    +-- GroupsError
    +-- CollectionsError
    |   +-- CollectionNotFound
    |   +-- CollectionsBusy
    +-- ExportError
    |   +-- ExportsBusy
    |   +-- ExportTooLarge
    |   +-- ExportUnavailable
    +-- SearchError
        +-- QuerySyntaxError
        +-- IndexLocked
        +-- IndexUnreachable
        +-- RequestRefused(status, kind, reason)
        +-- IndexUnusable(reason)
            +-- IndexMissing
            +-- IndexOutdated
            +-- IndexDamaged

A message states the problem, its place and the remedy. The original exception, if any, is chained.
`newsarchive.web` maps these errors to HTTP status codes, and `newsarchive.cli.main` maps them to
exit codes. "Not modified" and "duplicate" are results, not errors.
"""

import os
from datetime import datetime
from pathlib import Path

from newsarchive.wording import listed, worded

DEBUG_VARIABLE = "NEWSARCHIVE_DEBUG"
"""The environment variable that makes errors print their traceback."""
MAX_MESSAGE = 1_000
"""The maximum length of the reason and of the origin of an `IngestError`: both can contain input of any length."""


class NewsArchiveError(Exception):
    """The base class of all errors whose message is written for users."""


class ConfigError(NewsArchiveError):
    """A setting in `newsarchive.toml` or the environment is invalid, or a file or address it names is unusable."""


class ServingError(NewsArchiveError):
    """The web server cannot run."""


class IngestError(NewsArchiveError):
    """One item, file or URL could not be ingested.

    `origin` identifies it: a path, `path:line` or a URL. `origin` and `reason` are cut to
    `MAX_MESSAGE` characters.
    """

    def __init__(self, origin: str, reason: str) -> None:
        origin, reason = _short(origin), _short(reason)
        super().__init__(worded("{origin}: {reason}", origin=origin, reason=reason))
        self.origin = origin
        self.reason = reason


def _short(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE] + "…"


class FetchError(IngestError):
    """A URL did not respond, or its response is unusable.

    `status` is that of the response and `retry_after` its header; 0 and empty if there was none.
    """

    def __init__(self, origin: str, reason: str) -> None:
        super().__init__(origin, reason)
        self.status = 0
        self.retry_after = ""


class AddressRefused(FetchError):
    """A URL resolves to a private or reserved network. The reason explains how to allow the network."""


class ParseError(IngestError):
    """The input was read, but does not have the expected format."""


class ArchiveError(NewsArchiveError):
    """The base class of errors of the archive."""


class ArticleNotFound(ArchiveError):
    """No article has this id, or the article was withdrawn."""

    def __init__(self, article_id: str) -> None:
        super().__init__(worded("no article has the id {article_id!r}", article_id=article_id))
        self.article_id = article_id


class ArticleWithdrawn(ArticleNotFound):
    """The article was withdrawn. A purged article is not found instead: nothing says that it was there."""

    def __init__(self, article_id: str, withdrawn_at: datetime) -> None:
        super().__init__(article_id)
        day = f"{withdrawn_at:%Y-%m-%d}"
        self.args = (worded("the article {article_id!r} was withdrawn on {day}", article_id=article_id, day=day),)
        self.withdrawn_at = withdrawn_at


class NotRestorable(ArchiveError):
    """An article can't be restored: it isn't withdrawn, or its text was purged."""


class CorruptArchive(ArchiveError):
    """A line of a part differs from the line that was written. The other lines stay readable."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(worded("{path}:{line}: {reason}", path=path, line=line, reason=reason))
        self.path = path
        self.line = line
        self.reason = reason


class ArchiveLocked(ArchiveError):
    """Another process is writing to this archive."""


class SubscriptionsError(NewsArchiveError):
    """The list of feeds, its secrets or the state of the fetches can't be used."""


class FetchRunning(SubscriptionsError):
    """Another process is fetching the feeds of this archive."""


class CollectionsError(NewsArchiveError):
    """A collection of articles can't be made or changed as asked.

    `reason` is a word for programs: `invalid`, `unknown`, `exists`, `full` or `busy`.
    """

    def __init__(self, message: str, reason: str = "invalid") -> None:
        super().__init__(message)
        self.reason = reason


class CollectionNotFound(CollectionsError):
    """No collection has this id or title, or it doesn't have this article."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "unknown")


class CollectionsBusy(CollectionsError):
    """Another process is changing the table of collections."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "busy")


class AlertsError(NewsArchiveError):
    """A saved search, the ledger of alerts, or a setting for sending them can't be used."""


class AlertsRunning(AlertsError):
    """Another process is sending the alerts of this archive."""


class PurgeUnfinished(ArchiveError):
    """The text of a purged article was removed from the archive's files, but index files still contain it."""

    def __init__(self, article_id: str, reason: str) -> None:
        super().__init__(
            worded(
                "the text of {article_id} is gone from the archive, and no search finds it, but it is still in files of"
                " the index: {reason}; run 'newsarchive reindex'",
                article_id=article_id,
                reason=reason,
            )
        )
        self.article_id = article_id


class ArchiveShortened(ArchiveError):
    """The archive has lost lines, such as its last part. `missing` describes the loss for each part."""

    def __init__(self, folder: Path, missing: tuple[str, ...]) -> None:
        super().__init__(
            worded(
                "{folder}: the archive is shorter than it was: {missing}."
                " Restore it from a backup, or give up the missing lines with --accept-loss",
                folder=folder,
                missing=listed(missing, "; "),
            )
        )
        self.missing = missing


class ExportError(NewsArchiveError):
    """An export that the server can't give. `values` are those of a message about it."""

    def __init__(self, message: str, **values: str) -> None:
        super().__init__(message)
        self.values = values


class ExportsBusy(ExportError):
    """As many exports run as may run at the same time."""

    def __init__(self, count: int) -> None:
        super().__init__(
            worded("{count} exports are running, and no more may run at the same time", count=count), count=str(count)
        )


class ExportTooLarge(ExportError):
    """The export would have more rows than the setting `export_rows` allows."""

    def __init__(self, rows: int, most: int) -> None:
        text = worded("an export of {rows:,} rows; the limit is {most:,}", rows=rows, most=most)
        super().__init__(text, rows=f"{rows:,}", most=f"{most:,}")


class ExportUnavailable(ExportError):
    """The format of an export needs something that isn't installed."""

    def __init__(self, name: str, needs: str) -> None:
        super().__init__(
            worded("the format {name} needs {needs}, which isn't installed", name=name, needs=needs), name=name
        )


class CursorGone(NewsArchiveError):
    """A place to go on from, in the changes of the archive or in the order of arrival, is gone or unrecognizable."""


class AccessError(NewsArchiveError):
    """The tokens of readers can't be read or written, or one can't be made or revoked."""


class TokenInvalid(NewsArchiveError):
    """A request has a token that is none, was revoked, or has expired."""


class GroupsError(NewsArchiveError):
    """The groups of articles could not be brought up to date."""


class SearchError(NewsArchiveError):
    """The base class of errors of the search index and of queries."""


class QuerySyntaxError(SearchError):
    """The query has a syntax error. A search catches this error and searches for the plain words."""


class IndexLocked(SearchError):
    """Another process is updating or building the search index."""


class IndexUnreachable(SearchError):
    """The cluster with the search index can't answer now, or only in part. The index needs no rebuild.

    Nothing is lost: the archive has every article, and an update goes on from the position that the index has.
    """


class IndexChanged(IndexUnreachable):
    """The index was replaced or lost a node during a search, which finds out more if it is made again."""


class RequestRefused(SearchError):
    """The cluster with the search index understood a request and refused it, which a second try won't change.

    `status` is that of the response, `kind` the cluster's name for the error, and `reason` its explanation. Both are
    cut to `MAX_MESSAGE` characters.
    """

    def __init__(self, request: str, status: int, kind: str, reason: str) -> None:
        kind, reason = _short(kind), _short(reason)
        super().__init__(
            worded(
                "OpenSearch refused {request} with status {status}: {why}",
                request=request,
                status=status,
                why=listed(filter(None, (kind, reason)), ": "),
            )
        )
        self.status = status
        self.kind = kind
        self.reason = reason


class IndexUnusable(SearchError):
    """The index must be rebuilt from the archive before it can be searched.

    `reason` states the problem without the remedy.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(worded("{reason}; run 'newsarchive reindex'", reason=reason))
        self.reason = reason


class IndexMissing(IndexUnusable):
    """This archive has no search index yet."""


class IndexOutdated(IndexUnusable):
    """The index has another format or belongs to another archive."""


class IndexDamaged(IndexUnusable):
    """A file of the search index is damaged."""


def wants_traceback() -> bool:
    """Whether errors should print their traceback, for debugging."""
    return bool(os.environ.get(DEBUG_VARIABLE))


def describe_fault(error: BaseException) -> str:
    """Return one line about an unexpected exception: its type, its text, and how to report it."""
    return worded(
        "a fault in newsarchive: {what}; please report it to its developers,"
        " with the traceback that {variable}=1 shows",
        what=" ".join(f"{type(error).__name__}: {error}".split()),
        variable=DEBUG_VARIABLE,
    )
