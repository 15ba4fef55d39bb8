"""The other forms that one typed word is searched by: spellings, the other number, and names of two words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from newsarchive.arabic.attestation import articles
from newsarchive.arabic.letters import indexed_forms, readings
from newsarchive.arabic.stem import is_arabic_word, stem
from newsarchive.search.language import foreign_names, hamza, joined_names
from newsarchive.search.language.inflection import ENDINGS, PREFIXES, Clitics, Noun
from newsarchive.search.language.joined_names import CLITICS
from newsarchive.search.language.plurals import Plurals, Sign, forms_of_noun
from newsarchive.search.language.query import Form, Likeness, Phrase, Scope, Word
from newsarchive.search.language.spellings import Group, Spellings
from newsarchive.search.language.vocabulary import Vocabulary, nodes_for, nodes_of_noun

MOST_OTHERS = 40
"""The maximum number of other forms of a word: each is looked up and scored."""
_MOST_VARIANTS = 60
_MOST_SPELLINGS_READ = 4
"""The maximum number of forms of a word whose spelling is looked up in articles, which takes long."""
_MEMO_LIMIT = 20_000
"""The number of words whose forms are remembered."""
_NO_ENDING = frozenset(("",))
_FEMININE = re.compile("ت(?:ه|ها|هم|هن|هما|نا|كم|ي)$")
_CARRIERS = str.maketrans("ئؤ", "ءء")
_TELLING = 4
"""A stem that keeps this many letters of a name, all but a final vowel, belongs to the name."""


_PREPOSITIONS = ("ب", "ل", "وب", "ول", "لل", "بال")
_LEAST_UNKNOWN = 5
"""The fewest letters of a word that is confirmed to be unknown to the lexicon: fewer may be those of many names."""
_COMMONER = 3
"""How many times as many articles must have a word without a preposition as with it."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another form and how to display it. `shown` is empty if the typed words already include it."""

    shown: str
    node: Word | Phrase
    likeness: Likeness = Likeness.SPELLING


@dataclass(slots=True)
class _Variant:
    """A spelling of the whole word; `beginning` and `endings` are those of the listed name in it."""

    text: str
    shown: str = ""
    beginning: str = ""
    endings: frozenset[str] = ENDINGS


@dataclass(slots=True)
class _Spelled:
    """All spellings of a word, the typed one first, and the groups of names of several words."""

    variants: dict[str, _Variant]
    groups: list[Group] = field(default_factory=list)


