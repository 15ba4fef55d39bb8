"""A small archive with one article of every kind that a page can show."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article, Origin, Topic
from newsarchive.library import Library
from tests.opening import open_archive

ARCHIVED = datetime(2025, 5, 1, 6, 30, tzinfo=UTC)
RIYADH = timezone(timedelta(hours=3))

WHEAT = Article(
    id="wheat",
    title="مصر توقّع اتفاقًا لشراء القمح",
    body="وقّعت مصر اتفاقًا جديدًا لشراء القمح من روسيا.\nتفاصيل الاتفاق\nيشمل الاتفاق مليون طن من القمح.",
    headings=("تفاصيل الاتفاق",),
    source="الجزيرة",
    publisher="صحيفة المدينة",
    authors=("ليلى حسن", "John Smith"),
    topics=(Topic("اقتصاد", "feed"), Topic("world", "text")),
    published=datetime(2025, 4, 21, 10, 30, tzinfo=RIYADH),
    published_raw="الإثنين 21 ابريل/نيسان 2025 10:30",
    url="https://news.example/مقال/قمح?id=1&lang=ar",
    image_credit="وكالة الأنباء",
    origin=Origin("jsonl", "/srv/secret/import.jsonl:3"),
)
TALKS = Article(
    id="talks",
    title="محادثات روسية كازاخستانية لتعزيز التعاون",
    title_derived=True,
    body="يلتقي رئيس الوزراء الروسي نظيره الكازاخستاني.",
    source="تاس",
    topics=(Topic("politics", "field"),),
    published=date(2025, 4, 20),
    published_raw="20 أبريل 2025",
    origin=Origin("text", "talks.txt"),
)
TALKS_REVISED = replace(TALKS, revision=2, body=TALKS.body + "\nوأكدت المحادثات عمق الشراكة.")
ENGLISH = Article(
    id="english",
    title="Grain prices rise in Alexandria",
    body="The price of wheat rose for a third week. Traders in الإسكندرية agree.",
    source="Daily Example",
    language="en",
    topics=(Topic("business", "feed"),),
    published=datetime(2025, 4, 19, 9, 0, tzinfo=UTC),
    url="https://daily.example/grain",
)
HOSTILE = Article(
    id="hostile",
    title="<script>alert('title')</script>",
    body="<img src=x onerror=alert('body')> خبيث\n\"'><script>alert(2)</script>",
    source='"><script>alert("source")</script>',
    publisher="<b>publisher</b>",
    authors=("<i onclick=x>author</i>",),
    topics=(Topic('<u>topic"</u>', "feed"),),
    published=date(2025, 4, 18),
    published_raw='"><script>alert("raw")</script>',
    url="javascript:alert('url')",
    image_credit="<b>credit</b>",
)
UNDATED = Article(id="undated", title="خبر بلا تاريخ", body="نص قصير عن التعليم.", source="الجزيرة")
WITHDRAWN = Article(id="withdrawn", title="خبر مسحوب", body="نص سُحب لاحقًا.", source="الجزيرة")
MATCHES = tuple(
    Article(
        id=f"match{number}",
        title=f"مباراة رقم {number}",
        body=f"فاز الفريق في المباراة رقم {number} من الدوري.",
        source="الرياضية" if number % 2 else "CNN بالعربية",
        topics=(Topic("رياضة", "feed"),),
        published=date(2024, 3, number),
        url=f"https://sport.example/{number}",
    )
    for number in range(1, 25)
)
ARTICLES = (WHEAT, TALKS, ENGLISH, HOSTILE, UNDATED, WITHDRAWN, *MATCHES)
SHOWN = len(ARTICLES) - 1
"""The number of articles in the index: one article is withdrawn."""


@contextmanager
def sample_library(folder: Path) -> Iterator[Library]:
    """Create the sample archive, with its index, in an empty folder."""
    archive = Archive(folder, create=True)
    with ArchiveWriter(archive, clock=lambda: ARCHIVED) as writer:
        writer.append(ARTICLES)
        writer.append([TALKS_REVISED])
        writer.withdraw(WITHDRAWN.id, "طلب الناشر")
    archive.close()
    with open_archive(folder) as library:
        library.update_index()
        yield library
