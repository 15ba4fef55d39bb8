"""Decides who wrote the article of a page: a person, never a site, a program, a programmer or a section."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from newsarchive.arabic.dates import parse_date
from newsarchive.arabic.names import name_key
from newsarchive.ingest.readers.bylines import read_bylines, split_names
from newsarchive.ingest.readers.credits import is_name, is_outlet, is_person, is_place, read_credit, split_people
from newsarchive.ingest.readers.pages.head import Head
from newsarchive.ingest.readers.pages.linked_data import by_id, strings_of, types_of
from newsarchive.ingest.readers.pages.surroundings import Surroundings
from newsarchive.ingest.readers.pages.titles import host_labels, is_site
from newsarchive.ingest.readers.pages.tree import Element, names_of, text_of
from newsarchive.names import clean_author

_METAS = (
    *("article:author", "author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator"),
    *("twitter:data1", "cxenseparse:author", "og:article:author", "article:author_name", "creator", "citation_author"),
)
_NOT_SAID = frozenset({"dc.creator", "dcterms.creator", "creator", "twitter:data1"})
"""Names that pages rather use for something else, so that the name must be seen on the page, too."""
_LONGEST = 80
_MOST_WORDS = 8
_NO_PERSON = re.compile(
    r"\b(?:admin\w*|administrator|editor\w*|webmaster|root|user\d*|guest|staff|desk|team|newsroom|developed|developer|powered"
    r"|designed|design|wordpress|drupal|joomla|blogger|cms|copyright|unknown|null|undefined|none|test|web|online|website|site"
    r"|seo|company|agency|agencies|news|press|tv|media|group|network|author|by)\b",
    re.IGNORECASE,
)
_IN_CLASS = re.compile(
    r"(?:^|[\s_-])(?:author|authors|byline|by-line|writer|writers|written|reporter|journalist|columnist|katib|kateb|editors?)"
    r"(?:$|[\s_-]|name|s?-?_?(?:name|link|title|info|by))|write-?by|author-?name|meta_?-?author|post_?-?author|article_?-?author"
    r"|creator|aksa-byline",
    re.IGNORECASE,
)
_NO_CLASS = re.compile(
    r"(?:author|writer)s?[-_]?(?:bio|box|image|img|avatar|photo|social|desc|about|articles|more|job|role)|avatar",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:و?(?:كتبها|كتبه|كتبت|كتب|بقلم|إعداد|اعداد|أعده|أعدته|أعدّ|تحرير|ترجمة|حوار|تقرير|متابعة|تحقيق|الكاتبة|الكاتب|الكاتب\(ة\)|المحررة|المحرر"
    r"|الصحفية|الصحفي|أعد التقرير|أعدها للنشر|written by|posted by|author|by))\s*[:：/|–—ـ-]?\s*(?P<name>\S.{1,60})",
    re.IGNORECASE,
)
_INLINE = frozenset({"a", "span", "em", "i", "b", "strong", "h5", "h6", "p", "div"})
_TOPIC = re.compile(r"tag|topic|keyword|subject|search|label|hash|people|person|section|category", re.IGNORECASE)
"""In the address of a link whose text is what the article is about."""
_SLASH = re.compile(r"\s*/\s*")
_PHOTOGRAPHER = re.compile(r"\s*[-–—،,/|]?\s*و?(?:تصوير|عدسة)\b.*|\s*\((?P<place>[^()]{2,30})\)$")
"""What follows a name: who took the pictures, or the place in brackets."""
_BESIDE = re.compile(r"\s+[-–—|/]\s+|\s*[|/]\s*")
_CUT_OFF = re.compile(r"\s*(?:[|•·]|\s[-–—]\s(?=\D{0,20}\d)|@).*|\s*[،,]?\s*\d{1,2}\s?[/:].*|\(?\s*\d{4}\s*\)?.*")


@cache
def _not_authors() -> tuple[frozenset[str], frozenset[str]]:
    """The keys of what is no name, and of words that are in none."""
    text = files(__package__).joinpath("not_authors.txt").read_text(encoding="utf-8")
    whole, words = text.split("---\n")
    return frozenset(map(name_key, whole.splitlines()[1:])), frozenset(map(name_key, words.splitlines()))


def authors_of(head: Head, around: Surroundings, sites: list[str], seen: str) -> tuple[str, ...]:
    """The names of the authors. `seen` has the folded words of the whole page."""
    check = _Check(head, sites)
    for found in (
        _in_data(head, check),
        _marked(around.elements, check),
        _in_metas(head, check, seen),
        _in_lines((block.text for block in (*around.above, *around.below, *around.behind)), check),
        _in_lines(
            (text_of(element) for element in around.elements if len(element) == 0 and element.tag in _INLINE), check
        ),
        _alone(around, check),
    ):
        names = tuple(dict.fromkeys(found))
        if names:
            return names
    return ()


class _Check:
    """What can be the name of a person on this page."""

    def __init__(self, head: Head, sites: list[str]) -> None:
        self._sites = sites
        addresses = (head.base, head.canonical, head.first("og:url"))
        self._hosts = frozenset(label for url in addresses for label in host_labels(url))

    def names(self, text: str) -> Iterator[str]:
        """The text if it can be the name of a person, or its parts that can."""
        text = self._without_site(_unlabelled(_PHOTOGRAPHER.sub("", " ".join(text.split()))))
        parts = _listed(text) if len(text) <= 4 * _LONGEST else ()
        yield from (name for part in parts if (name := clean_author(_unlabelled(part))) and self.is_person(name))

    def _without_site(self, text: str) -> str:
        """The text without the site or an agency beside the name: «النهر - أحمد علي»."""
        parts = _BESIDE.split(text)
        people = [part for part in parts if not (is_site(part, self._sites) and not is_person(part))]
        return text if len(people) in {0, len(parts)} else " - ".join(people)

    def is_person(self, name: str) -> bool:
        """Whether a name can be that of a person."""
        words = name_key(name).split()
        if not words or len(name) > _LONGEST or len(words) > _MOST_WORDS or any(map(str.isdigit, name)):
            return False
        if (
            name_key(name) in _not_authors()[0]
            or _NO_PERSON.search(name)
            or "/" in name
            or "@" in name
            or "http" in name
        ):
            return False
        if not is_person(name) and (_not_authors()[1] & set(words) or name.endswith((".", "؟", "!", ":"))):
            return False
        if (
            name_key(name).replace(" ", "") in self._hosts
            or is_outlet(name)
            or (is_place(name) and not is_person(name))
        ):
            return False
        if not is_person(name) and is_site(name, self._sites):
            return False
        return len(words) > 1 and parse_date(name) is None


def _listed(text: str) -> tuple[str, ...]:
    """The names of a list, which commas or «و» separate: «ليلى عمر، ومحمد حسن وأحمد علي»."""
    names = [_without_and(name) for name in split_names(text)]
    return tuple(person for name in names for person in split_people(name))


def _without_and(name: str) -> str:
    rest = name.removeprefix("و").lstrip()
    return rest if rest != name and not is_person(name) and is_person(rest) else name


def _unlabelled(text: str) -> str:
    labelled = _LABELLED.fullmatch(text)
    return labelled["name"].strip() if labelled else text


def _in_data(head: Head, check: _Check) -> Iterator[str]:
    references = by_id(head.data)
    for article in head.articles():
        for key in ("author", "creator"):
            for author in _as_list(article.get(key)):
                if isinstance(author, dict):
                    author = references.get(str(author.get("@id")), author) if "name" not in author else author  # noqa: PLW2901
                    if types_of(author) & {"organization", "newsmediaorganization", "corporation", "brand"}:
                        continue
                for name in strings_of(author, "name", "alternateName"):
                    yield from check.names(name)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _in_metas(head: Head, check: _Check, seen: str) -> list[str]:
    """The names in the first kind of meta element that has one; several kinds say the same."""
    for meta in _METAS:
        names = [name for content in head.meta(meta) for name in check.names(content)]
        sure = meta not in _NOT_SAID
        names = [name for name in names if f" {name_key(name)} " in seen or (sure and is_person(name))]
        if names:
            return names
    return []


def _marked(places: Iterable[Element], check: _Check) -> Iterator[str]:
    """The names in elements whose markup says that they hold the author."""
    for element in places:
        if _is_marked(element) and not any(map(_is_marked, element.iterdescendants())):
            text = text_of(element)
            if len(text) <= 2 * _LONGEST:
                name = _CUT_OFF.sub("", text).strip()
                is_sure = element.get("rel") == "author" or "author" in (element.get("itemprop") or "")
                words = name.split()
                if (
                    is_sure
                    or all(map(is_person, _listed(_unlabelled(name))))
                    or _LABELLED.fullmatch(name)
                    or 2 <= len(words) <= 4
                ):
                    yield from check.names(name)


def _is_marked(element: Element) -> bool:
    if not isinstance(element.tag, str):
        return False
    said = names_of(element)
    if said and _NO_CLASS.search(said):
        return False
    return (
        "author" in (element.get("rel") or "").split()
        or "author" in (element.get("itemprop") or "").split()
        or (bool(said) and _IN_CLASS.search(said) is not None)
    )


def _in_lines(lines: Iterable[str], check: _Check) -> Iterator[str]:
    """The names in a line such as «كتب: أحمد علي»."""
    for line in lines:
        line = line.replace(" ـ ", " - ")  # noqa: PLW2901 - the letter for stretching serves as a dash
        bylines = read_bylines(line) or read_credit(line.rstrip(" :"))
        found = [byline.value for byline in bylines if byline.field == "author"] or _between_slashes(line)
        labelled = _LABELLED.fullmatch(line)
        if not found and labelled and is_person(name := _CUT_OFF.sub("", labelled["name"]).strip(" :-–—")):
            found = [name]
        names = [name for value in found for name in check.names(value)]
        yield from names
        if names:
            return


def _between_slashes(line: str) -> list[str]:
    """The reporter in «إسطنبول / أحمد علي / الأناضول»."""
    parts = _SLASH.split(line.strip())
    people = [part for part in parts if is_name(part)]
    others = [part for part in parts if part not in people]
    is_credit = len(people) == 1 and 0 < len(others) <= 2 and all(is_place(part) or is_outlet(part) for part in others)
    return people if is_credit else []


def _alone(around: Surroundings, check: _Check) -> Iterator[str]:
    """A name that is all text of a line or an element between the headline and the text, and no caption."""
    if around.headline is None:
        return
    lines = [block.text for block in around.below if not block.below_picture]
    start = next((number for number, element in enumerate(around.elements) if element is around.headline), 0)
    leaves = [text_of(element) for element in around.elements[start:] if len(element) == 0 and element.tag in _INLINE]
    seen = {block.text for block in around.below if block.below_picture}
    seen.update(text_of(link) for link in around.elements if link.tag == "a" and _TOPIC.search(link.get("href") or ""))
    for text in (*lines, *leaves):
        if text not in seen and is_name(text) and (names := list(check.names(text))):
            yield from names
            return
