"""The words of the documents, in Arabic and English."""

import unicodedata
from collections import Counter

from newsarchive.arabic.date_format import Language
from newsarchive.arabic.direction import text_direction

_WORDS: dict[str, tuple[str, str]] = {
    "kind": ("ملف صحفي", "Press review"),
    "contents": ("المحتويات", "Contents"),
    "note": ("ملاحظة", "Note"),
    "source": ("المصدر", "Source"),
    "publisher": ("الناشر", "Publisher"),
    "authors": ("الكاتب", "Author"),
    "published": ("تاريخ النشر", "Published"),
    "undated": ("بلا تاريخ", "Undated"),
    "untitled": ("بلا عنوان", "Untitled"),
    "comma": ("، ", ", "),
    "cite": ("التوثيق", "Citation"),
    "original": ("الأصل عند الناشر", "Original"),
    "archived": ("في الأرشيف", "In the archive"),
    "corrected": (
        "صُحِّح نص هذا المقال بعد إضافته إلى الملف، وهذا نصه الحالي.",
        "The text was corrected after the article was added. This is the text as it is now.",
    ),
    "withdrawn": ("سُحب هذا المقال من الأرشيف في {date}.", "This article was withdrawn from the archive on {date}."),
    "withdrawn_title": ("مقال مسحوب", "Withdrawn article"),
    "missing": ("لم يعد هذا المقال في الأرشيف.", "This article is no longer in the archive."),
    "missing_title": ("مقال غير موجود", "Missing article"),
    "withheld": ("لا يُنشر نص هذا المقال هنا.", "The text of this article is not given here."),
    "changed": ("آخر تعديل: {date}", "Last changed: {date}"),
    "articles": ("عدد المقالات: {count}", "Articles: {count}"),
    "page": ("صفحة", "Page"),
    "empty": ("لا مقالات في هذا الملف بعد.", "There are no articles in this review yet."),
}


def word(key: str, language: Language, **values: object) -> str:
    """A text in a language. Raises KeyError for an unknown key."""
    text = _WORDS[key][language == "en"]
    return text.format(**values) if values else text


def is_rtl(text: str, language: str) -> bool:
    """Whether a paragraph reads from right to left.

    It does as its letters do. With letters of both directions, it does as its language; if that isn't known, as most
    of its letters.

    >>> is_rtl("COP28: قمة المناخ", "ar"), is_rtl("The word قمح means wheat", "en"), is_rtl("2025", "ar")
    (True, False, True)
    """
    kinds = Counter(map(unicodedata.bidirectional, text))
    rtl, ltr = kinds["R"] + kinds["AL"], kinds["L"]
    direction = text_direction(language)
    if direction == "auto" or not (rtl and ltr):
        return rtl > ltr or (rtl == ltr and direction == "rtl")
    return direction == "rtl"
