"""The language of the command line: that of the locale, or of `--lang`.

Help is translated when it is shown, and so are click's own texts, which click gets from gettext. JSON, files that
are written and logs never pass through here.
"""

import copy
import gettext as standard
import inspect
import os
from collections.abc import Mapping, Sequence
from datetime import date

import click

from newsarchive.i18n import LANGUAGES, Catalogue, Language, Message, catalogue
from newsarchive.i18n.catalogue import DOMAIN, FOLDER
from newsarchive.i18n.wordings import filled, said_with
from newsarchive.wording import words_of

ENGLISH: Language = "en"
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_PREFERRED = "LANGUAGE"
_NO_LANGUAGE = frozenset({"", "C", "POSIX"})
_WITH_VALUE = ("--config",)
"""The other options before a command that take a value."""


class _Current:
    """The catalogue in use, English at first."""

    catalogue: Catalogue = catalogue(ENGLISH)


class Text(str):
    """A text in the language of the command line, whose fields may be filled with errors: they speak it, too."""

    __slots__ = ()

    def format(self, *values: object, **fields: object) -> str:
        """Fill in the fields. Names, addresses and commands keep their direction in it."""
        assert not values, "fields have names, because their order differs between languages"
        texts = _Current.catalogue
        if texts.language == ENGLISH:
            return str(self).format(**fields)
        plain = str | int | float | date
        kept = {name: one if isinstance(one, plain) else words_of(one) for name, one in fields.items()}
        return filled(str(self), kept, texts)


def _(english: str) -> Text:
    """A text in the language of the command line."""
    text = Text(_Current.catalogue.plain(english))
    return text if "{" in text else Text(text.format())


def language() -> Language:
    """The language of the command line."""
    return _Current.catalogue.language


def text_of(message: Message, **fields: object) -> str:
    """A text of the pages in the language of the command line."""
    return Text(_Current.catalogue.text(message)).format(**fields)


def in_words(error: object) -> str:
    """The text of an error, or of what was said of one, in the language of the command line."""
    return said_with(words_of(error), _Current.catalogue)


def ngettext(one: str, many: str, n: int) -> Text:
    """The form of a text for a number."""
    return Text(_Current.catalogue.plain_form(one, many, n))


def mark(english: str) -> str:
    """Declare a text that is translated where it is shown."""
    return english


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Declare a text with a number that is translated where it is shown."""
    return one, many


def language_of_locale(environment: Mapping[str, str]) -> Language:
    """The language of the messages of a locale, as GNU gettext chooses it; English if there is no catalogue for it.

    `LANGUAGE` is a list of languages, the preferred one first. The locale `C` has no language, whatever the list says.

    >>> language_of_locale({"LC_ALL": "", "LANG": "ar_EG.UTF-8"}), language_of_locale({"LC_ALL": "C", "LANG": "ar"})
    ('ar', 'en')
    >>> language_of_locale({"LANG": "fr_FR.UTF-8", "LANGUAGE": "fr:ar"}), language_of_locale({"LANGUAGE": "ar"})
    ('ar', 'en')
    """
    locale = next((value for variable in _VARIABLES if (value := environment.get(variable))), "")
    if _code(locale) in _NO_LANGUAGE:
        return ENGLISH
    codes = [code for name in environment.get(_PREFERRED, "").split(":") if (code := _code(name))]
    found = [one for code in codes or [_code(locale)] for one in (code, code.partition("-")[0]) if one in LANGUAGES]
    return found[0] if found else ENGLISH


def _code(locale: str) -> str:
    """The language of a locale, with its country: `ar-EG`."""
    return locale.partition(".")[0].partition("@")[0].replace("_", "-")


def language_asked(arguments: Sequence[str]) -> Language | None:
    """The value of `--lang` before the command, where it holds for the help too. None without a valid one.

    >>> language_asked(["--lang", "ar", "export", "--lang", "en"]), language_asked(["export", "--lang", "ar"])
    ('ar', None)
    """
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if not argument.startswith("-") or argument == "--":
            return None
        if name == "--lang":
            value = value if equals else next(rest, "")
            return value if value in LANGUAGES else None
        if name in _WITH_VALUE and not equals:
            next(rest, "")
    return None


def speak(language: Language) -> None:
    """Let the command line and click speak a language from now on."""
    _Current.catalogue = catalogue(language)
    # gettext takes the language from here first. The catalogue has just been compiled, if it had to be.
    os.environ["LANGUAGE"] = language
    standard.bindtextdomain(DOMAIN, str(FOLDER))
    standard.textdomain(DOMAIN)


def translated(command: click.Command) -> click.Command:
    """A command whose help is in the language of the command line."""
    if _Current.catalogue.language == ENGLISH:
        return command
    shown = copy.copy(command)
    shown._help_option = None  # noqa: SLF001 - click keeps the one that it made in another language
    shown.help = _help(inspect.cleandoc(command.help)) if command.help else command.help
    shown.params = [_translated_option(one) if isinstance(one, click.Option) else one for one in command.params]
    if isinstance(shown, click.Group):
        shown.commands = {name: translated(one) for name, one in shown.commands.items()}
    return shown


def _translated_option(option: click.Option) -> click.Option:
    shown = copy.copy(option)
    shown.help = _help(option.help) if option.help else option.help
    if isinstance(option.show_default, str):
        shown.show_default = _help(option.show_default)
    return shown


def _help(english: str) -> str:
    # Without marks, because click counts characters to break lines.
    return _Current.catalogue.plain(english)
