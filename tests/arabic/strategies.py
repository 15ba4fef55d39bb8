"""Hypothesis strategies for Arabic text: real words, marks inside words, spelling variants."""

from hypothesis import strategies as st

from newsarchive.arabic.lexicon import lexicon

LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيٱکگی"
MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0653\u0670\u0640\u200c\u200d"
"""Tanwin, short vowels, shadda, sukun, madda, dagger alef, tatweel and the two joiners."""

letters = st.sampled_from(LETTERS)
words = st.text(letters, min_size=1, max_size=12)
lexicon_words = st.sampled_from(sorted(lexicon()))
marks = st.text(st.sampled_from(MARKS), max_size=3)
texts = st.lists(
    st.one_of(
        letters,
        st.sampled_from(MARKS),
        st.sampled_from(" \n\t،؛؟.,:()«»\"'#_-/ﷺﻻﷲ﷼ڤھ٣۷7aZéİß\u0301\u0654\u061c\u200b\u200e\u200f\u00ad\ufeff"),
        st.sampled_from(("1,500", "١٬٥٠٠", "000", "U.S.", "ءا", "الـ20")),
        st.characters(),
    )
).map("".join)
"""Mostly Arabic, mixed with arbitrary Unicode."""


@st.composite
def marked(draw: st.DrawFn, word: str) -> str:
    """The word with marks, tatweel and joiners inserted after its letters.

    A madda composes with a bare alef to آ, which is another spelling of the same word.
    """
    return "".join(letter + draw(marks) for letter in word)


VARIANTS = {"ا": "اأإآٱ", "ي": "يىی", "ه": "هة", "ك": "ككکگ"}
"""Folded letter -> its possible spellings."""


@st.composite
def respelt(draw: st.DrawFn, word: str) -> str:
    """The folded word in some original spelling: any alef or ya, ta marbuta, Farsi letters."""
    return "".join(draw(st.sampled_from(VARIANTS.get(letter, letter))) for letter in word)
