"""Finds the text of the article of a page.

trafilatura decides where the text is, from the page without what surely isn't text. Its paragraphs
are then found again in the page, so that what it missed between them is added, and what stands around
them, such as bylines, dates and links to other articles, is left out.
"""

import logging
import re
from copy import deepcopy
from dataclasses import dataclass

from newsarchive.ingest.readers.bylines import read_bylines
from newsarchive.ingest.readers.credits import is_name
from newsarchive.ingest.readers.furniture import is_caption
from newsarchive.ingest.readers.pages.phrases import is_date_line, kind_of_line, leads_to_links
from newsarchive.ingest.readers.pages.pruning import is_sentence, prune
from newsarchive.ingest.readers.pages.tree import Block, Element, blocks_of

_MOST_ELEMENTS = 40_000
"""Elements of a page that is given to trafilatura as a whole. A larger page is first cut to its main part."""
_COVERED = 0.8
_OWN_BOXES = 0.7
_MAIN_SHARE = 0.7
_LINES_ABOVE_EXCERPT = 3
"""A picture's credit and a date can stand between the heading and the excerpt."""
_WORDS = re.compile(r"\w+")
_LEAD_WORDS = 10
_CAPTION_WORDS = 18
_CAPTION_WORDS_BELOW = 9
"""Words of a caption at most: in the element of the picture, and in the next one."""
_ARCHIVE_WORDS = 3
"""Words of «صورة من الأرشيف». A longer line can be a heading that begins so."""
_LEAST_WORDS_OF_END = 4
_LEAST_WORDS_OF_START = 8
_LONG_LEAD_WORDS = 25
_LEAST_WORDS_OF_FLASH = 6
"""Words of breaking news, at least."""
_LINK_WORDS = 30
_LONGEST_NAME = 40
_MOST_LINKED = 0.75
_CLOSING = re.compile(r"[-–—\s]*\(.{2,40}\)\s*")
_END = re.compile(
    r"(?:(?:ال)?(?:تعليقات?|تعليقات القراء|تعليقات الزوار)|أضف تعليقا?ً?|إضافة تعليق|اترك تعليقا?ً?|اترك ردا?ً?|شارك برأيك"
    r"|comments?|leave a (?:reply|comment))\s*[:(\d)]*",
    re.IGNORECASE,
)
_ENDS_LEAD = re.compile(r"[.؟!…۔][\"'»”)\]\s]{0,4}$")


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs in order, and those of them that are headings. `excerpts` counts those below a linked heading."""

    paragraphs: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    excerpts: int = 0
    sentences: int = 0


def words_of(text: str) -> str:
    """The words of a text between spaces, so that one text can be found in another."""
    return f" {' '.join(_WORDS.findall(text))} "


def body_of(root: Element, headlines: list[str], dropped: frozenset[str]) -> Body:
    """The text of the article. `headlines` are its headline in all spellings, `dropped` lines to leave out."""
    tree = deepcopy(root)
    keys = {words_of(headline) for headline in headlines}
    prune(tree, lambda text: words_of(text) in keys)
    tree = _main_part(tree)
    blocks = list(blocks_of(tree))
    chosen = _chosen(tree, blocks, keys)
    if not any(chosen):
        return Body()
    chosen = _completed(blocks, chosen, keys)
    kept = _without_furniture(blocks, chosen, keys, dropped)
    return Body(
        tuple(block.text for block in kept),
        tuple(block.text for block in kept if block.is_heading),
        _excerpts(blocks, kept),
        sum(map(is_sentence, kept)),
    )


def _main_part(tree: Element) -> Element:
    """The tree, or if it is huge, the smallest element with most of its running text."""
    if sum(1 for _ in tree.iter()) <= _MOST_ELEMENTS:
        return tree
    weights: dict[Element, int] = {}
    for block in blocks_of(tree):
        if is_sentence(block):
            for element in (block.element, *block.element.iterancestors()):
                weights[element] = weights.get(element, 0) + len(block.text)
    total = weights.get(tree, 0)
    part = tree
    while (largest := max(part, key=lambda child: weights.get(child, 0), default=None)) is not None:
        if weights.get(largest, 0) < _MAIN_SHARE * total:
            break
        part = largest
    return part


def _chosen(tree: Element, blocks: list[Block], keys: set[str]) -> list[bool]:
    """For each block, whether it is text of the article."""
    text = _extracted(tree)
    lines = {words_of(line) for line in text.split("\n")}
    everything = words_of(text)
    chosen = []
    for block in blocks:
        key = words_of(block.text)
        is_long = key.count(" ") > 6
        chosen.append(key.strip() != "" and (key in lines or (is_long and key in everything)))
    covered = sum(len(words_of(block.text)) for block, is_in in zip(blocks, chosen, strict=True) if is_in)
    running = _running(blocks, keys)
    if covered >= _COVERED * len(everything) and any(id(block) in running for block in _only(blocks, chosen)):
        return chosen
    return _densest(blocks, running)


def _only(blocks: list[Block], chosen: list[bool]) -> list[Block]:
    return [block for block, is_in in zip(blocks, chosen, strict=True) if is_in]


def _extracted(tree: Element) -> str:
    """The text that trafilatura finds, or an empty string. Its deduplication would remember texts of other pages."""
    # Imported here, because the import takes longer than reading most files.
    import trafilatura  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        return ""
    try:
        found = trafilatura.extract(
            deepcopy(tree), favor_precision=True, include_comments=False, include_tables=True, deduplicate=False
        )
    except Exception:
        return ""
    return str(found or "")


def _running(blocks: list[Block], keys: set[str]) -> set[int]:
    """The ids of the blocks that are running text; without any, of short ones below the headline that can be."""
    running = {id(block) for block in blocks if is_sentence(block) and not is_furniture(block)}
    if running:
        return running
    heading = next((number for number, block in enumerate(blocks) if words_of(block.text) in keys), len(blocks))
    return {
        id(block)
        for block in blocks[heading + 1 :]
        if len(block.text.split()) >= _LEAST_WORDS_OF_FLASH and not block.linked and not is_furniture(block)
    }


def _densest(blocks: list[Block], running: set[int]) -> list[bool]:
    """The running text in the element that has most of it near: children count more than their children."""
    scores: dict[Element, float] = {}
    alive = []
    for block in blocks:
        if id(block) in running:
            element, share = block.element, 1.0
            while element is not None and share > 0.2:
                alive.append(element)
                scores[element] = scores.get(element, 0.0) + share * len(block.text)
                element, share = element.getparent(), share * 0.75
    if not scores:
        return [False] * len(blocks)
    best = max(scores, key=lambda element: scores[element])
    return [id(block) in running and _is_in(block.element, best) for block in blocks]


def _is_in(element: Element, container: Element) -> bool:
    return element is container or any(parent is container for parent in element.iterancestors())


def _completed(blocks: list[Block], chosen: list[bool], keys: set[str]) -> list[bool]:
    """Add the running text between and around the chosen blocks in the same element, and headings between."""
    places = [number for number, is_in in enumerate(chosen) if is_in and is_sentence(blocks[number])]
    if not places:
        return chosen
    chosen = list(chosen)
    first, last = places[0], places[-1]
    container = _common([blocks[number].element for number in places])
    parents = {_box_of(blocks[number]) for number in places}
    for number in range(first, last):
        block = blocks[number]
        is_of_text = is_sentence(block) or (
            (block.is_heading or block.is_bold or block.element.tag == "li") and not block.linked
        )
        if not chosen[number] and is_of_text and _is_in(block.element, container):
            chosen[number] = is_sentence(block) or _box_of(block) in parents
    for number in range(last + 1, len(blocks)):
        block = blocks[number]
        if _END.fullmatch(block.text) or leads_to_links(block.text):
            break
        if is_sentence(block) and _box_of(block) in parents:
            chosen[number] = True
    _add_lead(blocks, chosen, first, keys)
    return chosen


def _box_of(block: Block) -> Element:
    """The element that holds a paragraph: the parent of `<p>`, or the element with line breaks itself."""
    element = block.element
    is_paragraph = element.tag in {"p", "h2", "h3", "h4", "h5", "h6", "li", "blockquote"}
    return element.getparent() if is_paragraph and element.getparent() is not None else element


def _common(elements: list[Element]) -> Element:
    """The innermost element around all of them."""
    lines = [[*reversed(list(element.iterancestors())), element] for element in elements]
    common = lines[0][0]
    for level in zip(*lines, strict=False):
        if any(element is not level[0] for element in level):
            break
        common = level[0]
    return common


def _add_lead(blocks: list[Block], chosen: list[bool], first: int, keys: set[str]) -> None:
    """Add the sentences between the headline and the chosen text: many pages set the lead apart."""
    heading = next((number for number in range(first - 1, -1, -1) if words_of(blocks[number].text) in keys), -1)
    if heading < 0:
        return
    text = "".join(words_of(block.text) for block in _only(blocks, chosen))
    for number in range(heading + 1, first):
        block = blocks[number]
        words = len(block.text.split())
        is_lead = is_sentence(block) and words >= (_LEAD_WORDS if _ENDS_LEAD.search(block.text) else _LONG_LEAD_WORDS)
        if is_lead and not block.linked and not block.below_picture and words_of(block.text) not in text:
            chosen[number] = True


def _without_furniture(blocks: list[Block], chosen: list[bool], keys: set[str], dropped: frozenset[str]) -> list[Block]:
    kept: list[tuple[int, Block]] = []
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        key = words_of(block.text)
        if kept and (_END.fullmatch(block.text) or _begins_a_box(blocks, chosen, number, kept)):
            break
        if not chosen[number] or key in seen or key in keys or key in dropped or is_furniture(block):
            continue
        seen.add(key)
        kept.append((number, block))
    running = [place for place, (_, block) in enumerate(kept) if is_sentence(block)]
    if not running:
        return [block for _, block in kept]
    start, end = running[0], running[-1] + 1
    box = _box_of(kept[start][1])
    start = next(
        (place for place in range(start) if _is_paragraph(kept[place][1]) and _box_of(kept[place][1]) is box), start
    )
    tail = [block for _, block in kept[end:] if _belongs_to_end(block, kept[end - 1][1])]
    return [block for _, block in kept[start:end]] + tail


def _is_paragraph(block: Block) -> bool:
    """Whether a short block is a paragraph and no line of furniture: several words in `<p>`, and no picture above."""
    words = len(block.text.split())
    return block.element.tag == "p" and words >= _LEAST_WORDS_OF_START and not block.linked and not block.below_picture


def _begins_a_box(blocks: list[Block], chosen: list[bool], number: int, kept: list[tuple[int, Block]]) -> bool:
    """Whether a heading of other articles, or the name above a portrait of the author, ends the text.

    It doesn't if the text goes on behind it, in the element that the paragraphs before it are in.
    """
    block = blocks[number]
    if not (
        leads_to_links(block.text) or (chosen[number] and len(block.text) <= _LONGEST_NAME and is_name(block.text))
    ):
        return False
    boxes = {_box_of(before) for _, before in kept if is_sentence(before)}
    rest = range(number + 1, len(blocks))
    return len(kept) > 1 and not any(chosen[later] and _box_of(blocks[later]) in boxes for later in rest)


def _belongs_to_end(block: Block, last: Block) -> bool:
    """Whether a short block behind the last paragraph is text: an item, a sentence, or the agency in brackets."""
    is_same_box = _box_of(block) is _box_of(last)
    is_text = _CLOSING.fullmatch(block.text) or _ENDS_LEAD.search(block.text) or block.element.tag == "li"
    is_text = is_text or len(block.text.split()) >= _LEAST_WORDS_OF_END
    return bool(is_same_box and is_text and not block.linked)


def is_furniture(block: Block) -> bool:
    """Whether a block is no text of an article, wherever it stands: a link, a byline, a date, a caption, a phrase."""
    text = block.text
    words = len(text.split())
    if kind_of_line(text) or leads_to_links(text) or is_date_line(text):
        return True
    if words <= _ARCHIVE_WORDS and is_caption(text):
        return True
    if block.link_share >= _MOST_LINKED and words < _LINK_WORDS and not (words > 12 and _ENDS_LEAD.search(text)):
        return True
    longest = _CAPTION_WORDS if block.beside_picture else _CAPTION_WORDS_BELOW if block.below_picture else 0
    if words < longest and not (block.is_heading or block.is_bold or _ENDS_LEAD.search(text)):
        return True
    return not is_sentence(block) and bool(read_bylines(text))


def _excerpts(blocks: list[Block], kept: list[Block]) -> int:
    """The number of paragraphs below headings that are links, as in a list of articles, each in its own box."""
    texts = {id(block) for block in kept}
    found, boxes = 0, []
    for number, block in enumerate(blocks):
        if is_sentence(block) and id(block) in texts:
            above = blocks[max(0, number - _LINES_ABOVE_EXCERPT) : number]
            found += any(before.link_share > 0.9 and 3 < len(before.text.split()) < 30 for before in above)
            boxes.append(_box_of(block))
    return found if len(set(boxes)) >= _OWN_BOXES * len(boxes) else 0
