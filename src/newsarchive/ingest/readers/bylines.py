"""Parses byline lines such as «المصدر: تاس», whose label names a field."""

import re
from typing import NamedTuple

from newsarchive.arabic.fold import folded_name
from newsarchive.identity import is_web_url

_LABELS = {
    "source": "المصدر / مصدر الخبر / نقلا عن / المصدر الأصلي / source",
    "image_credit": "الصورة / صورة / الصور / مصدر الصورة / تصوير / image / image credit / photo / photo credit",
    "author": "الكاتب / الكاتبة / الكتاب / بقلم / كتب / كتبت / كتبه / كتبها / إعداد / تحرير / المؤلف / المحرر / author"
    " / authors / by / byline / writer",
    "date": "التاريخ / تاريخ / تاريخ النشر / نشر في / نشر بتاريخ / date / published / published on",
    "title": "العنوان / عنوان / title / headline",
    "topic": "الموضوع / المواضيع / الموضوعات / القسم / التصنيف / تصنيف / topic / topics / section / category",
    "url": "الرابط / رابط / رابط الخبر / رابط المقال / url / link",
    "publisher": "الناشر / publisher",
    "summary": "الملخص / ملخص / الموجز / summary",
    "language": "اللغة / language",
}
"""«مصدر:» is not included, because it starts headlines that quote a source."""
_LIMITS = {"title": 300, "url": 2000, "summary": 2000, "source": 120, "image_credit": 160, "topic": 120}
_LIMIT = 80
"""Characters of a value. A longer value is a sentence that starts like a byline."""

_LINE = re.compile(r"[\s\-–—•*●▪|(\[]*(?P<label>[^\W\d_][^:：﹕︓]{0,30}?)\s*[:：﹕︓]\s*(?P<value>.*)", re.DOTALL)
_BY_WITHOUT_COLON = re.compile(r"بقلم\s+(?P<value>\S+(?:\s+\S+){0,4})")
_SEPARATOR = re.compile("[،,;؛|]")
_SPEECH = "\"«“”'"
_CLOSING = {"(": ")", "[": "]"}


class Byline(NamedTuple):
    """A parsed byline line. `field` is a key such as `source` or `date`; the value may be empty."""

    field: str
    value: str


_FIELDS = {folded_name(label): name for name, labels in _LABELS.items() for label in labels.split(" / ")}


def field_of(label: str) -> str:
    """The field that a label names, regardless of spelling and marks; "" for an unknown label."""
    return _FIELDS.get(folded_name(label), "")


def read_byline(line: str) -> Byline | None:
    """Parse a byline line. Return None for any other line.

    A label followed by a sentence is not a byline: «كتب: "لن نستسلم"» is a quotation, and
    «التاريخ: علم …» has no date.
    """
    if without_colon := _BY_WITHOUT_COLON.fullmatch(line.strip()):
        value = without_colon["value"].lstrip(": ")
        return None if value.endswith((".", "؟", "!")) else Byline("author", value)
    match = _LINE.fullmatch(line)
    field = field_of(match["label"]) if match else ""
    if not match or not field:
        return None
    value = _without_bracket(line, match["value"].rstrip())
    return Byline(field, value) if not value or _fits(field, value) else None


def split_names(value: str) -> tuple[str, ...]:
    """The names in a list such as «سياسة، اقتصاد»."""
    return tuple(name for text in _SEPARATOR.split(value) if (name := text.strip()))


def _fits(field: str, value: str) -> bool:
    if len(value) > _LIMITS.get(field, _LIMIT):
        return False
    if field == "date":
        return any(map(str.isdigit, value))
    if field == "url":
        return is_web_url(value) or value.startswith("www.")
    if field == "author":
        return not value.startswith(tuple(_SPEECH)) and not value.endswith((".", "؟", "!"))
    return True


def _without_bracket(line: str, value: str) -> str:
    opening = line.strip()[0]
    closing = _CLOSING.get(opening, "")
    return value.removesuffix(closing).rstrip() if closing and value.count(closing) > value.count(opening) else value
