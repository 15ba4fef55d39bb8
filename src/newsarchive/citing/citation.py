"""`Citation`: what a citation of an article says, as plain data for every format."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from newsarchive.access import digest_of
from newsarchive.article import Article, Published
from newsarchive.citing.contributors import Contributor, contributors_of
from newsarchive.syndication import absolute_uri
from newsarchive.syndication.text import distinct_lines, language_tag, one_line

LONGEST_TITLE = 120
"""Characters of the opening words that stand for the title of an article without one."""
LONGEST_ABSTRACT = 1_000
"""Characters of an abstract. Some outlets put the whole text where a summary should be."""

_LIKE_OTHERS = re.compile(r"^id-|-r[0-9]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a citation says. All texts are on one line, without characters that XML forbids.

    `container` is the newspaper, site or agency that the text comes from, and `publisher` the outlet that printed it,
    if that is another one. `issued` is a day, or a moment with its zone, or None: it is never more exact than what is
    known; `is_approximate` means that it was counted from the time of fetching. `original_url` is the publisher's
    address and `page_url` the archive's; each may be empty. `digest` is the sha256 of the text, and `accessed` the time
    of fetching, None for an article that was imported.
    """

    id: str
    title: str
    is_title_derived: bool = False
    authors: tuple[Contributor, ...] = ()
    container: str = ""
    publisher: str = ""
    issued: Published | None = None
    is_approximate: bool = False
    language: str = ""
    original_url: str = ""
    page_url: str = ""
    archive_name: str = ""
    digest: str = ""
    revision: int = 1
    archived_at: datetime | None = None
    accessed: datetime | None = None
    keywords: tuple[str, ...] = ()
    abstract: str = ""

    @property
    def url(self) -> str:
        """The address to follow: the publisher's, else the archive's. Empty if neither is known."""
        return self.original_url or self.page_url

    @property
    def provenance(self) -> str:
        """What proves the text, in English: time of archiving, page in the archive, digest, revision. May be empty."""
        archived = [
            f"{self.archived_at:%Y-%m-%d %H:%M} UTC" if self.archived_at else "",
            f"in {self.archive_name}" if self.archive_name else "",
            f"at {self.page_url}" if self.page_url else "",
        ]
        parts = (
            " ".join(("Archived", *filter(None, archived))) if any(archived) else "",
            f"Revision {self.revision}" if self.revision > 1 else "",
            f"SHA-256 of the text: {self.digest}" if self.digest else "",
            "The title was taken from the text" if self.is_title_derived else "",
            "The date of publication was counted from the time of fetching" if self.is_approximate else "",
        )
        return " ".join(f"{part}." for part in parts if part)


def citation_of(
    article: Article,
    *,
    container: str = "",
    keywords: Iterable[str] = (),
    page_url: str = "",
    archive_name: str = "",
) -> Citation:
    """The citation of a revision of an article as the archive has it.

    `container` is the name of its source for readers; empty means the name in the article. `keywords` are the topics
    that its publisher gave it.
    """
    title = one_line(article.title)
    issued = article.published
    if article.published_relative and isinstance(issued, datetime):
        issued = issued.date()
    original = absolute_uri(article.url)
    source, publisher = one_line(article.source), one_line(article.publisher)
    return Citation(
        id=_readable_id(article.id),
        title=title or opening(article.body, LONGEST_TITLE) or _readable_id(article.id),
        is_title_derived=article.title_derived or not title,
        authors=contributors_of(distinct_lines(article.authors), (article.source, container, article.publisher)),
        container=one_line(container) or source or publisher,
        publisher=publisher if publisher not in (source, one_line(container)) and source else "",
        issued=issued,
        is_approximate=article.published_relative,
        language=language_tag(article.language),
        original_url=original,
        page_url=absolute_uri(page_url),
        archive_name=one_line(archive_name),
        digest=digest_of(article),
        revision=article.revision,
        archived_at=_in_utc(article.archived_at),
        accessed=_in_utc(article.origin.fetched_at) if original else None,
        keywords=distinct_lines(keywords),
        abstract=opening(article.summary, LONGEST_ABSTRACT),
    )


def opening(text: str, limit: int) -> str:
    """The beginning of a text on one line, cut between words, with `…` if something is left out."""
    line = one_line(text)
    if len(line) <= limit:
        return line
    return line[: limit + 1].rsplit(" ", 1)[0][:limit].rstrip() + "…"


def _readable_id(article_id: str) -> str:
    """The id; if it isn't a text on one line, a digest of it, so that every id stays another one.

    So does an id that looks like such a digest, or like that of a revision in an export.
    """
    if one_line(article_id) == article_id and not _LIKE_OTHERS.search(article_id):
        return article_id
    return "id-" + hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # at an end of the calendar, where no text was archived
        return None
