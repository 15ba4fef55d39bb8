"""Reads RSS 0.9x, 1.0 and 2.0 and Atom with feedparser.

feedparser guesses charsets, opens its input as a file if it is a path, misreads some dates and can
raise. Therefore it gets a stream of text that is already decoded, and dates are used as raw strings.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat
from xml.sax import SAXException

from newsarchive.article import Origin, Topic
from newsarchive.cleaning import clean_line, clean_paragraphs
from newsarchive.errors import ParseError
from newsarchive.identity import is_web_url
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.format import Input
from newsarchive.ingest.text.charset import decode_damaged
from newsarchive.ingest.text.html import HtmlText, parsable, plain_text

SIZE_LIMIT = 64 * 2**20
"""Bytes of a feed."""
MAX_ATTRIBUTES = 1_000
"""Attributes of one element. Elements in real feeds have a handful."""

_HEAD = 2048
_XML_ENCODING = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HTML_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_ITEM_START = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>")

_PARSER_FAILURES = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    SAXException,
)
"""Exceptions from bugs in feedparser on broken feeds. It has no exception class of its own."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed: its title, its language, and a draft or an error for each entry, in order."""

    title: str
    language: str
    entries: tuple[Draft | ParseError, ...]


def read(source: Input) -> Iterator[Draft | ParseError]:
    """Yield the drafts of a feed, with the feed's title and language as fallbacks.

    Raises ParseError if the input isn't a feed.
    """
    found = read_feed(source.whole(SIZE_LIMIT), source.origin, source.content_type)
    for entry in found.entries:
        if isinstance(entry, Draft):
            yield replace(entry, fallback_source=found.title, fallback_language=found.language)
        else:
            yield entry


def looks_like_markup(head: bytes) -> bool:
    """Whether the first bytes, after any whitespace, are markup. `read` explains markup that isn't a feed."""
    return head.startswith(b"<")


def read_feed(content: bytes, origin: Origin, content_type: str = "") -> ParsedFeed:
    """Parse a feed. Raises ParseError if it isn't one; the message says what the content looks like.

    `content_type` is the HTTP header. If `origin.location` is a URL, relative links are resolved
    against it.
    """
    text = _text(content, origin, content_type)
    parsed = _parse(text, origin)
    if not parsed.get("version") and not parsed["entries"]:
        raise ParseError(origin.location, _what_it_is(text, origin.location))
    about = parsed["feed"]
    drafts: list[Draft | ParseError] = [
        _draft(entry, origin, _base(about, origin), number) for number, entry in enumerate(parsed["entries"], start=1)
    ]
    if drafts and _ends_inside_item(text):
        cut = drafts.pop()
        item = cut.item if isinstance(cut, Draft) else cut.origin
        drafts.append(ParseError(item, "the feed is truncated inside this item, which was skipped"))
    return ParsedFeed(clean_line(_plain(about, "title").line), str(about.get("language") or ""), tuple(drafts))


def looks_like_page(text: str) -> bool:
    """Whether the text begins like an HTML page."""
    return _HTML_PAGE.search(text[:_HEAD]) is not None


def page_advice(text: str, location: str) -> str:
    """The error message for the HTML page `text`, with the URL of its feed if it names one."""
    address = feed_address(text, location)
    hint = f"ingest its feed instead: {address}" if address else "save its text in a .txt file"
    return f"a web page, which cannot be ingested yet; {hint}"


def feed_address(page: str, address: str) -> str:
    """The URL of the first feed that an HTML page names in a `<link rel="alternate">`, or an empty string."""
    links = _FeedLinks()
    links.feed(parsable(page))
    return _joined(address, links.found[0]) if links.found else ""


def _text(content: bytes, origin: Origin, content_type: str) -> str:
    """The decoded feed, without the XML declaration and without characters that XML forbids."""
    from_header = _CHARSET.search(content_type)
    from_xml = _XML_ENCODING.search(content[:_HEAD])
    declared = from_header[1] if from_header else from_xml[1].decode("ascii") if from_xml else ""
    try:
        text = decode_damaged(content, declared)
    except UnicodeError as error:
        raise ParseError(origin.location, str(error)) from error
    return _XML_DECLARATION.sub("", _NOT_IN_XML.sub("", text).lstrip("\ufeff"), count=1).lstrip()


