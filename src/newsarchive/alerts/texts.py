"""The texts of digests and of their subjects, in Arabic and English."""

from markupsafe import Markup

from newsarchive.arabic.date_format import Language
from newsarchive.web.counts import Plural, plural
from newsarchive.web.messages import LANGUAGES

_TEXTS: dict[str, tuple[str, str]] = {
    "subject": ("{name}: {count}", "{name}: {count}"),
    "test": ("[تجربة] {subject}", "[Test] {subject}"),
    "comma": ("، ", ", "),
    "corrected": ("مصحَّح", "corrected"),
    "in_archive": ("في الأرشيف", "in the archive"),
    "copies_in": ("و{count} في: {sources}", "and {count} in {sources}"),
    "more": ("و{count} لا تتسع لها هذه الرسالة", "and {count} that this message has no room for"),
    "all": ("كل النتائج", "All results"),
    "feed": ("خلاصة هذا البحث", "Feed of this search"),
    "why": (
        "تصلك هذه الرسالة لأن عنوانك مسجَّل في البحث المحفوظ «{name}» في {site}.",
        "You get this message because your address is registered for the saved search “{name}” of {site}.",
    ),
    "unsubscribe": ("إلغاء الاشتراك", "Unsubscribe"),
    "unsubscribe_by_mail": (
        "لإلغاء الاشتراك اكتب إلى {address}.",
        "To unsubscribe, write to {address}.",
    ),
}

_COUNTED: dict[str, tuple[dict[Plural, str], dict[Plural, str]]] = {
    "new_articles": (
        {
            Plural.ZERO: "لا مقالات جديدة",
            Plural.ONE: "مقال جديد",
            Plural.TWO: "مقالان جديدان",
            Plural.FEW: "{n} مقالات جديدة",
            Plural.MANY: "{n} مقالًا جديدًا",
            Plural.OTHER: "{n} مقال جديد",
        },
        {Plural.ZERO: "no new articles", Plural.ONE: "1 new article", Plural.OTHER: "{n} new articles"},
    ),
    "copies": (
        {
            Plural.ZERO: "لا نسخ",
            Plural.ONE: "نسخة",
            Plural.TWO: "نسختان",
            Plural.FEW: "{n} نسخ",
            Plural.MANY: "{n} نسخة",
            Plural.OTHER: "{n} نسخة",
        },
        {Plural.ZERO: "no copies", Plural.ONE: "1 copy", Plural.OTHER: "{n} copies"},
    ),
    "other_articles": (
        {
            Plural.ZERO: "لا مقالات أخرى",
            Plural.ONE: "مقال آخر",
            Plural.TWO: "مقالان آخران",
            Plural.FEW: "{n} مقالات أخرى",
            Plural.MANY: "{n} مقالًا آخر",
            Plural.OTHER: "{n} مقال آخر",
        },
        {Plural.ZERO: "no more articles", Plural.ONE: "1 more article", Plural.OTHER: "{n} more articles"},
    ),
}


def text(key: str, language: Language, **values: str) -> str:
    """A text in a language, with its values filled in."""
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)


def count(key: str, n: int, language: Language) -> str:
    """A count with its noun in the right plural form.

    >>> count("new_articles", 11, "ar")
    '11 مقالًا جديدًا'
    """
    return _COUNTED[key][LANGUAGES.index(language)][plural(n, language)].format(n=f"{n:,}")


def isolated(value: str) -> str:
    """A value whose direction doesn't change that of the plain text around it."""
    return f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}"


def html(key: str, language: Language, **values: str) -> Markup:
    """A text as HTML. Values are escaped and isolated from the direction around them."""
    marked = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}
    return Markup(_TEXTS[key][LANGUAGES.index(language)]).format(**marked)  # noqa: S704 - texts of this module
