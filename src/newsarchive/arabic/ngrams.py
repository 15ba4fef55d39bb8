"""Character n-grams of folded words, and the frozen table of how many news articles have each.

Two words that share no stem may still share most of their letters: forms of one root, spellings of one name, a
word and its misspelling. Their n-grams meet where their stems do not (McNamee and Mayfield, "Character N-Gram
Tokenization for European Language Text Retrieval", 2004). A space stands for the beginning and the end of a word.

`ngrams.tsv.gz` holds the n-grams of ten or more of 20,910 articles of the ANT corpus (antcorpus.github.io,
Apache-2.0) with the number of those articles; `bench/build_lexicon.py` made it and makes it again. It is frozen
like the lexicon, so that a ranking does not move while an archive grows.
"""

import gzip
from functools import cache
from importlib.resources import files

from newsarchive.arabic.lexicon import COMMENT, parse

FILE_NAME = "ngrams.tsv.gz"
LENGTH = 4
"""Characters of an n-gram."""


def ngrams(word: str) -> list[str]:
    """The n-grams of ` word ` in order, with repetitions; a word of one letter has none.

    >>> ngrams("كتاب")
    [' كتا', 'كتاب', 'تاب ']
    """
    padded = f" {word} "
    return [padded[start : start + LENGTH] for start in range(len(padded) - LENGTH + 1)]


@cache
def ngram_table() -> tuple[int, dict[str, int]]:
    """The number of articles counted, and n-gram -> number of those that have it. Read once; not to be changed."""
    text = gzip.decompress(files(__package__).joinpath(FILE_NAME).read_bytes()).decode()
    articles = int(text.removeprefix(COMMENT).split(maxsplit=1)[0])
    return articles, {ngram.replace("_", " "): count for ngram, count in parse(text).items()}