def _parse(text: str, origin: Origin) -> Mapping[str, Any]:
    # Imported here, because the import takes longer than reading most files.
    import feedparser  # noqa: PLC0415

    # Relative links are resolved later, because feedparser would resolve guids too, which aren't links.
    headers = {"content-type": "application/xml; charset=utf-8"}
    content = text.encode("utf-8", "ignore")
    _check_attributes(content, origin)
    stream = BytesIO(content)
    try:
        parsed: Mapping[str, Any] = feedparser.parse(
            stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except _PARSER_FAILURES as error:
        raise ParseError(origin.location, f"a feed that is too broken to be parsed ({error!r})") from error
    return parsed


def _check_attributes(content: bytes, origin: Origin) -> None:
    """Raise ParseError for an element with too many attributes: feedparser takes quadratic time for them."""

    def start(name: str, attributes: list[str]) -> None:
        # The list alternates names and values.
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            raise ParseError(
                origin.location,
                f"line {parser.CurrentLineNumber}: an element «{name}» with {len(attributes) // 2:,} attributes;"
                f" the limit is {MAX_ATTRIBUTES:,}",
            )

    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    # As a side effect, this handler disables entity expansion, which can turn a short text into a huge one.
    parser.DefaultHandler = lambda _: None
    # If the XML is malformed, feedparser uses its other parser, which is fast with many attributes.
    with suppress(expat.ExpatError):
        parser.Parse(content, True)


def _base(about: Mapping[str, Any], origin: Origin) -> str:
    """The base URL of relative links in the entries."""
    link = str(about.get("link") or "")
    return origin.location if is_web_url(origin.location) else link


def _draft(entry: Mapping[str, Any], origin: Origin, base: str, number: int) -> Draft | ParseError:
    url = _address(entry, base)
    item = url or f"{origin.location}#{number}"
    title, content, summary = _plain(entry, "title"), _content(entry), _plain(entry, "summary")
    if not (content.paragraphs or summary.paragraphs):
        return ParseError(item, f"no text in the item «{title.line}»" if title.line else "no text in the item")
    # feedparser fills a missing summary with the content or its start.
    repeated = clean_paragraphs(content.body) == clean_paragraphs(summary.body)
    return Draft(
        origin=origin,
        item=item,
        title=title.line,
        body=content.body,
        summary="" if repeated else summary.body,
        headings=content.headings if content.paragraphs else summary.headings,
        source=_plain(entry.get("source") or {}, "title").line,
        publisher=str(entry.get("publisher") or ""),
        authors=tuple(_authors(entry)),
        topics=tuple(Topic(name, "feed") for name in _categories(entry)),
        published_raw=_date(entry),
        language=_language(entry),
        url=url,
        image_credit=_credit(entry),
    )


def _plain(form: Mapping[str, Any], key: str) -> HtmlText:
    value = form.get(key)
    return plain_text(value if isinstance(value, str) else "")


def _content(entry: Mapping[str, Any]) -> HtmlText:
    """The longest of the entry's contents."""
    values = [str(content.get("value") or "") for content in entry.get("content") or ()]
    texts = [plain_text(value) for value in values]
    return max(texts, key=lambda text: len(text.body), default=HtmlText(()))


def _address(entry: Mapping[str, Any], base: str) -> str:
    """The URL of the entry: the original URL given by a feed service, otherwise the link, otherwise the guid."""
    guid = _string(entry, "id")
    link = _string(entry, "link")
    # If there is no link, feedparser uses the guid as the link, but a guid isn't a relative URL.
    candidates = (_string(entry, "feedburner_origlink"), guid if link == guid else _joined(base, link), guid)
    return next((address for address in candidates if is_web_url(address)), "")


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return ""


def _string(form: Mapping[str, Any], key: str) -> str:
    value = form.get(key)
    return value.strip() if isinstance(value, str) else ""


def _authors(entry: Mapping[str, Any]) -> Iterator[str]:
    named = [_string(author, "name") for author in entry.get("authors") or ()]
    yield from filter(None, named) if any(named) else filter(None, [_string(entry, "author")])


def _categories(entry: Mapping[str, Any]) -> Iterator[str]:
    for tag in entry.get("tags") or ():
        if name := _string(tag, "label") or _string(tag, "term"):
            yield name


def _date(entry: Mapping[str, Any]) -> str:
    # If `updated` is missing, feedparser would return `published` with a warning, hence the `in`.
    for key in ("published", "updated", "created"):
        if key in entry and (raw := _string(entry, key)):
            return raw
    return ""


def _language(entry: Mapping[str, Any]) -> str:
    contents = [*(entry.get("content") or ()), entry.get("title_detail") or {}]
    return next((language for content in contents if (language := _string(content, "language"))), "")


def _credit(entry: Mapping[str, Any]) -> str:
    named = (_string(credit, "content") for credit in entry.get("media_credit") or ())
    return next(filter(None, named), "")


def _ends_inside_item(text: str) -> bool:
    """Whether the last item has no end tag, as in a truncated download."""
    return _last_end(_ITEM_START, text) > _last_end(_ITEM_END, text)


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=0)


def _what_it_is(text: str, location: str) -> str:
    start = text[:_HEAD].lstrip()
    if not start:
        return "empty, not a feed"
    if looks_like_page(start):
        return page_advice(text, location)
    if start.startswith(("{", "[")):
        return "JSON, not an RSS or Atom feed; try it as jsonl"
    if start.startswith("<"):
        return "XML or HTML, but neither RSS nor Atom"
    return "not a feed, but other text"


class _FeedLinks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        link = dict(attrs)
        kind = (link.get("type") or "").lower()
        if tag == "link" and "alternate" in (link.get("rel") or "").lower() and kind.endswith(("rss+xml", "atom+xml")):
            self.found.append(link.get("href") or "")
