"""Converts HTML fragments from feeds and exports to plain paragraphs."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

_BLOCK_NAMES = (
    "address|article|aside|blockquote|br|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer"
    "|form|h1|h2|h3|h4|h5|h6|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul"
)
_DROPPED_NAMES = "head|iframe|math|noscript|object|script|style|svg|template|title"
_INLINE_NAMES = (
    "a|abbr|audio|b|bdi|bdo|big|body|button|cite|code|del|em|embed|font|html|i|img|input|ins|kbd|label|link|mark|meta"
    "|param|picture|q|s|samp|small|source|span|strike|strong|sub|sup|td|th|time|tt|u|var|video|wbr"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split("|"))
_DROPPED = frozenset(_DROPPED_NAMES.split("|"))
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SINGLE = frozenset({"img", "br", "hr", "input", "embed", "source", "wbr", "link", "meta"})
_CELLS = frozenset({"td", "th"})
_TAG = re.compile(rf"</?(?:{_BLOCK_NAMES}|{_DROPPED_NAMES}|{_INLINE_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARKED_SECTION = re.compile(r"<!\[[^>]*>?")
"""Such as `<![if !mso]>`, on which the standard library's parser can raise."""
_TAG_AT_START = re.compile(rf"\s*<(?:{_BLOCK_NAMES}|{_DROPPED_NAMES}|{_INLINE_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_END_TAG = re.compile(rf"</(?:{_BLOCK_NAMES}|{_DROPPED_NAMES}|{_INLINE_NAMES})\s*>|<br\s*/?>", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&(?:amp;)*(?:lt|#60|#x3c);", re.IGNORECASE)
_CAPTION_CLASS = re.compile(r"caption|photo-?credit|image-?credit", re.IGNORECASE)
_LAYERS = 5
_CLEARLY_LONGER = 1.1
_MUCH_LONGER = 1.5
_BEGINNING = 30


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The paragraphs of a fragment, in order; `headings` are those from h1 to h6, `captions` those of images."""

    paragraphs: tuple[str, ...]
    headings: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The paragraphs, one per line."""
        return "\n".join(self.paragraphs)

    @property
    def line(self) -> str:
        """All paragraphs on one line."""
        return " ".join(self.paragraphs)


def weight_of(text: HtmlText) -> int:
    """The number of characters of the real text, without captions."""
    return len(text.body) - sum(map(len, text.captions))


def longer_text(text: HtmlText, summary: HtmlText) -> HtmlText:
    """The text, or the summary if that is clearly longer: a full stop more says nothing.

    A summary that begins otherwise is a text of its own, so it must be much longer.
    """
    beginning = text.body.rstrip(" .…")[:_BEGINNING]
    factor = _CLEARLY_LONGER if summary.body.startswith(beginning) else _MUCH_LONGER
    return summary if weight_of(summary) > factor * weight_of(text) else text


def looks_like_html(text: str) -> bool:
    """Whether the text has at least one HTML tag; `<` in a formula or a quotation doesn't count."""
    return "<" in text and _TAG.search(text) is not None


def is_marked_up(text: str) -> bool:
    """Whether the text is HTML and doesn't just mention a tag: it starts with one, or has an end tag or a `<br>`."""
    return "<" in text and (_TAG_AT_START.match(text) or _END_TAG.search(text)) is not None


def html_text(fragment: str) -> HtmlText:
    """Return the text of a fragment, however malformed; HTML that was escaped twice is parsed twice.

    Block elements and `<br>` end a paragraph. In a fragment without block elements, line breaks do.
    """
    return _settled(_read(fragment), _LAYERS)


def plain_text(text: str) -> HtmlText:
    """Return the paragraphs of HTML or plain text; in plain text, each line is a paragraph.

    HTML that was escaped once more is recognized by its tags, too.
    """
    if looks_like_html(text):
        return html_text(text)
    unescaped = text
    for _ in range(_LAYERS):
        if not _ESCAPED_TAG.search(unescaped):
            break
        unescaped = unescape(unescaped)
        if is_marked_up(unescaped):
            return html_text(unescaped)
    return HtmlText(tuple(text.splitlines()))


