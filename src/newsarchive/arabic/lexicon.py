"""The frozen lexicon: how many news articles use a word form.

`lexicon.tsv.gz` holds the folded forms of Arabic letters that occur in three or more of 20,910 articles of the
ANT corpus (antcorpus.github.io, Apache-2.0), and for each form the number of those articles. `bench/build_lexicon.py`
made it and makes it again. It travels with the package and does not grow with an archive: with a living one
the stem of a word would change under the index that holds it.
"""

import gzip
from functools import cache
from importlib.resources import files

FILE_NAME = "lexicon.tsv.gz"
COMMENT = "#"
"""Starts a line of the file that is no entry: its source and its licence."""


@cache
def lexicon() -> dict[str, int]:
    """Folded form -> number of articles that use it. Read once, in some 50 ms; not to be changed.

    >>> lexicon()["انتخابات"] > lexicon()["انتخاباتهم"]
    True
    """
    return parse(gzip.decompress(files(__package__).joinpath(FILE_NAME).read_bytes()).decode())


def parse(text: str) -> dict[str, int]:
    """The entries of a lexicon file: comment lines at the top, then one `form TAB articles` a line."""
    while text.startswith(COMMENT):
        text = text[text.index("\n") + 1 :]
    fields = text.replace("\t", "\n").split()
    return dict(zip(fields[::2], map(int, fields[1::2]), strict=True))
