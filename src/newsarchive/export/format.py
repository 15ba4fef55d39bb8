"""An export format, what it gets to write, and the result of an export."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from newsarchive.article import Article
from newsarchive.i18n import Language
from newsarchive.topics import ArticleTopics

MOST_MISSING = 1_000
"""The number of articles that could not be written that a report names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportItem:
    """One revision of an article, with what a format needs to know about it besides.

    `topics` are its topics and sections by the tables of the archive, and `source_name` the name of its source that
    pages show. `page_url` is the absolute URL of its page in the archive, empty if that isn't known. `text` is the
    text to give, None if texts are left out.
    """

    article: Article
    topics: ArticleTopics = field(default_factory=ArticleTopics)
    source_name: str = ""
    page_url: str = ""
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportContext:
    """What is the same for all articles of an export.

    `language` is that of labels. `site_title` is the name of the archive, for citations. `has_texts` is whether items
    have their text. `bom` asks formats of which programs guess the encoding for a byte order mark.
    """

    archive_folder: Path
    language: Language = "ar"
    site_title: str = ""
    has_texts: bool = True
    bom: bool = True


@dataclass(slots=True)
class ExportReport:
    """The number of `items` written, and the articles that the format could not write, with the reason.

    `remarks` say what a reader should know about articles that were written, each with the number of articles.
    """

    items: int = 0
    missing: int = 0
    reasons: list[tuple[str, str]] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    def add_missing(self, article_id: str, reason: str) -> None:
        """Count an article that could not be written."""
        self.missing += 1
        if len(self.reasons) < MOST_MISSING:
            self.reasons.append((article_id, reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """An export format.

    `name` is used on the command line, `label` on pages, `ending` in addresses and names of files. `item` says what
    `ExportReport.items` counts, and `without` what articles are that could not be written.

    `write` gets the articles, the binary stream to write and the context. It writes in order and never seeks, reads the
    articles one by one, and keeps none of them, so that an export of any size needs little memory and begins at once.
    It raises OSError if the stream can't be written.

    `is_text` means that the output may go to a terminal. `is_served` means that the web server offers the format.
    `extra` is the optional dependency of newsarchive that it needs, and `needs` the module to import.
    """

    name: str
    media_type: str
    ending: str
    item: str
    label: str = ""
    without: str = "missing"
    write: Callable[[Iterable[ExportItem], BinaryIO, ExportContext], ExportReport]
    is_text: bool = True
    is_served: bool = True
    extra: str = ""
    needs: str = ""

    @property
    def is_available(self) -> bool:
        """Whether what the format needs is installed."""
        return not self.needs or _is_installed(self.needs)


@cache
def _is_installed(module: str) -> bool:
    return find_spec(module) is not None
