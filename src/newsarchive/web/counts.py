"""The texts of the web interface that count something, in the right plural form."""

from enum import StrEnum

from newsarchive.arabic.date_format import Language


class Plural(StrEnum):
    """The Unicode CLDR plural categories of Arabic and English."""

    ZERO = "zero"
    ONE = "one"
    TWO = "two"
    FEW = "few"
    MANY = "many"
    OTHER = "other"


COUNTED: dict[str, tuple[dict[Plural, str], dict[Plural, str]]] = {
    "results": (
        {
            Plural.ZERO: "لا توجد نتائج",
            Plural.ONE: "نتيجة واحدة",
            Plural.TWO: "نتيجتان",
            Plural.FEW: "{n} نتائج",
            Plural.MANY: "{n} نتيجة",
            Plural.OTHER: "{n} نتيجة",
        },
        {Plural.ZERO: "No results", Plural.ONE: "1 result", Plural.OTHER: "{n} results"},
    ),
    "articles": (
        {
            Plural.ZERO: "لا توجد مقالات",
            Plural.ONE: "مقال واحد",
            Plural.TWO: "مقالان",
            Plural.FEW: "{n} مقالات",
            Plural.MANY: "{n} مقالًا",
            Plural.OTHER: "{n} مقال",
        },
        {Plural.ZERO: "No articles", Plural.ONE: "1 article", Plural.OTHER: "{n} articles"},
    ),
    "others": (
        {
            Plural.ZERO: "لا غيره",
            Plural.ONE: "ومقال آخر",
            Plural.TWO: "ومقالان آخران",
            Plural.FEW: "و{n} مقالات أخرى",
            Plural.MANY: "و{n} مقالًا آخر",
            Plural.OTHER: "و{n} مقال آخر",
        },
        {Plural.ZERO: "and no other", Plural.ONE: "and 1 more", Plural.OTHER: "and {n} more"},
    ),
    "from_sources": (
        {
            Plural.ZERO: "بلا مصدر معروف",
            Plural.ONE: "من مصدر آخر",
            Plural.TWO: "من مصدرين",
            Plural.FEW: "من {n} مصادر",
            Plural.MANY: "من {n} مصدرًا",
            Plural.OTHER: "من {n} مصدر",
        },
        {Plural.ZERO: "of unknown source", Plural.ONE: "from another source", Plural.OTHER: "from {n} sources"},
    ),
    "of_sources": (
        {
            Plural.ZERO: "بلا مصدر معروف",
            Plural.ONE: "من مصدر واحد",
            Plural.TWO: "من مصدرين",
            Plural.FEW: "من {n} مصادر",
            Plural.MANY: "من {n} مصدرًا",
            Plural.OTHER: "من {n} مصدر",
        },
        {Plural.ZERO: "of unknown source", Plural.ONE: "from 1 source", Plural.OTHER: "from {n} sources"},
    ),
    "occurrences": (
        {
            Plural.ZERO: "لا مواضع",
            Plural.ONE: "موضع واحد",
            Plural.TWO: "موضعان",
            Plural.FEW: "{n} مواضع",
            Plural.MANY: "{n} موضعًا",
            Plural.OTHER: "{n} موضع",
        },
        {Plural.ZERO: "No occurrences", Plural.ONE: "1 occurrence", Plural.OTHER: "{n} occurrences"},
    ),
    "sources": (
        {
            Plural.ZERO: "لا مصادر",
            Plural.ONE: "مصدر واحد",
            Plural.TWO: "مصدران",
            Plural.FEW: "{n} مصادر",
            Plural.MANY: "{n} مصدرًا",
            Plural.OTHER: "{n} مصدر",
        },
        {Plural.ZERO: "No sources", Plural.ONE: "1 source", Plural.OTHER: "{n} sources"},
    ),
    "authors": (
        {
            Plural.ZERO: "لا كتّاب",
            Plural.ONE: "كاتب واحد",
            Plural.TWO: "كاتبان",
            Plural.FEW: "{n} كتّاب",
            Plural.MANY: "{n} كاتبًا",
            Plural.OTHER: "{n} كاتب",
        },
        {Plural.ZERO: "No authors", Plural.ONE: "1 author", Plural.OTHER: "{n} authors"},
    ),
    "values": (
        {
            Plural.ZERO: "لا قيم",
            Plural.ONE: "قيمة واحدة",
            Plural.TWO: "قيمتان",
            Plural.FEW: "{n} قيم",
            Plural.MANY: "{n} قيمة",
            Plural.OTHER: "{n} قيمة",
        },
        {Plural.ZERO: "No values", Plural.ONE: "1 value", Plural.OTHER: "{n} values"},
    ),
    "days": (
        {
            Plural.ZERO: "لا أيام",
            Plural.ONE: "يوم واحد",
            Plural.TWO: "يومان",
            Plural.FEW: "{n} أيام",
            Plural.MANY: "{n} يومًا",
            Plural.OTHER: "{n} يوم",
        },
        {Plural.ZERO: "no days", Plural.ONE: "1 day", Plural.OTHER: "{n} days"},
    ),
    "pages": (
        {
            Plural.ZERO: "لا صفحات",
            Plural.ONE: "صفحة واحدة",
            Plural.TWO: "صفحتان",
            Plural.FEW: "{n} صفحات",
            Plural.MANY: "{n} صفحة",
            Plural.OTHER: "{n} صفحة",
        },
        {Plural.ZERO: "no pages", Plural.ONE: "1 page", Plural.OTHER: "{n} pages"},
    ),
}
"""Key -> (Arabic, English), each with one form per plural category."""


def plural(n: int, language: Language) -> Plural:
    """The plural category of a count n >= 0.

    Arabic follows the CLDR plural rules. English has an extra form for zero.
    """
    if n < 3 and (language == "ar" or n < 2):
        return (Plural.ZERO, Plural.ONE, Plural.TWO)[n]
    if language == "en":
        return Plural.OTHER
    if 3 <= n % 100 <= 10:
        return Plural.FEW
    return Plural.MANY if n % 100 >= 11 else Plural.OTHER