class WordForms:
    """Finds the other forms of words that an archive has. Thread-safe."""

    def __init__(self, spellings: Spellings, plurals: Plurals, vocabulary: Vocabulary) -> None:
        self.spellings = spellings
        self.plurals = plurals
        self.vocabulary = vocabulary
        self._found: dict[tuple[Word, tuple[str, ...], bool], tuple[list[Word], list[Other]]] = {}

    def of(
        self, word: Word, other_readings: Iterable[str] = (), *, in_both_numbers: bool = True
    ) -> tuple[list[Word], list[Other]]:
        """Return what finds the typed word, and its other forms that occur in the archive.

        `other_readings` are other folded forms of the letters as they were typed.
        """
        asked = word, tuple(other_readings), in_both_numbers
        found = self._found.get(asked)
        if found is None:
            if len(self._found) >= _MEMO_LIMIT:
                self._found.clear()
            found = self._found[asked] = self._find(*asked)
        return found

    def _find(self, word: Word, others: tuple[str, ...], in_both_numbers: bool) -> tuple[list[Word], list[Other]]:
        spelled = self._spelled(word.text, others)
        variants = list(spelled.variants.values())
        typed = list(self._nodes(variants[0], word.scope))
        first, *more = typed
        typed = [first, *filter(self.vocabulary.occurs, more)]
        # A word with letters of foreign sounds is a name: ڤردان is no pair of «فرد».
        found = self._others(spelled, word, in_both_numbers=in_both_numbers and not others)
        return typed, self.distinct(found, typed)

    def distinct(self, others: Iterable[Other], typed: Iterable[Word | Phrase]) -> list[Other]:
        """Return the other forms that occur and that find something else than the typed ones and each other."""
        seen = {_key(node) for node in typed}
        found: list[Other] = []
        for other in others:
            node = other.node
            is_new = _key(node) not in seen and (isinstance(node, Phrase) or (stem(node.text),) not in seen)
            if is_new and self.vocabulary.occurs(node):
                seen.add(_key(node))
                found.append(other)
                if len(found) >= MOST_OTHERS:
                    break
        return found

    def _others(self, spelled: _Spelled, word: Word, *, in_both_numbers: bool) -> Iterator[Other]:
        variants = list(spelled.variants.values())
        for variant in variants[1:]:
            yield from (Other(variant.shown, node) for node in self._nodes(variant, word.scope))
        for group in spelled.groups:
            yield from self.of_group(group, word.scope)
        yield from self._in_other_letters(word)
        yield from self._of_unknown(word)
        yield from self._with_another_stem(word.text, word.scope)
        yield from self.of_name((word.text,), word.scope)
        if in_both_numbers:
            for variant in variants:
                yield from self._in_other_number(variant, word.scope)

    def _spelled(self, typed: str, other_readings: Sequence[str]) -> _Spelled:
        """All spellings of a word: what is a spelling of a spelling is one, too, so that each finds all the others."""
        others = {text: _reading(text) for text in other_readings if self.vocabulary.occurs(Word(text, Form.EXACT))}
        is_name = bool(others) or self._is_only_written(typed, other_readings)
        found = _Spelled({typed: _reading(typed) if is_name else _Variant(typed), **others})
        waiting = list(found.variants)
        while waiting and len(found.variants) < _MOST_VARIANTS:
            for variant in self._neighbours(waiting.pop(0), found):
                if variant.text not in found.variants:
                    found.variants[variant.text] = variant
                    waiting.append(variant.text)
        return found

    def _is_only_written(self, typed: str, other_readings: Sequence[str]) -> bool:
        """Whether the archive has a word with ambiguous letters, and mostly spells it with them."""
        is_written = bool(other_readings) and self.vocabulary.occurs(Word(typed, Form.EXACT))
        return is_written and bool(readings(self.vocabulary.spelled_ambiguously(typed)))

    def _in_other_letters(self, word: Word) -> Iterator[Other]:
        """Yield the forms that articles write with an ambiguous letter that stands for what was typed: تشيلي, چيلي."""
        left = _MOST_SPELLINGS_READ
        for bare in indexed_forms(word.text):
            for prefix in PREFIXES if self.vocabulary.occurs(Word(bare)) else ():
                form = Word(prefix + bare, Form.EXACT, word.scope)
                if left and self.vocabulary.occurs(form):
                    left -= 1
                    shown = self.vocabulary.spelled_ambiguously(form.text)
                    if prefix + word.text in readings(shown):
                        yield Other(shown, form)

    def _of_unknown(self, word: Word) -> Iterator[Other]:
        """Yield a word that the lexicon lacks with other prepositions, of which its stem can't know: كوفيد, بكوفيد.

        The archive has to confirm it: the bare word is the commoner one by far, or else the first letter is its own.
        """
        if not _is_unknown(word.text):
            return
        usage = self._usage(word.text)
        for form in (clitics + word.text for clitics in _PREPOSITIONS if usage):
            if usage >= _COMMONER * self._usage(form):
                yield Other("", Word(form, Form.EXACT, word.scope))
        for bare in _without_prepositions(word.text):
            if self._usage(bare) >= _COMMONER * max(1, usage):
                yield Other(self.vocabulary.spelled(bare), Word(bare, Form.STEM, word.scope))

    def _usage(self, word: str) -> int:
        return dict(self.vocabulary.beginning_with(word)).get(word, 0)

    def _neighbours(self, text: str, found: _Spelled) -> Iterator[_Variant]:
        for reading in self.spellings.readings(text):
            variant = found.variants[text]
            if not variant.beginning:
                variant.beginning, variant.endings = reading.name.beginning, reading.name.endings
            if reading.runs and reading.group not in found.groups:
                found.groups.append(reading.group)
            for other, name in reading.others():
                yield _Variant(other, name.shown, name.beginning, name.endings)
        for other in hamza.spellings(text):
            if self.vocabulary.occurs(Word(other)):
                yield _hamza_variant(other)
        for other in foreign_names.spellings(text):
            if self.vocabulary.occurs(Word(other, Form.EXACT)):
                yield _Variant(other, other)

    def _nodes(self, variant: _Variant, scope: Scope) -> Iterator[Word]:
        is_telling = variant.endings is not _NO_ENDING and _is_telling(stem(variant.text), variant.beginning)
        if not variant.beginning or is_telling:
            yield Word(variant.text, Form.STEM, scope)
        else:
            yield from nodes_for(variant.text, variant.beginning, variant.endings, scope, self.vocabulary)

    def _in_other_number(self, variant: _Variant, scope: Scope) -> Iterator[Other]:
        for partner in self.plurals.of(variant.text, variant.beginning):
            for spelling in (partner.text, *hamza.spellings(partner.text)):
                shown = partner.shown if spelling == partner.text else spelling
                yield from (
                    Other(shown, node, Likeness.NUMBER) for node in self._of_noun(spelling, partner.sign, scope)
                )

    def _of_noun(self, text: str, sign: Sign, scope: Scope) -> Iterator[Word | Phrase]:
        noun = Noun(text)
        if sign is not Sign.NONE:
            return nodes_of_noun(noun, sign, scope, self.vocabulary)
        beginning, endings = noun.beginning_and_endings
        found = (nodes_for(form, beginning, endings, scope, self.vocabulary) for form in forms_of_noun(text))
        return chain.from_iterable(found)

    def _with_another_stem(self, text: str, scope: Scope) -> Iterator[Other]:
        """Yield the forms of a listed noun that its stem doesn't find: البستان has another one than بستان."""
        for noun in self.plurals.nouns(text):
            if len(forms_of_noun(noun)) > 1:
                yield from (Other("", node, Likeness.TYPED) for node in self._of_noun(noun, Sign.NONE, scope))

    def of_group(self, group: Group, scope: Scope) -> Iterator[Other]:
        """Yield the forms of a name that has spellings of several words, with any clitics."""
        for name in group.names:
            plain = name.after(Clitics(), "" if "" in name.endings else "ه")
            for word in self._joined(plain, scope):
                yield Other(name.shown, word)
        for run in group.runs:
            for node in self._phrases(run.words, scope):
                yield Other(run.shown, node)

    def of_name(self, typed: Sequence[str], scope: Scope) -> Iterator[Other]:
        """Yield the forms of a name that is written as one word or as two, with any clitics."""
        found: dict[tuple[str, ...], list[Word | Phrase]] = {}
        for form in joined_names.forms(typed):
            if joined_names.without_clitics(form[0]) == form[0]:
                found[form] = [*(self._phrases(form, scope) if len(form) > 1 else self._joined(form[0], scope))]
        if len(typed) == 1 and not any(nodes for form, nodes in found.items() if len(form) > 1):
            return
        if found and len(typed) > 1:
            # The stem of a short word may keep its clitics: لأم, ببن.
            yield from (Other("", node) for node in self._phrases(typed, scope))
        for form, nodes in found.items():
            if nodes:
                shown = joined_names.shown(form, self.vocabulary.spelled)
                yield from (Other(shown, node) for node in nodes)

    def _joined(self, word: str, scope: Scope) -> Iterator[Word]:
        own = Word(word, Form.STEM if word in stem(word) else Form.EXACT, scope)
        others = (Word(clitic + word, Form.EXACT, scope) for clitic in CLITICS[1:])
        yield from filter(self.vocabulary.occurs, (own, *others))

    def _phrases(self, words: Sequence[str], scope: Scope) -> Iterator[Phrase]:
        phrases = (Phrase((clitic + words[0], *words[1:]), scope) for clitic in CLITICS)
        yield from filter(self.vocabulary.occurs, phrases)


