"""The texts of digests and of their subjects."""

from markupsafe import Markup

from newsarchive.i18n import Counted, Formats, Language, Message, catalogue, counted, message, table
from newsarchive.i18n.formats import format_number

_FORMATS = Formats()
_TEXTS: dict[str, Message] = table(
    message("digest_subject", "{name}: {count}"),
    message("digest_test", "[Test] {subject}"),
    message("digest_comma", ", "),
    message("digest_corrected", "corrected"),
    message("digest_in_archive", "in the archive"),
    message("digest_copies_in", "and {count} in {sources}"),
    message("digest_more", "and {count} that this message has no room for"),
    message("digest_all", "All results"),
    message("digest_feed", "Feed of this search"),
    message(
        "digest_why", "You get this message because your address is registered for the saved search “{name}” of {site}."
    ),
    message("digest_unsubscribe", "Unsubscribe"),
    message("digest_unsubscribe_by_mail", "To unsubscribe, write to {address}."),
)

_COUNTED: dict[str, Counted] = table(
    counted(
        "digest_new_articles",
        "{n} new article",
        "{n} new articles",
        message("no_digest_new_articles", "no new articles"),
    ),
    counted("digest_copies", "{n} copy", "{n} copies", message("no_digest_copies", "no copies")),
    counted(
        "digest_other_articles",
        "{n} more article",
        "{n} more articles",
        message("no_digest_other_articles", "no more articles"),
    ),
)


def text(key: str, language: Language, **values: str) -> str:
    """A text in a language, with its values filled in."""
    return catalogue(language).text(_TEXTS[f"digest_{key}"]).format(**values)


def count(key: str, n: int, language: Language, formats: Formats = _FORMATS) -> str:
    """A count with its noun in the right plural form.

    >>> count("new_articles", 11, "ar")
    '11 مقالًا جديدًا'
    """
    form = catalogue(language).form(_COUNTED[f"digest_{key}"], n)
    return form.format(n=format_number(n, language, formats))


def isolated(value: str) -> str:
    """A value whose direction doesn't change that of the plain text around it."""
    return f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}"


def html(key: str, language: Language, **values: str) -> Markup:
    """A text as HTML. Values are escaped and isolated from the direction around them."""
    marked = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}
    return Markup(catalogue(language).text(_TEXTS[f"digest_{key}"])).format(**marked)  # noqa: S704 - the catalogue
