"""The frozen lexicon: how many news articles use each word form.

`lexicon.tsv.gz` lists the folded forms of Arabic letters that occur in three or more of the 20,910
articles of the ANT corpus (antcorpus.github.io, Apache-2.0), with the number of articles for each.
`bench/build_lexicon.py` builds the file. It ships with the package and doesn't grow with an
archive: stems depend on it, so a change would make the stems in an existing index wrong.
"""

import gzip
from functools import cache
from importlib.resources import files

FILE_NAME = "lexicon.tsv.gz"
COMMENT = "#"
"""The start of a comment line, which gives the file's source and license."""


@cache
def lexicon() -> dict[str, int]:
    """Folded form -> number of articles that use it. Loaded once, in about 50 ms. Don't modify it.

    >>> lexicon()["انتخابات"] > lexicon()["انتخابي"]
    True
    """
    return parse(gzip.decompress(files(__package__).joinpath(FILE_NAME).read_bytes()).decode())


def parse(text: str) -> dict[str, int]:
    """Parse a lexicon file: comment lines at the top, then one `form TAB articles` per line."""
    while text.startswith(COMMENT):
        text = text[text.index("\n") + 1 :]
    fields = text.replace("\t", "\n").split()
    return dict(zip(fields[::2], map(int, fields[1::2]), strict=True))
