"""Keeps fetched pages as WARC records, each in a gzip member of its own, in files of one day and a limited size."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive import __version__
from newsarchive.durable import sync_folder
from newsarchive.errors import ArchiveError
from newsarchive.warc.exchange import Exchange, kept_headers, needed_credentials
from newsarchive.warc.kept_files import FOLDER, PATIENCE, day_of, file_name, files_in, locked, number_of
from newsarchive.warc.records import Damage, base32_of, read_records
from newsarchive.warc.unpacking import ByteStream
from newsarchive.wording import worded

FILE_LIMIT = 256 * 2**20
"""A file with this many bytes is full. A purge rewrites whole files, so they aren't larger."""
PAGE_LIMIT = 16 * 2**20
"""Bytes of the content of a page that is kept."""

_VERSION = "1.1"


class _Earlier(NamedTuple):
    """A record that a revisit can refer to."""

    record_id: str
    url: str
    date: str


@dataclass(slots=True)
class _Open:
    """The file that is appended to: how far it was read, and its records by the digest of their payload."""

    path: Path
    size: int = 0
    earlier: dict[str, _Earlier] = field(default_factory=dict)


class PageKeeper:
    """Appends the pages that it is given to the WARC files of an archive folder.

    `retention_days` is how long a file is kept after its day; 0 means forever. Nothing that was
    fetched with credentials, or that contains one of the `secrets`, is kept. A page whose content is
    already in the file of the day is kept as a revisit record, which refers to the earlier one. Each
    record is on disk when `keep` returns, so that an article never names a record that a power cut
    took. Several processes may keep pages in one folder.
    """

    def __init__(
        self,
        archive_folder: Path,
        *,
        retention_days: int = 0,
        secrets: Sequence[str] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait: float = PATIENCE,
    ) -> None:
        self.folder = archive_folder / FOLDER
        self._archive_folder = archive_folder
        self._retention_days = retention_days
        self._secrets = tuple(secrets)
        self._clock = clock
        self._wait = wait
        self._open: _Open | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """For another process, which opens the files for itself. Its clock is that of the system."""
        return _keeper, (self._archive_folder, self._retention_days, self._secrets, self._wait)

    def keep(self, exchanges: Sequence[Exchange]) -> str:
        """Keep the page that is in the last of the exchanges of a fetch.

        Return its file and record id, as in `Origin.record`, or an empty string if it isn't kept: because credentials
        were sent, because it isn't complete or because it is larger than `PAGE_LIMIT`. Raises ArchiveError if it can't
        be written, and ArchiveLocked if another process writes for too long.
        """
        if not exchanges or needed_credentials(exchanges, self._secrets):
            return ""
        page = exchanges[-1]
        if not page.is_complete or not 200 <= page.status < 300 or len(page.content) > PAGE_LIMIT:
            return ""
        try:
            self.folder.mkdir(exist_ok=True)
            with locked(self.folder, self._wait):
                return self._keep(page)
        except OSError as error:
            raise ArchiveError(
                worded(
                    "{folder}: the page {url} could not be kept: {error}", folder=self.folder, url=page.url, error=error
                )
            ) from error

    def expire(self) -> tuple[Path, ...]:
        """Delete the files whose retention has ended, and return them. Raises ArchiveError if that fails."""
        try:
            if not self._retention_days or not files_in(self.folder):
                return ()
            with locked(self.folder, self._wait):
                return self._expire()
        except OSError as error:
            raise ArchiveError(
                worded("{folder}: an old file could not be deleted: {error}", folder=self.folder, error=error)
            ) from error

    def _expire(self) -> tuple[Path, ...]:
        if not self._retention_days:
            return ()
        first = self._clock().astimezone(UTC).date() - timedelta(days=self._retention_days)
        old = tuple(path for path in files_in(self.folder) if _day(path) < first)
        for path in old:
            path.unlink()
        if old:
            sync_folder(self.folder)
        return old

    def _keep(self, page: Exchange) -> str:
        opened = self._file_of_today()
        digest = "sha256:" + base32_of(sha256(page.content).digest())
        earlier = opened.earlier.get(digest)
        record = _revisit(page, digest, earlier) if earlier else _response(page, digest)
        packed = _packed(record)
        _append(opened.path, packed)
        opened.size += len(packed)
        headers = record.rec_headers
        record_id = headers.get_header("WARC-Record-ID").strip("<>")
        opened.earlier.setdefault(digest, _Earlier(record_id, page.url, headers.get_header("WARC-Date")))
        return f"{opened.path.name}#{record_id}"

    def _file_of_today(self) -> _Open:
        """The file to append to, with what other processes have appended meanwhile."""
        today = self._clock().astimezone(UTC).date()
        of_today = [path for path in files_in(self.folder) if day_of(path) == today]
        path = of_today[-1] if of_today else self.folder / file_name(today, 1)
        if of_today and path.stat().st_size >= FILE_LIMIT:
            path = self.folder / file_name(today, number_of(path) + 1)
        if not path.exists():
            self._expire()
            _append(path, _packed(_file_info(path.name)))
            sync_folder(self.folder)
        if self._open is None or self._open.path != path or self._open.size != path.stat().st_size:
            self._open = _opened(path)
        return self._open


