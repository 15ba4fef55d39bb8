"""Verbs: the past tense, which is the stem of all persons and tenses: كتب for يكتب and سنكتب.

Whether a prefix can be removed, and which past the rest has, is what the lexicon says of the forms.
"""

from collections.abc import Iterator

from newsarchive.arabic.attestation import ARTICLE, articles, count, is_attested, is_noun
from newsarchive.arabic.unrelated import are_related, are_unrelated

_VERB_PREFIXES = ("سي", "ست", "سن", "ي", "ت", "ن")
_PAST_RATE = 0.1
_FIFTH_RATE = 0.5
_PERSONS_RATE = 0.02
_MOST_OTHERS = 10
"""How many times as frequent as its other persons a verb with ي is at most."""


def past_of(verb: str) -> str:
    """The past tense of an imperfect verb, or `verb` itself without a prefix or attested past.

    If what remains is a noun only (يهدف, هدف), the verb with ي stands for all persons.
    """
    for prefix in _VERB_PREFIXES:
        if verb.startswith(prefix) and len(verb) >= len(prefix) + 3:
            rest = verb[len(prefix) :]
            if prefix != "ي" and are_unrelated(verb, rest):
                return verb
            if prefix != "ي" and not _has_other_persons(prefix, rest):
                continue
            if not any(count(person + rest) for person in "يتن"):
                continue
            if are_unrelated("ي" + rest, rest):
                return "ي" + rest
            judged = next((past for past in _past_forms(rest) if are_related("ي" + rest, past)), None)
            if judged:
                return judged
            attested = [past for past in _past_forms(rest) if _is_past(past, rest, verb)]
            verbs = [past for past in attested if not _is_only_noun(past, rest)]
            if verbs:
                return verbs[0]
            if attested and _is_imperfect("ي" + rest):
                return "ي" + rest
    return verb


def _is_imperfect(verb: str) -> bool:
    """Whether the form with ي is a verb: يامل, also تامل and نامل. But not يورو."""
    rest = verb[1:]
    return not is_noun(verb) and 0 < count(verb) <= _MOST_OTHERS * (count("ت" + rest) + count("ن" + rest))


def _is_past(past: str, rest: str, verb: str) -> bool:
    """Whether a possible past tense is frequent enough. نكون is no form of كون, because يكون is too frequent."""
    form = max(verb, "ي" + rest, key=articles) if rest[1] in "وي" else verb
    return is_attested(past, form, _past_rate(past, rest))


def _has_other_persons(prefix: str, rest: str) -> bool:
    """Whether the verb occurs with ي. For ت, more often than with يت: تعلق is the past of يتعلق."""
    with_ya = count("ي" + rest)
    if prefix == "ت" and rest.endswith("ي") and count("يت" + rest) > _FIFTH_RATE * with_ya:
        return count("ت" + rest[:-1] + "ت") < _PAST_RATE * count("ت" + rest)  # تلقي is the past of يتلقي: تلقت
    return with_ya > 0 and (prefix != "ت" or with_ya >= count("يت" + rest))


def _is_only_noun(past: str, rest: str) -> bool:
    """Whether the form is a noun, adjective or adverb, and hardly a verb: فخر, اكثر. Verbs have other persons."""
    if len(rest) > 3 and (past != rest or rest[0] == "ت"):
        return False
    if past == rest and rest[-1] == "ي" and articles(past + "ه") > articles(past):
        return True  # خفي, more often خفيه
    bases = {past, past[:-1]} if past[-1] in "اي" else {past}  # تصدي: تصدت, تصدوا
    persons = sum(count(base + ending) for base in bases for ending in ("ت", "وا"))
    if past == "ا" + rest and len(rest) == 3 and count(ARTICLE + past) > persons:
        return True  # أسهم is mostly the plural of سهم
    is_hollow = past[1:-1] == "ا" != rest[1:-1]
    if is_hollow and (_is_strong(rest) or count("ال" + past) + articles(past + "يه") > persons):
        return True  # شاب is not the past of يشوب, nor قاس (قاسيه) of يقيس
    return persons < _PERSONS_RATE * articles(past)


def _past_rate(past: str, rest: str) -> float:
    """The least frequency of a past tense, compared with the imperfect.

    It is low if the past tense could hardly be another word. With ا, a short one could be the first
    person: أقول, أشارك.
    """
    if past == rest:
        is_certain = (rest[0] == "ت" and len(rest) > 3) or _is_defective(rest)
    elif past == "ا" + rest:
        is_certain = rest[-1] == "ي" or (len(rest) > 3 and rest[1] != "ا")
    else:
        is_certain = not past.startswith("ا")
    return _PAST_RATE if is_certain else 1


def _is_defective(past: str) -> bool:
    """Whether three letters in ي are a past tense: قضي, يقضي. But يبدي is a form of ابدي, and تلقي one of يتلقي."""
    is_verb_in_ya = len(past) == 3 and past[-1] == "ي" and not is_noun(past)
    return is_verb_in_ya and not (is_attested("ا" + past, past) or count("يت" + past))


def _is_strong(rest: str) -> bool:
    """Whether the و or ي of a verb stays in its past: يغير is a form of غيرت, not of غارت."""
    kept, lost = (count(past + "ت") + count(past + "وا") for past in (rest, rest[0] + "ا" + rest[2]))
    return kept > lost


def _past_forms(rest: str) -> Iterator[str]:
    """Possible past tense forms of the verb whose imperfect is `rest` after its prefix."""
    yield rest  # يكتب -> كتب
    yield "ا" + rest  # يستخدم -> استخدم
    if rest.startswith("ؤ"):
        yield "ا" + rest[1:]  # يؤكد -> اكد
    if len(rest) == 3:
        if rest[1] in "وي" and rest[2] != "ي":  # but يروي -> روي
            yield rest[0] + "ا" + rest[2]  # يقول -> قال, يعيش -> عاش
        if rest[2] == "و":
            yield rest[:2] + "ا"  # يدعو -> دعا
