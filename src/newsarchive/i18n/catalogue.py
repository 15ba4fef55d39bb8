"""The gettext catalogues: which languages there are, and their texts.

`locales/LANGUAGE/LC_MESSAGES/newsarchive.po` is what people edit. gettext reads the compiled `.mo`
file next to it. A wheel has both; in a checkout the catalogue is compiled when it is first used, and again
when it has changed, so that no command has to be remembered. The digest of the .po file is kept in the .mo
file, because times of files say nothing after a checkout or an installation.
"""

import hashlib
import io
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TypeVar

from newsarchive.i18n.messages import Counted, Language, Message

FOLDER = Path(__file__).parent.parent / "locales"
DOMAIN = "newsarchive"
_PREFERRED: tuple[Language, ...] = ("ar", "en")
_DIGEST = Message("compiled from", "digest")
"""The entry of a compiled catalogue that has the digest of its source."""
_BIG = 1_000_000
"""A number whose plural form no language shares with zero unless it has no form for zero."""


def source_of(language: Language, folder: Path = FOLDER) -> Path:
    """The .po file of a language."""
    return folder / language.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def languages_in(folder: Path) -> tuple[Language, ...]:
    """The languages with a catalogue in a folder, and English: Arabic first, then English, then the others by name."""
    found = {path.parent.parent.name.replace("_", "-") for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return (*_PREFERRED, *sorted(found - set(_PREFERRED)))


LANGUAGES = languages_in(FOLDER)
"""The languages of the interface, the default first."""


class Catalogue:
    """The texts in one language. A text without a translation is in English."""

    def __init__(self, language: Language, translations: NullTranslations) -> None:
        self.language = language
        self._translations = translations
        self._texts: dict[Message, str] = {}
        self._forms: dict[tuple[str, object], str] = {}
        self._plural = getattr(translations, "plural", _plural_of_english)
        self._has_zero = language != "en" and _has_zero(translations)

    def text(self, message: Message) -> str:
        """A text with the names of its fields in braces."""
        found = self._texts.get(message)
        if found is None:
            found = self._texts[message] = self._translations.pgettext(message.context, message.english)
        return found

    def form(self, text: Counted, n: int) -> str:
        """The form for a number, in which `{n}` stands for it."""
        if n == 0 and text.none is not None and not self._has_zero:
            return self.text(text.none)
        # A page has hundreds of counts, in a few forms.
        key = text.context, self._plural(n)
        found = self._forms.get(key)
        if found is None:
            found = self._forms[key] = self._translations.npgettext(text.context, text.one, text.many, n)
        return found

    def plain(self, english: str) -> str:
        """A text that was declared without a context, as those of the command line and of click are."""
        return self._translations.gettext(english) if english else ""

    def plain_form(self, one: str, many: str, n: int) -> str:
        """The form for a number of a text without a context."""
        # What isn't in the catalogue has English forms.
        return self._translations.ngettext(one, many, n)


def _plural_of_english(n: int) -> int:
    return int(n != 1)


def _has_zero(translations: NullTranslations) -> bool:
    plural = getattr(translations, "plural", None)
    return plural is not None and plural(0) not in {plural(n) for n in (1, 5, 100, _BIG)}


@cache
def catalogue(language: Language) -> Catalogue:
    """The catalogue of a language, read once. English has none: its texts are those that were declared.

    Raises OSError if there is no catalogue for the language, and ValueError if it can't be read.
    """
    if language == "en":
        return Catalogue(language, NullTranslations())
    return Catalogue(language, GNUTranslations(io.BytesIO(compiled(source_of(language)))))


_Key = TypeVar("_Key")


def translated(texts: Mapping[_Key, Message], language: Language) -> dict[_Key, str]:
    """A table of texts in a language."""
    found = catalogue(language)
    return {key: found.text(one) for key, one in texts.items()}


def compiled(source: Path) -> bytes:
    """The compiled catalogue of a .po file. It is kept next to it, if the folder can be written.

    Raises OSError if the file can't be read, and ValueError if it is no catalogue.
    """
    kept = source.with_suffix(".mo")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    with suppress(OSError, UnicodeDecodeError):
        content = kept.read_bytes()
        if GNUTranslations(io.BytesIO(content)).pgettext(_DIGEST.context, _DIGEST.english) == digest:
            return content
    content = compile_catalogue(source.read_bytes(), digest)
    with suppress(OSError):
        _keep(kept, content)
    return content


def compile_catalogue(source: bytes, digest: str) -> bytes:
    """Compile a .po file. Fuzzy texts are left out, as gettext does. Raises ValueError if it is malformed."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - seldom needed, and slow to load
    from babel.messages.pofile import read_po  # noqa: PLC0415

    found = read_po(io.BytesIO(source), abort_invalid=True)
    found.add(_DIGEST.english, digest, context=_DIGEST.context)
    out = io.BytesIO()
    write_mo(out, found)
    return out.getvalue()


def _keep(path: Path, content: bytes) -> None:
    # Several processes may start at once, so each has a file of its own until it is complete.
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
