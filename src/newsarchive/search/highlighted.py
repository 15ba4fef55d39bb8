"""Text of which some words are highlighted."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Highlighted:
    """Original text and the character ranges `[start, end)` of the whole words that matched, in order."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def runs(self) -> Iterator[tuple[str, bool]]:
        """The text in runs, each with a flag that says whether it is highlighted."""
        at = 0
        for start, end in self.marks:
            if at < start:
                yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        if at < len(self.text):
            yield self.text[at:], False

    def paragraphs(self) -> Iterator["Highlighted"]:
        """The non-empty lines, stripped of surrounding whitespace. A mark never spans two lines."""
        at = 0
        for line in self.text.split("\n"):
            if text := line.strip():
                start = at + line.index(text)
                inside = self.marks[bisect_left(self.marks, (start,)) : bisect_left(self.marks, (start + len(text),))]
                yield Highlighted(text, tuple((first - start, last - start) for first, last in inside))
            at += len(line) + 1
