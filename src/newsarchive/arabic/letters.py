"""Readings of words whose letters are ambiguous: what a typed one may stand for, and how a typed one may be indexed."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import chain, islice, product

from newsarchive.arabic.fold import composed, fold
from newsarchive.arabic.letter_forms import DOTLESS, OTHER_READINGS

_MOST = 32
"""The maximum number of readings considered: a word of many ambiguous letters is no word."""

_SELDOM = "ك"
"""What ڨ seldom stands for: who types كابس doesn't mean ڨابس."""
_PRESENTATION_FORMS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFF00), range(0x1EE00, 0x1EF00))
"""Where Unicode has characters that show other letters."""
_STANDS_FOR = {letter: others for letter, others in OTHER_READINGS.items() if letter not in DOTLESS}
_INDEXED_AS: dict[str, tuple[str, ...]] = {
    plain: tuple(dict.fromkeys(fold(letter) for letter, others in _STANDS_FOR.items() if plain in others))
    for plain in dict.fromkeys(chain.from_iterable(_STANDS_FOR.values()))
    if plain != _SELDOM
}
"""Letters -> those that are indexed for an ambiguous letter that stands for them: تش is چ, indexed as ج."""


def readings(spelling: str) -> tuple[str, ...]:
    """The other folded forms that a word as typed may stand for, likeliest first. `fold` gives the first form.

    Empty for a word of plain letters. A form needn't be a word: only the archive can say which are.

    >>> readings("گوگل")[:3]
    ('قوقل', 'غوغل', 'جوجل')
    >>> readings("كتاب")
    ()
    """
    letters = composed(spelling)
    if OTHER_READINGS.keys().isdisjoint(letters):
        return ()
    choices = [(letter, *OTHER_READINGS.get(letter, ())) for letter in letters]
    # A letter that occurs twice most likely stands for the same sound.
    likeliest = sorted(islice(product(*choices), _MOST), key=lambda chosen: len(set(zip(letters, chosen, strict=True))))
    forms = (fold("".join(chosen)) for chosen in likeliest)
    return tuple(form for form in dict.fromkeys(forms) if form != fold(spelling))


@cache
def ambiguous_letters() -> frozenset[str]:
    """The characters that are ambiguous letters, or show one: a text without any of them has no word with `readings`.

    >>> "گ" in ambiguous_letters(), "ﮒ" in ambiguous_letters(), "ك" in ambiguous_letters()
    (True, True, False)
    """
    forms = map(chr, chain.from_iterable(_PRESENTATION_FORMS))
    shown = (form for form in forms if not OTHER_READINGS.keys().isdisjoint(unicodedata.normalize("NFKC", form)))
    return frozenset((*OTHER_READINGS, *shown))


def indexed_forms(word: str) -> Iterator[str]:
    """Yield the folded forms that the index may have for a folded word, if articles write it with ambiguous letters.

    The reverse of `readings`. Most of them are other words: only the articles can say how they spell them.

    >>> list(indexed_forms("تشيلي"))
    ['جيلي']
    """
    for plain, indexed in _INDEXED_AS.items():
        places = [at for at in range(len(word)) if word.startswith(plain, at)]
        for letter in indexed if places else ():
            yield word.replace(plain, letter)
            if len(places) > 1:
                yield from (word[:at] + letter + word[at + len(plain) :] for at in places)