def _is_unknown(text: str) -> bool:
    """Whether a folded word has so many letters and the lexicon lacks both it and its stem."""
    return len(text) >= _LEAST_UNKNOWN and is_arabic_word(text) and not (articles(text) or articles(stem(text)))


def _without_prepositions(text: str) -> Iterator[str]:
    rests = (text.removeprefix(clitics) for clitics in _PREPOSITIONS if text.startswith(clitics))
    yield from filter(_is_unknown, rests)


def _reading(text: str) -> _Variant:
    """A variant for another reading of the letters. Its stem counts only if it has all of the word.

    ڨردان may be غردان, but its stem غرد would find many other words.
    """
    clitics = text.removesuffix(stem(text))
    if clitics != text and clitics in PREFIXES:
        return _Variant(text, text)
    return _Variant(text, text, _without_clitics(text), _NO_ENDING)


def _hamza_variant(text: str) -> _Variant:
    """A variant with another hamza. One in ة has no forms but those of the noun: هيأة is no form of هيأ."""
    noun = Noun(_FEMININE.sub("ه", _without_clitics(text)))
    return _Variant(text, text, *noun.beginning_and_endings) if noun.text.endswith("ه") else _Variant(text, text)


def _without_clitics(text: str) -> str:
    """The word without the clitics that its stem lacks."""
    begun = stem(text)[:2]
    return text[max((len(prefix) for prefix in PREFIXES if text.startswith(prefix + begun)), default=0) :]


def _is_telling(own: str, beginning: str) -> bool:
    """Whether a stem says which name it is the stem of."""
    # Stems have ء for ئ and ؤ: that of مسؤول and مسئول is مسءول.
    whole = beginning.translate(_CARRIERS)
    own = own.translate(_CARRIERS)
    kept = whole if whole in own or not whole.endswith(("ا", "ه", "ي")) else whole[:-1]
    return len(kept) >= _TELLING and kept in own


def _key(node: Word | Phrase) -> tuple[str, ...]:
    """Equal for nodes that find the same words."""
    if isinstance(node, Phrase):
        return node.words
    return (stem(node.text),) if node.form is Form.STEM else ("=", node.text)
