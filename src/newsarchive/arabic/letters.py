"""Other readings of a typed word whose letters are ambiguous."""

from itertools import islice, product

from newsarchive.arabic.fold import composed, fold
from newsarchive.arabic.letter_forms import OTHER_READINGS

_MOST = 32
"""The maximum number of readings considered: a word of many ambiguous letters is no word."""


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
