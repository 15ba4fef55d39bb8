"""Character n-grams of folded words, and a frozen table of how many news articles contain each.

Two words with different stems may still share most of their letters: forms of one root, spellings
of one name, or a word and its misspelling. Such words have n-grams in common (McNamee and Mayfield,
"Character N-Gram Tokenization for European Language Text Retrieval", 2004). A space marks the start
and the end of a word.

`ngrams.tsv.gz` lists the n-grams that occur in ten or more of the 20,910 articles of the ANT corpus
(antcorpus.github.io, Apache-2.0), with the number of articles for each. `bench/build_lexicon.py`
builds the file. It is frozen like the lexicon, so that the ranking of an article doesn't change
while an archive grows.
"""

import gzip
from functools import cache
from importlib.resources import files

from newsarchive.arabic.lexicon import COMMENT, parse

FILE_NAME = "ngrams.tsv.gz"
LENGTH = 4
"""Characters per n-gram."""


def ngrams(word: str) -> list[str]:
    """The n-grams of ` word ` in order, with repetitions. A word of one letter has none.

    >>> ngrams("كتاب")
    [' كتا', 'كتاب', 'تاب ']
    """
    padded = f" {word} "
    return [padded[start : start + LENGTH] for start in range(len(padded) - LENGTH + 1)]


@cache
def ngram_table() -> tuple[int, dict[str, int]]:
    """The number of articles counted, and n-gram -> number of articles that contain it.

    Loaded once. Don't modify it.
    """
    text = gzip.decompress(files(__package__).joinpath(FILE_NAME).read_bytes()).decode()
    articles = int(text.removeprefix(COMMENT).split(maxsplit=1)[0])
    return articles, {ngram.replace("_", " "): count for ngram, count in parse(text).items()}
