"""The formats of documents. A new one needs a module and an entry in `DOCUMENTS`."""

from collections.abc import Callable
from dataclasses import dataclass

from newsarchive.press_review.contents import Document
from newsarchive.press_review.html_document import html_document


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A format of documents: `write` returns the whole file."""

    name: str
    label: str
    media_type: str
    write: Callable[[Document], bytes]
    is_text: bool = True

    @property
    def ending(self) -> str:
        """The ending of its files."""
        return self.name


def _word(document: Document) -> bytes:
    # python-docx is slow to load.
    from newsarchive.press_review.word_document import word_document  # noqa: PLC0415

    return word_document(document)


DOCUMENTS: tuple[DocumentFormat, ...] = (
    DocumentFormat("html", "HTML", "text/html; charset=utf-8", html_document),
    DocumentFormat(
        "docx",
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _word,
        is_text=False,
    ),
)


def document_format(name: str) -> DocumentFormat | None:
    """The format with this name, None if there is none."""
    return next((form for form in DOCUMENTS if form.name == name), None)
