"""How two texts differ, word by word.

Both texts are cut into pieces: a word with the signs and spaces after it. Words are compared folded, so
that marks and variants of letters are no difference, or whole pieces as written. The pieces that both texts have in the
same order are found by patience diff: runs of three words that occur once in each text are matched first,
then what lies between them, as `difflib` does (Bram Cohen, "Patience Diff Advantages", 2010).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from newsarchive.arabic.tokens import folded_words, legible, spans

_RUN = 3
"""Words of a run that is matched first."""
_MOST_COMPARED = 4_000_000
"""The most pairs of words between two matched runs that `difflib` compares: about a second in the worst case."""


class Change(StrEnum):
    """What happened to a piece of text from the first text to the second."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive pieces with the same change, as written; what is the same, as the second text has it."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Differences:
    """The differences from one text to another: the runs in reading order, and how many words are the same.

    `before` and `after` are the numbers of words of the two texts.
    """

    runs: tuple[Run, ...]
    same: int
    before: int
    after: int

    @property
    def changes(self) -> int:
        """The number of runs that were removed or added."""
        return sum(run.change is not Change.SAME for run in self.runs)

    @property
    def share(self) -> float:
        """The share of the words of both texts that are the same, 0 to 1; of two empty texts, 1."""
        words = self.before + self.after
        return 2 * self.same / words if words else 1.0

    def paragraphs(self) -> Iterator[tuple[Run, ...]]:
        """The runs of each paragraph. A run over the end of a paragraph is in both; empty paragraphs are left out."""
        paragraph: list[Run] = []
        for line in _lines(self.runs):
            if line is None:
                if paragraph:
                    yield tuple(paragraph)
                paragraph = []
            elif line.text.strip():
                paragraph.append(line)
        if paragraph:
            yield tuple(paragraph)


def _lines(runs: Sequence[Run]) -> Iterator[Run | None]:
    """The runs line by line; None stands for the end of a paragraph."""
    for removed, added in _replaced(runs):
        old, new = removed.text.split("\n"), added.text.split("\n")
        # Where the end of a paragraph was written anew, it still is one end.
        ends_both = len(old) > 1 and len(new) > 1
        if ends_both:
            yield from (Run(removed.change, old[0]), Run(added.change, new[0]), None)
        yield from _broken(removed.change, old[1:-1] if ends_both else old)
        if ends_both:
            yield None
        yield from _broken(added.change, new[1:-1] if ends_both else new)
        if ends_both:
            yield from (None, Run(removed.change, old[-1]), Run(added.change, new[-1]))


def _replaced(runs: Sequence[Run]) -> Iterator[tuple[Run, Run]]:
    """What was removed together with what was added in its place, and each other run with an empty one."""
    rest = list(reversed(runs))
    while rest:
        run = rest.pop()
        is_replaced = run.change is Change.REMOVED and rest and rest[-1].change is Change.ADDED
        yield run, rest.pop() if is_replaced else Run(Change.SAME, "")


def _broken(change: Change, lines: Sequence[str]) -> Iterator[Run | None]:
    for number, line in enumerate(lines):
        if number:
            yield None
        yield Run(change, line)


def differences(before: str, after: str, *, exactly: bool = False) -> Differences:
    """Return the differences from `before` to `after`.

    With `exactly`, words are compared as written, and so are the signs after them; only the number of blanks and ends
    of lines makes no difference.
    """
    old, new = _Pieces.of(before, exactly=exactly), _Pieces.of(after, exactly=exactly)
    blocks = list(_blocks(old.words, new.words))
    runs: list[Run] = []
    at_old = at_new = 0
    for start_old, start_new, length in (*blocks, (len(old.words), len(new.words), 0)):
        _add(runs, Change.REMOVED, old.text(at_old, start_old))
        _add(runs, Change.ADDED, new.text(at_new, start_new))
        _add(runs, Change.SAME, new.text(start_new, start_new + length))
        at_old, at_new = start_old + length, start_new + length
    return Differences(tuple(runs), sum(length for _, _, length in blocks), len(old.words), len(new.words))


def _add(runs: list[Run], change: Change, text: str) -> None:
    if not text:
        return
    if runs and runs[-1].change is change:
        text = runs.pop().text + text
    runs.append(Run(change, text))


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A text in pieces: the word of each piece as it is compared, and where each piece begins."""

    whole: str
    words: tuple[str, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str, *, exactly: bool) -> "_Pieces":
        readable = legible(text)
        found = list(spans(readable))
        # What stands before the first word belongs to it.
        starts = (0, *(start for start, _ in found[1:]))[: len(found)]
        if exactly:
            ends = (*starts[1:], len(text))[: len(starts)]  # a text without words has no pieces
            words = tuple(" ".join(text[start:end].split()) for start, end in zip(starts, ends, strict=True))
        else:
            words = tuple(" ".join(folded_words(readable[start:end])) for start, end in found)
        return cls(text, words, starts)

    def text(self, first: int, last: int) -> str:
        """The text of the pieces `first` to `last - 1`."""
        if first >= last:
            return ""
        return self.whole[self.starts[first] : self.starts[last] if last < len(self.starts) else len(self.whole)]


_Block = tuple[int, int, int]
"""Words that both texts have: where they begin in each, and how many they are."""


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[_Block]:
    """The common blocks in order, each as long as possible."""
    at_old = at_new = 0
    for start_old, start_new in (*_anchors(old, new), (len(old), len(new))):
        if start_old < at_old or start_new < at_new:
            continue
        yield from _between(old[at_old:start_old], new[at_new:start_new], at_old, at_new)
        length = _common(old, new, start_old, start_new)
        if length:
            yield start_old, start_new, length
        at_old, at_new = start_old + length, start_new + length


def _common(old: Sequence[str], new: Sequence[str], at_old: int, at_new: int) -> int:
    length = 0
    while at_old + length < len(old) and at_new + length < len(new) and old[at_old + length] == new[at_new + length]:
        length += 1
    return length


def _between(old: Sequence[str], new: Sequence[str], at_old: int, at_new: int) -> Iterator[_Block]:
    if not old or not new or len(old) * len(new) > _MOST_COMPARED:
        return
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        if block.size:
            yield at_old + block.a, at_new + block.b, block.size


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places in both texts of runs that occur once in each, as many as keep the same order in both."""
    places_old, places_new = _unique_runs(old), _unique_runs(new)
    pairs = [(place, places_new[run]) for run, place in places_old.items() if run in places_new]
    return _longest_increasing(pairs)


def _unique_runs(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    runs = [tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)]
    counts = Counter(runs)
    return {run: place for place, run in enumerate(runs) if counts[run] == 1}


def _longest_increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence whose second places increase too; the first places already do."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        before.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(place)
            ends.append(number)
        else:
            tails[at], ends[at] = place, number
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
