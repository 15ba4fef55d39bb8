"""`Interface`: the web interface in one language.

An article keeps its own language; the interface language applies only to the page around it.
Templates get an `Interface`, which formats messages, counts, numbers, dates and topic names in one
language.
"""

import math
from datetime import UTC, datetime, tzinfo

from markupsafe import Markup

from newsarchive.arabic.date_format import (
    Language,
    format_date,
    format_datetime,
    format_month,
    format_zone,
    in_zone,
)
from newsarchive.article import Published
from newsarchive.search import Facet, Notice, SearchResults, listed_subjects
from newsarchive.sources import BUILT_IN as BUILT_IN_SOURCES
from newsarchive.sources import SourceTable
from newsarchive.topics import topic_label
from newsarchive.web.counts import COUNTED, plural
from newsarchive.web.messages import LANGUAGES, MESSAGES

_MOST_DIGITS = 4


class Interface:
    """The interface in one language, as templates use it."""

    def __init__(
        self,
        language: Language,
        site_title: str | None = None,
        *,
        sources: SourceTable = BUILT_IN_SOURCES,
        zone: tzinfo = UTC,
    ) -> None:
        self.language = language
        self._zone = zone
        self._sources = sources
        self.direction = "rtl" if language == "ar" else "ltr"
        self.site_title = site_title or self.text("site_title")

    def text(self, key: str, **values: object) -> str:
        """A message as plain text. Raises KeyError for an unknown key."""
        message = MESSAGES[key][LANGUAGES.index(self.language)]
        return message.format(**values) if values else message

    def html(self, key: str, **values: object) -> Markup:
        """A message as HTML. Values are escaped and isolated from the surrounding direction."""
        isolated = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}
        return Markup(MESSAGES[key][LANGUAGES.index(self.language)]).format(**isolated)  # noqa: S704 (the catalogue)

    def count(self, key: str, n: int) -> str:
        """A count with its noun in the right plural form: نتيجتان, 3 نتائج, 11 نتيجة."""
        form = COUNTED[key][LANGUAGES.index(self.language)][plural(n, self.language)]
        return form.format(n=self.number(n))

    def number(self, n: int) -> str:
        """A number with thousands separators."""
        return f"{n:,}"

    def percent(self, share: float) -> str:
        """A share of 1 as a percentage, rounded down: 83%. Only a whole is 100%."""
        return f"{int(share * 100 + 1e-9)}{'٪' if self.language == 'ar' else '%'}"

    def share(self, share: float) -> str:
        """A share of 1 as a percentage with as many digits as a small one needs: 12.5%, 0.031%."""
        digits = 0 if share == 0 else max(0, 1 - math.floor(math.log10(share * 100)))
        text = f"{share * 100:,.{min(digits, _MOST_DIGITS)}f}"
        shown = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{shown}{'٪' if self.language == 'ar' else '%'}"

    def date(self, value: Published) -> str:
        """A date in the interface language: 21 أبريل/نيسان 2025."""
        return format_date(value, self.language)

    def moment(self, value: Published) -> str:
        """A date, with the time in the zone of the archive if it is known.

        21 أبريل/نيسان 2025، 10:30 بتوقيت القاهرة
        """
        if not isinstance(value, datetime):
            return self.date(value)
        here = in_zone(value, self._zone)
        return f"{format_datetime(here, self.language)} {format_zone(here, self.language)}".rstrip()

    def original_moment(self, value: Published) -> str:
        """A moment in its own zone, without the day if that is the same here. Empty if both zones have the same time.

        "10:30 UTC+03:00"
        """
        if not isinstance(value, datetime):
            return ""
        here = in_zone(value, self._zone)
        if here.utcoffset() == value.utcoffset():
            return ""
        written = f"{value:%H:%M}" if here.date() == value.date() else format_datetime(value, self.language)
        return f"{written} {format_zone(value, self.language)}"

    def month(self, month: str) -> str:
        """A month `YYYY-MM` in words: أبريل/نيسان 2025."""
        return format_month(int(month[:4]), int(month[5:7]), self.language)

    def month_name(self, month: int) -> str:
        """The name of a month, 1 for January."""
        return format_month(1, month, self.language).rpartition(" ")[0]

    def language_name(self, code: str) -> str:
        """The name of a language by its code; the code itself if there is no name for it."""
        return MESSAGES[f"language_{code}"][LANGUAGES.index(self.language)] if f"language_{code}" in MESSAGES else code

    def value(self, facet: Facet, name: str) -> str:
        """The label of a value of a facet."""
        match facet:
            case Facet.SOURCE | Facet.PUBLISHER:
                return self.source(name)
            case Facet.TOPIC | Facet.SECTION:
                return self.topic(name)
            case Facet.LANGUAGE:
                return self.language_name(name)
            case _:
                return name

    def topic(self, name: str) -> str:
        """The label of a topic or a section, by its canonical name."""
        return topic_label(name, self.language)

    def source(self, name: str) -> str:
        """The display name of a source."""
        return self._sources.label(name, self.language)

    def notice(self, results: SearchResults, notice: Notice) -> Markup:
        """A notice of these results as HTML."""
        return self.html(f"notice_{notice.value}", values=listed_subjects(results, notice, self.text("comma")))
