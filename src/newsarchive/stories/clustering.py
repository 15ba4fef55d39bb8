"""Which story an article joins: clustering by average link, on plain data.

An article joins the story whose articles it is most similar to on average, if that is similar enough
and one of them was published within three days. Otherwise it opens a story. So a story lives as long
as it gets articles, and an article that comes years late finds the stories of its days.

The average link is the product of the article's vector with the sum of those of the story's
articles, divided by their number. Only stories are compared that share at least two of the strongest
stems: each block of days has an index of them.

Similar articles aren't always about one event. Three rules keep apart what is only of one kind, such
as market reports or accidents:

- One stem, such as a name, isn't enough: without the stem that adds most, enough must be left.
- An outlet writes its reports of one kind in the same words, so a story of one outlet demands more of
  that outlet's next article.
- Each day between the article and the story's nearest article demands more.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import repeat
from operator import mul

from newsarchive.stories.vectors import UNIT, Vector

DAYS = 3
"""The maximum number of days between an article and the nearest article of its story."""
MOST = 80
"""The maximum number of articles in a story."""
LINK = 0.26
"""The average link that is enough on the same day, in a story of several articles."""
LINK_OF_TWO = 0.28
"""The same for a story of one article."""
SAME_OUTLET = 0.08
"""What is added if all of the story's articles are of the article's outlet,"""
SAME_OUTLET_DAY = 0.02
"""and for each day between them."""
DAY = 0.03
"""What is added for each day between, whatever the outlet."""
REST = 0.7
"""The share of the demanded average link that must be left without the stem that adds most."""

NEAR_COPY = 0.75
"""The similarity of two articles that are in one story, whatever the average."""
INDEXED = 16
"""The number of an article's strongest stems by which stories are found."""
SHARED = 2
"""The minimum number of these that an article and a story share."""
COMPARED = 12
"""The maximum number of stories compared with an article, those that share most first."""
BLOCK = 4
"""The days of one block."""


def blocks_of(day: int) -> range:
    """The numbers of the blocks that have the days near a day."""
    return range((day - DAYS) // BLOCK, (day + DAYS) // BLOCK + 1)


class Block:
    """What is needed of the articles of some days: the story of each, which stories have a stem, and which article
    had a paragraph first."""

    def __init__(self) -> None:
        self.articles: dict[int, int] = {}
        self._lengths: dict[int, int] = {}
        self._stories: dict[int, int | set[int]] = {}
        self._owners: dict[int, int] = {}

    def add(self, number: int, story: int, stems: Iterable[int]) -> None:
        """Take in an article of a story, by its number and its strongest stems."""
        self.articles[number] = story
        stories = self._stories
        for stem in stems:
            known = stories.setdefault(stem, story)
            if known == story:
                continue
            if isinstance(known, set):
                known.add(story)
            else:
                # Most stems are those of one story, and a set takes ten times the memory of a number.
                stories[stem] = {known, story}

    def add_paragraphs(self, number: int, paragraphs: Iterable[int], words: int) -> None:
        """Take in the paragraphs of the article with this number, and the number of its words."""
        self._lengths[number] = words
        owners = self._owners
        for paragraph in paragraphs:
            if owners.setdefault(paragraph, number) > number:
                owners[paragraph] = number

    def words(self, number: int) -> int | None:
        """The number of words of an article."""
        return self._lengths.get(number)

    def owns_one(self, paragraphs: Iterable[int]) -> bool:
        """Whether an article has one of the paragraphs."""
        return not self._owners.keys().isdisjoint(paragraphs)

    def owner(self, paragraph: int) -> int | None:
        """The first article that has a paragraph."""
        return self._owners.get(paragraph)

    def count_shared(self, stems: Iterable[int], counts: Counter[int]) -> None:
        """Count for each story how many of some stems it has."""
        for stem in stems:
            found = self._stories.get(stem)
            if found is None:
                continue
            if isinstance(found, set):
                counts.update(found)
            else:
                counts[found] += 1


class Story:
    """A story as articles are compared with it: the sum of their vectors, their days and their outlets."""

    def __init__(self) -> None:
        self.size = 0
        self.days: set[int] = set()
        self.outlets: set[int] = set()
        self._sum: dict[int, int] = {}
        self._vectors: list[Vector] = []

    def add(self, day: int, outlet: int, vector: Vector) -> None:
        """Take in an article."""
        self.size += 1
        self.days.add(day)
        self.outlets.add(outlet)
        self._vectors.append(vector)
        total = self._sum
        for stem, weight in zip(*vector, strict=True):
            total[stem] = total.get(stem, 0) + weight

    def gap(self, day: int) -> int:
        """The number of days between a day and the nearest article."""
        return min(abs(day - other) for other in self.days)

    def takes(self, day: int) -> bool:
        """Whether an article of this day may join the story, if it is similar enough."""
        return self.size < MOST and self.gap(day) <= DAYS

    def links(self, vector: Vector) -> list[int]:
        """What each stem of an article adds to its average link, times `size * UNIT * UNIT`."""
        return list(map(mul, vector.weights, map(self._sum.get, vector.stems, repeat(0))))

    def link(self, day: int, outlet: int, vector: Vector) -> float:
        """How well an article fits: its average link, or 1 and more if it is a near copy of one; 0 if it doesn't."""
        if not self.takes(day):
            return 0.0
        products = self.links(vector)
        total = sum(products)
        if total >= NEAR_COPY * UNIT * UNIT and (nearest := self._nearest(vector)) >= NEAR_COPY:
            return 1 + nearest
        unit = UNIT * UNIT * self.size
        link = total / unit
        gap = self.gap(day)
        demanded = (LINK_OF_TWO if self.size == 1 else LINK) + DAY * gap
        if self.outlets == {outlet}:
            demanded += SAME_OUTLET + SAME_OUTLET_DAY * gap
        return link if link >= demanded and link - max(products) / unit >= REST * demanded else 0.0

    def _nearest(self, vector: Vector) -> float:
        """The highest similarity of an article with one of the story's articles."""
        get = dict(zip(*vector, strict=True)).get
        return max(
            sum(weight * get(stem, 0) for stem, weight in zip(*other, strict=True)) for other in self._vectors
        ) / (UNIT * UNIT)


def best_story(
    day: int, outlet: int, vector: Vector, blocks: Iterable[Block], story: Callable[[int], Story]
) -> int | None:
    """The number of the story that an article joins, of those in the blocks near its day; None if it opens one.

    The older of two equally similar stories is the better one.
    """
    counts: Counter[int] = Counter()
    strongest = vector.stems[:INDEXED]
    for block in blocks:
        block.count_shared(strongest, counts)
    shared = [(-count, number) for number, count in counts.items() if count >= SHARED]
    shared.sort()
    best, highest = None, 0.0
    for _, number in shared[:COMPARED]:
        link = story(number).link(day, outlet, vector)
        if link > highest or (link == highest and best is not None and number < best):
            best, highest = number, link
    return best
