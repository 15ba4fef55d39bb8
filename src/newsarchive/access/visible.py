"""The one place that decides what a reader sees of an article.

What is shown of a restricted text is the same for every query: its lead, or nothing. So no number of searches puts
more of it together than one page shows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from newsarchive.access.policies import AccessPolicies, Level
from newsarchive.access.readers import Reader, Scope
from newsarchive.article import Article
from newsarchive.identity import text_digest

LEAD_LENGTH = 300
"""The characters of a text that the level `snippet` shows, before the `…`."""


@dataclass(frozen=True, slots=True)
class Visible:
    """What a reader sees of an article: how much, and from when on everybody sees all of it, if that is known."""

    level: Level
    free_from: date | None = None


_ALL = Visible(Level.FULL)


def visible(article: Article, policies: AccessPolicies, reader: Reader, today: date) -> Visible:
    """What a reader sees of an article on a day.

    The strictest of the policies of its source and its publisher applies. A token frees from the policies of the
    sources that it is for.
    """
    if reader.reads_all:
        return _ALL
    freed = frozenset(map(policies.key, reader.sources)) if reader.may(Scope.READ) else frozenset()
    applying = policies.of(article, without=freed)
    level = min((policy.level_on(today, article) for policy in applying), default=Level.FULL)
    if level is Level.FULL:
        return _ALL
    closed = [policy for policy in applying if policy.level_on(today, article) is not Level.FULL]
    ends = [policy.ends(article) for policy in closed]
    known = [end for end in ends if end is not None]
    return Visible(level, max(known) if known and len(known) == len(ends) else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedArticle(Article):
    """What a reader sees of an article whose text isn't theirs to read.

    `body` and `summary` are the lead if `level` is `snippet`, else empty, and there are no headings. `free_from` is the
    day on which an embargo ends. `whole` is the article itself: only its topics and `whole_digest` may be read from it.
    """

    level: Level
    free_from: date | None = None
    whole: Article = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check nothing: the whole article was checked, and an empty body is what this is about."""


def restricted(article: Article, seen: Visible, *, is_latest: bool = True) -> RestrictedArticle:
    """An article as far as it is seen. Of an earlier revision there is no lead, or leads would add up."""
    level = seen.level if is_latest else Level.METADATA
    lead = _lead(article) if level is Level.SNIPPET else ""
    fields = {name: getattr(article, name) for name in Article.__slots__}
    # A title that was made from the text is a part of it.
    keeps_title = not article.title_derived or (
        bool(lead) and lead.startswith(_on_one_line(article.title).rstrip(".… "))
    )
    fields |= {
        "body": lead,
        "summary": lead,
        "headings": (),
        "title": article.title if keeps_title else "",
        "title_derived": article.title_derived and keeps_title,
    }
    return RestrictedArticle(**fields, level=level, free_from=seen.free_from, whole=article)


def _lead(article: Article) -> str:
    text = _on_one_line(article.summary) or _on_one_line(article.body)
    if len(text) <= LEAD_LENGTH:
        return text
    cut = text[: LEAD_LENGTH + 1].rpartition(" ")[0] or text[:LEAD_LENGTH]
    return cut[:LEAD_LENGTH] + "…"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def is_restricted(article: Article) -> bool:
    """Whether a reader sees only a part of an article."""
    return isinstance(article, RestrictedArticle)


def digest_of(article: Article) -> str:
    """The sha256 of a text, empty if the reader doesn't see all of it: the end of a short text could be guessed."""
    return "" if is_restricted(article) else text_digest(article)


def whole_digest(article: Article) -> str:
    """The sha256 of the whole text, whatever the reader sees: to compare on the server, and never to be shown."""
    return text_digest(article.whole if isinstance(article, RestrictedArticle) else article)


def gives_texts_to_programs(reader: Reader, *, is_public: bool) -> bool:
    """Whether exports, feeds and the API may have full texts, as far as the reader sees them.

    `is_public` is the setting `public_full_text`, which binds readers without a token for all sources.
    """
    return is_public or reader.reads_all


@dataclass(frozen=True, slots=True)
class Viewer:
    """Shows articles to one reader. `today` gives the day in the zone of the archive."""

    policies: AccessPolicies
    reader: Reader
    today: Callable[[], date]

    @property
    def sees_all(self) -> bool:
        """Whether nothing is kept from the reader."""
        return self.reader.reads_all or not self.policies.restricts

    def show(self, article: Article) -> Article:
        """The latest revision of an article as the reader sees it."""
        seen = visible(article, self.policies, self.reader, self.today())
        return article if seen.level is Level.FULL else restricted(article, seen)

    def show_revision(self, revision: Article, latest: Article) -> Article:
        """A revision as the reader sees it. It is no freer than the latest one, which may have a corrected source."""
        own = visible(revision, self.policies, self.reader, self.today())
        current = visible(latest, self.policies, self.reader, self.today())
        stricter = min(own, current, key=lambda one: one.level)
        if stricter.level is Level.FULL:
            return revision
        return restricted(revision, stricter, is_latest=revision.revision == latest.revision)
