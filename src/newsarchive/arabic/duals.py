"""Duals: دولتين of دولة, and the two hands or lines of words of two letters: اليدين, خطين."""

from newsarchive.arabic.attestation import ARTICLE, articles, count, is_attested, is_noun
from newsarchive.arabic.pronouns import with_ta
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.arabic.unrelated import are_unrelated

_LEAST = 3
"""The number of letters that remain of a longer word."""
_SINGULAR_RATE = 5
"""How many times as frequent as its dual a noun of two letters is at least: خط, but not كم of كمين."""
_ARTICLE_RATE = 3
"""How many times as frequent a noun of two letters is with ال as without it, at most."""
_IN_WAW = ("اب", "اخ", "حم")
"""Nouns whose dual has a و: أبوين. The names أبين and إبان are no forms of أب."""
_COMMON = 25
_VERY_COMMON = 40
"""The fewest articles with a noun of two letters, of which only the lexicon knows the dual or nobody does."""


def feminine_before_dual(rest: str, form: str) -> str | None:
    """The noun in ة whose dual is the form, if it is attested: دولتين -> دوله."""
    if not rest.endswith("ت") or len(rest) < _LEAST:
        return None
    feminine = with_ta(rest)
    return feminine if feminine != rest and is_attested(feminine, form) else None


def is_dual_of_two_letters(form: str, *, noun: bool) -> bool:
    """Whether a form in ين or ان is the dual of a noun of two letters: خطين, الخطان. But not سنين, كمين and حنان.

    The other case of a dual in ان occurs, too. A verb such as يدين has no ال.

    >>> is_dual_of_two_letters("خطين", noun=False), is_dual_of_two_letters("كمين", noun=False)
    (True, False)
    """
    rest = form[:-2]
    other = rest + "ين"
    if len(rest) != 2 or rest in _IN_WAW or not is_noun(rest) or are_unrelated(other, rest):
        return False
    if count(other + "ه") or (form != other and not articles(other)) or rest in STOP_WORDS:
        return False
    if "ا" in rest or count(ARTICLE + rest) > _ARTICLE_RATE * count(rest):
        return False  # of آلاف and إليه
    if not noun and form[0] in "يت" and count("ت" + form[1:]) + count("ي" + form[1:]) > count(form):
        return False
    is_known = noun or articles(form) > 0
    return articles(rest) >= max(_COMMON if is_known else _VERY_COMMON, _SINGULAR_RATE * articles(other))
