"""A small archive for search tests, and helpers that fill archives. All texts were written for these tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Published, Record, Topic
from newsarchive.library import Library
from tests.opening import open_archive

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
ARTICLES = [*STORIES, *WEATHER]


def append(library: Library, *records: Record) -> None:
    with ArchiveWriter(library.archive, clock=lambda: datetime(2025, 1, 1, tzinfo=UTC)) as writer:
        writer.append(records)


def withdraw(library: Library, name: str) -> None:
    with ArchiveWriter(library.archive) as writer:
        writer.withdraw(name, "طلب الناشر")


def filled(folder: Path, records: Sequence[Record]) -> Library:
    """A new, indexed library with these records."""
    library = open_archive(folder, create=True)
    append(library, *records)
    library.update_index()
    return library
