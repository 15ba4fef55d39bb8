"""`Interface`: the web interface in one language.

An article keeps its own language; the interface language applies only to the page around it.
Templates get an `Interface`, which formats messages, counts, numbers, dates and topic names in one
language.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache, cached_property
from typing import Literal

from markupsafe import Markup, escape

from newsarchive.arabic.date_format import (
    format_date,
    format_datetime,
    format_month,
    format_time,
    format_zone,
    in_zone,
)
from newsarchive.article import Published
from newsarchive.i18n import LANGUAGES, Formats, Language, catalogue
from newsarchive.i18n.catalogue import translated
from newsarchive.i18n.formats import (
    cldr,
    direction,
    format_first_day,
    in_digits,
    language_name,
    month_name,
    number_format,
    own_name,
    short_month_name,
)
from newsarchive.search import Facet, Notice, SearchResults, listed_subjects
from newsarchive.sources import BUILT_IN as BUILT_IN_SOURCES
from newsarchive.sources import SourceTable
from newsarchive.topics import topic_label
from newsarchive.web.counts import COUNTED
from newsarchive.web.messages import MESSAGES

_MOST_DIGITS = 4
_FORMATS = Formats()


class Interface:
    """The interface in one language, as templates use it."""

    def __init__(
        self,
        language: Language,
        site_title: str | None = None,
        *,
        sources: SourceTable = BUILT_IN_SOURCES,
        zone: tzinfo = UTC,
        formats: Formats = _FORMATS,
    ) -> None:
        self.language = language
        self.formats = formats
        self._catalogue = catalogue(language)
        self._written = number_format(language, formats)
        self._texts = _texts(language)
        self._zone = zone
        self._sources = sources
        self.direction = direction(language)
        self.site_title = site_title or self.text("site_title")

    def text(self, key: str, **values: object) -> str:
        """A message as plain text. Raises KeyError for an unknown key."""
        message = self._texts[key]
        return message.format(**values) if values else message

    def html(self, key: str, **values: object) -> Markup:
        """A message as HTML. Values are escaped and isolated from the surrounding direction."""
        isolated = {name: f"<bdi>{escape(value)}</bdi>" for name, value in values.items()}
        return Markup(self._texts[key].format(**isolated))  # noqa: S704 (the catalogue, and escaped values)

    def count(self, key: str, n: int) -> str:
        """A count with its noun in the right plural form: نتيجتان, 3 نتائج, 11 نتيجة."""
        return self._catalogue.form(COUNTED[key], n).replace("{n}", self._written(n, 0))

    def number(self, n: int) -> str:
        """A number with thousands separators."""
        return self._written(n, 0)

    def digits(self, text: object) -> str:
        """A text in which only the digits are those of the reader, as in a year."""
        return in_digits(str(text), self.language, self.formats)

    def percent(self, share: float) -> str:
        """A share of 1 as a percentage, rounded down: 83%. Only a whole is 100%."""
        return self.text("percent", number=self.number(int(share * 100 + 1e-9)))

    def share(self, share: float) -> str:
        """A share of 1 as a percentage with as many digits as a small one needs: 12.5%, 0.031%."""
        digits = 0 if share == 0 else max(0, 1 - math.floor(math.log10(share * 100)))
        digits = min(digits, _MOST_DIGITS)
        _, dot, decimals = f"{share * 100:.{digits}f}".partition(".")
        needed = len(decimals.rstrip("0")) if dot else 0
        # Formatting fewer decimals than were rounded to would round twice.
        number = self._written(round(share * 100, digits), needed)
        return self.text("percent", number=number)

    def date(self, value: Published) -> str:
        """A date in the interface language: 21 أبريل/نيسان 2025."""
        return format_date(value, self.language, formats=self.formats)

    def days(self, first: Published, last: Published) -> dict[str, str]:
        """The values `first` and `last` of a message: two days, the first without what the last one says again."""
        return {"first": format_first_day(first, last, self.language, self.formats), "last": self.date(last)}

    def moment(self, value: Published) -> str:
        """A date, with the time in the zone of the archive if it is known.

        21 أبريل/نيسان 2025، 10:30 بتوقيت القاهرة
        """
        if not isinstance(value, datetime):
            return self.date(value)
        here = in_zone(value, self._zone)
        return f"{self._datetime(here)} {self.digits(format_zone(here, self.language))}".rstrip()

    def original_moment(self, value: Published) -> str:
        """A moment in its own zone, without the day if that is the same here. Empty if both zones have the same time.

        "10:30 UTC+03:00"
        """
        if not isinstance(value, datetime):
            return ""
        here = in_zone(value, self._zone)
        if here.utcoffset() == value.utcoffset():
            return ""
        is_same_day = here.date() == value.date()
        written = format_time(value, self.language, formats=self.formats) if is_same_day else self._datetime(value)
        return f"{written} {self.digits(format_zone(value, self.language))}"

    def _datetime(self, value: datetime) -> str:
        return format_datetime(value, self.language, formats=self.formats)

    def month(self, month: str) -> str:
        """A month `YYYY-MM` in words: أبريل/نيسان 2025."""
        return format_month(int(month[:4]), int(month[5:7]), self.language, formats=self.formats)

    def month_name(self, month: int) -> str:
        """The name of a month, 1 for January."""
        return month_name(month, self.language, self.formats)

    def short_month_name(self, month: int) -> str:
        """The name of a month where there is little room: Apr."""
        return short_month_name(month, self.language, self.formats)

    def weekdays(self, width: Literal["wide", "narrow"]) -> tuple[str, ...]:
        """The names of the weekdays from Monday on, or their letters."""
        names = cldr(self.language).days["stand-alone"][width]
        return tuple(str(names[day]) for day in range(7))

    @cached_property
    def day_forms(self) -> Markup:
        """How a day, a month or a year can be written, with examples."""
        return self.html(
            "day_forms", year=self.digits(2025), month=self.month("2025-04"), day=self.digits("2025-04-30")
        )

    @property
    def languages(self) -> tuple[tuple[Language, str], ...]:
        """The languages of the interface, each with its name in itself."""
        return _languages()

    def language_name(self, code: str) -> str:
        """The name of a language by its code; the code itself if there is no name for it."""
        return language_name(code, self.language)

    def in_language(self, code: str) -> str:
        """The heading of something in a language: In Arabic."""
        key = f"cite_in_{code}"
        return self._texts[key] if key in self._texts else self.language_name(code)

    def value(self, facet: Facet, name: str) -> str:
        """The label of a value of a facet."""
        return self.labels_of(facet)(name)

    def labels_of(self, facet: Facet) -> Callable[[str], str]:
        """What returns the labels of the values of a facet, of which a page has dozens."""
        match facet:
            case Facet.SOURCE | Facet.PUBLISHER:
                return self.source
            case Facet.TOPIC | Facet.SECTION:
                return self.topic
            case Facet.LANGUAGE:
                return self.language_name
            case _:
                return str

    def topic(self, name: str) -> str:
        """The label of a topic or a section, by its canonical name."""
        return topic_label(name, self.language)

    def source(self, name: str) -> str:
        """The display name of a source."""
        return self._sources.label(name, self.language)

    def notice(self, results: SearchResults, notice: Notice) -> Markup:
        """A notice of these results as HTML."""
        return self.html(f"notice_{notice.value}", values=listed_subjects(results, notice, self.text("comma")))


@cache
def _languages() -> tuple[tuple[Language, str], ...]:
    return tuple((language, own_name(language)) for language in LANGUAGES)


@cache
def _texts(language: Language) -> Mapping[str, str]:
    """The texts in a language, looked up once: a page has hundreds of them."""
    return translated(MESSAGES, language)
