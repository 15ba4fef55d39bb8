"""Lists what a page writes about when its article was published, the best first."""

import re
from collections.abc import Iterable, Iterator

from newsarchive.arabic.dates import find_date, parse_date, read_date
from newsarchive.arabic.fold import fold
from newsarchive.ingest.readers.pages.head import Head
from newsarchive.ingest.readers.pages.linked_data import strings_of
from newsarchive.ingest.readers.pages.tree import Block, Element, names_of, text_of

_PUBLISHED = (
    *("article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished"),
    *("date_published", "publish_date", "publishdate", "published", "publish-date", "published_time", "pubdate"),
    *("parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created"),
    *(
        "dc.date.published",
        "cxenseparse:recs:publishtime",
        "article.published",
        "article:create",
        "article_date_original",
    ),
    *("originalpublicationdate", "ptime", "displaydate", "dc.created", "rnews:datepublished", "analytics:p_ts"),
    *("datecreated", "bt:pubdate", "cxenseparse:publishtime", "article:post_date"),
)
_DATE = (
    "dc.date",
    "dcterms.date",
    "date",
    "dc:date",
    "article.created",
    "article_date",
    "video:release_date",
    "uploaddate",
)
_UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
)
_IN_CLASS = re.compile(r"date|time|publish|posted|tarikh|calendar|dat(?:e|um)\b|meta", re.IGNORECASE)
_TODAY = re.compile(r"today|current|now|header-?date|clock|weather|prayer|live", re.IGNORECASE)
_UPDATED_LABEL = re.compile(
    r"(?:اخر\s|تم\s)?(?:ال)?(?:تحديث|تعديل)|محدثه?|(?:last\s)?(?:updated|modified)|عدل", re.IGNORECASE
)
_PUBLISHED_LABEL = re.compile(r"نشر|publi|كتب|تاريخ|اضيف|posted", re.IGNORECASE)
_LONGEST = 160
_IN_ADDRESS = re.compile(r"[/=](20[0-4]\d|19[89]\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_-]|$)")


def dates_of(head: Head, places: list[Element], around: list[Block], address: str) -> tuple[str, ...]:
    """The dates as written: of publication by machines, then by people, then of an update.

    `places` are the elements around the headline and the text, and `around` the lines there.
    """
    found = [
        *_in_data(head, "datePublished"),
        *head.meta(*_PUBLISHED),
        *_in_microdata(places, {"datepublished", "pubdate"}),
        *_in_data(head, "dateCreated", "uploadDate"),
        *_in_times(places),
        *_in_lines(places, around),
        *head.meta(*_DATE),
        *_in_address(address),
        *_in_data(head, "dateModified"),
        *_in_microdata(places, {"datemodified"}),
        *head.meta(*_UPDATED),
        *_updated_in_lines(around),
    ]
    return tuple(dict.fromkeys(date for date in found if date and len(date) <= _LONGEST))


def _in_data(head: Head, *keys: str) -> Iterator[str]:
    for article in head.articles():
        for key in keys:
            yield from strings_of(article.get(key))


def _in_microdata(places: Iterable[Element], names: set[str]) -> Iterator[str]:
    for element in places:
        said = (element.get("itemprop") or "").lower().split()
        if names & set(said) or (element.tag == "time" and "pubdate" in names and element.get("pubdate") is not None):
            yield element.get("datetime") or element.get("content") or text_of(element)


def _in_times(places: Iterable[Element]) -> Iterator[str]:
    """The `<time>` elements: those that a class calls published first, those of updates never."""
    times = [
        element
        for element in places
        if element.tag in {"time", "abbr"} and (element.tag == "time" or "published" in names_of(element))
    ]
    for is_named in (True, False):
        for element in times:
            said, text = names_of(element), text_of(element)
            is_update = "update" in said or "modif" in said or _UPDATED_LABEL.match(fold(text)) is not None
            named = "publish" in said or "entry-date" in said or "posted" in said
            if named != is_named or (is_update and not named) or _TODAY.search(said):
                continue
            written = element.get("datetime") or element.get("title") or ""
            yield from (value for value in (written, text) if value and read_date(value) is not None)


def _in_lines(places: Iterable[Element], around: Iterable[Block]) -> Iterator[str]:
    for element in places:
        said = names_of(element)
        is_leaf = len(element) == 0 and element.tag not in {"script", "style", "option"}
        if (is_leaf or (said and _IN_CLASS.search(said))) and not (said and _TODAY.search(said)):
            text = text_of(element)
            if 5 < len(text) <= 90 and _is_date(text):
                yield text
    for block in around:
        text = block.text
        if not _TODAY.search(names_of(block.element)) and _is_date(text):
            yield text
    for block in around:
        if len(block.text) <= _LONGEST and _PUBLISHED_LABEL.search(fold(block.text)):
            found = find_date(block.text)
            if found and not _UPDATED_LABEL.search(fold(block.text)):
                yield found[1]


def _is_date(text: str) -> bool:
    if len(text) > 120 or not any(map(str.isdigit, text)) or _is_update(text):
        return False
    return parse_date(text) is not None


def _is_update(text: str) -> bool:
    folded = fold(text)
    return _UPDATED_LABEL.search(folded) is not None and _PUBLISHED_LABEL.search(folded) is None


def _updated_in_lines(around: Iterable[Block]) -> Iterator[str]:
    for block in around:
        if len(block.text) <= _LONGEST and _is_update(block.text) and parse_date(block.text) is not None:
            yield block.text


def _in_address(address: str) -> Iterator[str]:
    if match := _IN_ADDRESS.search(address):
        yield f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
