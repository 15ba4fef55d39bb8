"""A document as one HTML file that needs no other: styles are in it, and it has no script."""

from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from newsarchive.press_review.contents import Document, Piece
from newsarchive.press_review.words import is_rtl, word
from newsarchive.syndication.text import language_tag

_FOLDER = Path(__file__).parent


def html_document(document: Document) -> bytes:
    """The document as HTML in UTF-8."""
    text = _template().render(
        document=document,
        style=_style(),
        word=partial(word, language=document.language),
        language_of=_language_of,
        direction_of=_direction_of,
    )
    return text.encode()


def _language_of(piece: Piece) -> Markup:
    tag = language_tag(piece.language)
    return Markup(' lang="{}"').format(tag) if tag else Markup()


def _direction_of(value: str) -> str:
    """The direction of a value in a citation, by its letters."""
    return "rtl" if is_rtl(value, "") else "ltr"


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("document.html")


@cache
def _style() -> Markup:
    # It has no `<`, and nothing of it is from a reader.
    return Markup((_FOLDER / "document.css").read_text(encoding="utf-8"))  # noqa: S704
