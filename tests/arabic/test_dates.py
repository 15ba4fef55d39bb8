"""Dates as feeds, pages and articles write them: parsing, finding in text, formatting."""

import doctest
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsarchive.arabic import date_format, dates, months
from newsarchive.arabic.date_format import format_date, format_datetime
from newsarchive.arabic.dates import find_date, parse_date
from newsarchive.arabic.fold import fold
from newsarchive.arabic.months import EGYPTIAN, LEVANTINE, month_names, month_number
from newsarchive.i18n import Formats, Language
from newsarchive.i18n.formats import Digits, MonthNames


def hours(offset: int) -> tzinfo:
    return timezone(timedelta(hours=offset))


APRIL_21 = date(2025, 4, 21)
HALF_PAST_TEN = datetime(2025, 4, 21, 10, 30, tzinfo=UTC)


class TestISO8601:
    @pytest.mark.parametrize("raw", ["2018-03-05", "20180305", " 2018-03-05 ", "٢٠١٨-٠٣-٠٥", "2018\u201103\u201105"])
    def test_day_without_time_is_a_date(self, raw: str) -> None:
        read = parse_date(raw)
        assert read == date(2018, 3, 5)
        assert not isinstance(read, datetime)

    @pytest.mark.parametrize(
        "raw",
        [
            "2018-03-05T10:03:32+00:00",
            "2018-03-05T10:03:32Z",
            "2018-03-05t10:03:32z",
            "2018-03-05T10:03:32-00:00",
            "2018-03-05 10:03:32",
            "2018-03-05T10:03:32.000Z",
            "2018-03-05T13:03:32+03:00",
            "2018-03-05T13:03:32+0300",
            "2018-03-05T13:03:32+03",
            "2018-03-05 13:03:32 +0300",
            "2018-03-05T06:33:32-03:30",
            "2018-03-05 10:03:32 UTC",
            "20180305T100332Z",
            "2018-03-05T100332",
        ],
    )
    def test_day_with_time_is_a_datetime(self, raw: str) -> None:
        assert parse_date(raw) == datetime(2018, 3, 5, 10, 3, 32, tzinfo=UTC)

    def test_zone_is_kept(self) -> None:
        read = parse_date("2017-01-20T21:43:00+01:00")
        assert isinstance(read, datetime)
        assert read.utcoffset() == timedelta(hours=1)

    @pytest.mark.parametrize("fraction", [".1", ",5", ".000", ".123456789"])
    def test_fraction_of_a_second_is_dropped(self, fraction: str) -> None:
        assert parse_date(f"2018-03-05T10:03:32{fraction}Z") == datetime(2018, 3, 5, 10, 3, 32, tzinfo=UTC)

    def test_default_zone_applies_without_a_zone(self) -> None:
        assert parse_date("2017-01-22T185600", default_zone=hours(1)) == datetime(2017, 1, 22, 18, 56, tzinfo=hours(1))

    @pytest.mark.parametrize(
        "raw", ["2018", "2018-03", "2018-W10", "2018-W54-1", "2018-366", "2018-13-01", "2018-02-30"]
    )
    def test_incomplete_and_impossible_dates_are_rejected(self, raw: str) -> None:
        assert parse_date(raw) is None


