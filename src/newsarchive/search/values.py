"""The values of fields in one generation of an index: what `source:`, `topic:`, `section:` and `url:` find."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from newsarchive.arabic.tokens import words
from newsarchive.archive import Archive
from newsarchive.archive.parts import arrival_number
from newsarchive.canonical_url import host_of
from newsarchive.errors import CursorGone, IndexOutdated
from newsarchive.identity import article_address, is_web_url
from newsarchive.search.door import FURTHER_FACETS, Arrival, Facet, Facets, Notice, SearchRequest, Spread
from newsarchive.search.engine import Selection, Snapshot
from newsarchive.search.language.context import Context
from newsarchive.search.language.names import CATEGORIES, FoldedNames, Names, with_values
from newsarchive.search.language.query import Attribute, Named, Node, OneOf, Unreadable, leaves
from newsarchive.search.language.understanding import NAMED
from newsarchive.search.scoring.tree import Adjacent, Field
from newsarchive.wording import worded

_AFTER_AN_ADDRESS = ".,،;؛:!?؟)]»>'\""
"""Signs that are pasted along with an address."""
_MOST_AUTHORS = 50
"""The most names of authors of several words that one search looks up: each takes as long as a phrase."""
_UNKNOWN = {
    Attribute.SOURCE: Notice.UNKNOWN_SOURCE,
    Attribute.TOPIC: Notice.UNKNOWN_TOPIC,
    Attribute.ASSIGNED: Notice.UNKNOWN_TOPIC,
    Attribute.SECTION: Notice.UNKNOWN_SECTION,
    Attribute.URL: Notice.UNKNOWN_ADDRESS,
    Attribute.SITE: Notice.UNKNOWN_ADDRESS,
}
_FURTHER = {
    Facet.AUTHOR: (Field.AUTHORS, Notice.UNKNOWN_AUTHOR),
    Facet.PUBLISHER: (Field.PUBLISHER, Notice.UNKNOWN_PUBLISHER),
    Facet.LANGUAGE: (Field.LANGUAGE, Notice.UNKNOWN_LANGUAGE),
}
"""The fields of further facets, and what tells that a value is unknown."""
_OWN_PAGE = re.compile(r"[^?#]*/article/([a-z2-7]{16})/?(?:[?#].*)?")
"""The address of the page of an article in an archive."""


class Values:
    """The values that a snapshot of an archive's index has. For one search, which counts `facets` in addition."""

    def __init__(self, snapshot: Snapshot, archive: Archive, names: Names, facets: tuple[Facet, ...] = ()) -> None:
        self._facets = facets
        self._snapshot = snapshot
        self._archive = archive
        self._names = names
        # Not `functools.cache`: with a bound method it would make a cycle, which keeps replaced index files open.
        self._finds: dict[tuple[Attribute, str], OneOf | None] = {}
        self._knows: dict[tuple[Attribute, str], bool] = {}
        self._authors_left = _MOST_AUTHORS
        self.asked_archive = False
        """Whether anything was looked up in the archive itself, which may change before the index does."""

    def context(self, today: date) -> Context:
        """The context in which a query is understood."""
        return Context(today, self._known)

    def _known(self, attribute: Attribute, value: str) -> bool:
        key = attribute, value
        if key not in self._knows:
            self._knows[key] = self._is_known(attribute, value)
        return self._knows[key]

    def _found(self, attribute: Attribute, value: str) -> OneOf | None:
        key = attribute, value
        if key not in self._finds:
            self._finds[key] = self._find(attribute, value)
        return self._finds[key]

    def _is_known(self, attribute: Attribute, value: str) -> bool:
        """Whether the archive, or a table, has a value."""
        match attribute:
            case Attribute.SOURCE:
                return self._names.knows_source(value)
            case attribute if attribute in CATEGORIES:
                return self._names.knows_category(value)
            case Attribute.AUTHOR:
                return self._has_author(value)
            case Attribute.ID:
                return self._snapshot.occurs(Field.ID, value)
            case _:
                return self._found(attribute, value) is not None

    def _has_author(self, value: str) -> bool:
        """Whether these words are next to each other in the name of an author."""
        named = tuple(words(value))
        if not named or not all(self._snapshot.occurs(Field.AUTHOR_WORDS, word) for word in named):
            return False
        if len(named) == 1:
            return True
        self._authors_left -= 1
        tree = Adjacent(Field.AUTHOR_WORDS, named)
        return self._authors_left >= 0 and self._snapshot.finds(tree)

    def _find(self, attribute: Attribute, value: str) -> OneOf | None:
        """The values in the index that a typed value stands for."""
        match attribute:
            case Attribute.TOPIC:
                return self._names.topic_values(value)
            case Attribute.ASSIGNED:
                found = self._names.topic_values(value)
                return OneOf(attribute, found.values) if found and found.attribute is Attribute.TOPIC else None
            case Attribute.SECTION:
                return self._names.section_values(value)
            case _:
                values = self._values(attribute, value)
                return OneOf(Attribute.ID if attribute is Attribute.URL else attribute, values) if values else None

    def _values(self, attribute: Attribute, value: str) -> tuple[str, ...]:
        match attribute:
            case Attribute.SOURCE:
                return self._names.source_values(value)
            case Attribute.URL:
                return tuple(self._ids_at(value))
            case Attribute.SITE:
                host = host_of(value if is_web_url(value) else f"https://{value.removeprefix('*').lstrip('.')}")
                return (host,) if host and self._snapshot.occurs(Field.SITE, host) else ()
            case _:
                return (value,)

    def _ids_at(self, url: str) -> Iterable[str]:
        """The id of the article at an address or with a copy there, in any form that counts as the same address.

        The page of an article in an archive is such an address, too.
        """
        if (own := _OWN_PAGE.fullmatch(url.rstrip(_AFTER_AN_ADDRESS))) and self._snapshot.occurs(Field.ID, own[1]):
            return (own[1],)
        self.asked_archive = True
        # A fragment can name an article of its own, but mostly names a place on its page.
        page = url.partition("#")[0]
        for typed in dict.fromkeys((url, url.rstrip(_AFTER_AN_ADDRESS), page)):
            address = article_address(typed if is_web_url(typed) else f"https://{typed}")
            if not address:
                continue
            catalogue = self._archive.catalogue
            for found in (catalogue.id_at_address(address), catalogue.id_of_copy_at(address)):
                if found is not None and self._snapshot.occurs(Field.ID, found):
                    return (found,)
        return ()

    def replaced(self, node: Node) -> Node:
        """The tree with the values in the index; see `with_values`."""
        return with_values(node, self._found)

    def subjects(self, node: Node, request: SearchRequest) -> dict[Notice, tuple[str, ...]]:
        """The names and addresses that the archive doesn't have, and the dates that can't be read."""
        found: dict[Notice, list[str]] = {}
        for notice, value in self._unknown_filters(request):
            found.setdefault(notice, []).append(value)
        for leaf in leaves(node):
            match leaf:
                case Unreadable(value):
                    found.setdefault(Notice.UNREADABLE_DATE, []).append(value)
                case Named(attribute, value) if attribute in _UNKNOWN and not self._found(attribute, value):
                    found.setdefault(_UNKNOWN[attribute], []).append(value)
        return {notice: tuple(dict.fromkeys(values)) for notice, values in found.items()}

    def _unknown_filters(self, request: SearchRequest) -> Iterator[tuple[Notice, str]]:
        """The names in the filters that the archive doesn't have."""
        names = self._names
        for source in request.sources:
            if source not in names.sources:
                yield Notice.UNKNOWN_SOURCE, source
        for topic in request.topics:
            if names.topic_values(topic) is None:
                yield Notice.UNKNOWN_TOPIC, topic
        for section in request.sections:
            if not any(name in names.sections for name in names.filters((), (section,)).sections):
                yield Notice.UNKNOWN_SECTION, section
        for facet, values in _further_filters(request).items():
            for value in values:
                if value not in self._further(facet):
                    yield _FURTHER[facet][1], value

    def shown(self, request: SearchRequest) -> SearchRequest:
        """The request with the spellings under which the facets show its values.

        A topic that is a section, such as the world, filters by section.
        """
        if not any(getattr(request, part) for part in NAMED):
            return request
        names = self._names
        filters = names.filters(request.topics, request.sections)
        return replace(
            request,
            sources=names.sources.shown_all(request.sources),
            topics=names.topics.shown_all(filters.topics),
            sections=names.sections.shown_all(filters.sections),
            authors=self._shown(Facet.AUTHOR, request.authors),
            publishers=self._shown(Facet.PUBLISHER, request.publishers),
            languages=self._shown(Facet.LANGUAGE, request.languages),
        )

    def selection(self, request: SearchRequest) -> Selection:
        """The filters, order and depth of a `shown` request, with all spellings of its sources, topics and sections."""
        sources, topics, sections = self._names.sources, self._names.topics, self._names.sections
        return Selection(
            sources=tuple(value for name in request.sources for value in sources.values(name) or (name,)),
            topics=tuple(value for name in request.topics for value in topics.values(name) or (name,)),
            sections=tuple(value for name in request.sections for value in sections.values(name) or (name,)),
            authors=self._folded(Facet.AUTHOR, request.authors),
            publishers=self._folded(Facet.PUBLISHER, request.publishers),
            languages=self._folded(Facet.LANGUAGE, request.languages),
            topic_kind=request.topic_kind,
            date_from=request.date_from,
            date_to=request.date_to,
            arrived_before=self._arrival_number(request.arrived_before),
            arrived_after=self._arrival_number(request.arrived_after),
            order=request.order,
            depth=request.page * request.limit,
            facets=self._facets,
        )

    def _shown(self, facet: Facet, names: tuple[str, ...]) -> tuple[str, ...]:
        return self._further(facet).shown_all(names) if names else ()

    def _folded(self, facet: Facet, names: tuple[str, ...]) -> tuple[str, ...]:
        return self._further(facet).folded(names) if names else ()

    def _further(self, facet: Facet) -> FoldedNames:
        """The authors, publishers or languages."""
        return self._names.further(facet, lambda: self._snapshot.values(_FURTHER[facet][0]))

    def _arrival_number(self, arrival: Arrival | None) -> int | None:
        """The arrival number, in the snapshot, of a place in the order of arrival.

        After a purge, lines have other numbers. The number of a cursor then comes from where its article is now.
        Raises CursorGone if the article was purged or isn't at this place, as in another archive, and IndexOutdated
        as long as the index has older numbers.
        """
        if arrival is None:
            return None
        generation = self._archive.identity.generation
        position = self._archive.first_position(arrival.article_id)
        if arrival.generation == self._snapshot.archive_generation:
            is_comparable = arrival.generation == generation == self._archive.identity.generation
            if is_comparable and (position is None or arrival_number(position) != arrival.number):
                raise CursorGone(
                    worded(
                        "the archive doesn't have {article_id!r} at this place: begin again",
                        article_id=arrival.article_id,
                    )
                )
            return arrival.number
        if position is None or arrival.article_id in self._archive.purged_since(arrival.generation):
            raise CursorGone(
                worded("the page ended at {article_id!r}, which was purged: begin again", article_id=arrival.article_id)
            )
        if not self._snapshot.archive_generation == generation == self._archive.identity.generation:
            raise IndexOutdated(worded("articles were purged since the index was built"))
        return arrival_number(position)

    def arrival(self, document: int, number: int) -> Arrival:
        """The place of an article in the order of arrival, given its document number and its arrival number."""
        return Arrival(self._snapshot.archive_generation, number, self._snapshot.ids([document])[0])

    def merged(self, facets: Facets) -> Facets:
        """The facets with one count for all spellings of a name."""
        names = self._names
        return replace(
            facets,
            source=names.sources.merged(facets.source),
            topic=names.topics.merged(facets.topic),
            section=names.sections.merged(facets.section),
            assigned=names.topics.merged(facets.assigned),
            **{facet.value: self._further(facet).merged(facets.of(facet)) for facet in self._facets},
        )

    def merged_spreads(self, facet: Facet, spreads: Mapping[str, Spread]) -> Mapping[str, Spread]:
        """The spreads with one for all spellings of a name, those with most articles first."""
        names = self._names
        of_facet = {Facet.SOURCE: names.sources, Facet.TOPIC: names.topics, Facet.SECTION: names.sections}
        shown = self._further(facet).shown if facet in FURTHER_FACETS else of_facet[facet].shown
        parts: defaultdict[str, list[Spread]] = defaultdict(list)
        for value, spread in spreads.items():
            parts[shown(value)].append(spread)
        merged = {name: Spread.sum(of_name) for name, of_name in parts.items()}
        return dict(sorted(merged.items(), key=lambda one: (-one[1].total, one[0])))


def _further_filters(request: SearchRequest) -> dict[Facet, tuple[str, ...]]:
    """The authors, publishers and languages that a request filters by."""
    return {
        Facet.AUTHOR: request.authors,
        Facet.PUBLISHER: request.publishers,
        Facet.LANGUAGE: request.languages,
    }
