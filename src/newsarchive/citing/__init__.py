"""Citing articles: what a citation says, who its authors are, and its text in Arabic and English.

`export/ris.py`, `export/bibtex.py` and `export/csl.py` write a `Citation` for other programs, and the
web adds it to the pages of articles. `docs/citing.md` says what each field has and why.
"""

from newsarchive.citing.citation import Citation, citation_of
from newsarchive.citing.contributors import Body, Contributor, Person, contributors_of
from newsarchive.citing.text import Run, citation_runs, citation_text, plain_text

__all__ = [
    "Body",
    "Citation",
    "Contributor",
    "Person",
    "Run",
    "citation_of",
    "citation_runs",
    "citation_text",
    "contributors_of",
    "plain_text",
]
