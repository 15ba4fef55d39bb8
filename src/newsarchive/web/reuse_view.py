"""The pages about reused texts as plain data: passages next to each other, with what differs marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsarchive.arabic.tokens import Span
from newsarchive.article import Article
from newsarchive.search import Highlighted
from newsarchive.stories.reuse import MOST_WORDS, Reuse, Reused, SharedPassage, word_count
from newsarchive.tables import Tables
from newsarchive.web.invalid_parameter import InvalidParameter, Problem

SHOWN_ARTICLES = 50
"""Articles on a page of reused texts."""
SHOWN_ON_ARTICLE = 5
"""Articles with shared passages on the page of an article; a page of its own has them all."""
_LONGEST_RUN = 320
"""Characters of equal text that are shown in full; of a longer run, the beginning and the end."""
_QUOTED = 200
"""Characters of a passage that is quoted on the page of an article."""


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage in the text and in the article, each with the words marked that differ from the other."""

    ours: Highlighted
    theirs: Highlighted
    words: int

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not self.ours.marks and not self.theirs.marks


@dataclass(frozen=True, slots=True)
class ShownReuse:
    """An article, under the names that the tables give, with its passages. `copy_of` is an article listed before."""

    article: Article
    passages: tuple[ShownPassage, ...]
    words: int
    copy_of: Article | None

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs in any passage."""
        return all(passage.is_equal for passage in self.passages)


def checked_text(text: str) -> str:
    """A text to look up, as it is. Raises InvalidParameter if it has no words or too many."""
    count = word_count(text)
    if count > MOST_WORDS:
        raise InvalidParameter("text", f"{count:,}", Problem.WORDS)
    if not count:
        raise InvalidParameter("text", "", Problem.NO_TEXT)
    return text


def shown(text: str, reused: Reused, tables: Tables) -> tuple[ShownReuse, ...]:
    """The articles with their passages next to those of the text."""
    articles = {reuse.article.id: tables.renamed(reuse.article) for reuse in reused.articles}
    return tuple(
        ShownReuse(
            articles[reuse.article.id],
            tuple(_passage(text, reuse.article.body, passage) for passage in reuse.passages),
            reuse.words,
            articles.get(reuse.copy_of) if reuse.copy_of else None,
        )
        for reuse in reused.articles
    )


def quotation(text: str, reuse: Reuse) -> str:
    """The longest passage of an article, cut between words if it is long, on one line."""
    passage = max(reuse.passages, key=lambda each: each.words)
    quoted = " ".join(text[slice(*passage.in_text)].split())
    return quoted if len(quoted) <= _QUOTED else quoted[:_QUOTED].rpartition(" ")[0] + " …"


def _passage(text: str, article: str, passage: SharedPassage) -> ShownPassage:
    ours = _marked(text, [ours for ours, _ in passage.equal])
    theirs = _marked(article, [theirs for _, theirs in passage.equal])
    return ShownPassage(ours, theirs, passage.words)


def _marked(text: str, equal: Sequence[Span]) -> Highlighted:
    """A passage on one line, with the words between the equal runs marked."""
    parts: list[str] = []
    marks: list[Span] = []
    length = 0
    for piece, differs in _pieces(text, equal):
        if differs:
            marks.append((length, length + len(piece)))
        parts.append(piece)
        length += len(piece)
    return Highlighted("".join(parts), tuple(marks))


def _pieces(text: str, equal: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """The parts of a passage, and whether each differs from the other text. Spaces and punctuation don't."""
    yield _shortened(text[slice(*equal[0])]), False
    for (_, before), (after, end) in pairwise(equal):
        between = text[before:after]
        places = [place for place, character in enumerate(between) if character.isalnum()]
        if places:
            first, last = places[0], places[-1] + 1
            yield _on_one_line(between[:first]), False
            yield _on_one_line(between[first:last]), True
            between = between[last:]
        yield _on_one_line(between), False
        yield _shortened(text[after:end]), False


def _shortened(run: str) -> str:
    if len(run) <= _LONGEST_RUN:
        return _on_one_line(run)
    half = _LONGEST_RUN // 2
    return _on_one_line(run[:half].rpartition(" ")[0] + " […] " + run[-half:].partition(" ")[2])


def _on_one_line(text: str) -> str:
    return "".join(" " if character.isspace() else character for character in text)
