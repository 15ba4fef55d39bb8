"""Collections as pages show them."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.press_review.collection import Collection
from newsarchive.press_review.contents import Paragraph, paragraphs
from newsarchive.press_review.documents import DOCUMENTS
from newsarchive.press_review.entry_state import EntryState, State, states_of
from newsarchive.web.export_slots import current_slots
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry with its number, its article if that is there, and the words that forms name it by."""

    number: int
    state: EntryState
    article: Article | None
    title: str
    note: tuple[Paragraph, ...]
    remark: str
    comparison: str


@dataclass(frozen=True, slots=True)
class Download:
    """A format of downloads: its label, its media type, and its address."""

    label: str
    media_type: str
    address: str


class CollectionView:
    """A collection in one interface language. `is_editable` is whether the page has forms."""

    def __init__(
        self, collection: Collection, library: Library, links: Links, interface: Interface, *, is_editable: bool
    ) -> None:
        self.collection = collection
        self.is_editable = is_editable
        self._library = library
        self._links = links
        self._interface = interface
        self._states = states_of(library, collection.entries)

    @property
    def count(self) -> str:
        """The number of its articles."""
        return self._interface.count("articles", len(self.collection.entries))

    @property
    def changed(self) -> str:
        """When it was changed last; empty if that isn't known."""
        changed = self.collection.changed
        return self._interface.text("collection_changed", date=self._interface.moment(changed)) if changed else ""

    @property
    def description(self) -> tuple[Paragraph, ...]:
        """The paragraphs before its articles."""
        return paragraphs(self.collection.description, "")

    @property
    def has_corrections(self) -> bool:
        """Whether any article was corrected since it was added."""
        return any(one.state is State.CORRECTED for one in self._states)

    @property
    def entries(self) -> Iterator[ShownEntry]:
        """Its articles."""
        for number, one in enumerate(self._states, 1):
            yield self._entry(number, one)

    def _entry(self, number: int, one: EntryState) -> ShownEntry:
        article = self._library.tables.renamed(one.article) if one.article else None
        key = "untitled" if article else f"collection_{one.state.value}_title"
        title = (article.title.strip() if article else "") or self._interface.text(key)
        note = paragraphs(one.entry.note, "")
        return ShownEntry(number, one, article, title, note, self._remark(one), self._comparison(one))

    def _remark(self, one: EntryState) -> str:
        if one.withdrawn_at is not None:
            return self._interface.text("collection_withdrawn", date=self._interface.date(one.withdrawn_at))
        keys = {State.CORRECTED: "collection_corrected", State.MISSING: "collection_missing"}
        return self._interface.text(keys[one.state]) if one.state in keys else ""

    def _comparison(self, one: EntryState) -> str:
        """The address of the comparison of the text that was collected with that of now; empty without a difference."""
        article, before = one.article, one.entry.revision
        if one.state is not State.CORRECTED or article is None or not 0 < before < article.revision:
            return ""
        return self._links.comparison(article.id, before, article.revision)

    @property
    def documents(self) -> tuple[Download, ...]:
        """The documents for readers; none if no export may run."""
        if not current_slots().count:
            return ()
        return tuple(Download(form.label, form.media_type, self._address(form.ending)) for form in DOCUMENTS)

    @property
    def short_documents(self) -> tuple[Download, ...]:
        """The documents with the leads of the articles only."""
        return tuple(
            Download(one.label, one.media_type, f"{one.address}{'&' if '?' in one.address else '?'}text=lead")
            for one in self.documents
        )

    @property
    def downloads(self) -> tuple[Download, ...]:
        """The formats of other programs."""
        return tuple(
            Download(
                self._interface.text("format_text") if form.name == "text" else form.label or form.name,
                form.media_type,
                self._address(form.ending),
            )
            for form in current_slots().formats
        )

    def _address(self, ending: str) -> str:
        return self._links.place("collections.export", collection_id=self.collection.id, ending=ending)

    @property
    def address(self) -> str:
        """The absolute address of the page."""
        return url_for("collections.collection", collection_id=self.collection.id, _external=True)
