"""Finds the answer to a request: what it found, its facets, and what its page says about the query."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from newsarchive.arabic.tokens import folded_words
from newsarchive.search.answers import Answer, without_facets
from newsarchive.search.door import Expansion, Facet, Notice, SearchRequest, TranslatedForm, TranslatedWord
from newsarchive.search.finding import Searcher
from newsarchive.search.language.date_ranges import days_of
from newsarchive.search.language.lone_letters import letters_as_read
from newsarchive.search.language.query import Node, Phrase, Word, leaves, translations
from newsarchive.search.language.typed import Understand, exactly, with_ranges_replaced, word_ranges
from newsarchive.search.language.understanding import understand
from newsarchive.search.suggesting.suggester import Suggester

Forms = Mapping[tuple[str, ...], tuple[str, ...]]
"""Runs of folded words, and their other forms as they are displayed."""


def answered(  # noqa: PLR0913 - all are independent
    searcher: Searcher,
    suggester: Suggester,
    asked: SearchRequest,
    request: SearchRequest,
    facets: tuple[Facet, ...],
    *,
    tells_all: bool,
) -> Answer:
    """Return what a request finds, ranked as far as its page needs, with these further facets.

    `request` has the names in `asked` as the facets show them. Without `tells_all`, other forms of words are told only
    if the reader sees them.
    """
    values, today = searcher.values, searcher.today
    context = values.context(today)
    found = searcher.find(request)
    text, node = request.text, found.expanded.node

    @cache
    def tree(text: str) -> Node:
        is_found = text == request.text and found.match is request.match
        return found.node if is_found else understand(text, request.match, context)[0]

    subjects = values.subjects(found.node, asked)
    if found.letters and (letters := letters_as_read(text, found.letters)):
        subjects[Notice.LETTERS_JOINED] = letters
    dates = _dates(text, found.node, today)
    forms, translated = found.expanded.forms, _translations(text, node, tree)
    if not tells_all:
        forms, translated = _told(forms, suggester), _told_translations(translated, suggester)
    return Answer(
        found=replace(found, ranking=without_facets(found.ranking)),
        facets=values.merged(found.ranking.facets),
        counted=facets,
        rankings={request.order: without_facets(found.ranking)},
        # Only the first page is ever continued.
        more=(request.limit, searcher.more(request, found)) if request.page == 1 else (0, None),
        subjects=subjects,
        dates=dates,
        suggestion=None if dates else suggester.correction(text, node, tree),
        expansions=_expansions(text, forms, tree),
        translations=translated,
    )


def as_far_as(answer: Answer, searcher: Searcher, request: SearchRequest) -> Answer:
    """Return a kept answer with as much as the page of a request needs: its order, its depth, or more articles."""
    found, depth = answer.found, request.page * request.limit
    ranking = answer.rankings.get(request.order)
    if ranking is None or len(ranking.documents) < min(depth, ranking.total):
        answer = answer.with_ranking(request.order, searcher.deeper(request, found, depth))
    if request.page == 1 and answer.more[0] != request.limit:
        answer = replace(answer, more=(request.limit, searcher.more(request, found)))
    return answer


def _dates(text: str, node: Node, today: date) -> tuple[date, date] | None:
    """The days that a query means which is nothing but a date, and was searched as words."""
    return days_of(text, today) if all(isinstance(leaf, Word | Phrase) for leaf in leaves(node)) else None


def _told(forms: Forms, suggester: Suggester) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The forms of words that the reader may be told of. All of them are searched."""
    return {
        words: tuple(form for form in others if all(map(suggester.offers, folded_words(form))))
        for words, others in forms.items()
    }


def _told_translations(translated: tuple[TranslatedWord, ...], suggester: Suggester) -> tuple[TranslatedWord, ...]:
    """The translations that the reader may be told of. All are searched, so a word may be left with none."""

    def told(form: TranslatedForm) -> bool:
        return all(map(suggester.offers_translation, folded_words(form.text)))

    return tuple(replace(word, forms=tuple(filter(told, word.forms))) for word in translated)


def _expansions(text: str, forms: Forms, understand: Understand) -> tuple[Expansion, ...]:
    """The expansions to report, each starting with the words as typed."""
    expansions = []
    for words, others in forms.items():
        ranges = word_ranges(text, words, understand)
        if ranges and others:
            start, end = ranges[0]
            expansions.append(Expansion(text[start:end], others, exactly(text, ranges)))
    return tuple(expansions)


def _translations(text: str, node: Node, understand: Understand) -> tuple[TranslatedWord, ...]:
    """The translated words of a query, each as typed, with the queries for only one of its translations."""
    found: dict[tuple[str, ...], TranslatedWord] = {}
    for translated in translations(node):
        ranges = [] if translated.words in found else word_ranges(text, translated.words, understand)
        if ranges:
            forms = tuple(
                TranslatedForm(shown, with_ranges_replaced(text, ((place, _bare(shown)) for place in ranges)))
                for shown in dict.fromkeys(translated.shown)
            )
            start, end = ranges[0]
            has_typed = translated.literal is not None
            found[translated.words] = TranslatedWord(text[start:end], forms, has_typed, exactly(text, ranges))
    return tuple(found.values())


def _bare(arabic: str) -> str:
    """Arabic words as a query: as a phrase if there are several."""
    return f'"{arabic}"' if " " in arabic else arabic