def parsable(markup: str) -> str:
    """Return the markup without comments, CDATA and marked sections, which Python versions parse differently.

    The content of CDATA is kept. An unclosed comment hides nothing.
    """
    kept: list[str] = []
    place = 0
    # A regular expression would scan the rest of the text once for each unclosed comment.
    while (start := markup.find("<!--", place)) >= 0 and (end := markup.find("-->", start + 4)) >= 0:
        kept.append(markup[place:start])
        place = end + 3
    kept.append(markup[place:].replace("<!--", ""))
    return _without_open_tags(_MARKED_SECTION.sub("", "".join(kept).replace("<![CDATA[", "").replace("]]>", "")))


def _without_open_tags(markup: str) -> str:
    """The markup with each `<` after the last `>` escaped: the parser would scan the rest for the end of each tag."""
    end = markup.rfind(">") + 1
    return markup[:end] + markup[end:].replace("<", "&lt;")


def _settled(text: HtmlText, layers: int) -> HtmlText:
    """The text with paragraphs that are HTML parsed again, up to `layers` times, and any tags left then removed."""
    if not any(map(is_marked_up, text.paragraphs)):
        return text
    paragraphs: list[str] = []
    headings: list[str] = []
    for paragraph in text.paragraphs:
        inner = HtmlText((paragraph,))
        if is_marked_up(paragraph):
            inner = _settled(_read(paragraph), layers - 1) if layers else _without_tags(paragraph)
        paragraphs += inner.paragraphs
        headings += inner.paragraphs if paragraph in text.headings else inner.headings
    return HtmlText(tuple(paragraphs), tuple(headings), text.captions)


def _without_tags(paragraph: str) -> HtmlText:
    # The rest of a tag inside a tag can be a tag again, at any depth.
    for _ in range(_LAYERS):
        paragraph = _TAG.sub(" ", paragraph)
    if looks_like_html(paragraph):
        paragraph = paragraph.replace("<", " ")
    plain = " ".join(paragraph.split())
    return HtmlText((plain,) if plain else ())


def _read(fragment: str) -> HtmlText:
    parser = _Paragraphs(keep_lines=not _BLOCK_TAG.search(fragment))
    parser.feed(parsable(fragment))
    parser.close()
    parser.end_paragraph()
    return HtmlText(tuple(parser.paragraphs), tuple(parser.headings), tuple(parser.captions))


class _Paragraphs(HTMLParser):
    """Collects paragraphs. An element in `_DROPPED` hides everything up to its end tag."""

    def __init__(self, *, keep_lines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self.headings: list[str] = []
        self.captions: list[str] = []
        self._caption = ""
        self._keep_lines = keep_lines
        self._pieces: list[str] = []
        self._hidden_by = ""
        self._depth = 0
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._caption and (tag == "figcaption" or _CAPTION_CLASS.search(dict(attrs).get("class") or "")):
            self.end_paragraph()
            self._caption = tag if tag not in _SINGLE else ""
        if self._hidden_by:
            self._depth += tag == self._hidden_by
        elif tag in _DROPPED:
            self._hidden_by, self._depth = tag, 1
        elif tag in _BLOCKS:
            self.end_paragraph()
            self._in_heading = tag in _HEADINGS or (self._in_heading and tag == "br")
        elif tag in _CELLS:
            self._pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden_by:
            self._depth -= tag == self._hidden_by
            self._hidden_by = self._hidden_by if self._depth else ""
            return
        if tag == self._caption:
            self.end_paragraph()
            self._caption = ""
        if tag in _BLOCKS:
            self.end_paragraph()
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        if self._hidden_by:
            return
        if not self._keep_lines:
            self._pieces.append(data)
            return
        first, *others = data.splitlines() or [""]
        self._pieces.append(first)
        for line in others:
            self.end_paragraph()
            self._pieces.append(line)
        if data.endswith(("\n", "\r")):
            self.end_paragraph()

    def end_paragraph(self) -> None:
        """End the current paragraph and store it unless it is empty."""
        paragraph = " ".join("".join(self._pieces).split())
        self._pieces.clear()
        if paragraph:
            self.paragraphs.append(paragraph)
            if self._in_heading:
                self.headings.append(paragraph)
            if self._caption:
                self.captions.append(paragraph)
