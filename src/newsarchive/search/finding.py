"""Finds what a request asks for: reads the query, ranks the articles, and tries looser readings if allowed.

The readings are tried in this order until one finds anything:

1. as asked: all of the words, or any of them; the parts of a chunk together;
2. the parts of a chunk anywhere in the article;
3. any of the words, together if they are a chunk;
4. any of the words, each part of a chunk by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from operator import or_

from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.search.door import Facet, Match, Notice, SearchRequest, Sort, Spread
from newsarchive.search.engine import Selection, Snapshot
from newsarchive.search.language.expansion import Expanded, expand
from newsarchive.search.language.query import (
    AllOf,
    AnyOf,
    Condition,
    Form,
    Leaf,
    Most,
    Node,
    Not,
    Phrase,
    Translated,
    Word,
    as_typed,
    positive_leaves,
    translations,
    with_children,
)
from newsarchive.search.language.readings import loosened, with_lone_letters_read, with_particles_allowed
from newsarchive.search.language.understanding import understand
from newsarchive.search.language.word_forms import WordForms
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.scoring.reranking import RERANKED, rerank, reranker_for
from newsarchive.search.scoring.statistics import idf_of, inverse_document_frequency
from newsarchive.search.scoring.tree import Constant, Field, Scored
from newsarchive.search.scoring.weighing import adjacent, scored_terms, term_of, weigh
from newsarchive.search.translating.translator import Translator
from newsarchive.search.values import Values

_FEWEST_WORDS = 3
"""Of two words, one is not most of them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a request found: the query as understood and expanded, the match mode used, the ranking, and notices.

    `letters` are the lone letters that were read as part of the next word, each with that word.
    """

    node: Node
    expanded: Expanded
    match: Match
    ranking: Ranking
    notices: tuple[Notice, ...]
    letters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Searcher:
    """Searches one snapshot."""

    snapshot: Snapshot
    word_forms: WordForms
    values: Values
    today: date
    translator: Translator | None = None

    def find(self, request: SearchRequest) -> Found:
        """Return the hits of a request. A looser one gets looser readings if there are none."""
        found = self._read(request, request.match)
        if request.match is Match.ALL and not request.requires_all and _has_only_translations(found.expanded.node):
            found = self._read(request, Match.ANY, Notice.TRANSLATED_ANY)
        if found.ranking.total or not request.looser:
            return found
        for reading in self._looser(request, found):
            if reading.ranking.total:
                return reading
        return found

    def _read(self, request: SearchRequest, match: Match, *said: Notice, apart: bool = False) -> Found:
        """Read the query with this match mode, and if `apart`, chunks as their parts. `said` are further notices."""
        understood, notices = understand(request.text, match, self.values.context(self.today))
        letters: list[tuple[str, str]] = []
        node = with_lone_letters_read(
            self.values.replaced(understood), self._is_there, lambda *joined: letters.append(joined)
        )
        if apart:
            node = loosened(node, AllOf if match is request.match else AnyOf)
        if self.translator is not None and request.translate:
            node = self.translator.translated(node, request.text)
            if any(one.is_weaker for one in translations(node)):
                said = (*said, Notice.TRANSLATED_WEAKLY)
        expanded = expand(node, self.word_forms, request.text)
        expanded = replace(expanded, node=with_particles_allowed(expanded.node, self._is_there))
        ranking = rank(self.snapshot, expanded.node, self.values.selection(request))
        return Found(understood, expanded, match, ranking, (*notices, *said), tuple(letters))

    def _looser(self, request: SearchRequest, found: Found) -> Iterator[Found]:
        leaves = list(positive_leaves(found.expanded.node))
        has_chunks = any(isinstance(leaf, Phrase) and leaf.form is Form.STEM for leaf in leaves)
        if has_chunks:
            yield self._read(request, request.match, Notice.PARTS_APART, apart=True)
        if request.match is Match.ALL and len(leaves) > 1:
            yield self._read(request, Match.ANY, Notice.ANY_INSTEAD_OF_ALL)
        if request.match is Match.ALL and has_chunks:
            yield self._read(request, Match.ANY, Notice.ANY_INSTEAD_OF_ALL, apart=True)

    def more(self, request: SearchRequest, found: Found) -> Ranking | None:
        """Return the best articles with most of the words, if a looser request has hits, but less than a page.

        Hits with all of the words are left out.
        """
        is_short = request.page == 1 and 0 < found.ranking.total < request.limit
        if not request.looser or not is_short or request.match is Match.ANY or found.match is Match.ANY:
            return None
        node = most_of(found.expanded.node)
        if node is None:
            return None
        selection = replace(
            self.values.selection(request),
            order=Sort.BEST,
            depth=request.limit - found.ranking.total,
            facets=(),
            counts_facets=False,
        )
        return rank(self.snapshot, node, selection)

    def deeper(self, request: SearchRequest, found: Found, depth: int) -> Ranking:
        """Return the ranking of what was found, to this depth."""
        selection = replace(self.values.selection(request), depth=depth, facets=(), counts_facets=False)
        return rank(self.snapshot, found.expanded.node, selection)

    def days(self, request: SearchRequest, found: Found) -> Mapping[date, int]:
        """Return how many of the articles that were found were published on each day."""
        return self.snapshot.days(_weighed(self.snapshot, found.expanded.node), self.values.selection(request))

    def spreads(self, request: SearchRequest, found: Found, facet: Facet) -> Mapping[str, Spread]:
        """Return how the articles that were found spread over time, by value of a facet as in the index."""
        tree = _weighed(self.snapshot, found.expanded.node)
        return self.snapshot.spreads(tree, self.values.selection(request), facet)

    def _is_there(self, leaf: Word | Phrase) -> bool:
        """Whether any article has the word, or the whole phrase."""
        if isinstance(leaf, Word):
            return self.snapshot.occurs(*term_of(leaf))
        if not all(map(self._is_there, leaf.parts[1:])):
            return False
        return self.snapshot.finds(Constant(adjacent(leaf), 0.0))


def most_of(node: Node) -> Node | None:
    """Return the query for articles with most of the words that `node` requires, but not all.

    Of three or four words, one may be missing, and of more, a third. Stop words don't count, and
    filters and exclusions always apply. None if the query requires fewer words.

    >>> most_of(AllOf((Word("سد"), Word("نهر"), Word("نيل")))).nodes[0].count
    2
    """
    if not isinstance(node, AllOf):
        return None
    conditions = [child for child in node.nodes if isinstance(child, Not | Condition)]
    wanted = [child for child in node.nodes if child not in conditions and not _is_stop_word(child)]
    if len(wanted) < _FEWEST_WORDS:
        return None
    count = max(-(-2 * len(wanted) // 3), len(wanted) - 1 if len(wanted) <= _FEWEST_WORDS + 1 else 0)
    return AllOf((Most(tuple(wanted), count), *conditions, Not(node)))


def _has_only_translations(node: Node) -> bool:
    """Whether a query has several words to search for, and none of them is Arabic."""
    if not isinstance(node, AllOf):
        return False
    words = [child for child in node.nodes if not isinstance(child, Not | Condition)]
    translated = [isinstance(child, Translated) for child in words]
    return len(words) > 1 and any(translated) and all(map(or_, translated, map(_is_number_or_latin, words)))


def _is_number_or_latin(node: Node) -> bool:
    """Whether a node is a number, a word in Latin letters or a chunk of them, such as 19th, and no quoted phrase."""
    match node:
        case Word(text):
            return text.isascii()
        case Phrase(words, form=Form.STEM):
            return all(map(str.isascii, words))
        case _:
            return False


def _is_stop_word(node: Node) -> bool:
    return isinstance(node, Word) and node.text in STOP_WORDS


def rank(snapshot: Snapshot, node: Node, selection: Selection) -> Ranking:
    """Rank a tree. Rerank by the typed words only: other spellings share many n-grams with them."""
    tree = _weighed(snapshot, node)
    words = [word for leaf in positive_leaves(_as_meant(as_typed(node))) for word in _whole_words(leaf)]
    if selection.order is not Sort.BEST or not words:
        return snapshot.rank(tree, selection)
    ranking = snapshot.rank(tree, replace(selection, depth=max(selection.depth, RERANKED)))
    return rerank(ranking, reranker_for(tuple(words)), snapshot.condensed(ranking.documents[:RERANKED].tolist()))


def _as_meant(node: Node) -> Node:
    """The tree with each word of another language as it was typed, and its likeliest translation."""
    if isinstance(node, Translated):
        return AllOf((*node.nodes[:1], *((node.literal,) if node.literal is not None else ())))
    return with_children(node, _as_meant)


def _weighed(snapshot: Snapshot, node: Node) -> Scored:
    if snapshot.is_local:
        articles = snapshot.articles

        @cache
        def idf(field: Field, text: str) -> float:
            return inverse_document_frequency(articles, snapshot.frequencies([(field, text)])[0])

        return weigh(node, idf)
    terms = list(scored_terms(node))
    return weigh(node, idf_of(snapshot.articles, dict(zip(terms, snapshot.frequencies(terms), strict=True))))


def _whole_words(leaf: Leaf) -> Sequence[str]:
    """The words to rerank by. A prefix is left out because its n-grams aren't known."""
    if not isinstance(leaf, Word):
        return leaf.words
    return () if leaf.form is Form.PREFIX else (leaf.text,)
