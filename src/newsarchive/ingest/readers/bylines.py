"""Parses byline lines such as «المصدر: تاس», whose label names a field."""

import re
import unicodedata
from typing import NamedTuple

from newsarchive.arabic.fold import folded_name
from newsarchive.identity import is_web_url

_LABELS = {
    "source": "المصدر / مصدر الخبر / نقلا عن / المصدر الأصلي / وكالة / source",
    "image_credit": "الصورة / صورة / الصور / مصدر الصورة / تصوير / عدسة / image / image credit / photo / photo credit",
    "author": "الكاتب / الكاتبة / الكتاب / بقلم / كتب / كتبت / كتبه / كتبها / إعداد / تحرير / تقرير / حوار / ترجمة"
    " / متابعة / حاوره / حاورته / حاورها / إعداد وتحرير / أعده / أعدته / أعده للنشر / المؤلف / المحرر / المحررة"
    " / الصحفي / author / authors / by / byline / writer / written by",
    "date": "التاريخ / تاريخ / تاريخ النشر / نشر في / نشر بتاريخ / نشر يوم / تاريخ الخبر / date / published"
    " / published on",
    "title": "العنوان / عنوان / title / headline",
    "topic": "الموضوع / المواضيع / الموضوعات / القسم / التصنيف / تصنيف / التصنيفات / الأقسام / topic / topics / section"
    " / category / categories",
    "url": "الرابط / رابط / رابط الخبر / رابط المقال / الرابط الأصلي / url / link",
    "publisher": "الناشر / publisher",
    "summary": "الملخص / ملخص / الموجز / summary",
    "language": "اللغة / language",
}
"""«مصدر:» is not included, because it starts headlines that quote a source."""
_LIMITS = {"title": 300, "url": 2000, "summary": 2000, "source": 120, "image_credit": 160, "topic": 120}
_LIMIT = 80
"""Characters of a value. A longer value is a sentence that starts like a byline."""

_LINE = re.compile(r"[\s\-–—•*●▪|(\[]*(?P<label>[^\W\d_][^:：﹕︓]{0,30}?)\s*[:：﹕︓]\s*(?P<value>.*)", re.DOTALL)
_LOOSE_LINE = re.compile(
    r"[\s•*●▪|(\[]*(?P<label>[^\W\d_][^:：﹕︓/\-–—]{0,30}?)\s*[/\-–—]+\s*(?P<value>[^/–—]*?)\s*[:：]?", re.DOTALL
)
"""A label that a slash or a dash separates from its value: «المصدر / تاس», «كتب - أحمد علي:»."""
_LOOSE_LABELS = frozenset(
    folded_name(label)
    for label in re.split(
        r"\s*/\s*",
        "المصدر / مصدر الخبر / نقلا عن / الصورة / مصدر الصورة / تصوير / الكاتب / الكاتبة / بقلم / كتب / كتبت / كتبه"
        "/ كتبها / إعداد / تحرير / تقرير / حوار / ترجمة / التاريخ / تاريخ النشر / الناشر / القسم / التصنيف / source"
        "/ author / by / photo / date",
    )
)
"""Labels that rarely begin a headline with a dash, as in «تاريخ - ثقافة»."""
_LOOSE_WORDS = 6
"""Words of a value after a slash or a dash, at most."""
_WITHOUT_COLON = re.compile(r"بقلم\s+(?P<value>\S+(?:\s+\S+){0,4})")
_BY_ENGLISH = re.compile(r"(?:[Ww]ritten\s+)?(?:[Bb]y|BY)\s+(?P<value>[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){1,3})")
_NEXT_LABEL = re.compile(r"\s*[،,;؛–—-]\s*(?=[^\W\d_][^:،,]{0,30}?\s*:)")
"""The sign before a further byline on the same line: «تقرير: سلمى حسن، تصوير: علي عمر»."""
_SEVERAL = re.compile(r"\s*[|•]\s*")
_SEPARATOR = re.compile("[،,;؛|]")
_SPEECH = "\"«“”'"
_SENTENCE_END = (".", "؟", "!", "…")
_CLOSING = {"(": ")", "[": "]"}
_MARKS = str.maketrans("", "", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_PRESENTATION_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")


class Byline(NamedTuple):
    """A parsed byline line. `field` is a key such as `source` or `date`; the value may be empty."""

    field: str
    value: str


_FIELDS = {folded_name(label): name for name, labels in _LABELS.items() for label in labels.split(" / ")}


def field_of(label: str) -> str:
    """The field that a label names, regardless of spelling and marks; "" for an unknown label."""
    return _FIELDS.get(folded_name(label), "")


def read_bylines(line: str) -> tuple[Byline, ...]:
    """Parse a line of one or several bylines: «المصدر: تاس | الكاتب: زيد». Return an empty tuple for any other line."""
    whole = read_byline(line)
    for separator in (_SEVERAL, _NEXT_LABEL):
        parts = [part for part in separator.split(line) if part.strip()]
        found = [read_byline(part) for part in parts] if len(parts) > 1 else []
        if found and all(found):
            return tuple(byline for byline in found if byline is not None)
    return (whole,) if whole else ()


def read_byline(line: str) -> Byline | None:
    """Parse a byline line. Return None for any other line.

    A label followed by a sentence is not a byline: «كتب: "لن نستسلم"» is a quotation, and
    «التاريخ: علم …» has no date. Direction marks make no difference.
    """
    line = line.translate(_MARKS).strip()
    if english := _BY_ENGLISH.fullmatch(line):
        return Byline("author", english["value"])
    if without_colon := _WITHOUT_COLON.fullmatch(line):
        value = without_colon["value"].lstrip(":/-–— ")
        return None if value.endswith(_SENTENCE_END) else Byline("author", value)
    match = _LINE.fullmatch(line)
    field = field_of(match["label"]) if match else ""
    if not match or not field:
        return _loose_byline(line)
    value = _plain(_without_bracket(line, match["value"].rstrip()))
    return Byline(field, value) if not value or fits(field, value) else None


def _loose_byline(line: str) -> Byline | None:
    match = _LOOSE_LINE.fullmatch(line)
    if not match or folded_name(match["label"]) not in _LOOSE_LABELS:
        return None
    field, value = field_of(match["label"]), _plain(_without_bracket(line, match["value"]))
    is_short = 0 < len(value.split()) <= _LOOSE_WORDS and not value.endswith(_SENTENCE_END)
    return Byline(field, value) if is_short and fits(field, value) else None


def split_names(value: str) -> tuple[str, ...]:
    """The names in a list such as «سياسة، اقتصاد»."""
    return tuple(name for text in _SEPARATOR.split(value) if (name := text.strip()))


def fits(field: str, value: str) -> bool:
    """Whether a value can be one of the field, and isn't a sentence that only starts like a byline."""
    if len(value) > _LIMITS.get(field, _LIMIT):
        return False
    if field == "date":
        return any(map(str.isdigit, value))
    if field == "url":
        return is_web_url(value) or value.startswith("www.")
    if field == "author":
        return not value.startswith(tuple(_SPEECH)) and not value.endswith(_SENTENCE_END)
    return True


def _plain(value: str) -> str:
    """The value with plain letters instead of presentation forms, so that equal names are equal."""
    return unicodedata.normalize("NFKC", value) if _PRESENTATION_FORMS.search(value) else value


def _without_bracket(line: str, value: str) -> str:
    closing = _CLOSING.get(line[:1], "")
    return value.removesuffix(closing).rstrip() if closing and value.count(closing) > value.count(line[0]) else value
