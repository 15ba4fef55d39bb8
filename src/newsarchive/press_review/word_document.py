"""A document as a Word file (DOCX), in the direction of its language."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph

from newsarchive.citing import Run
from newsarchive.press_review import word_parts as parts
from newsarchive.press_review.contents import Document, Paragraph, Piece
from newsarchive.press_review.words import is_rtl, word

_MUTED = "5A554A"
_ACCENT = "0B524D"
_WASH = "F3F1EA"
_MARGIN = Cm(2.3)
_TEXT_WIDTH = Cm(21 - 2 * 2.3)
_LONGEST_PROPERTY = 255
"""The most characters of a core property."""
_MOST_LINKED = 2_000
"""The longest address that is a link. Word refuses to open a document with one that is much longer."""


def word_document(document: Document) -> bytes:
    """The document as a DOCX file."""
    made = _Maker(document)
    made.front()
    made.contents()
    for piece in document.pieces:
        made.piece(piece)
    out = BytesIO()
    made.word.save(out)
    return out.getvalue()


class _Maker:
    """Writes one document, in order."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.language = document.language
        self.is_rtl = document.direction == "rtl"
        self.word = docx.Document()
        _drop_thumbnail(self.word)
        _set_page(self.word)
        _set_styles(self.word)
        parts.set_languages(self.word, is_rtl=self.is_rtl)
        self._ids = {str(style.name): style.style_id for style in self.word.styles}
        self._end = self.word.element.body.sectPr
        self._set_properties()
        self._set_edges()

    def front(self) -> None:
        """The title, what is said of the whole, and the description."""
        document = self.document
        self._line("Kicker", " · ".join(filter(None, (word("kind", self.language), document.site_title))))
        self._add("Title", document.title)
        self._line("Facts", " · ".join(document.about))
        for paragraph in document.description:
            self._add("Normal", paragraph)
        if document.page_url:
            self._address(self._paragraph("Facts", is_rtl=self.is_rtl), document.page_url)
        if not document.pieces:
            self._line("Normal", word("empty", self.language))

    def contents(self) -> None:
        """The table of contents: a field, with a result that is right before a program computes the pages."""
        if len(self.document.pieces) < 2:
            return
        self._line("Contents Heading", word("contents", self.language))
        for number, piece in enumerate(self.document.pieces):
            paragraph = self._paragraph("TOC 1", is_rtl=self.is_rtl)
            if number == 0:
                parts.begin_field(paragraph, r'TOC \o "1-1" \h \z \u', is_dirty=True)
            value = parts.Value(piece.title.text, piece.title.is_rtl, anchor=piece.anchor)
            parts.add_value(paragraph, value, is_rtl=self.is_rtl)
        parts.end_field(paragraph)
        self._paragraph("Normal", is_rtl=self.is_rtl).add_run().add_break(WD_BREAK.PAGE)

    def piece(self, piece: Piece) -> None:
        """One article."""
        heading = self._add("Heading 1", piece.title)
        parts.add_bookmark(heading, piece.anchor, piece.number)
        if piece.facts:
            # The separator keeps a Latin name and the label after it apart.
            self._line("Facts", " · ".join(f"{label}: {value}" for label, value in piece.facts))
        if piece.remark:
            self._line("Remark", piece.remark)
        if piece.note:
            self._line("Note Heading", word("note", self.language))
        for paragraph in piece.note:
            self._add("Note", paragraph)
        for paragraph in piece.text:
            self._add("Heading 2" if paragraph.is_heading else "Normal", paragraph)
        if piece.citation:
            self._citation(piece.citation)
        for label, address in piece.addresses:
            self._address(self._paragraph("Citation", is_rtl=self.is_rtl), address, label)

    def _citation(self, runs: Iterable[Run]) -> None:
        paragraph = self._paragraph("Citation", is_rtl=self.is_rtl)
        parts.add_text(paragraph, f"{word('cite', self.language)}: ", is_rtl=self.is_rtl)
        for run in runs:
            if run.is_address:
                self._address(paragraph, run.text)
            elif run.direction is None:
                parts.add_text(paragraph, run.text, is_rtl=self.is_rtl)
            else:
                parts.add_value(paragraph, parts.Value(run.text, is_rtl(run.text, "")), is_rtl=self.is_rtl)

    def _address(self, paragraph: WordParagraph, address: str, label: str = "") -> None:
        target = address if len(address) <= _MOST_LINKED else ""
        shown = label or address
        value = parts.Value(shown, is_rtl(shown, self.language), address=target)
        parts.add_value(paragraph, value, is_rtl=self.is_rtl)

    def _line(self, style: str, text: str) -> WordParagraph:
        return self._add(style, Paragraph(text, self.is_rtl))

    def _add(self, style: str, paragraph: Paragraph) -> WordParagraph:
        made = self._paragraph(style, is_rtl=paragraph.is_rtl)
        parts.add_text(made, paragraph.text, is_rtl=paragraph.is_rtl)
        return made

    def _paragraph(self, style: str, *, is_rtl: bool) -> WordParagraph:
        # `add_paragraph` looks through all paragraphs before it, and for the style through all styles.
        made = parts.new_paragraph(self.word, self._ids[style], is_rtl=is_rtl)
        self._end.addprevious(made._p)  # noqa: SLF001 - python-docx has no function for it
        return made

    def _set_properties(self) -> None:
        document, properties = self.document, self.word.core_properties
        properties.title = document.title.text[:_LONGEST_PROPERTY]
        properties.author = document.site_title[:_LONGEST_PROPERTY]
        properties.last_modified_by = properties.author
        properties.subject = word("kind", self.language)
        properties.comments = " ".join(one.text for one in document.description)[:_LONGEST_PROPERTY]
        properties.language = parts.ARABIC if self.is_rtl else parts.ENGLISH
        properties.keywords = ""
        properties.revision = 1
        # Not the clock: equal documents have equal properties.
        moment = document.changed or document.created or datetime(2000, 1, 1, tzinfo=UTC)
        properties.created = _in_utc(document.created or moment)
        properties.modified = _in_utc(moment)

    def _set_edges(self) -> None:
        section = self.word.sections[0]
        section.different_first_page_header_footer = True
        header = section.header.paragraphs[0]
        parts.set_direction(header, is_rtl=self.document.title.is_rtl)
        parts.add_text(header, self.document.title.text, is_rtl=self.document.title.is_rtl)
        for footer in (section.footer.paragraphs[0], section.first_page_footer.paragraphs[0]):
            parts.set_direction(footer, is_rtl=self.is_rtl)
            footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
            parts.add_text(footer, f"{word('page', self.language)} ", is_rtl=self.is_rtl)
            parts.add_field(footer, "PAGE", "1")


