"""The revisions of an article as a page lists them, and what each of them changed."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsarchive.article import Article, Record, Withdrawal
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links


@dataclass(frozen=True, slots=True)
class ListedRevision:
    """One entry of a history: a revision with the URLs of its page and its comparison, or a withdrawal without any."""

    number: int
    archived_at: datetime | None
    is_shown: bool
    note: str
    title: str = ""
    address: str = ""
    comparison: str = ""
    """The URL of the comparison with the revision before, empty for the first one."""


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field that two revisions have differently, with its values as texts for readers."""

    label: str
    before: str
    after: str


def _moment(article: Article, interface: Interface) -> str:
    if article.published is None:
        return interface.text("undated")
    about = interface.text("published_about") if article.published_relative else "{}"
    return about.replace("{}", interface.moment(article.published))


_Value = Callable[[Article, Interface], str]
_FIELDS: dict[str, _Value] = {
    "title": lambda article, _: article.title,
    "title_derived": lambda article, ui: ui.text("yes" if article.title_derived else "no"),
    "body": lambda article, _: article.body,
    "headings": lambda article, ui: ui.text("comma").join(article.headings),
    "summary": lambda article, _: article.summary,
    "published": _moment,
    "published_raw": lambda article, _: article.published_raw,
    "authors": lambda article, ui: ui.text("comma").join(article.authors),
    "source": lambda article, ui: ui.source(article.source) if article.source else "",
    "publisher": lambda article, _: article.publisher,
    "topics": lambda article, ui: ui.text("comma").join(map(ui.topic, article.topic_names)),
    "image_credit": lambda article, _: article.image_credit,
    "language": lambda article, _: article.language,
    "url": lambda article, _: article.url,
}
"""The fields that are compared, in the order of the page. Where a revision came from is no change of the article."""
_SHOWN_ELSEWHERE = ("title", "body")


def changed_fields(before: Article, after: Article, interface: Interface) -> tuple[ChangedField, ...]:
    """The fields that differ, other than title and text, which a comparison shows word by word."""
    return tuple(
        ChangedField(interface.text(f"changed_{name}"), value(before, interface), value(after, interface))
        for name, value in _FIELDS.items()
        if name not in _SHOWN_ELSEWHERE and value(before, interface) != value(after, interface)
    )


def listed_revisions(
    history: Sequence[Record], shown: int, interface: Interface, links: Links
) -> tuple[ListedRevision, ...]:
    """The history of an article, newest first."""
    return tuple(_listed(history, shown, interface, links))[::-1]


def _listed(history: Sequence[Record], shown: int, interface: Interface, links: Links) -> Iterator[ListedRevision]:
    before: Article | None = None
    after_withdrawal = False
    for record in history:
        note = _note(before, record, interface, after_withdrawal=after_withdrawal)
        after_withdrawal = isinstance(record, Withdrawal)
        if not isinstance(record, Article):
            yield ListedRevision(record.revision, record.archived_at, is_shown=False, note=note)
            continue
        yield ListedRevision(
            record.revision,
            record.archived_at,
            record.revision == shown,
            note,
            record.title.strip() or interface.text("untitled"),
            links.revision(record.id, record.revision),
            links.comparison(record.id, before.revision, record.revision) if before else "",
        )
        before = record


def _note(before: Article | None, record: Record, interface: Interface, *, after_withdrawal: bool) -> str:
    if isinstance(record, Withdrawal):
        return interface.text("history_withdrawn")
    if not isinstance(record, Article) or before is None:
        return ""
    if after_withdrawal and _is_same(before, record, interface):
        return interface.text("history_restored")
    return interface.text("history_changed", what=interface.text("comma").join(_changes(before, record, interface)))


def _is_same(before: Article, after: Article, interface: Interface) -> bool:
    return all(value(before, interface) == value(after, interface) for value in _FIELDS.values())


def _changes(before: Article, after: Article, interface: Interface) -> Iterator[str]:
    """The parts that a revision changed; of the text, how many words came and went, wherever they stand."""
    changed = [name for name, value in _FIELDS.items() if value(before, interface) != value(after, interface)]
    for name in changed or ["other"]:
        label = interface.text(f"changed_{name}")
        if name == "body":
            old, new = Counter(before.body.split()), Counter(after.body.split())
            added, removed = (new - old).total(), (old - new).total()
            words = interface.text("changed_words", added=interface.number(added), removed=interface.number(removed))
            yield f"{label} {words}" if added or removed else label
        else:
            yield label
