"""Time zones as the press and feeds name them: abbreviations, cities, and names of the IANA database."""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from newsarchive.arabic.fold import fold
from newsarchive.arabic.months import name_key

_OFFSETS = {
    -8: """
        PST |
        توقيت المحيط الهادي الرسمي
        """,
    -7: """
        MST | PDT |
        توقيت المحيط الهادي الصيفي
        """,
    -6: "CST | MDT",
    -5: """
        EST | CDT |
        التوقيت الشرقي الرسمي
        """,
    -4: """
        EDT |
        التوقيت الشرقي الصيفي
        """,
    -3: "BRT | ART",
    0: """
        GMT | UTC | UT | Z | Zulu | UCT | WET | غرينتش | جرينتش | غرينيتش | جرينيتش | غرينش |
        غرنيتش | جرنيتش | غرنتش | جرنتش | قرينتش | كرينتش |
        توقيت عالمي | التوقيت العالمي | التوقيت العالمي الموحد | التوقيت العالمي المنسق | التوقيت الدولي |
        العالمي | ت غ | ت ج | greenwich |
        توقيت غرب أوروبا الرسمي
        """,
    1: """
        WEST | CET | BST | WAT | MEZ |
        توقيت وسط أوروبا الرسمي | توقيت غرب أوروبا الصيفي | التوقيت الصيفي البريطاني
        """,
    2: """
        CEST | EET | CAT | SAST | MESZ |
        توقيت شرق أوروبا الرسمي | توقيت وسط أوروبا الصيفي
        """,
    3: """
        EEST | MSK | TRT | EAT | IDT | KSA | AST | Arabia Standard Time | Arab Standard Time |
        Arabic Standard Time |
        التوقيت العربي الرسمي | التوقيت العربي | توقيت شرق أوروبا الصيفي | توقيت موسكو الرسمي
        """,
    3.5: "IRST | IRT",
    4: "GST | UAE | SAMT",
    4.5: "AFT",
    5: "PKT",
    7: "WIB",
    8: "HKT | SGT",
    9: "JST | KST",
    10: "AEST",
    11: "AEDT",
}
"""Offset from UTC in hours -> the names of the zone, separated by bars. These names have the same offset all year.

The North American names have the meaning of RFC 822. AST is Arabia Standard Time, as in an Arab
newsroom, not Atlantic Time. IST is left out: India, Israel and Ireland use it. So
is Arabian Standard Time, which Windows gives to Dubai and browsers to Riyadh.
"""

