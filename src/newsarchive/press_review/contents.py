"""What a document of a collection says, as plain data: the same for every format."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from newsarchive.arabic.date_format import format_date, format_datetime, format_zone, in_zone
from newsarchive.arabic.direction import text_direction
from newsarchive.article import Article, Published
from newsarchive.citing import Run, citation_runs
from newsarchive.export.citations import item_citation
from newsarchive.export.format import ExportContext, ExportItem
from newsarchive.exporting import ExportedArticles, Giving
from newsarchive.i18n import Language
from newsarchive.library import Library
from newsarchive.press_review.collection import Collection
from newsarchive.press_review.entry_state import EntryState, State, states_of
from newsarchive.press_review.words import is_rtl, word
from newsarchive.syndication import LEAD_LENGTH, absolute_uri, readable_text


class Extent(StrEnum):
    """How much of the text of each article a document has."""

    FULL = "full"
    LEAD = "lead"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, without characters that XML forbids, and its direction."""

    text: str
    is_rtl: bool
    is_heading: bool = False

    @property
    def direction(self) -> str:
        """The `dir` attribute of HTML."""
        return "rtl" if self.is_rtl else "ltr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article of a document.

    `title` is never empty. `remark` says what became of the article since it was added, empty if nothing did.
    `facts` are labels with their values. `citation` is empty for an article that isn't there, and so are `addresses`:
    the labels of links with their addresses.
    """

    number: int
    title: Paragraph
    language: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    note: tuple[Paragraph, ...] = ()
    remark: str = ""
    text: tuple[Paragraph, ...] = ()
    citation: tuple[Run, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()

    @property
    def anchor(self) -> str:
        """Its name in the document, for links from the table of contents."""
        return f"article-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A collection as a document in a language.

    `about` are lines about the whole: the number of articles, the last change. `page_url` is the address of the
    collection, which may be empty.
    """

    title: Paragraph
    language: Language
    site_title: str = ""
    description: tuple[Paragraph, ...] = ()
    about: tuple[str, ...] = ()
    created: datetime | None = None
    changed: datetime | None = None
    page_url: str = ""
    pieces: tuple[Piece, ...] = ()

    @property
    def direction(self) -> str:
        """The `dir` attribute of HTML."""
        return text_direction(self.language)


def document_of(  # noqa: PLR0913 - what differs between the command and the web
    library: Library,
    collection: Collection,
    giving: Giving,
    *,
    extent: Extent = Extent.FULL,
    site_title: str = "",
    page_url: str = "",
) -> Document:
    """The document of a collection, in the language of `giving`, with the texts that it allows.

    Raises ArchiveError if the archive can't be read.
    """
    language = giving.language
    states = states_of(library, collection.entries)
    ids = [one.article.id for one in states if one.article is not None]
    # The texts go through the same door as those of every export.
    given = {item.article.id: item for item in ExportedArticles(library, ids, giving).items()}
    context = ExportContext(archive_folder=library.archive.folder, language=language, site_title=site_title)
    maker = _Maker(context, extent, library.search_service.timezone)
    pieces = tuple(
        maker.piece(number, one, given.get(one.article.id) if one.article else None)
        for number, one in enumerate(states, 1)
    )
    about = [word("articles", language, count=len(pieces))]
    if collection.changed:
        about.append(word("changed", language, date=format_date(collection.changed, language, tz=maker.zone)))
    return Document(
        title=Paragraph(collection.title, is_rtl(collection.title, "")),
        language=language,
        site_title=readable_text(site_title),
        description=paragraphs(collection.description, ""),
        about=tuple(about),
        created=collection.created,
        changed=collection.changed,
        page_url=absolute_uri(page_url),
        pieces=pieces,
    )


def exported_ids(library: Library, collection: Collection) -> tuple[str, ...]:
    """The ids of the articles of a collection that are there, as they are now, in its order and each once."""
    states = states_of(library, collection.entries)
    return tuple(dict.fromkeys(one.article.id for one in states if one.article is not None))