def _in_utc(moment: datetime) -> datetime:
    """A moment as python-docx wants it: in UTC, and without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _drop_thumbnail(word: WordDocument) -> None:
    """Leave out the picture of another document, which file managers would show: that of python-docx's template."""
    of_package = word.part.package.rels
    for key in [key for key, relation in of_package.items() if relation.reltype.endswith("/metadata/thumbnail")]:
        del of_package[key]


def _set_page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN


def _set_styles(document: WordDocument) -> None:
    """Set the styles: those of the template for all scripts, and some of our own."""
    for name, size, is_bold, color in (
        ("Normal", 12, False, ""),
        ("Title", 24, True, ""),
        ("Heading 1", 17, True, _ACCENT),
        ("Heading 2", 13, True, ""),
        ("Header", 9, False, _MUTED),
        ("Footer", 9, False, _MUTED),
    ):
        parts.set_style_font(_style(document, name), size, is_bold=is_bold, color=color)
    for name, size, is_bold, color in (
        ("TOC 1", 12, False, ""),
        ("Contents Heading", 14, True, _MUTED),
        ("Kicker", 10, False, _MUTED),
        ("Facts", 10, False, _MUTED),
        ("Remark", 11, False, "9A5B00"),
        ("Note Heading", 10, True, _ACCENT),
        ("Note", 12, False, ""),
        ("Citation", 9, False, _MUTED),
    ):
        parts.set_style_font(_style(document, name), size, is_bold=is_bold, color=color)
    _space(document)
    _set_link_style(document)


def _style(document: WordDocument, name: str) -> ParagraphStyle:
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    if style.name not in ("Normal", "Header", "Footer"):
        style.base_style = styles["Normal"]
    return style


def _space(document: WordDocument) -> None:
    normal = _style(document, "Normal").paragraph_format
    normal.space_after, normal.line_spacing = Pt(7), 1.35
    for name, before, after in (
        ("Title", 0, 6),
        ("Heading 1", 22, 4),
        ("Heading 2", 10, 3),
        ("TOC 1", 0, 4),
        ("Facts", 0, 8),
        ("Note Heading", 4, 0),
        ("Citation", 4, 2),
    ):
        style = _style(document, name).paragraph_format
        style.space_before, style.space_after = Pt(before), Pt(after)
    for name in ("Title", "Heading 1", "Heading 2", "Note Heading"):
        _style(document, name).paragraph_format.keep_with_next = True
    for name in ("Note Heading", "Note", "Remark"):
        properties = _style(document, name).element.get_or_add_pPr()
        # The edges, in the color of the ground, are its padding. They are the same on both sides: programs don't agree
        # which is the left one of a paragraph from right to left.
        borders = parts.element("pBdr")
        for side in ("top", "left", "bottom", "right"):
            borders.append(parts.element(side, val="single", sz="8", space="5", color=_WASH))
        shading = parts.element("shd", val="clear", color="auto", fill=_WASH)
        properties.insert_element_before(borders, "w:shd", *_AFTER_SHADING)
        properties.insert_element_before(shading, *_AFTER_SHADING)
        style = _style(document, name).paragraph_format
        style.left_indent = style.right_indent = Pt(6)
    # Word measures from the side that a paragraph begins at.
    _style(document, "TOC 1").paragraph_format.tab_stops.add_tab_stop(
        _TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
    )
    # The template underlines its title.
    for old in list(_style(document, "Title").element.iter(qn("w:pBdr"))):
        old.getparent().remove(old)


_AFTER_SHADING = (
    *("w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct"),
    *("w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", *parts.AFTER_BIDI),
)


def _set_link_style(document: WordDocument) -> None:
    style = document.styles.add_style(parts.LINK_STYLE, WD_STYLE_TYPE.CHARACTER)
    assert isinstance(style, CharacterStyle)
    style.font.underline = True
    style.font.color.rgb = RGBColor.from_string(_ACCENT)