class TestRFC2822:
    @pytest.mark.parametrize(
        ("raw", "zone"),
        [
            ("Tue, 27 Feb 2018 10:03:32 +0400", hours(4)),
            ("Tue, 27 Feb 2018 10:03:32 GMT", UTC),
            ("27 Feb 2018 10:03:32 UT", UTC),
            ("Tue, 27 February 2018 10:03:32 Z", UTC),
            ("Tue, 27 Feb 18 10:03:32 GMT", UTC),
            ("Tue, 27 Feb 2018 10:03:32 +0300 (AST)", hours(3)),
            ("Tue, 27 Feb 2018 10:03:32 CET", hours(1)),
            ("Tue, 27 Feb 2018 10:03:32 EET", hours(2)),
            ("Tue Feb 27 2018 10:03:32 GMT+0300 (Arabia Standard Time)", hours(3)),
        ],
    )
    def test_read(self, raw: str, zone: tzinfo) -> None:
        assert parse_date(raw) == datetime(2018, 2, 27, 10, 3, 32, tzinfo=zone)

    def test_ast_is_arabia_standard_time(self) -> None:
        assert parse_date("Tue, 27 Feb 2018 10:03:32 AST") == datetime(2018, 2, 27, 7, 3, 32, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("zone", "offset"),
        [("EST", -5), ("EDT", -4), ("CST", -6), ("CDT", -5), ("MST", -7), ("MDT", -6), ("PST", -8), ("PDT", -7)],
    )
    def test_zones_of_rfc_822(self, zone: str, offset: int) -> None:
        assert parse_date(f"Tue, 27 Feb 2018 10:03:32 {zone}") == datetime(2018, 2, 27, 10, 3, 32, tzinfo=hours(offset))

    @pytest.mark.parametrize("zone", ["IST", "XYZ", "+2500", "+0360", "CET+1"])
    def test_day_remains_if_the_zone_is_ambiguous_or_unknown(self, zone: str) -> None:
        read = parse_date(f"Tue, 27 Feb 2018 10:03:32 {zone}")
        assert read == date(2018, 2, 27)
        assert not isinstance(read, datetime)

    @pytest.mark.parametrize(("year", "meant"), [("49", 2049), ("50", 1950), ("99", 1999)])
    def test_two_digit_years_follow_rfc_2822(self, year: str, meant: int) -> None:
        assert parse_date(f"27 Feb {year} 10:03 GMT") == datetime(meant, 2, 27, 10, 3, tzinfo=UTC)


class TestNumbers:
    @pytest.mark.parametrize(
        "raw",
        [
            "13/06/2018",
            "13-6-2018",
            "13.06.2018",
            "١٣/٠٦/٢٠١٨",
            "2018/6/13",
            "\u200f13\u200f/06\u200f/2018",
            "13 / 06 / 2018م",
        ],
    )
    def test_day_comes_first_unless_the_year_does(self, raw: str) -> None:
        assert parse_date(raw) == date(2018, 6, 13)

    def test_ambiguous_numbers_are_day_first(self) -> None:
        assert parse_date("02/05/2016") == date(2016, 5, 2)

    def test_date_misread_by_feedparser(self) -> None:
        assert parse_date("2024/8/5 15:07:41") == datetime(2024, 8, 5, 15, 7, 41, tzinfo=UTC)

    @pytest.mark.parametrize(
        "raw", ["10:30 21/04/2025", "21/04/2025 - 10:30", "21/04/2025, 10:30 AM", "10:30 - 21-04-2025"]
    )
    def test_time_before_or_after_the_date(self, raw: str) -> None:
        assert parse_date(raw) == HALF_PAST_TEN

    @pytest.mark.parametrize(
        "raw", ["13/13/2018", "13/06-2018", "13/06/18", "31/02/2018", "113/06/2018", "13/06/20189", "13 06 2018"]
    )
    def test_other_numeric_forms_are_rejected(self, raw: str) -> None:
        assert parse_date(raw) is None


