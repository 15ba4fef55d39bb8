"""Fold results: of each group of copies, or of each story, a page lists only the best-ranked article.

The ranking doesn't change and neither does the total: folding decides which of the ranked articles a page
lists. Whatever the page, it goes through the ranking from its start, so that no group is on two pages.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from newsarchive.search.door import Fold, Folded
from newsarchive.search.engine import Snapshot
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.stories.group_queries import GroupInfo, Kind

_KINDS: dict[Fold, Kind] = {Fold.COPIES: "copies", Fold.STORIES: "stories"}
_DEEPER = 4
"""By which factor more of the ranking is computed if what there is has too few groups."""
_AT_ONCE = 200
"""Articles whose groups are looked up together."""


class GroupLookup(Protocol):
    """Says which articles belong together. `stories.groups.Groups` is one."""

    def groups_of(self, article_ids: Collection[str], kind: Kind) -> Mapping[str, GroupInfo]:
        """The group of each article that is in one of this kind. Articles in none are left out."""
        ...


def folds(groups: GroupLookup, ids: Collection[str], fold: Fold) -> dict[str, Folded]:
    """What each of these articles stands for if it is listed. Articles in no group are left out."""
    found = groups.groups_of(ids, _KINDS[fold])
    return {
        one: Folded(info.group, info.members - 1, info.elsewhere, is_one_source=info.sources == 1)
        for one, info in found.items()
    }


@dataclass(frozen=True, slots=True)
class FoldedRows:
    """The rows of one page: ids with their scores, their groups, and whether more rows follow."""

    listed: list[tuple[str, float]]
    groups: Mapping[str, Folded]
    continues: bool


def folded_rows(
    snapshot: Snapshot,
    ranking: Ranking,
    deeper: Callable[[int], Ranking],
    lookup: Callable[[Sequence[str]], Mapping[str, Folded]],
    rows: slice,
) -> FoldedRows:
    """Return the rows of a page whose groups are folded.

    `deeper` ranks again, to the given depth. `lookup` returns the groups of articles.
    """
    best: list[tuple[str, float]] = []
    groups: dict[str, Folded] = {}
    seen: set[str] = set()
    for row, found in _with_groups(snapshot, ranking, deeper, lookup):
        if found is not None:
            if found.group in seen:
                continue
            seen.add(found.group)
            groups[row[0]] = found
        best.append(row)
        if len(best) > rows.stop:
            break
    return FoldedRows(best[rows], groups, len(best) > rows.stop)


def _with_groups(
    snapshot: Snapshot,
    ranking: Ranking,
    deeper: Callable[[int], Ranking],
    lookup: Callable[[Sequence[str]], Mapping[str, Folded]],
) -> Iterator[tuple[tuple[str, float], Folded | None]]:
    """Yield the ranked articles with their groups, ranking deeper as long as more are wanted."""
    at = 0
    while at < ranking.total:
        if at >= len(ranking.documents):
            known = len(ranking.documents)
            ranking = deeper(max(_AT_ONCE, _DEEPER * known))
            if len(ranking.documents) <= known:
                return
        part = slice(at, min(at + _AT_ONCE, len(ranking.documents)))
        ids = snapshot.ids(ranking.documents[part].tolist())
        found = lookup(ids)
        for article_id, score in zip(ids, ranking.scores[part].tolist(), strict=True):
            yield (article_id, score), found.get(article_id)
        at = part.stop
