"""Where the words of a query are in a text, by the same folding and stems as the index."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import Token, tokenize
from newsarchive.search.query import Form, Node, Phrase, Word, positive_leaves


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A leaf of the query, by number, at `[start, end)` of a text: the tokens `first` to `last`."""

    start: int
    end: int
    leaf: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its tokens, and what of a query occurs in it, in the order in which it begins."""

    text: str
    tokens: Sequence[Token]
    occurrences: Sequence[Occurrence]

    def marks(self) -> tuple[tuple[int, int], ...]:
        """The ranges of the words in any occurrence, ascending, each once.

        A word can be in several occurrences, and a ligature is several words.
        """
        ranges: dict[tuple[int, int], None] = {}
        done = 0
        for occurrence in self.occurrences:
            for token in self.tokens[max(done, occurrence.first) : occurrence.last + 1]:
                ranges[token.start, token.end] = None
            done = max(done, occurrence.last + 1)
        return tuple(ranges)

    def within(self, start: int, end: int) -> "Reading":
        """The same text with only what occurs in a part of it."""
        inside = [occurrence for occurrence in self.occurrences if start <= occurrence.start and occurrence.end <= end]
        return replace(self, occurrences=inside)


def leaves_of(node: Node) -> tuple[Word | Phrase, ...]:
    """The words and phrases that a hit may have, each once; a leaf's place here is its number."""
    return tuple(dict.fromkeys(positive_leaves(node)))


class Finder:
    """Numbered leaves of a query, arranged so that one pass over the tokens of a text finds them all."""

    def __init__(self, leaves: Iterable[tuple[int, Word | Phrase]]) -> None:
        self._stems: defaultdict[str, list[int]] = defaultdict(list)
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._prefixes: list[tuple[str, int]] = []
        self._phrases: defaultdict[str, list[tuple[list[str], int]]] = defaultdict(list)
        for number, leaf in leaves:
            match leaf:
                case Phrase(words):
                    self._phrases[words[0]].append((list(words), number))
                case Word(text, Form.STEM):
                    self._stems[stem(text)].append(number)
                case Word(text, Form.EXACT):
                    self._exact[text].append(number)
                case Word(text, Form.PREFIX):
                    self._prefixes.append((text, number))
        self._leaves_of: dict[str, tuple[int, ...]] = {}

    def read(self, text: str) -> Reading:
        """A text with all that occurs in it."""
        tokens = list(tokenize(text))
        return Reading(text, tokens, self._find(tokens))

    def _find(self, tokens: Sequence[Token]) -> list[Occurrence]:
        found: list[Occurrence] = []
        texts = [token.text for token in tokens]
        for at, token in enumerate(tokens):
            leaves = self._leaves_of.get(token.text)
            if leaves is None:
                leaves = self._leaves_of[token.text] = self._leaves(token.text)
            found.extend(Occurrence(token.start, token.end, leaf, at, at) for leaf in leaves)
            for words, leaf in self._phrases.get(token.text, ()):
                last = at + len(words) - 1
                if texts[at : last + 1] == words:
                    found.append(Occurrence(token.start, tokens[last].end, leaf, at, last))
        return found

    def _leaves(self, word: str) -> tuple[int, ...]:
        """The numbers of the leaves that a folded word answers on its own."""
        word_stem = stem(word)
        prefixed = (leaf for prefix, leaf in self._prefixes if word.startswith(prefix) or word_stem.startswith(prefix))
        return (*self._stems.get(word_stem, ()), *self._exact.get(word, ()), *prefixed)