class TestMonthNames:
    @pytest.mark.parametrize(
        "raw",
        [
            "21 ابريل/نيسان 2025",
            "21 نيسان/أبريل 2025",
            "21 أبريل / نيسان 2025",
            "21 أبريل (نيسان) 2025",
            "21 أبريل نيسان 2025",
            "٢١ نيسان ٢٠٢٥",
            "۲۱ أبریل ۲۰۲۵",
            "21 أَبْرِيـــل 2025",
            "\u200f21\u200f إبريل\u200f 2025",
            "21\u00a0أبريل\u00a02025",
            "21_أبريل_2025",
            "21نيسان2025",
            "21 من أبريل 2025",
            "21 من شهر أبريل عام 2025",
            "21 أفريل من سنة 2025",
            "21 أبريل للعام 2025",
            "الإثنين 21 أبريل 2025",
            "الاثنين، 21 أبريل، 2025",
            "يوم الاثنين 21 أبريل 2025م",
            "نُشر في: 21 أبريل 2025 م",
            "الموافق لـ21 أبريل 2025",
            "21 أبريل 2025 ميلادية",
            "2025 أبريل 21",
            "نيسان/أبريل 21, 2025",
            "الحادي والعشرين من نيسان 2025",
            "21 April 2025",
            "21-Apr-2025",
            "Apr. 21, 2025",
            "April 21st, 2025",
            "Monday, 21st of April 2025",
        ],
    )
    def test_one_day_in_many_spellings(self, raw: str) -> None:
        read = parse_date(raw)
        assert read == APRIL_21
        assert not isinstance(read, datetime)

    @pytest.mark.parametrize(
        ("raw", "day"),
        [
            ("9 جانفي 2020", date(2020, 1, 9)),
            ("9 فيفري 2020", date(2020, 2, 9)),
            ("9 ماي 2020", date(2020, 5, 9)),
            ("9 جوان 2020", date(2020, 6, 9)),
            ("9 جويلية 2020", date(2020, 7, 9)),
            ("21 أوت 2025", date(2025, 8, 21)),
            ("21 يوليوز 2025", date(2025, 7, 21)),
            ("21 غشت 2025", date(2025, 8, 21)),
            ("21 شتنبر 2025", date(2025, 9, 21)),
            ("21 نونبر 2025", date(2025, 11, 21)),
            ("21 دجنبر 2025", date(2025, 12, 21)),
            ("21 أغشت 2025", date(2025, 8, 21)),
            ("21 يونيه 2025", date(2025, 6, 21)),
            ("21 مايس 1941", date(1941, 5, 21)),
            ("21 كانون الثاني 2025", date(2025, 1, 21)),
            ("21 كانون ثاني 2025", date(2025, 1, 21)),
            ("21 كانون الأوّل 2025", date(2025, 12, 21)),
            ("21 تشرين الأول 2025", date(2025, 10, 21)),
            ("21 تشرين أول 2025", date(2025, 10, 21)),
            ("21 تشرين  الثاني/نوفمبر 2025", date(2025, 11, 21)),
            ("21 أكتوبر تشرين الأول 2025", date(2025, 10, 21)),
            ("الأول من تشرين الأول 2025", date(2025, 10, 1)),
            ("الثاني من يونيو/حزيران 2025", date(2025, 6, 2)),
            ("الحادي عشر من سبتمبر 2001", date(2001, 9, 11)),
            ("العشرين من مارس 2003", date(2003, 3, 20)),
            ("الحادي والثلاثين من آب 2020", date(2020, 8, 31)),
            ("19 نوفمبر/تشرين الثاني 1799", date(1799, 11, 19)),
            ("3 Sept 2020", date(2020, 9, 3)),
        ],
    )
    def test_month_names_of_every_region(self, raw: str, day: date) -> None:
        assert parse_date(raw) == day

    @pytest.mark.parametrize("day", range(1, 32))
    def test_every_ordinal_day(self, day: int) -> None:
        spelled = [name for name, number in months._ORDINAL_DAYS.items() if number == day]
        assert spelled
        assert [parse_date(f"{name} من مايو 2025") for name in spelled] == [date(2025, 5, day)] * len(spelled)

    @pytest.mark.parametrize(
        "raw",
        [
            "31 فبراير 2025",
            "29 شباط 2025",
            "0 أبريل 2025",
            "21 أبريل/أيار 2025",
            "21 أبريل (أيار) 2025",
            "21 أبريل/رمضان 2025",
            "21 أبريل",
            "أبريل 2025",
            "21 أبريل 25",
            "19-21 أبريل 2025",
            "19 و21 أبريل 2025",
            "20 أبريل 2025 - 21 أبريل 2025",
            "الثاني من يونيو/حزيران المقبل - 2025",
            "الأسبوع الثاني من أبريل 2025",
            "21 ابريلات 2025",
            "أمس",
            "منذ ساعتين",
            "2025",
            "10:30",
            "0745230200",
            "",
            "؟",
        ],
    )
    def test_unclear_text_is_rejected(self, raw: str) -> None:
        assert parse_date(raw) is None