@dataclass(frozen=True, slots=True)
class _Maker:
    context: ExportContext
    extent: Extent
    zone: tzinfo

    @property
    def language(self) -> Language:
        return self.context.language

    def piece(self, number: int, one: EntryState, item: ExportItem | None) -> Piece:
        note = paragraphs(one.entry.note, "")
        if item is None:
            return self._absent(number, one, note)
        article = item.article
        title = " ".join(readable_text(article.title).split()) or word("untitled", self.language)
        return Piece(
            number=number,
            title=Paragraph(title, is_rtl(title, article.language)),
            language=article.language,
            facts=tuple(self._facts(item)),
            note=note,
            remark=word("corrected", self.language) if one.state is State.CORRECTED else "",
            text=tuple(self._text(item)),
            citation=citation_runs(item_citation(item, self.context), self.language),
            addresses=tuple(self._addresses(item)),
        )

    def _absent(self, number: int, one: EntryState, note: tuple[Paragraph, ...]) -> Piece:
        is_withdrawn = one.withdrawn_at is not None
        key = "withdrawn" if is_withdrawn else "missing"
        title = word(f"{key}_title", self.language)
        date = format_date(one.withdrawn_at, self.language, tz=self.zone) if one.withdrawn_at else ""
        remark = word(key, self.language, date=date)
        return Piece(number=number, title=Paragraph(title, is_rtl(title, self.language)), note=note, remark=remark)

    def _facts(self, item: ExportItem) -> Iterator[tuple[str, str]]:
        article = item.article
        authors = word("comma", self.language).join(article.authors)
        published = self._moment(article.published) if article.published else article.published_raw
        facts = {
            "source": item.source_name,
            "publisher": article.publisher if article.publisher != article.source else "",
            "authors": authors,
            "published": published or word("undated", self.language),
        }
        for key, value in facts.items():
            if line := " ".join(readable_text(value).split()):
                yield word(key, self.language), line

    def _moment(self, value: Published) -> str:
        if not isinstance(value, datetime):
            return format_date(value, self.language)
        here = in_zone(value, self.zone)
        return f"{format_datetime(here, self.language)} {format_zone(here, self.language)}".rstrip()

    def _addresses(self, item: ExportItem) -> Iterator[tuple[str, str]]:
        for key, address in (("original", absolute_uri(item.article.url)), ("archived", absolute_uri(item.page_url))):
            if address:
                yield word(key, self.language), address

    def _text(self, item: ExportItem) -> Iterator[Paragraph]:
        if self.extent is Extent.NONE:
            return
        article = item.article
        if item.text is not None and self.extent is Extent.FULL:
            headings = frozenset(article.headings)
            yield from paragraphs(item.text, article.language, headings)
            return
        yield from paragraphs(_lead(article, item.text), article.language)
        if item.text is None:
            withheld = word("withheld", self.language)
            yield Paragraph(withheld, is_rtl(withheld, self.language))


def _lead(article: Article, text: str | None) -> str:
    """The summary on one line, else the beginning of the text that is given. Empty if there is neither."""
    if summary := " ".join(readable_text(article.summary).split()):
        return summary
    running = (line for line in (text or "").split("\n") if line.strip() and line not in article.headings)
    line = " ".join(readable_text(next(running, "")).split())
    return line if len(line) <= LEAD_LENGTH else line[: LEAD_LENGTH + 1].rsplit(" ", 1)[0][:LEAD_LENGTH] + "…"


def paragraphs(text: str, language: str, headings: Iterable[str] = ()) -> tuple[Paragraph, ...]:
    """The lines of a text that aren't blank, each with its direction."""
    marked = frozenset(headings)
    lines = ((line, readable_text(line).strip()) for line in text.split("\n"))
    return tuple(Paragraph(shown, is_rtl(shown, language), line in marked) for line, shown in lines if shown)
