"""The part of a page around its headline and its text, where bylines, dates and credits of pictures stand."""

import re
from dataclasses import dataclass
from itertools import pairwise

from newsarchive.arabic.names import name_key
from newsarchive.ingest.readers.bylines import read_bylines
from newsarchive.ingest.readers.credits import is_outlet
from newsarchive.ingest.readers.pages.body import Body, words_of
from newsarchive.ingest.readers.pages.pruning import is_sentence
from newsarchive.ingest.readers.pages.tree import Block, Element, names_of, text_of

_BEFORE = 250
"""Characters of text above the headline that can belong to it: a section, a kicker, a date, a name."""
_LEVELS = 6
_LINES = 12
_LINES_BEHIND = 6
_LONGEST_LINE = 160
_WITHOUT_HEADLINE = 40
_CREDIT_CLASS = re.compile(
    r"(?:photo|image|img|media|picture|figure)?[-_]?(?:credits?|copyright|source)(?:$|[\s_-])", re.IGNORECASE
)
_CREDIT = re.compile(
    r"(?:©|\(c\)|copyright|getty|(?:ال)?صورة\s*[:：]|تصوير\s*[:：]|عدسة\s*[:：]|مصدر الصورة)"
    r"\s*[:：,،]?\s*(?P<name>.*)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r".*[(\[–—|-]\s*(?P<name>[^()\[\]–—|]{2,40}?)\s*[)\]]?\s*")
_LONGEST_CREDIT = 100


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`elements` from above the headline to the text, and the lines above and below it and behind the text."""

    elements: list[Element]
    above: list[Block]
    below: list[Block]
    behind: list[Block]
    headline: Element | None


def surroundings_of(root: Element, blocks: list[Block], headline: str, body: Body) -> Surroundings:
    """Find them in a page whose blocks are `blocks`."""
    elements = list(root.iter())
    order = {element: number for number, element in enumerate(elements)}
    texts = {words_of(paragraph) for paragraph in body.paragraphs if len(paragraph) > 40}
    inside = [number for number, block in enumerate(blocks) if words_of(block.text) in texts]
    if not inside:
        inside = [number for number, block in enumerate(blocks) if is_sentence(block)][:1] or [len(blocks) - 1]
    heading = _headline_in(blocks, headline, inside[0])
    start, start_line = _start(blocks, order, heading, inside[0])
    end = _end(blocks, inside)
    first = order.get(blocks[end].element, len(elements)) if blocks else 0
    above, below = blocks[start_line : max(heading, start_line)], blocks[max(heading, start_line) : end]
    behind = blocks[inside[-1] + 1 : inside[-1] + 1 + _LINES_BEHIND] if blocks else []
    return Surroundings(
        [element for element in elements[start : first + 1] if isinstance(element.tag, str)],
        _short(above)[-_LINES:],
        _short(below)[: 3 * _LINES],
        _short(behind),
        blocks[heading].element if heading >= 0 else None,
    )


def _end(blocks: list[Block], inside: list[int]) -> int:
    """The number of the block where the text begins, behind a lead that is set apart with lines below it."""
    for number, following in pairwise(inside[:3]):
        gap = blocks[number + 1 : following]
        if 0 < len(gap) <= _LINES and blocks[number].element.getparent() is not blocks[following].element.getparent():
            return following
    return inside[0]


def _short(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if len(block.text) <= _LONGEST_LINE]


def _headline_in(blocks: list[Block], headline: str, first: int) -> int:
    """The number of the block with the headline, the nearest to the text; -1 if there is none before it."""
    key = name_key(headline)
    same = [number for number, block in enumerate(blocks[:first]) if key and name_key(block.text) == key]
    headings = [number for number in same if blocks[number].is_heading]
    return (headings or same or [-1])[-1]


def _start(blocks: list[Block], order: dict[Element, int], heading: int, first: int) -> tuple[int, int]:
    """The number of the first element and of the first line that can belong to the headline."""
    if heading < 0:
        line = max(0, first - _LINES)
        return max(0, order.get(blocks[first].element, 0) - _WITHOUT_HEADLINE) if blocks else 0, line
    element = blocks[heading].element
    start, line = order[element], heading
    for parent in list(element.iterancestors())[:_LEVELS]:
        if parent.tag in {"body", "html", "form"}:
            break
        begin = order[parent]
        above = heading
        while above > 0 and order[blocks[above - 1].element] >= begin:
            above -= 1
        if sum(len(block.text) for block in blocks[above:heading]) > _BEFORE:
            break
        start, line = begin, above
    return start, line


def image_credit_of(around: Surroundings) -> str:
    """Who took the first picture, if the page says so: «تصوير: رويترز», «© AFP», «(رويترز)» behind a caption."""
    for element in around.elements:
        names = names_of(element)
        is_credit = bool(names) and _CREDIT_CLASS.search(names) is not None
        if element.tag != "figcaption" and not is_credit and "caption" not in names:
            continue
        text = text_of(element)
        if credit := _credit_in(text):
            return credit
        if is_credit and 0 < len(text) <= 60 and element.tag not in {"footer", "body"} and len(text.split()) <= 6:
            return text
    return next((credit for block in around.below if (credit := _credit_in(block.text, is_caption=False))), "")


def _credit_in(text: str, *, is_caption: bool = True) -> str:
    if not text or len(text) > 400:
        return ""
    match = _CREDIT.search(text) if is_caption else _CREDIT.match(text)
    if match and 0 < len(match["name"]) <= _LONGEST_CREDIT:
        return match["name"].strip(" .:()")
    stated = [byline.value for byline in read_bylines(text) if byline.field == "image_credit" and byline.value]
    if stated or not is_caption:
        return next(iter(stated), "")
    bracketed = _BRACKETED.fullmatch(text)
    return bracketed["name"] if bracketed and is_outlet(bracketed["name"]) else ""
