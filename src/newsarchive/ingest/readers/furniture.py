"""Separates the text of a clipping from what stands around it: bylines, datelines, credits, captions, kickers.

Labels count anywhere. A date, a credit or a caption without a label counts only at the head of a
clipping, before the first paragraph, or at its end.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from newsarchive.cleaning import clean_line
from newsarchive.ingest.readers.bylines import Byline, field_of, fits, read_bylines, split_names
from newsarchive.ingest.readers.credits import is_name, is_outlet, is_person, read_credit, split_people, without_place

_PARAGRAPH = 100
"""A line with this many characters, or a sentence with this many letters less, is a paragraph of the text."""
_SENTENCE = 50
_ENDS = (".", "؟", "!", "…", "۔")
_CLOSING_QUOTES = "\"'»”)]\u200f\u200e "
_VALUE_WORDS = 8
"""Words of a value that stands below its label, at most."""
_CAPTION = re.compile(
    r"[(\[]?\s*(?:(?:صور[ةه]?|لقط[ةه]|رسم|إنفوغراف(?:يك)?|فيديو)\s+)?(?:من )?"
    r"(?:[أا]رشيفي[ةه]?|ال[أا]رشيف|[أا]رشيف|تعبيري[ةه]?|توضيحي[ةه]?)[^.؟!\w]{0,3}[\w ]{0,30}[)\]]?"
)
"""A line such as «صورة أرشيفية» or «(أرشيف)», which says where a picture comes from."""
_REPORTER = re.compile(r"(?:كتبت?|تقرير|إعداد|حوار|ترجمة|متابعة|أعدّ?ه|أعدّ?ته|تحرير)(?:\s*[:/–—-])?\s+(?P<name>.+)")


_CORRESPONDENT = re.compile(r"مراسل(?:نا|تنا|ة|و)?(?:\s+[^\s:]+){0,4}?\s*[:/–—-]\s*(?P<name>.+)")
_BARE_LABELS = frozenset(("source", "author", "url", "date", "publisher"))
"""Fields whose label may stand without a colon on the last line but one."""
_HEADLINE_WORDS = 4
"""Words of a value that is rather a headline, at least."""
_HEADLINE_FIELDS = frozenset(("author", "image_credit", "source"))
_OUTLET_KINDS = (
    *("وكالة", "وكالات", "صحيفة", "جريدة", "مجلة", "قناة", "موقع", "شبكة", "إذاعة"),
    *("وزارة", "مركز", "مؤسسة", "هيئة"),
)


class Line(NamedTuple):
    """A line of a clipping with what it says about the article, if it isn't text.

    `set_off` is whether a blank line or a line that isn't text follows.
    """

    text: str
    bylines: tuple[Byline, ...]
    set_off: bool


def read_lines(text: str) -> list[Line]:
    """The lines that aren't blank."""
    # A file may consist of millions of line breaks, so blank lines skip the cleaning.
    texts: list[str] = []
    before_blank: set[int] = set()
    for line in text.splitlines():
        if cleaned := line and clean_line(line):
            texts.append(cleaned)
        else:
            before_blank.add(len(texts) - 1)
    bylines = _bylines(texts)
    before_blank.add(len(texts) - 1)
    before_blank.update(number - 1 for number, own in enumerate(bylines) if own)
    return [Line(line, bylines[number], number in before_blank) for number, line in enumerate(texts)]


def is_paragraph(line: str) -> bool:
    """Whether a line is running text: long, or a sentence of some length."""
    return len(line) >= _PARAGRAPH or (len(line) >= _SENTENCE and line.rstrip(_CLOSING_QUOTES).endswith(_ENDS))


def is_caption(line: str) -> bool:
    """Whether a line only says where a picture comes from, such as «صورة أرشيفية».

    >>> is_caption("صورة أرشيفية"), is_caption("حديقة المدينة")
    (True, False)
    """
    return _CAPTION.fullmatch(line) is not None


def _bylines(texts: Sequence[str]) -> list[tuple[Byline, ...]]:
    found = [read_bylines(line) for line in texts]
    _join_values_below(texts, found)
    running = [number for number, line in enumerate(texts) if not found[number] and is_paragraph(line)]
    first, last = (running[0], running[-1]) if running else (len(texts), len(texts))
    for number, line in enumerate(texts):
        if not found[number] and not first <= number <= last:
            found[number] = _unlabelled(line)
    _keep_headline(texts, found, first)
    _take_bare_name(texts, found, first)
    return found


def _keep_headline(texts: Sequence[str], found: list[tuple[Byline, ...]], first: int) -> None:
    """If no other line above the text can be the headline, take the line that starts like a byline as one.

    «تقرير: نصف الجسور بحاجة إلى صيانة» is a headline, «تقرير: سلمى حسن» isn't.
    """
    if first == len(texts) or not all(found[:first]) or any(line.field == "title" for own in found for line in own):
        return
    headline = next((number for number in range(first) if _is_sentence(found[number])), None)
    if headline is not None:
        found[headline] = ()


def _is_sentence(bylines: tuple[Byline, ...]) -> bool:
    if len(bylines) != 1 or bylines[0].field not in _HEADLINE_FIELDS:
        return False
    value = bylines[0].value
    words = value.split()
    if is_outlet(value) or any(map(is_name, split_names(value))) or (words and words[0] in _OUTLET_KINDS):
        return False
    return max((len(name.split()) for name in split_names(value)), default=0) >= _HEADLINE_WORDS


def _take_bare_name(texts: Sequence[str], found: list[tuple[Byline, ...]], first: int) -> None:
    """Take a name alone between the headline and the text as the author."""
    named = [line.field for own in found for line in own]
    open_lines = [number for number in range(first) if not found[number]]
    if "author" in named or first == len(texts) or len(open_lines) < 2:
        return
    name = open_lines[-1]
    people = split_people(texts[name])
    if all(map(is_name, people)) and len(texts[open_lines[-2]].split()) > len(people[0].split()):
        found[name] = tuple(Byline("author", person) for person in people)


def _join_values_below(texts: Sequence[str], found: list[tuple[Byline, ...]]) -> None:
    """Give a label without a value the line below it, which then is not a line of its own."""
    for number in range(len(texts) - 1):
        if (
            not found[number]
            and (label := field_of(texts[number].strip())) in _BARE_LABELS
            and number + 2 == len(texts)
        ):
            found[number] = (Byline(label, ""),)
        if len(found[number]) != 1 or found[number][0].value or found[number + 1]:
            continue
        field, value = found[number][0].field, texts[number + 1]
        is_value = len(value.split()) <= _VALUE_WORDS and not value.rstrip(_CLOSING_QUOTES).endswith(_ENDS)
        if is_value and fits(field, value):
            found[number + 1] = (Byline(field, value),)


def _unlabelled(line: str) -> tuple[Byline, ...]:
    if is_caption(line):
        return (Byline("image_credit", line[1:-1].strip() if line[0] in "([" and line[-1] in ")]" else line),)
    reporter = _REPORTER.fullmatch(line.rstrip(": "))
    if reporter and is_person(name := without_place(reporter["name"])):
        return (Byline("author", name),)
    correspondent = _CORRESPONDENT.fullmatch(line.rstrip(": "))
    if correspondent and is_name(correspondent["name"]):
        return (Byline("author", correspondent["name"]),)
    return read_credit(line)