class TestTimesOfDay:
    @pytest.mark.parametrize(
        "raw",
        [
            "الإثنين 21 أبريل 2025، 10:30 ص",
            "الإثنين 21 أبريل 2025 الساعة 10:30",
            "21 أبريل 2025 - 10:30 صباحًا",
            "21 أبريل 2025م | ١٠:٣٠ صباحاً",
            "10:30 ص، الاثنين 21 نيسان 2025 م",
            "21 أبريل 2025 10:30 بتوقيت غرينتش",
            "21 أبريل 2025 13:30 بتوقيت مكة المكرمة",
            "21 أبريل 2025 13:30 (GMT+3)",
            "آخر تحديث: 21 أبريل 2025، 10:30 بالتوقيت المحلي",
            "21 April 2025 at 10:30 a.m.",
            "Apr 21, 2025, 10:30:00 AM",
        ],
    )
    def test_half_past_ten_in_the_morning(self, raw: str) -> None:
        assert parse_date(raw) == HALF_PAST_TEN

    @pytest.mark.parametrize(
        ("said", "hour"),
        [
            ("12:05 ص", 0),
            ("12:05 م", 12),
            ("1:05 م", 13),
            ("11:05 مساءً", 23),
            ("23:05 مساء", 23),
            ("3:05 بعد الظهر", 15),
            ("12:05 ظهراً", 12),
            ("1:05 ظهراً", 13),
            ("4:05 عصراً", 16),
            ("4:05 فجراً", 4),
            ("11:05 ليلاً", 23),
            ("2:05 ليلاً", 2),
            ("11:05 PM", 23),
        ],
    )
    def test_twelve_hour_clock(self, said: str, hour: int) -> None:
        assert parse_date(f"21 أبريل 2025 {said}") == datetime(2025, 4, 21, hour, 5, tzinfo=UTC)

    def test_bare_hour_needs_am_or_pm(self) -> None:
        assert parse_date("21 أبريل 2025 الساعة 10 مساءً") == datetime(2025, 4, 21, 22, tzinfo=UTC)
        assert parse_date("21 أبريل 2025 الساعة 10") == APRIL_21

    def test_era_sign_is_not_read_as_pm(self) -> None:
        assert parse_date("21 أبريل 2025 م 10:30") == HALF_PAST_TEN
        assert parse_date("21 أبريل 2025م 10:30 م") == HALF_PAST_TEN + timedelta(hours=12)

    @pytest.mark.parametrize("said", ["15:05 ص", "0:05 م", "9:05 ظهرا", "24:05", "10:60", "10:30:61", "10:30 11:30"])
    def test_day_remains_if_the_time_is_impossible(self, said: str) -> None:
        read = parse_date(f"21 أبريل 2025 {said}")
        assert read == APRIL_21
        assert not isinstance(read, datetime)


