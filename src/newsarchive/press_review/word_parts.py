"""Parts of WordprocessingML that python-docx has no functions for: directions, fields, bookmarks and links.

Word decides about a right-to-left text by its markup and not by its letters: a paragraph needs `w:bidi`, and every run
of Arabic `w:rtl`, which also chooses the font, the size and the language for complex scripts. So a text is cut into
runs of one direction.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

LINK_STYLE = "Hyperlink"
"""The name and the id of the style of links."""
FONT = "Arial"
"""The font of all scripts. It has Arabic, and every word processor has it or one of the same widths."""
ARABIC = "ar-SA"
ENGLISH = "en-US"


def element(name: str, /, **attributes: str) -> BaseOxmlElement:
    """A new element of the namespace `w`, with attributes of it."""
    made: BaseOxmlElement = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def directed_runs(text: str, *, is_rtl: bool) -> Iterator[tuple[str, bool]]:
    """The text in runs of one direction each, with whether it is right to left, in a paragraph of a direction.

    Spaces, digits and signs between two letters of one direction belong to them, and others to the paragraph.

    >>> list(directed_runs("قمة COP 28 للمناخ", is_rtl=True))
    [('قمة ', True), ('COP 28', False), (' للمناخ', True)]
    """
    pieces: list[tuple[str, bool]] = []
    waiting = ""
    current: bool | None = None
    for letter in text:
        kind = _strong(letter)
        if kind is None:
            waiting += letter
            continue
        between = is_rtl if current != kind else kind
        if current is False and kind:
            digits, waiting = _with_number(waiting)
            pieces.append((digits, False))
        pieces += [(waiting, between), (letter, kind)]
        waiting, current = "", kind
    if current is False and is_rtl:
        digits, waiting = _with_number(waiting)
        pieces.append((digits, False))
    pieces.append((waiting, is_rtl))
    return _joined(pieces)


def _strong(letter: str) -> bool | None:
    kind = unicodedata.bidirectional(letter)
    return True if kind in ("R", "AL", "AN") else False if kind == "L" else None


def _with_number(waiting: str) -> tuple[str, str]:
    """What belongs to Latin letters before it, such as the number of `COP 28`, and the rest."""
    ends = [at for at, letter in enumerate(waiting, 1) if letter.isdigit()]
    cut = ends[-1] if ends else 0
    return waiting[:cut], waiting[cut:]


def _joined(pieces: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    text, direction = "", False
    for piece, is_rtl in pieces:
        if piece and text and is_rtl != direction:
            yield text, direction
            text = ""
        if piece:
            text, direction = text + piece, is_rtl
    if text:
        yield text, direction


def new_paragraph(document: WordDocument, style_id: str, *, is_rtl: bool) -> WordParagraph:
    """A paragraph that isn't in the document yet."""
    made = element("p")
    properties = element("pPr")
    properties.append(element("pStyle", val=style_id))
    properties.append(element("bidi", val="1" if is_rtl else "0"))
    made.append(properties)
    return WordParagraph(made, document._body)  # noqa: SLF001


