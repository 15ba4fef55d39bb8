"""Finds the headline of a page and the name of its site, which most pages write into one element."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from newsarchive.arabic.names import name_key
from newsarchive.ingest.readers.credits import is_outlet
from newsarchive.ingest.readers.pages.head import Head
from newsarchive.ingest.readers.pages.linked_data import nodes_of as nodes_of_data
from newsarchive.ingest.readers.pages.linked_data import strings_of, types_of
from newsarchive.ingest.readers.pages.tree import Element, first_text_of, names_of, text_of

_SEPARATOR = re.compile(r"\s+[-–—|•·»«:؛/\\~]+\s+|\s*[|│¦]\s*|\s*::\s*|\s+[-–—]|[-–—]\s+|\s*»\s+|\s+«\s*(?!\S+»)")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|ae|sa|eg|jo|lb|ma|dz|tn|iq|ps|sy|qa|kw|om|ye|ly|sd|tv|co|uk|fr|de|me)(?:/\S*)?",
    re.IGNORECASE,
)
_AROUND = " -–—|•·»«:؛/\\~│¦\t"
_CUT = ("…", "...", "..")
_LONGEST_SITE = 6
"""Words of the name of a site."""
_OVERLAP = 0.6
_LEAST_WORDS = 3
_SECOND_LABELS = frozenset({"com", "net", "org", "gov", "edu", "co", "ac"})
_BEFORE_NAME = frozenset({"www", "m", "mobile", "amp", "arabic", "ar", "news", "beta", "web"})
_KINDS = re.compile(r"^(?:صحيفة|جريدة|مجلة|قناة|موقع|شبكة|بوابة|وكالة|إذاعة|الموقع الرسمي ل)\s+")


def headlines_of(root: Element) -> list[str]:
    """The headings of the first level, and what microdata or a class calls a headline, each once."""
    found = [first_text_of(heading) for heading in root.iter("h1")]
    for element in root.iter("h2", "h3", "h4", "div", "span", "td", "p"):
        said = f"{element.get('itemprop') or ''} {names_of(element)}"
        if "headline" in said or (
            element.tag in {"h2", "h3", "h4"} and re.search(r"(?:entry|post|article|news)-?_?title", said)
        ):
            text = text_of(element)
            if text and len(text) < 400:
                found.append(text)
    return list(dict.fromkeys(filter(None, found)))


def site_names(head: Head) -> list[str]:
    """The names that the page gives its site, the best first; addresses are none."""
    publishers: list[str] = []
    for node in head.articles():
        publishers += strings_of(node.get("publisher") if not isinstance(node.get("publisher"), str) else None, "name")
    sites: list[str] = []
    for node in nodes_of_data(head.data):
        if types_of(node) & {"website", "newsmediaorganization"}:
            sites += strings_of(node.get("name"))
    candidates = [
        *head.meta("og:site_name"),
        *publishers,
        *sites,
        *head.meta("application-name", "apple-mobile-web-app-title"),
    ]
    return list(dict.fromkeys(name for name in map(_outlet_of, candidates) if name))


def _outlet_of(name: str) -> str:
    """The name of a site without its slogan; an empty string for an address."""
    name = next(iter(_SEPARATOR.split(name)), "").strip(" -|") if len(name.split()) > _LONGEST_SITE else name.strip()
    return "" if _ADDRESS.fullmatch(name) or len(name.split()) > _LONGEST_SITE else name


def host_labels(url: str) -> frozenset[str]:
    """The parts of a host that can be the name of a site: `alyaum` in www.alyaum.com."""
    try:
        labels = (urlsplit(url).hostname or "").split(".")
    except ValueError:
        return frozenset()
    labels = labels[:-1]
    if labels and labels[-1] in _SECOND_LABELS and len(labels) > 1:
        labels = labels[:-1]
    return frozenset(label for label in labels if label not in _BEFORE_NAME and len(label) > 1)


def is_same_name(name: str, other: str) -> bool:
    """Whether two names are the same, apart from «صحيفة» before it, spaces, and words behind it.

    >>> is_same_name("بوابة أخبار اليوم الإلكترونية", "بوابة اخبار اليوم")
    True
    """
    first, second = (name_key(_KINDS.sub("", text)) for text in (name, other))
    if not first or not second:
        return False
    shorter, longer = sorted((first, second), key=len)
    return (
        shorter.replace(" ", "") == longer.replace(" ", "")
        or f" {longer} ".startswith(f" {shorter} ")
        or (len(shorter.split()) > 1 and f" {shorter} " in f" {longer} ")
    )


def is_site(name: str, sites: Iterable[str]) -> bool:
    """Whether a name is that of the site or of a known outlet, or an address."""
    return _ADDRESS.fullmatch(name) is not None or is_outlet(name) or any(is_same_name(name, site) for site in sites)


def headline_of(head: Head, headlines: list[str], sites: list[str], lines: list[str]) -> str:
    """The headline: of the headings the one that the title elements contain, without the name of the site.

    `lines` are the other short lines of the page: old pages have no headings.
    """
    titles = list(_titles(head))
    bare = [without_site(title, sites, headlines + [other for other in titles if other != title]) for title in titles]
    named = [heading for heading in headlines if not is_site(heading, sites)]
    for heading in sorted(named, key=lambda text: -len(text)):
        key = name_key(heading)
        if len(key.split()) > 1 and any(f" {key} " in f" {name_key(title)} " for title in titles):
            return without_site(heading, sites, bare)
    for heading in named:
        if close := next((title for title in bare if _is_close(heading, title)), ""):
            return _of_close(heading, close)
    key_of_titles = [f" {name_key(title)} " for title in titles]
    for line in lines:
        key = name_key(line)
        if len(key.split()) >= _LEAST_WORDS and any(
            f" {key} " in title and 2 * len(key) > len(title) for title in key_of_titles
        ):
            return line
    usable = [title for title in bare if title and not is_site(title, sites)]
    if usable:
        return next((title for title in usable if not title.endswith(_CUT)), usable[0])
    return named[0] if len(named) == 1 else ""


def _titles(head: Head) -> Iterator[str]:
    for article in head.articles()[:1]:
        yield from strings_of(article.get("headline"))
    yield from head.meta("og:title")[:1]
    if head.title:
        yield head.title
    yield from head.meta("twitter:title", "dc.title", "parsely-title", "sailthru.title", "headline", "title")[:3]


def _is_close(heading: str, title: str) -> bool:
    """Whether two texts have most words in common, or one begins the other."""
    first, second = set(name_key(heading).split()), set(name_key(title.rstrip("… .")).split())
    if min(len(first), len(second)) < 2:
        return False
    common = len(first & second)
    return common >= _OVERLAP * max(len(first), len(second)) or common == len(second) or common == len(first)


def _of_close(heading: str, title: str) -> str:
    """The heading, unless it has the title and more around it, as a kicker or a date."""
    key, other = name_key(heading), name_key(title)
    if f" {other} " in f" {key} " and not key.startswith(other) and len(other.split()) > 2:
        return title
    return heading


def without_site(title: str, sites: Iterable[str], others: Iterable[str]) -> str:
    """A title without the name of the site before or behind it.

    A part that is no known name goes if what remains is one of the `others`, as the heading is.
    """
    sites, keys = list(sites), {name_key(other) for other in others}
    for _ in range(3):
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            break
        first, last = cuts[0], cuts[-1]
        if is_site(title[last.end() :], sites) and title[: last.start()].strip():
            title = title[: last.start()].strip()
        elif is_site(title[: first.start()], sites) and title[first.end() :].strip():
            title = title[first.end() :].strip()
        else:
            break
    for cut in _SEPARATOR.finditer(title):
        rest = title[: cut.start()].strip()
        if name_key(rest) in keys and len(rest.split()) > 1:
            return rest
        if name_key(title[cut.end() :]) in keys and len(title[cut.end() :].split()) > 1:
            return title[cut.end() :].strip()
    return title.strip(" -|")


def source_of(head: Head, headline: str, sites: list[str]) -> str:
    """The name of the site: as stated, beside the headline in the title, or the host."""
    beside = next(filter(None, (_beside(title, headline) for title in (head.title, head.first("og:title")))), "")
    if sites:
        name = sites[0]
        has_slogan = (
            len(name.split()) > 3 and len(beside) < len(name) and beside and is_same_name(beside, _last_part(name))
        )
        return beside if has_slogan else name
    if beside:
        return beside
    for address in (head.base, head.canonical, head.first("og:url")):
        try:
            if host := urlsplit(address).hostname:
                return host.removeprefix("www.")
        except ValueError:
            continue
    return ""


def _last_part(name: str) -> str:
    return _SEPARATOR.split(name)[-1]


def _beside(title: str, headline: str) -> str:
    """What a title has beside the headline, if that can be the name of a site."""
    place = title.find(headline) if headline else -1
    if place < 0:
        return ""
    before, behind = title[:place].strip(_AROUND), title[place + len(headline) :].strip(_AROUND)
    rest = behind or before
    rest = _SEPARATOR.split(rest)[-1 if behind else 0] if rest else ""
    return rest if 0 < len(rest.split()) <= _LONGEST_SITE and not _ADDRESS.fullmatch(rest) else ""