class TestHijri:
    @pytest.mark.parametrize(
        "raw",
        [
            "21 رمضان 1445",
            "٢١ رمضان ١٤٤٥ هـ",
            "21 رمضان المبارك 1445هـ",
            "الأحد 21 رمضان 1445 هجرية",
            "1445-09-21",
            "21/9/1445",
            "1445/09/21 هـ",
            "21 رمضان 1445 هـ الموافق 31 مارس 2024 م",
            "31 مارس 2024 (21 رمضان 1445هـ)",
        ],
    )
    def test_hijri_dates_are_converted(self, raw: str) -> None:
        assert parse_date(raw) == date(2024, 3, 31)

    @pytest.mark.parametrize(
        ("month", "day"),
        [
            ("محرم", date(2023, 7, 19)),
            ("صفر", date(2023, 8, 17)),
            ("ربيع الأول", date(2023, 9, 16)),
            ("ربيع الآخر", date(2023, 10, 16)),
            ("ربيع الثاني", date(2023, 10, 16)),
            ("جمادى الأولى", date(2023, 11, 15)),
            ("جمادى الآخرة", date(2023, 12, 14)),
            ("جمادى الثانية", date(2023, 12, 14)),
            ("رجب", date(2024, 1, 13)),
            ("شعبان", date(2024, 2, 11)),
            ("رمضان", date(2024, 3, 11)),
            ("شوال", date(2024, 4, 10)),
            ("ذو القعدة", date(2024, 5, 9)),
            ("ذي الحجة", date(2024, 6, 7)),
        ],
    )
    def test_first_day_of_each_month_of_1445(self, month: str, day: date) -> None:
        assert parse_date(f"1 {month} 1445") == day

    def test_gregorian_date_wins(self) -> None:
        assert parse_date("21 رمضان 1445 هـ الموافق 1 أبريل 2024") == date(2024, 4, 1)
        assert parse_date("30 محرم 1445 هـ الموافق 17 أغسطس 2023") == date(2023, 8, 17)

    def test_hijri_date_with_a_time(self) -> None:
        assert parse_date("1445-09-21 10:30") == datetime(2024, 3, 31, 10, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        "raw", ["21 رمضان 1250", "1301-09-21", "21/9/1250هـ", "30 محرم 1445", "21 رمضان 2024", "21 رمضان 1445م"]
    )
    def test_uncovered_years_and_contradictions_are_rejected(self, raw: str) -> None:
        assert parse_date(raw) is None

    def test_gregorian_name_or_sign_keeps_an_old_year_gregorian(self) -> None:
        assert parse_date("21 أبريل 1445") == date(1445, 4, 21)
        assert parse_date("21/4/1445م") == date(1445, 4, 21)


class TestFindDate:
    @pytest.mark.parametrize(
        ("text", "raw"),
        [
            ("بحسب وسائل إعلام محلية اليوم الإثنين 21 ابريل/نيسان 2025.\nوستغطي", "21 ابريل/نيسان 2025"),
            ("موسكو (21 أَبْرِيل ٢٠٢٥) - قال", "21 أَبْرِيل ٢٠٢٥"),
            ("ﷺ ثم 21 أبريل 2025", "21 أبريل 2025"),
            ("منذ الـ21 من أبريل/ نيسان 2025، وفقا", "21 من أبريل/ نيسان 2025"),
            ("يومي 20 و21 أبريل 2025 في", "21 أبريل 2025"),
            ("اليوم الاثنين21 أبريل 2025منتدى", "21 أبريل 2025"),
            ("افتتح 21\u00a0نيسان\u200f (أبريل) 2025م المعرض", "21\u00a0نيسان\u200f (أبريل) 2025م"),
            ("#بغداد_21_نيسان_2025_عاجل", "21_نيسان_2025"),
            ("في الحادي والعشرين من أبريل عام 2025 وقع", "الحادي والعشرين من أبريل عام 2025"),
            ("published April 21, 2025 by", "April 21, 2025"),
            ("في 31 أبريل 2025 ثم 20 أبريل/أيار 2025 ثم 21 أبريل 2025", "21 أبريل 2025"),
            ("بحلول 2 يونيو ثم 21 أبريل 2025 ثم 22 أبريل 2025", "21 أبريل 2025"),
        ],
    )
    def test_found_with_its_original_text(self, text: str, raw: str) -> None:
        assert find_date(text) == (APRIL_21, raw)

    @pytest.mark.parametrize(
        "text",
        [
            "في الثاني من يونيو/حزيران المقبل - 2025.",
            'في 28 مايو/أيار القادم، سيُفتتح "ممر الصداقة" عام 2025',
            "للعام الدراسي 2025 - 2026",
            "13/06/2018 و2018-06-13 و21 04 2025",
            "في أبريل 2025 قتل 21 شخصا",
            "خلال الأسبوع الثاني من أبريل 2025",
            "في النصف الأول من رمضان 1445",
            "21 أبريل 20250",
            "3.21 أبريل 2025",
            "",
        ],
    )
    def test_incomplete_dates_are_not_found(self, text: str) -> None:
        assert find_date(text) is None

    @pytest.mark.parametrize("before", ["السبت ", "في ", "اليوم السبت، الموافق ", "اليوم "])
    def test_ordinal_after_a_day_is_a_date(self, before: str) -> None:
        assert find_date(f"وقال {before}الثاني من أبريل 2022") == (date(2022, 4, 2), "الثاني من أبريل 2022")

    def test_gregorian_date_is_preferred_to_a_hijri_one(self) -> None:
        text = "الرياض 21 رمضان 1445 هـ الموافق 1 أبريل 2024 م واس"
        assert find_date(text) == (date(2024, 4, 1), "1 أبريل 2024 م")

    def test_hijri_date_without_a_gregorian_one(self) -> None:
        text = "الرياض 21 رمضان 1445 هـ واس، ذكرى 23 سبتمبر 1932"
        assert find_date(text) == (date(2024, 3, 31), "21 رمضان 1445 هـ")

    @pytest.mark.parametrize(
        "today", ["اليوم الإثنين 21 أبريل 2025", "صباح اليوم، 21 أبريل 2025", "اليوم الاثنين الموافق لـ 21 أبريل 2025"]
    )
    def test_date_that_the_text_calls_today(self, today: str) -> None:
        assert find_date(f"ولد في 5 يناير 1960، وقال {today} إن", today=True) == (APRIL_21, "21 أبريل 2025")

    @pytest.mark.parametrize(
        "text",
        [
            "الإثنين 21 أبريل 2025",
            "أعلن اليوم أن المعرض يفتتح 21 أبريل 2025",
            "اليوم الخميس 21 أبريل 2025",  # really a Monday, so the weekday or the date is wrong
        ],
    )
    def test_dates_not_called_today_are_skipped(self, text: str) -> None:
        assert find_date(text) is not None
        assert find_date(text, today=True) is None


