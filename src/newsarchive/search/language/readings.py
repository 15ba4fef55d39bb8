"""Readings of a query that depend on the words of the archive: lone letters, and particles before phrases.

`with_lone_letters_read` comes before the expansion with other spellings, and `with_particles_allowed`
after it, so that the phrases that it adds get particles, too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, pairwise

from newsarchive.arabic.stem import is_arabic_word, stem
from newsarchive.search.language.inflection import ARTICLE
from newsarchive.search.language.particles import (
    CONJUNCTIONS,
    PARTICLES,
    PREPOSITIONS,
    WITH_ARTICLE,
    is_number,
    is_year_mark,
    joined,
    may_be_dropped,
    with_particles,
)
from newsarchive.search.language.query import AllOf, Alternatives, AnyOf, Form, Node, Not, Phrase, Word, with_children

Occurs = Callable[[Word | Phrase], bool]
"""Whether any article has the word, or the whole phrase."""

_LABELLED = ("فيتامين", "مجموعه", "فئه", "نوع", "كبد", "درجه", "طراز", "فصيله", "زمره", "سلاله", "قسم", "صنف")
"""Things that are told apart by a letter: in «فيتامين ب12», ب is no preposition."""


Report = Callable[[str, str], None]
"""Told the letters that were read as part of a word, and the word."""


def _tell_nobody(_letters: str, _word: str) -> None:
    pass


def with_lone_letters_read(node: Node, occurs: Occurs, report: Report = _tell_nobody) -> Node:
    """Return the tree in which each letter that stands alone is read as part of the next word, or as itself.

    `report` is called for each that is part of an Arabic word, except و and ف.

    و and ف belong to the next word. Other particles do if the joined form occurs in the archive.
    The last word is always searched as itself, and so is a letter before a number.
    """
    read = partial(with_lone_letters_read, occurs=occurs, report=report)
    match node:
        case AllOf(nodes) | AnyOf(nodes):
            row = list(_row(tuple(map(read, nodes)), occurs, report))
            return row[0] if len(row) == 1 else type(node)(tuple(row))
        case Phrase(form=Form.STEM):
            return _chunk(node, occurs)
        case Phrase(is_strict=False):
            return _phrase(node, occurs)
        case _:
            return with_children(node, read)


def with_particles_allowed(node: Node, occurs: Occurs) -> Node:
    """Return the tree in which phrases may have particles before their first word, unless they are strict.

    Only forms that occur in the archive are allowed.
    """
    if not isinstance(node, Phrase):
        return with_children(node, partial(with_particles_allowed, occurs=occurs))
    if node.is_strict or node.first:
        return node
    first = node.words[0]
    forms = with_particles(first)
    if node.form is Form.STEM:
        forms = tuple(form for form in (*forms, *_with_other_article(first)) if stem(form) != stem(first))
    return replace(node, first=tuple(form for form in forms if occurs(Word(form, Form.EXACT, node.scope))))


def _with_other_article(word: str) -> Iterator[str]:
    """Yield the word with ال, or without it: the stem of a short word may keep it, as in الإف-16."""
    if word.startswith(ARTICLE):
        yield word.removeprefix(ARTICLE)
    elif is_arabic_word(word):
        yield from (joined(particle, word) for particle in sorted(WITH_ARTICLE))


def loosened(
    node: Node, into: type[AllOf] | type[AnyOf] = AllOf, is_loose: Callable[[Phrase], bool] = lambda _: True
) -> Node:
    """Return the tree with the parts of each chunk as words that may be anywhere: all of them, or any of them.

    `is_loose` chooses the chunks. What is excluded stays as it is.
    """
    loosen = partial(loosened, into=into, is_loose=is_loose)
    match node:
        case Phrase(form=Form.STEM) if is_loose(node):
            return into(node.parts)
        case AllOf(nodes) | AnyOf(nodes) if isinstance(node, into):
            changed = [loosen(child) for child in nodes]
            parts = (child.nodes if isinstance(child, into) else (child,) for child in changed)
            return into(tuple(chain.from_iterable(parts)))
        case Not():
            return node
        case _:
            return with_children(node, loosen)


def _row(nodes: Sequence[Node], occurs: Occurs, report: Report) -> Iterator[Node]:
    at = 0
    while at < len(nodes):
        node = nodes[at]
        particle, behind = _lone_particle(nodes, at)
        if particle and behind < len(nodes):
            read = list(_joined(particle, nodes[at:behind], nodes[behind], occurs))
            yield from read
            following = nodes[behind]
            is_told = particle not in CONJUNCTIONS and read[0] is not node
            if is_told and isinstance(following, Word) and is_arabic_word(following.text):
                report(particle, following.text)
            at = behind + 1
        else:
            yield node
            at += 1
            if isinstance(node, Word) and at < len(nodes) and _is_mark_of_year(nodes[at], node):
                at += 1


def _lone_particle(nodes: Sequence[Node], at: int) -> tuple[str, int]:
    """The particle that the letters from `at` on make up, and the place behind them: و ال is وال."""
    particle, behind = "", at
    while behind < len(nodes):
        node = nodes[behind]
        if not isinstance(node, Word) or node.form is not Form.STEM or particle + node.text not in PARTICLES:
            break
        particle += node.text
        behind += 1
    return particle, behind


def _is_mark_of_year(node: Node, year: Word) -> bool:
    return isinstance(node, Word) and node.form is Form.STEM and is_year_mark(node.text, year.text)


def _joined(particle: str, letters: Sequence[Node], following: Node, occurs: Occurs) -> Iterator[Node]:
    """The nodes for a particle and the node after it."""
    if not isinstance(following, Word) or following.form is not Form.STEM:
        # Before a phrase, a group or a field, a conjunction only joins what is required anyway.
        yield from () if particle in CONJUNCTIONS or _is_foreign(following, particle) else letters
        yield following
        return
    word = following.text
    if not is_arabic_word(word):
        yield from _before_foreign(particle, letters, following, occurs)
        return
    form = joined(particle, word)
    is_form = particle in CONJUNCTIONS or occurs(Word(form, Form.EXACT, following.scope))
    if not is_form:
        yield from (*letters, following)
    elif stem(form) == stem(word) or not occurs(whole := replace(following, text=form)):
        yield following
    else:
        yield Alternatives((following, whole))


def _is_foreign(node: Node, particle: str) -> bool:
    return particle in WITH_ARTICLE and isinstance(node, Phrase) and not is_arabic_word(node.words[0])


def _before_foreign(particle: str, letters: Sequence[Node], following: Word, occurs: Occurs) -> Iterator[Node]:
    """Before a number, or a word in another script: الذكرى ال 30, فيتامين ب 12, ل BBC."""
    together = Phrase((particle, following.text), following.scope, Form.STEM)
    if particle in WITH_ARTICLE or particle in CONJUNCTIONS:
        yield following
    elif is_number(following.text):
        yield from (together,) if _is_label(together, occurs) else (*letters, following)
    else:
        yield from (following,) if occurs(together) else (*letters, following)


def _is_label(phrase: Phrase, occurs: Occurs) -> bool:
    """Whether the archive has the letter and the number of a phrase as the name of a vitamin, a group or the like."""
    labelled = (_LABELLED[0], *phrase.words)
    return occurs(replace(phrase, words=labelled, first=_LABELLED[1:]))


def _chunk(chunk: Phrase, occurs: Occurs) -> Node:
    """A chunk without a preposition before its number, unless both are a name in the archive: ب20, but not ب12."""
    particle, number, *_ = chunk.words
    if particle not in PARTICLES or particle[-1] not in PREPOSITIONS or not is_number(number):
        return chunk
    if _is_label(replace(chunk, words=(particle, number)), occurs):
        return chunk
    rest = chunk.words[1:]
    return replace(chunk, words=rest) if len(rest) > 1 else Word(rest[0], Form.STEM, chunk.scope)


def _phrase(phrase: Phrase, occurs: Occurs) -> Node:
    """A phrase, also with each و and ف inside it joined to the next word or apart, and with or without الـ20."""
    ways = (_with_letters_joined, _with_letters_apart, _without_letters_of_numbers, _with_articles_of_numbers)
    forms = dict.fromkeys(tuple(way(phrase.words)) for way in ways)
    others = [replace(phrase, words=words) for words in forms if words != phrase.words and len(words) > 1]
    found = tuple(other for other in others if occurs(other))
    return Alternatives((phrase, *found)) if found else phrase


def _with_letters_joined(words: Sequence[str]) -> list[str]:
    result: list[str] = []
    letter = ""
    for place, word in enumerate(words):
        if word in CONJUNCTIONS and place < len(words) - 1:
            result += [letter] if letter else []
            letter = word
        else:
            result.append(letter + word)
            letter = ""
    return result


def _without_letters_of_numbers(words: Sequence[str]) -> list[str]:
    """«قمة الـ20» without the letters before the number."""
    return [word for word, following in pairwise((*words, "")) if not may_be_dropped(word, following, word)]


def _with_articles_of_numbers(words: Sequence[str]) -> list[str]:
    """«قمة 20» as «قمة الـ20»."""
    bare = _without_letters_of_numbers(words)
    return [part for place, word in enumerate(bare) for part in (["ال", word] if place and is_number(word) else [word])]


def _with_letters_apart(words: Sequence[str]) -> list[str]:
    result = list(words[:1])
    for word in words[1:]:
        is_joined = len(word) > 2 and word[0] in CONJUNCTIONS and stem(word) == stem(word[1:])
        result += [word[0], word[1:]] if is_joined else [word]
    return result
