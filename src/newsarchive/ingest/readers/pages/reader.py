"""Reads one web page as one article, or says what else it is."""

import re
from dataclasses import dataclass

from newsarchive.arabic.names import name_key
from newsarchive.article import Origin, Topic
from newsarchive.errors import ParseError
from newsarchive.guid import canonical_beside
from newsarchive.identity import is_web_url
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.not_articles import kind_of_page
from newsarchive.ingest.readers.page import is_mhtml
from newsarchive.ingest.readers.pages.body import Body, body_of, words_of
from newsarchive.ingest.readers.pages.embedded import body_in_scripts, stated_body
from newsarchive.ingest.readers.pages.head import Head, read_head
from newsarchive.ingest.readers.pages.kinds import problem_of
from newsarchive.ingest.readers.pages.languages import language_in_letters
from newsarchive.ingest.readers.pages.linked_data import strings_of
from newsarchive.ingest.readers.pages.moments import dates_of
from newsarchive.ingest.readers.pages.phrases import is_date_line, kind_of_line
from newsarchive.ingest.readers.pages.saved import address_in, page_of_mhtml
from newsarchive.ingest.readers.pages.surroundings import image_credit_of, surroundings_of
from newsarchive.ingest.readers.pages.titles import headline_of, headlines_of, site_names, source_of
from newsarchive.ingest.readers.pages.tree import Block, Element, blocks_of, decoded, parse
from newsarchive.ingest.readers.pages.writers import authors_of
from newsarchive.wording import listed, worded

_MISSED = 0.6
"""The share of the stated text that must be found in the elements of the page; with less, the stated text is taken."""
_LONGEST_TITLE = 250
_FEW = 2
"""Sentences of an error message, at most. An article may have a headline such as «حدث خطأ»."""
_LIST_SEPARATOR = re.compile(r"\s*[,،;|]\s*")
_MOST_TOPICS = 20


@dataclass(frozen=True, slots=True)
class _Page:
    root: Element
    head: Head
    blocks: list[Block]
    url: str


def read_page(content: bytes, origin: Origin, content_type: str = "") -> Draft:
    """Read the article of a page.

    `origin.location` is the address of the page, or the path of a saved one. Raises ParseError for
    a page that isn't an article in Arabic; the message says what it is, and names its feed.
    """
    address = origin.location if is_web_url(origin.location) else ""
    if is_mhtml(content):
        content, content_type, saved_from = page_of_mhtml(content)
        address = address or saved_from
    text = decoded(content, content_type, origin.location)
    root = parse(text) if text.strip() else None
    if root is None:
        raise ParseError(origin.location, worded("empty: there is no web page in it"))
    head = read_head(root, address or address_in(text))
    page = _Page(root, head, list(blocks_of(root)), _address_of(head))
    return _draft(page, origin, text)


def _draft(page: _Page, origin: Origin, text: str) -> Draft:
    head = page.head
    sites, headlines = site_names(head), headlines_of(page.root)
    lines = [block.text for block in page.blocks if len(block.text) <= _LONGEST_TITLE]
    title = headline_of(head, headlines, sites, lines)
    body = _body_of(page, title, frozenset())
    if body.sentences <= _FEW and (kind := kind_of_page(text)):
        raise ParseError(origin.location, worded("it looks like {kind}, not an article", kind=kind))
    _check(page, body, origin)
    around = surroundings_of(page.root, page.blocks, title, body)
    seen = " ".join(words_of(block.text) for block in page.blocks)
    source = source_of(head, title, sites)
    authors = authors_of(head, around, [*sites, source], _folded(seen))
    dropped = frozenset(map(words_of, (*authors, source, *sites)))
    paragraphs = tuple(line for line in body.paragraphs if words_of(line) not in dropped)
    dates = dates_of(head, around.elements, [*around.above, *around.below, *around.behind], page.url)
    return Draft(
        origin=origin,
        item=page.url or origin.location,
        title=title,
        body="\n".join(paragraphs or body.paragraphs),
        headings=body.headings,
        source=source,
        authors=authors,
        topics=_topics(head),
        published_raw=next(iter(dates), ""),
        more_dates=dates[1:],
        language="ar",
        url=page.url,
        image_credit=_credit(head) or image_credit_of(around),
    )


def _folded(seen: str) -> str:
    return f" {name_key(seen)} "


def _address_of(head: Head) -> str:
    """The address of the article: the canonical one, if it is on the same site and not that of the front page."""
    for candidate in (head.canonical, head.first("og:url")):
        address = canonical_beside(head.base, candidate) if candidate else ""
        if address and not (_is_root(address) and head.base and not _is_root(head.base)):
            return address
    return head.base


def _is_root(url: str) -> bool:
    return url.partition("://")[2].partition("/")[2].strip("/") == ""


def _body_of(page: _Page, title: str, dropped: frozenset[str]) -> Body:
    """The text in the elements of the page, or if most of it is only in its data, that."""
    headlines = [title, *headlines_of(page.root)] if title else headlines_of(page.root)
    body = body_of(page.root, headlines, dropped)
    length = sum(map(len, body.paragraphs))
    stated = _text_lines(stated_body(page.head), headlines)
    if length < _MISSED * sum(map(len, stated)):
        return Body(stated, sentences=len(stated))
    if not body.sentences:
        embedded = _text_lines(body_in_scripts(page.head), headlines)
        if length < sum(map(len, embedded)):
            return Body(embedded, sentences=len(embedded))
    return body


def _text_lines(lines: tuple[str, ...], headlines: list[str]) -> tuple[str, ...]:
    keys = {words_of(headline) for headline in headlines}
    return tuple(
        line for line in lines if not kind_of_line(line) and not is_date_line(line) and words_of(line) not in keys
    )


def _check(page: _Page, body: Body, origin: Origin) -> None:
    """Raise ParseError if the page isn't an article in Arabic."""
    named = list(filter(is_web_url, page.head.feeds))[:3]
    feeds = worded("; ingest its feed instead: {named}", named=listed(named)) if named else ""
    if problem := problem_of(page.head, page.url, body, page.blocks):
        raise ParseError(
            origin.location, worded("a web page, but no article: {problem}{feeds}", problem=problem, feeds=feeds)
        )
    language = language_in_letters("\n".join(body.paragraphs))
    if language != "Arabic":
        what = worded("in {language}", language=language) if language else worded("in another script")
        raise ParseError(
            origin.location, worded("a web page, but not in Arabic: its text is {what}{feeds}", what=what, feeds=feeds)
        )


def _topics(head: Head) -> tuple[Topic, ...]:
    sections = [section for article in head.articles() for section in strings_of(article.get("articleSection"))]
    sections = sections or head.meta("article:section", "articlesection", "parsely-section", "section")
    names = [*sections[:3], *head.meta("article:tag")]
    split = dict.fromkeys(name for text in names for name in _LIST_SEPARATOR.split(text) if name)
    return tuple(Topic(name, "page") for name in list(split)[:_MOST_TOPICS])


def _credit(head: Head) -> str:
    for article in head.articles():
        images = article.get("image")
        for image in images if isinstance(images, list) else [images]:
            if isinstance(image, dict):
                for key in ("creditText", "copyrightHolder", "creator"):
                    if credit := next(strings_of(image.get(key), "name"), ""):
                        return credit
    return ""
