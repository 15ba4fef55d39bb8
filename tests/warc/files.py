"""WARC files as other programs write them, and fetches to keep."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.ingest.fetching.record import FetchedRecord

NOW = datetime(2025, 4, 21, 9, 30, tzinfo=UTC)
SUBJECTS = ("الميناء", "الجسر", "المتحف", "السوق", "المطار", "الحديقة", "المكتبة", "الملعب", "القطار", "المستشفى")


def text_of(number: int) -> str:
    """The text of a small article, different for each number."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    return "\n".join(
        [
            f"أعلنت البلدية رقم {number} صباح اليوم عن خطة جديدة لتوسيع {subject} في وسط المدينة خلال العام المقبل.",
            f"وقال رئيس اللجنة رقم {number} إن أعمال {subject} ستبدأ بعد موافقة المجلس على الميزانية المطلوبة للمشروع.",
            f"وأضاف أن سكان الحي رقم {number} سيستفيدون من {subject} بعد انتهاء الأعمال التي تستمر عدة أشهر متتالية.",
        ]
    )


def page(number: int, *, url: str = "", text: str = "") -> bytes:
    """A page with one article."""
    paragraphs = "".join(f"<p>{line}</p>" for line in (text or text_of(number)).split("\n"))
    link = f'<link rel="canonical" href="{url}">' if url else ""
    title = f"توسيع {SUBJECTS[number % len(SUBJECTS)]} رقم {number}"
    return (
        f'<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>{title}</title>{link}'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="2025-04-21T09:00:00+03:00"></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def feed(*numbers: int) -> bytes:
    """An RSS feed with these articles."""
    items = "".join(
        f"<item><title>توسيع رقم {number}</title><link>https://news.example/{number}</link>"
        f"<description>{text_of(number)}</description></item>"
        for number in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>أخبار</title>{items}</channel></rss>'.encode()


@dataclass
class WarcFile:
    """A WARC file that is being written. `offsets` has where each record starts."""

    packed: bool = True
    out: BytesIO = field(default_factory=BytesIO)
    offsets: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def add(
        self,
        url: str,
        content: bytes,
        content_type: str = "text/html; charset=utf-8",
        *,
        kind: str = "response",
        status: str = "200 OK",
        headers: Sequence[tuple[str, str]] = (),
        warc_headers: Mapping[str, str] | None = None,
    ) -> str:
        """Add a record, and return its id."""
        writer = WARCWriter(self.out, gzip=self.packed, warc_version="1.1")
        http = StatusAndHeaders(status, [("Content-Type", content_type), *headers], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(content),
            length=len(content),
            http_headers=http if kind == "response" else None,
            warc_content_type="" if kind == "response" else content_type,
            warc_headers_dict=dict(warc_headers or {}),
        )
        return self._write(writer, record)

    def add_revisit(self, url: str, of_url: str, of_date: str, digest: str, refers_to: str = "") -> str:
        """Add a revisit of an earlier record."""
        writer = WARCWriter(self.out, gzip=self.packed, warc_version="1.1")
        named = {"WARC-Refers-To": f"<{refers_to}>"} if refers_to else {}
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        record = writer.create_revisit_record(url, digest, of_url, of_date, http_headers=http, warc_headers_dict=named)
        return self._write(writer, record)

    def _write(self, writer: WARCWriter, record: object) -> str:
        self.offsets.append(self.out.tell())
        writer.write_record(record)
        record_id = str(record.rec_headers.get_header("WARC-Record-ID")).strip("<>")  # type: ignore[attr-defined]
        self.ids.append(record_id)
        return record_id

    @property
    def content(self) -> bytes:
        return self.out.getvalue()


def crawl(count: int, *, packed: bool = True) -> WarcFile:
    """A file with the pages of articles 0 to `count` - 1."""
    file = WarcFile(packed)
    for number in range(count):
        file.add(f"https://news.example/{number}", page(number))
    return file


def as_one_member(file: WarcFile) -> bytes:
    """A plain file compressed as a whole, as people do."""
    return gzip.compress(file.content)


def fetched(
    url: str,
    content: bytes,
    *,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),),
    request_headers: tuple[tuple[str, str], ...] = (("User-Agent", "test"),),
    has_credentials: bool = False,
    is_complete: bool = True,
    at: datetime = NOW,
) -> FetchedRecord:
    """An exchange of a fetch."""
    return FetchedRecord(
        url=url,
        fetched_at=at,
        request_headers=request_headers,
        status=status,
        reason="OK",
        headers=headers,
        content=content,
        is_complete=is_complete,
        has_credentials=has_credentials,
    )