class TestMonths:
    def test_all_names_of_a_month_have_the_same_number(self) -> None:
        assert {month_number(fold(name)) for name in month_names(4)} == {4}
        assert {"ابريل", "نيسان", "افريل"} <= set(map(fold, month_names(4)))
        assert {"اغسطس", "اب", "اوت", "غشت"} <= set(map(fold, month_names(8)))

    @pytest.mark.parametrize("month", range(1, 13))
    def test_egyptian_names_come_first(self, month: int) -> None:
        names = [fold(name) for name in month_names(month)]
        assert names[0] == fold(EGYPTIAN[month - 1])
        assert len(set(names)) == len(names)
        assert {month_number(name) for name in names} == {month}

    @pytest.mark.parametrize("month", range(1, 13))
    def test_levantine_names_have_their_number(self, month: int) -> None:
        assert month_number(fold(LEVANTINE[month - 1])) == month

    @pytest.mark.parametrize("name", ["", "تشرين", "كانون", "رمضان", "الاول", "apr", "4"])
    def test_other_words_are_not_months(self, name: str) -> None:
        assert month_number(name) is None

    def test_month_above_twelve_raises_value_error(self) -> None:
        with pytest.raises(ValueError, match="13"):
            month_names(13)


class TestFormat:
    def test_format_date(self) -> None:
        assert format_date(APRIL_21, "ar") == "21 أبريل/نيسان 2025"
        assert format_date(APRIL_21, "ar", formats=Formats(digits="arabic")) == "٢١ أبريل/نيسان ٢٠٢٥"
        assert format_date(date(2025, 10, 1), "ar") == "1 أكتوبر/تشرين الأول 2025"
        assert format_date(APRIL_21, "en") == "21 April 2025"

    def test_zone_decides_the_day(self) -> None:
        late = datetime(2025, 4, 20, 22, 30, tzinfo=UTC)
        assert format_date(late, "en") == "20 April 2025"
        assert format_date(late, "en", tz=hours(3)) == "21 April 2025"
        assert format_datetime(late, "ar", tz=hours(3)) == "21 أبريل/نيسان 2025، 01:30"

    def test_zone_does_not_change_a_date(self) -> None:
        assert format_date(APRIL_21, "en", tz=hours(-11)) == "21 April 2025"

    def test_format_datetime(self) -> None:
        assert format_datetime(HALF_PAST_TEN, "ar") == "21 أبريل/نيسان 2025، 10:30"
        assert format_datetime(HALF_PAST_TEN, "ar", formats=Formats(digits="arabic")) == "٢١ أبريل/نيسان ٢٠٢٥، ١٠:٣٠"
        assert format_datetime(HALF_PAST_TEN, "en") == "21 April 2025, 10:30"

    def test_naive_datetime_cannot_be_converted(self) -> None:
        with pytest.raises(ValueError, match="no zone"):
            format_date(datetime(2025, 4, 21), "ar", tz=UTC)  # noqa: DTZ001 -- a naive datetime is what this tests