def _keeper(folder: Path, retention_days: int, secrets: tuple[str, ...], wait: float) -> PageKeeper:
    return PageKeeper(folder, retention_days=retention_days, secrets=secrets, wait=wait)


def _day(path: Path) -> date:
    return day_of(path) or date.max


def _opened(path: Path) -> _Open:
    """Read the records of a file. A torn record at its end, of a page that no article refers to, is cut off."""
    opened = _Open(path, path.stat().st_size)
    with path.open("rb") as file:
        stream: ByteStream = file
        for record in read_records(stream):
            if isinstance(record, Damage):
                if record.is_torn:
                    os.truncate(path, record.start)
                    opened.size = record.start
            elif record.type == "response":
                found = _Earlier(record.id, record.target, record.header("WARC-Date"))
                opened.earlier.setdefault(record.payload_digest, found)
    return opened


def _append(path: Path, packed: bytes) -> None:
    """Append a member and sync it to disk, or leave the file unchanged."""
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        rest = memoryview(packed)
        try:
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                file.truncate(size)
            raise


def _packed(record: ArcWarcRecord) -> bytes:
    out = BytesIO()
    WARCWriter(out, gzip=True, warc_version=_VERSION).write_record(record)
    return out.getvalue()


def _writer() -> WARCWriter:
    return WARCWriter(BytesIO(), gzip=True, warc_version=_VERSION)


def _file_info(name: str) -> ArcWarcRecord:
    info = {"software": f"newsarchive/{__version__}", "format": "WARC File Format 1.1"}
    return _writer().create_warcinfo_record(name, info)


def _http_headers(page: Exchange) -> StatusAndHeaders:
    # WARC has no name for later versions of HTTP, and the fetcher only speaks 1.1.
    return StatusAndHeaders(f"{page.status} {page.reason}".strip(), kept_headers(page), protocol="HTTP/1.1")


def _moment(page: Exchange) -> str:
    return page.fetched_at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _response(page: Exchange, digest: str) -> ArcWarcRecord:
    return _writer().create_warc_record(
        page.url,
        "response",
        payload=BytesIO(page.content),
        length=len(page.content),
        http_headers=_http_headers(page),
        warc_headers_dict={"WARC-Date": _moment(page), "WARC-Payload-Digest": digest},
    )


def _revisit(page: Exchange, digest: str, earlier: _Earlier) -> ArcWarcRecord:
    return _writer().create_revisit_record(
        page.url,
        digest,
        earlier.url,
        earlier.date,
        http_headers=_http_headers(page),
        warc_headers_dict={"WARC-Date": _moment(page), "WARC-Refers-To": f"<{earlier.record_id}>"},
    )
