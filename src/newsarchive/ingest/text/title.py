"""Derives a title from the lead of a text that has none."""

import re

TITLE_LIMIT = 90
"""Characters of a derived title without the `…`: about two lines of a list on a phone."""
_SHORTEST = 15
"""A shorter sentence counts as an abbreviation such as «د. محمد», and the next sentence is joined
to it."""
_LEAD = 500
"""The number of characters of a body that are examined."""
_CLAUSE_FROM = 60
"""A cut at a clause keeps at least this many characters. Below that, more words are better than a
clean cut."""

_SENTENCE_END = re.compile(r"[.؟?!…۔]+[\"»”)\]]*(?=\s|$)")
_CLAUSE_END = re.compile(r"\s*(?:[،؛,;:](?=\s)|\s[-–—](?=\s))")
_FINAL_MARKS = " .۔،؛,;:"
_DANGLING = ' \t-–—،؛,;:/(«“"['


def derive_title(body: str) -> str:
    """Return the first sentence of a body, cut between words and marked with `…` if it is too long.

    A final full stop is removed, a question mark kept.
    """
    # A title needs no more, and finding the end of a sentence is slow in a line of nothing but full
    # stops.
    sentence = _first_sentence(body.lstrip()[:_LEAD].partition("\n")[0].strip())
    if len(sentence) <= TITLE_LIMIT:
        return sentence.rstrip(_FINAL_MARKS) or sentence
    return _cut(sentence)


def _first_sentence(lead: str) -> str:
    for match in _SENTENCE_END.finditer(lead):
        if match.end() >= _SHORTEST:
            return lead[: match.end()]
    return lead


def _cut(sentence: str) -> str:
    clauses = [match.start() for match in _CLAUSE_END.finditer(sentence, _CLAUSE_FROM, TITLE_LIMIT + 1)]
    if clauses:
        end = clauses[-1]
    else:
        end = sentence.rfind(" ", 0, TITLE_LIMIT + 1)
        end = end if end > 0 else TITLE_LIMIT
    return f"{sentence[:end].rstrip(_DANGLING) or sentence[:TITLE_LIMIT]}…"
