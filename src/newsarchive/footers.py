"""Lines that publishing systems add at the end of a text in a feed, such as WordPress and Drupal."""

import re

_THIS = r"(?:المقالة|التدوينة|المقال|الخبر|المنشور|المشاركة)"
_FIRST = r"(?:أولا|أولاً|أولًا|اولا)"
_LINES = re.compile(
    rf"""
    the\ post\s.+\s(?:appeared\ first|first\ appeared)\ on\s.+
  | {_THIS}\s.+\s(?:ظهرت?|نشرت?)\s{_FIRST}\sعلى\s.+
  | (?:ظهرت?|نشرت?|تم\ نشر)\s(?:هذه\s|هذا\s)?{_THIS}\s.+\s{_FIRST}\s(?:على|في)\s.+
  | (?:cet\ article|l[’'`]article)\s.+\s(?:est\ apparu|a\ été\ publié)\ en\ premier\ sur\s.+
  | la\ entrada\s.+\s(?:se\ publicó|aparece|apareció)\ primero\ en\s.+
  | (?:continue\ reading|read\ more|read\ the\ rest)(?:\s(?:about|of|on)\s.+|\s?[→»…›.]*|\s[“"«].+[”"»]\s?[→»…›]*)
  | (?:اقرأ|إقرأ|أقرأ)\ ?(?:المزيد|أكثر)(?:\s(?:عن|حول|في)\s.+|\s?[←«»…‹.]*)
  | (?:متابعة|تابع|أكمل)\ (?:ال)?قراءة(?:\s.+)?
  | add\ (?:new\ )?comment|log\ in(?:\ or\ register)?\ to\ post\ comments|\d[\d,]*\ (?:reads|comments?)
  | (?:أضف|إضافة|اضف)\ تعليق(?:\ جديد)?|(?:سجل|تسجيل)\ ال?دخول\s.*(?:تعليق|تعليقات)
  | [\d٠-٩]+\ (?:قراءات|قراءة|تعليقات|تعليق)
  | (?:submitted|posted)\ by\s.{{1,60}}\son\s.{{1,40}}\d{{4}}.{{0,12}}
  | (?:أرسله|أضافه|نشره|كتبه|(?:أرسلت|أضيف|نشر)\ بواسطة)\s.{{1,60}}\s(?:في|بتاريخ|يوم)\s.{{1,40}}\d{{4}}.{{0,12}}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DRUPAL_DATE = re.compile(r"(?:.{0,60}\s)?\w{2,12}[,،]\s?\d{1,4}[/-]\d{1,2}[/-]\d{1,4}\s-\s\d{1,2}:\d{2}")
"""The user name and date of a node: «admin Mon, 04/21/2025 - 10:30»."""
_DATE_ALONE = re.compile(r"\w{2,12}[,،]\s?\d[\d/-]{6,9}\s-\s\d{1,2}:\d{2}")
_USER_NAME = re.compile(r"\w[\w.-]{1,30}")
_LONGEST = 600
"""Characters of a footer. A longer line is text."""
_MOST_LINES = 6
_SENTENCE = re.compile(r"(?<=[.!?؟…])\s+(?=the\ post\s|(?:ظهرت|المقالة|التدوينة)\s)", re.IGNORECASE)


def without_footers(text: str, title: str = "") -> str:
    """The paragraphs without the footers at the end, in a text with one paragraph per line.

    A text of nothing but footers becomes empty. Drupal, which ends a text with its date, also begins
    it with its title.
    """
    lines = text.split("\n")
    is_drupal = False
    for _ in range(_MOST_LINES):
        if not lines or not lines[-1]:
            break
        last = lines[-1]
        if _is_footer(last):
            lines.pop()
            is_drupal = is_drupal or _DRUPAL_DATE.fullmatch(last) is not None
            if _DATE_ALONE.fullmatch(last) and lines and _USER_NAME.fullmatch(lines[-1]):
                lines.pop()
        elif (rest := _before_footer(last)) is not None:
            lines[-1] = rest
        else:
            break
    if is_drupal and title and len(lines) > 1 and lines[0] == title:
        del lines[0]
    return "\n".join(lines)


def _is_footer(line: str) -> bool:
    line = line.strip(" .[]()…")
    return 0 < len(line) <= _LONGEST and (
        _LINES.fullmatch(line) is not None or _DRUPAL_DATE.fullmatch(line) is not None
    )


def _before_footer(line: str) -> str | None:
    """The line without a footer that follows its last sentence, or None."""
    place = max((match.start() for match in _SENTENCE.finditer(line[-_LONGEST:])), default=-1)
    if place < 0:
        return None
    start = max(len(line) - _LONGEST, 0) + place
    return line[:start] if _is_footer(line[start:]) else None
