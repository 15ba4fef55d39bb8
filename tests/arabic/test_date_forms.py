"""Dates as pages, feeds and agencies print them: a table of forms, and dates composed from their parts."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.dates import ReadDate, parse_date, read_date
from newsarchive.arabic.months import EGYPTIAN, LEVANTINE, month_names
from tests.markdown import ROOT, Page

TABLE = Path(__file__).parents[1] / "data" / "dates.tsv"
RIYADH = ZoneInfo("Asia/Riyadh")
FETCHED = datetime(2025, 4, 21, 12, 0, tzinfo=UTC)
"""A Monday, 15:00 in Riyadh."""


def forms() -> Iterator[tuple[str, str]]:
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        _, form, expected = line.split("\t")
        yield form, expected


def meant(expected: str) -> date | None:
    """What the table says that a form means; a time without a zone is one in Riyadh."""
    if expected == "none":
        return None
    if "T" not in expected:
        return date.fromisoformat(expected)
    moment = datetime.fromisoformat(expected)
    return moment if moment.tzinfo else moment.replace(tzinfo=RIYADH)


def test_forms_are_read_as_the_table_says() -> None:
    wrong = []
    for form, expected in forms():
        read, wanted = parse_date(form, default_zone=RIYADH), meant(expected)
        if read != wanted or type(read) is not type(wanted):
            wrong.append((form, read, wanted))
    assert wrong == []


def test_the_table_has_dates_and_other_texts_of_many_kinds() -> None:
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]]
    assert len({form for _, form, _ in lines}) == len(lines) > 400
    assert len({kind for kind, _, _ in lines}) > 10
    assert sum(expected == "none" for _, _, expected in lines) > 100


def documented() -> list[str]:
    """The examples of docs/dates.md that are dates, or that become one after «21 أبريل 2025 22:30»."""
    rows = Page(ROOT / "docs" / "dates.md").rows("What is read", "kind")
    return [
        example for row in rows for found in re.findall(r"«([^»]+)»|`([^`]+)`", row[1]) for example in found if example
    ]


@pytest.mark.parametrize("example", documented())
def test_documented_example(example: str) -> None:
    forms = (example, f"21 أبريل 2025 {example}", f"21 أبريل 2025 22:30 {example}", f"2025-04-21T{example}")
    assert any(read_date(form, fetched_at=FETCHED) for form in forms)


def test_the_examples_of_docs_are_found() -> None:
    assert len(documented()) > 40


class TestRelative:
    @pytest.mark.parametrize(
        ("form", "ago"),
        [
            ("منذ ساعتين", timedelta(hours=2)),
            ("منذ ساعة", timedelta(hours=1)),
            ("قبل 3 ساعات", timedelta(hours=3)),
            ("قبل ٣ ساعات", timedelta(hours=3)),
            ("قبل ثلاث ساعات", timedelta(hours=3)),
            ("نُشر منذ 20 دقيقة", timedelta(minutes=20)),
            ("آخر تحديث: منذ 10 دقائق", timedelta(minutes=10)),
            ("منذ دقيقة واحدة", timedelta(minutes=1)),
            ("منذ ساعة و 20 دقيقة", timedelta(minutes=80)),
            ("منذ ساعة ونصف", timedelta(minutes=90)),
            ("منذ نصف ساعة", timedelta(minutes=30)),
            ("قبل نحو ساعتين", timedelta(hours=2)),
            ("3 ساعات مضت", timedelta(hours=3)),
            ("3 hours ago", timedelta(hours=3)),
            ("an hour ago", timedelta(hours=1)),
            ("5 mins ago", timedelta(minutes=5)),
            ("il y a 3 heures", timedelta(hours=3)),
            ("الآن", timedelta(0)),
            ("قبل قليل", timedelta(0)),
            ("just now", timedelta(0)),
            ("اليوم 10:30", timedelta(hours=4, minutes=30)),
            ("اليوم الساعة 10:30 صباحاً", timedelta(hours=4, minutes=30)),
            ("أمس 22:30", timedelta(hours=16, minutes=30)),
            ("أمس الأحد، 22:30", timedelta(hours=16, minutes=30)),
            ("أمس الساعة 10 مساءً", timedelta(hours=17)),
            ("Yesterday at 10:30 PM", timedelta(hours=16, minutes=30)),
            ("اليوم 10:30 بتوقيت غرينتش", timedelta(hours=1, minutes=30)),
        ],
    )
    def test_moment(self, form: str, ago: timedelta) -> None:
        read = read_date(form, default_zone=RIYADH, fetched_at=FETCHED)
        assert read == ReadDate(FETCHED - ago, is_relative=True)

    @pytest.mark.parametrize(
        ("form", "day"),
        [
            ("أمس", date(2025, 4, 20)),
            ("امس الأول", date(2025, 4, 19)),
            ("أول من أمس", date(2025, 4, 19)),
            ("اليوم", date(2025, 4, 21)),
            ("اليوم الإثنين", date(2025, 4, 21)),
            ("قبل يومين", date(2025, 4, 19)),
            ("منذ يوم", date(2025, 4, 20)),
            ("منذ 3 أيام", date(2025, 4, 18)),
            ("قبل أسبوع", date(2025, 4, 14)),
            ("منذ أسبوعين", date(2025, 4, 7)),
            ("قبل شهرين", date(2025, 2, 21)),
            ("منذ سنة", date(2024, 4, 21)),
            ("2 days ago", date(2025, 4, 19)),
            ("yesterday", date(2025, 4, 20)),
        ],
    )
    def test_day(self, form: str, day: date) -> None:
        read = read_date(form, default_zone=RIYADH, fetched_at=FETCHED)
        assert read == ReadDate(day, is_relative=True)
        assert not isinstance(read.value, datetime)

    def test_day_begins_in_the_default_zone(self) -> None:
        late = datetime(2025, 4, 21, 22, 0, tzinfo=UTC)
        assert read_date("أمس", default_zone=UTC, fetched_at=late) == ReadDate(date(2025, 4, 20), is_relative=True)
        assert read_date("أمس", default_zone=RIYADH, fetched_at=late) == ReadDate(date(2025, 4, 21), is_relative=True)

    def test_the_last_day_of_a_shorter_month(self) -> None:
        read = read_date("قبل شهر", fetched_at=datetime(2025, 3, 31, tzinfo=UTC))
        assert read == ReadDate(date(2025, 2, 28), is_relative=True)

    @pytest.mark.parametrize(
        "form",
        [
            *("قبل يومين من الحادث", "منذ عام 2020", "منذ 7 أكتوبر", "قبل الظهر", "بعد يومين", "قبل 3 قتلى", "3 ساعات"),
            *(
                "منذ",
                "منذ 2000 ساعة",
                "منذ 0 ساعة",
                "منذ ساعات",
                "21:05",
                "اليوم التالي",
                "اليوم السابع",
                "غدا",
                "أمس قتل 3",
            ),
            *(
                "الإثنين 10:30",
                "ago",
                "hours ago",
                "قبل 9999 سنة",
                "منذ 3 ساعات و21 قتيلا",
                "صحيفة اليوم",
                "اليوم 25:99:99",
            ),
        ],
    )
    def test_other_texts_are_not_relative_dates(self, form: str) -> None:
        read = read_date(form, fetched_at=FETCHED)
        assert read is None or not isinstance(read.value, datetime)
        assert form == "اليوم 25:99:99" or read is None

    def test_absolute_date_is_not_relative(self) -> None:
        assert read_date("اليوم الإثنين 21 أبريل 2025", fetched_at=FETCHED) == ReadDate(date(2025, 4, 21))

    @given(st.integers(1, 999), st.sampled_from([("ساعة", 3600), ("دقيقة", 60), ("minutes", 60), ("hours", 3600)]))
    def test_any_count(self, count: int, unit: tuple[str, int]) -> None:
        name, seconds = unit
        form = f"{count} {name} ago" if name.isascii() else f"منذ {count} {name}"
        read = read_date(form, fetched_at=FETCHED)
        assert read == ReadDate(FETCHED - timedelta(seconds=count * seconds), is_relative=True)


class TestStrict:
    @pytest.mark.parametrize(
        "form",
        ["21 أبريل 2025", "الإثنين 21/4/2025", "نشر في 21 أبريل 2025", "1 يناير 1970", "April 21, 2025", "7/10/2023"],
    )
    def test_a_text_that_is_only_a_date(self, form: str) -> None:
        assert parse_date(form, strict=True) is not None

    @pytest.mark.parametrize(
        "form",
        [
            "دمشق 21-4-2025",
            "21 أبريل 2025 وفا",
            "21 أبريل 2025 99:99",
            "1745230200",
            "أمس",
            "بقلم ليلى 21/4/2025",
            "2025-04-21 news",
            "21 أبريل 2025 عدد",
            "21 أبريل 2025 أخبار",
            "21 أبريل 2025 اليوم",
        ],
    )
    def test_a_text_with_more_than_a_date(self, form: str) -> None:
        assert parse_date(form, strict=True) is None


ARABIC_WEEKDAYS = ("الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
ZONES: dict[str, tzinfo] = {
    "": RIYADH,
    " بتوقيت مكة المكرمة": RIYADH,
    " (مكة المكرمة)": RIYADH,
    " بتوقيت القاهرة": ZoneInfo("Africa/Cairo"),
    " بتوقيت القدس": ZoneInfo("Asia/Jerusalem"),
    " بتوقيت أبوظبي": timezone(timedelta(hours=4)),
    " بتوقيت غرينتش": UTC,
    " غرينتش+3": RIYADH,
    " (GMT +0400)": timezone(timedelta(hours=4)),
    " GMT": UTC,
    " KSA": RIYADH,
    " بالتوقيت المحلي": RIYADH,
}
BEFORE = ("", "نشر في ", "نُشر: ", "تاريخ النشر: ", "آخر تحديث: ", "كتب في ", "القاهرة - ", "دمشق، ", "بتاريخ ", "يوم ")
AFTER = ("", " - بقلم ليلى حسن", " | العدد 8123", " (واس)", " آخر تحديث: 3 مايو 2031 - 11:11")


@st.composite
def month_spellings(draw: st.DrawFn, month: int) -> str:
    egyptian, levantine = EGYPTIAN[month - 1], LEVANTINE[month - 1]
    both = [
        f"{egyptian}/{levantine}",
        f"{levantine} / {egyptian}",
        f"{egyptian} ({levantine})",
        f"{egyptian}-{levantine}",
    ]
    return draw(st.sampled_from([*month_names(month), *both]))


@st.composite
def written_days(draw: st.DrawFn, day: date) -> str:
    number = draw(st.sampled_from([str(day.day), f"{day.day:02}"]))
    month = draw(month_spellings(day.month))
    named = f"{number} {month}{draw(st.sampled_from([' ', '، ', ' , ', ' عام ']))}{day.year}"
    mark = draw(st.sampled_from(["/", "-", ".", " / ", " - "]))
    numeric = mark.join((number, f"{day.month:02}", str(day.year)))
    year_first = f"{day.year}{mark}{day.month:02}{mark}{number}"
    written = draw(st.sampled_from([named, numeric, year_first])) + draw(st.sampled_from(["", "م", " م"]))
    weekday = draw(st.sampled_from(["", ARABIC_WEEKDAYS[day.weekday()]]))
    return f"{weekday}{draw(st.sampled_from([' ', '، ', ' - ']))}{written}" if weekday else written


@st.composite
def written_times(draw: st.DrawFn, moment: datetime) -> str:
    half = "ص" if moment.hour < 12 else "م"
    word = "صباحاً" if moment.hour < 12 else "مساءً"
    twelve = f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02}"
    clocks = [f"{moment:%H:%M}", f"{twelve} {half}", f"{twelve}{half}", f"{twelve} {word}"]
    return draw(st.sampled_from(["", "الساعة ", "الساعة: ", "على الساعة "])) + draw(st.sampled_from(clocks))


@st.composite
def written_dates(draw: st.DrawFn) -> tuple[str, date | datetime]:
    day = draw(st.dates(date(1971, 1, 1), date(2037, 12, 31)))
    written = draw(written_days(day))
    meant: date | datetime = day
    if draw(st.booleans()):
        # Not in the night, when clocks are changed.
        clock = draw(st.times(datetime.min.time().replace(hour=4))).replace(second=0, microsecond=0)
        zone = draw(st.sampled_from(sorted(ZONES)))
        meant = datetime.combine(day, clock, ZONES[zone])
        said = draw(written_times(meant)) + zone
        gap = draw(st.sampled_from([" ", " - ", " | ", "، "]))
        written = f"{said}{gap}{written}" if draw(st.booleans()) else f"{written}{gap}{said}"
    written = draw(st.sampled_from(BEFORE)) + written + draw(st.sampled_from(AFTER))
    if draw(st.booleans()):
        written = written.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    return written, meant


@given(written_dates())
def test_a_date_composed_from_its_parts_is_read_back(form: tuple[str, date | datetime]) -> None:
    written, meant = form
    read = parse_date(written, default_zone=RIYADH)
    assert isinstance(read, datetime) == isinstance(meant, datetime)
    assert read == meant


@pytest.mark.parametrize(
    "text",
    [
        *(
            "21 أبريل 2025 " * 70,
            "1/" * 500,
            "1 " * 500,
            "أبريل " * 160,
            "الساعة " * 140,
            "22:30 " * 160,
            "22:30+" * 160,
        ),
        *(
            "(" * 1000,
            "م" * 1000,
            "a." * 500,
            "٢١/٤/" * 200,
            "بتوقيت " * 140,
            "africa/cairo " * 76,
            "2025-" * 200,
            "t22" * 333,
        ),
        *(
            "منذ " * 250,
            "منذ " + "3 و " * 240,
            "21 أبريل" * 120,
            "GMT+3 " * 160,
            "العدد 1 " * 120,
            "21 من " * 160,
            "h" * 1000,
        ),
        *("-" * 1000, "تشرين 1 " * 120, "ك1" * 500, "d" * 5000, "2025-04-21T22:30:00" + "0" * 4900),
    ],
)
def test_a_hostile_text_is_read_quickly(text: str) -> None:
    started = time.perf_counter()
    read_date(text, fetched_at=FETCHED)
    # Usually milliseconds; a pattern that backtracks takes minutes.
    assert time.perf_counter() - started < 2