def set_direction(paragraph: WordParagraph, *, is_rtl: bool) -> None:
    """Make a paragraph right to left, or left to right whatever its style says."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no function for it
    for old in properties.findall(qn("w:bidi")):
        properties.remove(old)
    # The schema demands this place.
    properties.insert_element_before(element("bidi", val="1" if is_rtl else "0"), *AFTER_BIDI)


AFTER_BIDI = (
    *("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents"),
    *("w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl"),
    *("w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange"),
)


def mark_run(run: WordRun, *, is_rtl: bool) -> None:
    """Say the direction of a run and its language."""
    properties = run._r.get_or_add_rPr()  # noqa: SLF001
    if is_rtl:
        properties.append(element("rtl"))
        properties.append(element("lang", bidi=ARABIC))
    else:
        properties.append(element("lang", val=ENGLISH))


def add_text(paragraph: WordParagraph, text: str, *, is_rtl: bool) -> None:
    """Add a text to a paragraph of the same direction."""
    for piece, piece_is_rtl in directed_runs(text, is_rtl=is_rtl):
        mark_run(paragraph.add_run(piece), is_rtl=piece_is_rtl)


@dataclass(frozen=True, slots=True)
class Value:
    """A text that has its own direction, such as a title. It may link to an address, or to a bookmark as its anchor."""

    text: str
    is_rtl: bool
    address: str = ""
    anchor: str = ""


def add_value(paragraph: WordParagraph, value: Value, *, is_rtl: bool) -> None:
    """Add a value to a paragraph of a direction, so that neither changes the order of the other.

    Word reads no isolates of Unicode, and LibreOffice no `w:dir`. Both know embeddings, but LibreOffice shows digits in
    them too close to words. So there is one only if a mark on either side isn't enough.
    """
    kinds = {_strong(letter) for letter in value.text} - {None}
    has_marks = kinds != {is_rtl}
    is_embedded = has_marks and value.is_rtl != is_rtl and len(kinds) > 1
    link = _link(paragraph, value) if value.address or value.anchor else None
    runs = list(directed_runs(value.text, is_rtl=value.is_rtl))
    if has_marks:
        mark_run(paragraph.add_run(_MARKS[is_rtl]), is_rtl=is_rtl)
    for number, (piece, piece_is_rtl) in enumerate(runs, 1):
        begin = _EMBEDDINGS[value.is_rtl] if is_embedded and number == 1 else ""
        end = _POP if is_embedded and number == len(runs) else ""
        run = paragraph.add_run(begin + piece + end)
        if value.address:
            run._r.get_or_add_rPr().append(element("rStyle", val=LINK_STYLE))  # noqa: SLF001
        mark_run(run, is_rtl=piece_is_rtl)
        if link is not None:
            link.append(run._r)  # noqa: SLF001
    if link is not None:
        paragraph._p.append(link)  # noqa: SLF001
    if has_marks:
        mark_run(paragraph.add_run(_MARKS[is_rtl]), is_rtl=is_rtl)


_MARKS = {True: "\u200f", False: "\u200e"}
_EMBEDDINGS = {True: "\u202b", False: "\u202a"}
_POP = "\u202c"


def _link(paragraph: WordParagraph, value: Value) -> BaseOxmlElement:
    link = element("hyperlink", history="1")
    if value.address:
        relation = paragraph.part.relate_to(value.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), relation)
    else:
        link.set(qn("w:anchor"), value.anchor)
    return link


def add_bookmark(paragraph: WordParagraph, name: str, number: int) -> None:
    """Make a bookmark of a paragraph. Its number must be another one for each."""
    start, end = element("bookmarkStart", id=str(number), name=name), element("bookmarkEnd", id=str(number))
    paragraph._p.insert_element_before(start, "w:r", "w:hyperlink")  # noqa: SLF001
    paragraph._p.append(end)  # noqa: SLF001


def begin_field(paragraph: WordParagraph, code: str, *, is_dirty: bool = False) -> None:
    """Begin a field. What is added until `end_field` is its result, until a program computes another."""
    begin = element("fldChar", fldCharType="begin")
    if is_dirty:
        begin.set(qn("w:dirty"), "true")
    instruction = element("instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    for part in (begin, instruction, element("fldChar", fldCharType="separate")):
        paragraph.add_run()._r.append(part)  # noqa: SLF001


def end_field(paragraph: WordParagraph) -> None:
    """End the field that was begun last."""
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))  # noqa: SLF001


def add_field(paragraph: WordParagraph, code: str, result: str) -> None:
    """Add a whole field, such as the number of the page, with a result that stands until a program computes it."""
    begin_field(paragraph, code)
    paragraph.add_run(result)
    end_field(paragraph)


def set_style_font(style: ParagraphStyle, size: float, *, is_bold: bool = False, color: str = "") -> None:
    """Set font, size, weight and color of a style for all scripts: Word keeps those of complex scripts apart."""
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    fonts = element("rFonts", ascii=FONT, hAnsi=FONT, cs=FONT, eastAsia=FONT)
    weight = [element("b"), element("bCs")] if is_bold else [element("b", val="0"), element("bCs", val="0")]
    half_points = str(round(size * 2))
    colors = [element("color", val=color)] if color else []
    for child in (fonts, *weight, *colors, element("sz", val=half_points), element("szCs", val=half_points)):
        properties.append(child)


def set_languages(word: WordDocument, *, is_rtl: bool) -> None:
    """Set the languages that spelling is checked in, and the direction of the pages."""
    defaults = word.styles.element.find(qn("w:docDefaults"))
    if defaults is not None:
        for languages in defaults.iter(qn("w:lang")):
            languages.set(qn("w:val"), ENGLISH)
            languages.set(qn("w:bidi"), ARABIC)
    for languages in word.settings.element.iter(qn("w:themeFontLang")):
        languages.set(qn("w:bidi"), ARABIC)
    if is_rtl:
        for section in word.sections:
            section._sectPr.append(element("bidi"))  # noqa: SLF001
