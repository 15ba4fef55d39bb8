"""One generation of an index, open for searching. It implements `search.engine.Snapshot`."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import date
from functools import reduce

from newsarchive.search.door import Facet, Spread
from newsarchive.search.engine import Selection, WordList
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.scoring.tree import Field, Scored
from newsarchive.search.whoosh_index.querying.evaluation import any_matches, count_days, evaluate
from newsarchive.search.whoosh_index.querying.open_segment import article_ids, condensed_words, open_segments
from newsarchive.search.whoosh_index.querying.segment_query import in_both
from newsarchive.search.whoosh_index.querying.spreading import spreads
from newsarchive.search.whoosh_index.querying.translation import translate
from newsarchive.search.whoosh_index.querying.vocabulary import (
    SegmentWords,
    documents_with,
    live_frequency,
    most_frequent,
    value_counts,
)
from newsarchive.search.whoosh_index.storage.allocation import keep_freed_memory
from newsarchive.search.whoosh_index.storage.folder import Build


class WhooshSnapshot:
    """The segments of one commit."""

    def __init__(
        self,
        build: Build,
        identity: Hashable,
        purged: Collection[str] = (),
        *,
        archive_generation: int = 0,
        committed_at: int = 0,
    ) -> None:
        """Open a commit of a build for an archive with this identity; articles with `purged` ids count as deleted.

        `archive_generation` is that of the archive that was indexed, and `committed_at` the time of the commit.
        Raises FileNotFoundError and IndexDamaged.
        """
        self.is_local = True
        self.archive_generation = archive_generation
        self.committed_at = committed_at
        keep_freed_memory()
        self._generation = build, identity
        self._segments = open_segments(build, purged)

    @property
    def generation(self) -> Hashable:
        """Equal for two snapshots if and only if they see the same articles."""
        return self._generation

    @property
    def articles(self) -> int:
        """The number of articles."""
        return sum(segment.documents - len(segment.deleted) for segment in self._segments)

    def occurs(self, field: Field, text: str) -> bool:
        """Whether any article has a term."""
        name = field.value
        for segment in self._segments:  # noqa: SIM110 - it is asked for dozens of forms of a word
            if segment.has(name, text):
                return True
        return False

    def frequencies(self, terms: Sequence[tuple[Field, str]]) -> list[int]:
        """The number of articles that have each term."""
        return [sum(live_frequency(segment, field.value, text) for segment in self._segments) for field, text in terms]

    def values(self, field: Field) -> Mapping[str, int]:
        """The values of a field of names, each with its number of articles. Raises ValueError for other fields."""
        return value_counts(self._segments, field.value)

    def frequent_words(self, prefix: str, count: int) -> list[tuple[str, int]]:
        """The most frequent words with a prefix, each with the number of articles that have it."""
        return most_frequent(self._segments, Field.EXACT.value, prefix, count)

    def word_lists(self) -> Sequence[WordList]:
        """All words, by segment."""
        found = ((segment, segment.field(Field.EXACT.value)) for segment in self._segments)
        return [SegmentWords(segment, postings) for segment, postings in found if postings is not None]

    def rank(self, tree: Scored, selection: Selection) -> Ranking:
        """The first matches in order, the exact number of matches, and the facet counts."""
        return evaluate(self._segments, translate(tree), selection)

    def finds(self, tree: Scored) -> bool:
        """Whether any article matches."""
        return any_matches(self._segments, translate(tree))

    def days(self, tree: Scored, selection: Selection) -> Mapping[date, int]:
        """The number of matches by day of publication, for the days that have any, in order."""
        return count_days(self._segments, translate(tree), selection)

    def spreads(self, tree: Scored, selection: Selection, facet: Facet) -> Mapping[str, Spread]:
        """How the matches spread over time, by value of a facet."""
        return spreads(self._segments, translate(tree), selection, facet)

    def counts_with(self, required: Sequence[tuple[Field, str]], terms: Sequence[tuple[Field, str]]) -> list[int]:
        """For each of `terms`, the number of articles that have it and all required terms."""
        found = reduce(in_both, (documents_with(self._segments, field.value, text) for field, text in required))
        others = (documents_with(self._segments, field.value, text) for field, text in terms)
        return [len(in_both(found, other)) for other in others]

    def ids_with(self, field: Field, text: str, count: int) -> list[str]:
        """The ids of the `count` most recently indexed articles that have a term, or of all if there are fewer."""
        return article_ids(self._segments, documents_with(self._segments, field.value, text)[-count:].tolist())

    def ids(self, documents: Sequence[int]) -> list[str]:
        """The ids of articles, given their numbers from a ranking."""
        return article_ids(self._segments, documents)

    def condensed(self, documents: Sequence[int]) -> list[bytes]:
        """The condensed words of articles, given their numbers from a ranking."""
        return condensed_words(self._segments, documents)
