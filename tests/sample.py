"""The sample library of the tests: a small archive with one article of every kind that a search or a page can show.

All texts were written for these tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article, Origin, Published, Topic
from newsarchive.library import Library
from tests.libraries import open_archive

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

CAIRO = timezone(timedelta(hours=2))


def article(name: str, title: str, body: str, source: str = "", *topics: str, **fields: object) -> Article:
    """An article whose id is `name`."""
    values: dict[str, object] = {
        "id": name,
        "title": title,
        "body": body,
        "source": source,
        "topics": tuple(Topic(topic, "field") for topic in topics),
        **fields,
    }
    return Article(**values)  # type: ignore[arg-type]


def on(year: int, month: int, day: int, hour: int | None = None) -> dict[str, Published]:
    moment = date(year, month, day) if hour is None else datetime(year, month, day, hour, tzinfo=CAIRO)
    return {"published": moment}


SUDAN, RIVER = "وكالة الأنباء السودانية", "صحيفة النهر"

STORIES = [
    article(
        "nile", "فيضان النيل", "يفيض نهر النيل كل صيف، وتغمر مياهه الحقول والقرى.", "تاس", "بيئة", **on(2020, 8, 1)
    ),
    article(
        "dam",
        "السد العالي",
        "بُنِيَ السد على نهر النيل في أسوان، ومنه الكهرباء.",
        "رويترز",
        "اقتصاد",
        "climate",
        **on(2020, 1, 9),
    ),
    article(
        "two-niles",
        "ملتقى النيلين",
        "يلتقي النيلان في الخرطوم عند المقرن.",
        SUDAN,
        "environment",
        **on(2019, 12, 31, 23),
    ),
    article(
        "library",
        "مكتبة الإسكندرية",
        "تحفظ المكتبة آلاف الكتب والمخطوطات، ويقصدها القراء.",
        RIVER,
        "ثقافة",
        **on(2021, 10, 16, 10),
    ),
    article(
        "teacher",
        "وبالكتاب وحده لا يقوم التعليم…",
        "وبالكتاب وحده لا يقوم التعليم، بل بالمعلم الذي يحب المدرسة.",
        RIVER,
        "تعليم",
        title_derived=True,
        **on(2021, 10, 16, 9),
    ),
    article(
        "scribe",
        "رسائل الحي",
        "كتب العم صالح رسائل أهل الحي أربعين عاما.",
        "",
        "الثقافة",
        authors=("نجيب سالم", "هدى كامل"),
    ),
    article("kuttab", "تعلم الحروف", "تعلم الأطفال الحروف في الكتاتيب.", RIVER, "تعليم", "تاريخ", **on(2018, 5, 2)),
    article("council", "جلسة عن المياه", "عقد مَجْلِسُ الأَمْنِ جلسة عن المياه.", "رويترز", "سياسة", **on(2022, 3, 5)),
    article("market", "أسواق المدينة", "ناقش مجلس المدينة الأمن في الأسواق.", "تاس", "محليات", **on(2022, 3, 6)),
    article("gap", "زيارة إلى مجلس", "الأمن الغذائي يبدأ من الحقل.", "تاس", "اقتصاد", **on(2022, 3, 7)),
    article(
        "football",
        "كرة القدم في القرية",
        "لعب أولاد القرية كرة القدم على شاطئ النهر.",
        SUDAN,
        "رياضة",
        **on(2023, 1, 1),
    ),
    article(
        "swimming", "السباحة", "تسبح الفتيات في النهر، والرياضة صحة.", SUDAN, "Sports", "health", **on(2023, 6, 30)
    ),
    article("olive-title", "الزيتون", "شجرة مباركة في الجبل القديم.", RIVER, "زراعة الجبل", **on(2017, 1, 1)),
    article("olive-body", "شجرة", "الزيتون مبارك في الجبل القديم.", RIVER, "زراعة الجبل", **on(2017, 1, 2)),
    article("saffron", "زهرة الجبل", "تقطف الزهرة باليد.", "", summary="خلاصة عن موسم الزعفران.", **on(2016, 11, 11)),
    article("reuters", "وكالة وبرقية", "أرسلت رويترز أول برقية بالحمام الزاجل.", "تاس", "history"),
]

_CITIES = [
    *("بغداد", "دمشق", "بيروت", "عمان", "الرياض", "صنعاء", "مسقط", "الدوحة", "المنامة", "الكويت", "طرابلس", "تونس"),
    *("الجزائر", "الرباط", "نواكشوط", "مقديشو", "جيبوتي", "الخرطوم", "القدس", "حلب", "فاس", "عدن", "البصرة", "صفاقس"),
]
WEATHER = [
    article(
        f"weather-{number:02d}",
        f"مناخ {city}",
        f"الصيف في {city} " + "حار " * (1 + number % 5) + "والشتاء معتدل.",
        ("رويترز", RIVER, SUDAN)[number % 3],
        *(("مناخ",), ("بيئة", "محليات"), ())[number % 3],
        **on(2024, 1 + number % 12, 1 + number),
    )
    for number, city in enumerate(_CITIES)
]
SPECIAL = (WHEAT, TALKS, ENGLISH, HOSTILE, UNDATED, WITHDRAWN)
"""Articles that pages show in special ways."""
ARTICLES = (*SPECIAL, *MATCHES, *STORIES, *WEATHER)
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
