"""When two spellings are the same name: of a source, a topic or an author."""

from functools import lru_cache

from newsarchive.arabic.fold import folded_name
from newsarchive.arabic.tokens import words

_REMEMBERED = 1 << 16


@lru_cache(maxsize=_REMEMBERED)
def name_key(name: str) -> str:
    """The folded words of a name, joined by spaces. Spellings with the same key are the same name.

    Marks, case, variants of letters, punctuation, underscores and direction marks make no
    difference. A name without any word is only folded.

    >>> name_key("كُرة_القدم") == name_key("«كره القدم»")
    True
    """
    return " ".join(words(name)) or folded_name(name)
