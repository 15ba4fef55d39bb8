"""The news agency or outlet that several copies of a text credit: «نقلا عن رويترز», «(أ ف ب)», «واشنطن - رويترز».

Outlets that print the same wire text credit the agency in many ways: in the first or the last line, or as the
author. Only names in the table of sources count, so a person or a place in parentheses is no credit.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from newsarchive.article import Article
from newsarchive.sources import BUILT_IN, SourceTable

_OPENING = 160
"""Characters at the start of a text in which a dateline names the agency."""
_CLOSING = 120
"""Characters at the end of a text in which a credit names the agency."""
_LONGEST_NAME = 60
_BRACKETED = re.compile(rf"[(\[«]\s*([^()\[\]«»\n]{{2,{_LONGEST_NAME}}}?)\s*[)\]»]")
_BEFORE_DASH = re.compile(rf"(?:^|[\n،,/–—-]\s*)([^\n()،,/:–—-]{{2,{_LONGEST_NAME}}}?)(?=\s*(?:[:–—/]|-\s))")
_LAST_LINE = re.compile(r"[^\n.؟!]*$")
_QUOTED_FROM = re.compile(
    r"(?:نقل[اًا]*\s+عن|المصدر\s*:?|\bSource:|\bvia)\s+((?:[^\s.،,:()]+\s+){0,5}[^\s.،,:()]+)", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s*(?:[،,/+|–—]|\s-\s|\bو(?=[\s]))\s*")


def credited_sources(article: Article, table: SourceTable = BUILT_IN) -> frozenset[str]:
    """The sources that an article credits with its text, besides its own publisher, as keys of the table."""
    outlet = table.key(article.publisher or article.source)
    keys = {table.key(name) for name in _named(article, table)}
    if article.source:
        keys.add(table.key(article.source))
    return frozenset(keys - {outlet, ""})


def shared_credit(articles: Iterable[Article], table: SourceTable = BUILT_IN) -> str:
    """The source that at least two of these copies credit, or that one credits and another one comes from.

    Of several, the one that most copies name. Returns the name as the table or the article has it, else an empty
    string.
    """
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    credited: set[str] = set()
    for article in articles:
        keys = credited_sources(article, table)
        credited |= keys
        own = table.key(article.source) if article.source else ""
        counts.update(keys | ({own} if own else set()))
        for name in (*_named(article, table), article.source):
            names.setdefault(table.key(name), table.names(name)[0]) if name else None
    # Not an outlet that only has several of the copies.
    likely = [key for key, count in counts.most_common() if count > 1 and key in credited]
    return names[likely[0]] if likely else ""


def _named(article: Article, table: SourceTable) -> Iterator[str]:
    """The names of known sources in the opening, in the last line, and after «نقلا عن»."""
    body = article.body
    opening, closing = body[:_OPENING], body[-_CLOSING:]
    last = _LAST_LINE.search(closing.rstrip(" .\n"))
    texts = [
        *(part for author in article.authors for part in _SEPARATOR.split(author)),
        *(match[1] for match in _BRACKETED.finditer(opening)),
        *(match[1] for match in _BEFORE_DASH.finditer(opening)),
        *(match[1] for match in _BRACKETED.finditer(closing)),
        *([last.group()] if last else ()),
    ]
    for text in texts:
        for part in _SEPARATOR.split(text.strip(" .-–—\n")):
            if part in table:
                yield part
    for match in _QUOTED_FROM.finditer(body):
        words = match[1].strip("«»\"'").split()
        candidates = (" ".join(words[:count]).strip("«»\"'") for count in range(len(words), 0, -1))
        found = next((name for name in candidates if name in table), None)
        if found is not None:
            yield found