def is_placeholder(day: date) -> bool:
    return day.year in {1, 9999} or day == date(1970, 1, 1)


languages = st.sampled_from(["ar", "en"])
formats = st.builds(Formats, months=st.sampled_from(get_args(MonthNames)), digits=st.sampled_from(get_args(Digits)))
real_days = st.dates().filter(lambda day: not is_placeholder(day))


class TestProperties:
    @given(real_days, languages, formats)
    def test_formatted_dates_parse_back(self, day: date, language: Language, chosen: Formats) -> None:
        written = format_date(day, language, formats=chosen)
        assert parse_date(written) == day
        assert find_date(f"قال {written}.") == (day, written)

    @given(
        st.datetimes().filter(lambda moment: not is_placeholder(moment.date())),
        languages,
        formats,
    )
    def test_formatted_datetimes_parse_back(self, moment: datetime, language: Language, chosen: Formats) -> None:
        to_the_minute = moment.replace(second=0, microsecond=0, tzinfo=UTC)
        assert parse_date(format_datetime(to_the_minute, language, formats=chosen)) == to_the_minute

    @given(
        # In a numeric date, the years 1300 to 1499 are Hijri years.
        real_days.filter(lambda day: day.year not in range(1300, 1500)),
        st.times().map(lambda clock: clock.replace(microsecond=0)),
        st.timedeltas(min_value=timedelta(hours=-23, minutes=-59), max_value=timedelta(hours=23, minutes=59)),
        st.sampled_from("T "),
    )
    def test_every_iso_datetime_is_parsed(self, day: date, clock: time, offset: timedelta, separator: str) -> None:
        moment = datetime.combine(day, clock, timezone(offset))
        assume(abs((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) > 0)
        read = parse_date(moment.isoformat(separator))
        assert isinstance(read, datetime)
        assert (read.replace(tzinfo=None), read.utcoffset()) == (moment.replace(tzinfo=None), offset)
        assert parse_date(moment.replace(tzinfo=None).isoformat(separator), default_zone=timezone(offset)) == read

    @given(st.text(alphabet="0123456789٢٠٢٥/-:.، TZ+هـمصابريلنسمن()\u200f\u064e\n", max_size=40) | st.text())
    def test_any_text_gives_a_date_or_none(self, text: str) -> None:
        read = parse_date(text)
        assert read is None or isinstance(read, date)
        assert not isinstance(read, datetime) or read.utcoffset() is not None

    @given(st.text(alphabet="21٢ أبريلنسا/2025و\u200fـَ_،هـ\ufdfa"), st.text(alphabet=" .،\n\u200fقال"))
    def test_found_text_is_in_the_input_and_parses_back(self, before: str, after: str) -> None:
        text = f"{before} 21 نيسان 2025{after}"
        found = find_date(text)
        assert found is not None
        assert found[1] in text
        assert parse_date(found[1]) == found[0]


@pytest.mark.parametrize("module", [dates, months, date_format])
def test_doctests_pass(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