_PLACES = {
    "Asia/Riyadh": "مكة المكرمة | مكة | السعودية | الرياض | المملكة | المدينة المنورة | جدة | Makkah | Mecca | السعودي",
    "Asia/Dubai": "أبوظبي | أبو ظبي | دبي | الإمارات | الشارقة | الخليج | الإماراتي",
    "Asia/Qatar": "الدوحة | قطر | القطري",
    "Asia/Kuwait": "الكويت | الكويتي",
    "Asia/Bahrain": "البحرين | المنامة",
    "Asia/Muscat": "مسقط | سلطنة عمان",
    "Asia/Aden": "صنعاء | عدن | اليمن | اليمني",
    "Asia/Baghdad": "بغداد | العراق | أربيل | العراقي",
    "Asia/Amman": "عمّان | الأردن | الأردني",
    "Asia/Damascus": "دمشق | سوريا | سورية | السوري",
    "Asia/Beirut": "بيروت | لبنان | اللبناني",
    "Asia/Jerusalem": "القدس | القدس المحتلة | القدس الشريف | إسرائيل | تل أبيب",
    "Asia/Hebron": "رام الله | فلسطين | الخليل | الفلسطيني",
    "Asia/Gaza": "غزة",
    "Africa/Cairo": "القاهرة | مصر | Egypt Standard Time | المصري",
    "Africa/Tripoli": "طرابلس | ليبيا | الليبي",
    "Africa/Tunis": "تونس | التونسي",
    "Africa/Algiers": "الجزائر | الجزائري",
    "Africa/Casablanca": "المغرب | الرباط | الدار البيضاء | المغربي",
    "Africa/Nouakchott": "نواكشوط | موريتانيا",
    "Africa/Khartoum": "الخرطوم | السودان | السوداني",
    "Africa/Mogadishu": "مقديشو | الصومال",
    "Africa/Djibouti": "جيبوتي",
    "Europe/Istanbul": "إسطنبول | اسطنبول | أنقرة | تركيا | التركي",
    "Asia/Tehran": "طهران | إيران",
    "Europe/Moscow": "موسكو | روسيا | الروسي",
    "Europe/Kiev": "كييف | أوكرانيا",
    "Europe/London": "لندن | بريطانيا",
    "Europe/Paris": "باريس | فرنسا",
    "Europe/Berlin": "برلين | ألمانيا | وسط أوروبا",
    "Europe/Athens": "أثينا | شرق أوروبا | Eastern European Time",
    "Europe/Rome": "روما | إيطاليا",
    "Europe/Madrid": "مدريد | إسبانيا",
    "Europe/Zurich": "جنيف | سويسرا",
    "Europe/Brussels": "بروكسل",
    "Europe/Vienna": "فيينا",
    "America/New_York": "نيويورك | واشنطن | شرق الولايات المتحدة | شرق أمريكا | الساحل الشرقي",
    "America/Los_Angeles": "لوس أنجلوس | لوس أنجليس",
    "Asia/Shanghai": "بكين | الصين",
    "Asia/Tokyo": "طوكيو | اليابان",
    "Asia/Kolkata": "نيودلهي | الهند",
    "Asia/Karachi": "باكستان",
    "Asia/Kabul": "كابل | كابول",
}
"""IANA zone -> the places whose time it is, separated by bars: as in «بتوقيت القدس»."""

_AREAS = "africa|america|antarctica|arctic|asia|atlantic|australia|europe|indian|pacific|etc"
IANA_PATTERN = rf"(?:{_AREAS})/[a-z]+(?:[-/ ][a-z]+)*(?:[+-]\d\d?)?"
"""Matches a folded name of the IANA database, whose underscores are spaces, and perhaps words after it."""

OFFSET_NAMES = {
    name_key(fold(name)): timedelta(hours=hours) for hours, names in _OFFSETS.items() for name in names.split("|")
}
"""Key of a zone name -> its offset."""
PLACES = {name_key(fold(name)): zone for zone, names in _PLACES.items() for name in names.split("|")}
"""Key of a place -> its IANA zone."""

PLACE_OF_ZONE = {zone: names.split("|")[0].strip() for zone, names in _PLACES.items()}
"""IANA zone -> the place after which Arabic names its time."""

_OFFSET = re.compile(
    r"(?P<hours>\d\d?)(?::?(?P<minutes>\d\d)(?::?(?P<seconds>\d\d(?:\.\d{1,6})?))?)?"
    r"|(?P<hour>\d)(?P<minute>\d\d)"
)


def iana_zone(folded: str) -> tuple[str, int] | None:
    """The IANA zone that a folded text starts with, and the number of its characters."""
    known = _iana_names()
    words = folded.split(" ")
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        if name in known:
            return known[name], len(name)
    return None


@cache
def _iana_names() -> dict[str, str]:
    return {name.lower().replace("_", " "): name for name in available_timezones()}


def fixed(zone: str, moment: datetime) -> tzinfo | None:
    """The offset that an IANA zone has at a moment without a zone. None if the system doesn't know the zone."""
    try:
        offset = moment.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        return None
    return None if offset is None else timezone(offset)


def numeric_offset(sign: str, digits: str) -> timedelta | None:
    """The offset written as `3`, `03`, `0300`, `03:00` or `03:00:00` after its sign, or None if it is impossible."""
    match = _OFFSET.fullmatch(digits)
    if match is None:
        return None
    hours = int(match["hours"] or match["hour"])
    minutes, seconds = int(match["minutes"] or match["minute"] or 0), float(match["seconds"] or 0)
    if hours > 23 or minutes > 59 or seconds >= 60:
        return None
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -offset if sign == "-" else offset
