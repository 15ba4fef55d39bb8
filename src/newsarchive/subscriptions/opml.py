"""OPML, the format in which feed readers exchange their lists of feeds."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from newsarchive.cleaning import clean_line
from newsarchive.errors import SubscriptionsError
from newsarchive.ingest.readers.xml_tree import Element, parse
from newsarchive.ingest.text.charset import decode_damaged
from newsarchive.subscriptions.subscription import Subscription, interval_text, parse_interval
from newsarchive.wording import worded, words_of

_OWN = "newsarchive"
_NAMESPACE = "https://newsarchive.invalid/opml"
_TITLES = ("title", "text")
_CATEGORY_SEPARATOR = ","


@dataclass(frozen=True, slots=True)
class OpmlList:
    """The feeds of an OPML file. `skipped` says, for each outline with a feed that can't be used, why."""

    subscriptions: tuple[Subscription, ...]
    skipped: tuple[str, ...] = ()


def read_opml(content: bytes, where: str) -> OpmlList:
    """Read OPML, however malformed. Raises SubscriptionsError if it has no outline.

    The folders in which a feed is nested are its `folder`. Its topics are its `category`, of which
    each path counts with its last part; without that attribute, the name of the innermost folder.
    Feeds that are listed several times are united.
    """
    try:
        root = parse(decode_damaged(content, "utf-8").replace("\0", ""))
    except UnicodeError as error:
        raise SubscriptionsError(worded("{where}: {error}", where=where, error=error)) from error
    if not any(element.name in {"opml", "outline"} for element in root.descendants()):
        raise SubscriptionsError(worded("{where}: not OPML: it has no outlines", where=where))
    found: dict[str, Subscription] = {}
    skipped: list[str] = []
    for outline, folders in _outlines(root, ()):
        try:
            one = _subscription(outline, folders)
        except SubscriptionsError as error:
            skipped.append(words_of(error))
            continue
        found[one.key] = _united(found[one.key], one) if one.key in found else one
    return OpmlList(tuple(found.values()), tuple(skipped))


def write_opml(subscriptions: Iterable[Subscription], title: str = "newsarchive") -> bytes:
    """Write OPML 2.0, nested by `folder`. What OPML has no attribute for has one in a namespace of its own."""
    ordered = sorted(subscriptions, key=lambda one: one.folder)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:{_OWN}="{_NAMESPACE}">',
        f"  <head><title>{escape(title)}</title></head>",
        "  <body>",
    ]
    for folder, group in groupby(ordered, key=lambda one: one.folder):
        names = [name for name in folder.split("/") if name]
        lines += [f"{'  ' * (depth + 2)}<outline text={_quoted(name)}>" for depth, name in enumerate(names)]
        lines += [f"{'  ' * (len(names) + 2)}<outline{_attributes(one)}/>" for one in group]
        lines += [f"{'  ' * (depth + 2)}</outline>" for depth in reversed(range(len(names)))]
    return "\n".join([*lines, "  </body>", "</opml>", ""]).encode()


def _attributes(one: Subscription) -> str:
    name = one.title or one.source or one.address
    own = {
        "source": one.source,
        "interval": interval_text(one.interval) if one.interval is not None else "",
        "fullText": "true" if one.full_text else "",
        "ignoreRobots": "true" if one.ignore_robots else "",
        "paused": "true" if one.paused else "",
        "untitled": "" if one.title else "true",
    }
    headers = {f"header-{header}": value for header, value in one.headers}
    attributes = {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": one.address,
        "category": _CATEGORY_SEPARATOR.join(topic.replace(_CATEGORY_SEPARATOR, " ") for topic in one.topics),
        **({"language": one.language} if one.language else {}),
        **{f"{_OWN}:{key}": value for key, value in {**own, **headers}.items() if value},
    }
    return "".join(f" {key}={_quoted(value)}" for key, value in attributes.items())


def _quoted(value: str) -> str:
    return quoteattr(value, {'"': "&quot;", "\n": "&#10;"})


def _outlines(element: Element, folders: tuple[str, ...]) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Each outline with a feed, and the names of those around it. Feeds can be nested in feeds."""
    for child in element.elements():
        if child.name != "outline":
            yield from _outlines(child, folders)
            continue
        is_feed = bool(child.attributes.get("xmlurl"))
        if is_feed:
            yield child, folders
        name = "" if is_feed else _first(child, _TITLES[::-1])
        yield from _outlines(child, (*folders, name.replace("/", " ")) if name else folders)


def _subscription(outline: Element, folders: tuple[str, ...]) -> Subscription:
    values = outline.attributes
    own = {key.removeprefix(f"{_OWN}:"): value for key, value in values.items() if key.startswith(f"{_OWN}:")}
    interval = None
    with suppress(SubscriptionsError):
        interval = parse_interval(own["interval"]) if own.get("interval") else None
    address = values["xmlurl"].strip()
    if address.startswith("feed:"):
        address = address.removeprefix("feed:").removeprefix("//")
        address = address if address.startswith(("http:", "https:")) else f"http://{address}"
    return Subscription(
        address=address,
        title="" if own.get("untitled") else _first(outline, _TITLES),
        source=clean_line(own.get("source", "")),
        topics=_topics(values["category"]) if "category" in values else folders[-1:],
        language=clean_line(values.get("language", "")),
        interval=interval,
        full_text=own.get("fulltext") == "true",
        ignore_robots=own.get("ignorerobots") == "true",
        paused=own.get("paused") == "true",
        folder="/".join(folders),
        headers=tuple(
            (key.removeprefix("header-"), value) for key, value in own.items() if key.startswith("header-") and value
        ),
    )


def _topics(category: str) -> tuple[str, ...]:
    """The last part of each path: of «/أخبار/اقتصاد,/رياضة», اقتصاد and رياضة."""
    paths = (path.strip().rstrip("/") for path in category.split(_CATEGORY_SEPARATOR))
    return tuple(dict.fromkeys(filter(None, (clean_line(path.rpartition("/")[2]) for path in paths))))


def _first(outline: Element, names: Iterable[str]) -> str:
    return next(filter(None, (clean_line(outline.attributes.get(name, "")) for name in names)), "")


def _united(one: Subscription, other: Subscription) -> Subscription:
    """One subscription for a feed that is listed twice, for example in two folders."""
    return replace(
        one,
        title=one.title or other.title,
        source=one.source or other.source,
        language=one.language or other.language,
        topics=tuple(dict.fromkeys((*one.topics, *other.topics))),
        interval=one.interval or other.interval,
        full_text=one.full_text or other.full_text,
    )
