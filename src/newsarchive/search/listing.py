"""All articles that a request finds, and their counts: what exports, alerts and batches need instead of a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.search.door import Facets, Notice, SearchRequest

_BATCH = 500
"""The number of articles that are read together."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The exact number of articles that a request finds, and the counts of its facets.

    `request` has the sources, topics and sections as the facets show them. `notices` say how it was understood, and
    `subjects` what they are about, as in `SearchResults`.
    """

    request: SearchRequest
    total: int
    facets: Facets
    notices: tuple[Notice, ...] = ()
    subjects: Mapping[Notice, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """The articles that a request finds, in its order, as one generation of the index has them.

    `total` is the number of all of them, `ids` are those of the first ones that were asked for.
    """

    total: int
    ids: Sequence[str]
    archive: Archive

    def articles(self) -> Iterator[Article]:
        """The latest revisions, read as they are needed. Articles that were withdrawn meanwhile are left out.

        An article whose line is damaged is left out, too, and logged.
        """
        for start in range(0, len(self.ids), _BATCH):
            ids = self.ids[start : start + _BATCH]
            found = self.archive.get_many(ids)
            yield from (found[article_id] for article_id in ids if article_id in found)
