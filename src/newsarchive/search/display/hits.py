"""Makes the hits of a query: the title and the snippet of each article, highlighted, and why it matched."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from newsarchive.access import is_restricted
from newsarchive.article import Article
from newsarchive.search.display.explanation import Explainer
from newsarchive.search.display.matching import Reading
from newsarchive.search.display.passages import LONGEST_KEPT
from newsarchive.search.display.snippets import Excerpt, Highlighter
from newsarchive.search.door import Folded, Hit, Match, Reason
from newsarchive.search.highlighted import Highlighted
from newsarchive.search.language.query import Node


class _Texts(NamedTuple):
    """All of an article that its hit depends on, as the reader sees it. Whoever sees the same gets the same hit."""

    title: str
    body: str
    summary: str
    headings: tuple[str, ...]
    is_title_derived: bool
    is_restricted: bool


class _Display(NamedTuple):
    """What a hit shows of its article."""

    title: Highlighted
    snippet: Highlighted
    reasons: tuple[Reason, ...]


class HitMaker:
    """Makes the hits of one query. Thread-safe."""

    def __init__(self, node: Node, typed: str, match: Match) -> None:
        """`typed` is the query that `node` was parsed from; `match` says whether an article may lack some words."""
        self.highlighter = Highlighter(node)
        self._explainer = Explainer(node, typed, match)

    def hit(self, article: Article, score: float, folded: Folded | None = None) -> Hit:
        """Return the hit for one article. What it shows is kept for the next pages with the same hit."""
        texts = _Texts(
            article.title,
            article.body,
            article.summary,
            article.headings,
            article.title_derived,
            is_restricted(article),
        )
        is_short = len(article.body) + len(article.summary) <= LONGEST_KEPT
        shown = _kept_display(self, texts) if is_short else self.display(texts)
        return Hit(article=article, score=score, folded=folded, **shown._asdict())

    def display(self, texts: _Texts) -> _Display:
        """Return what a hit shows of its article. Each text is read once at most."""
        title = self.highlighter.read_title(texts.title)
        known = texts.title if texts.is_title_derived else ""
        excerpt = body = self.highlighter.excerpt(texts.body, headings=texts.headings, known=known)
        snippet = body.highlighted()
        summary: Excerpt | None = None
        if not snippet.marks and texts.summary:
            summary = self.highlighter.excerpt(texts.summary)
            if (of_summary := summary.highlighted()).marks:
                excerpt, snippet = summary, of_summary

        def everywhere() -> Iterator[Reading]:
            yield body.whole
            yield (summary or self.highlighter.excerpt(texts.summary)).whole

        reasons = self._explainer.reasons((title, excerpt.shown), everywhere)
        if texts.is_restricted:  # what the lead lacks may be in the rest
            reasons = tuple(reason for reason in reasons if not reason.is_missing)
        return _Display(Highlighted(texts.title, title.marks()), snippet, reasons)


@lru_cache(maxsize=64)
def hit_maker(node: Node, typed: str, match: Match) -> HitMaker:
    """`HitMaker` of a query. That of a query asked before is kept, for its next page or another order."""
    return HitMaker(node, typed, match)


@lru_cache(maxsize=1_024)
def _kept_display(maker: HitMaker, texts: _Texts) -> _Display:
    return maker.display(texts)
