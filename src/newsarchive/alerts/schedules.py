"""When the digests of a saved search are due: at each run, hourly, daily or weekly."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Literal

from newsarchive.errors import AlertsError
from newsarchive.wording import worded

Frequency = Literal["run", "hourly", "daily", "weekly"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ARABIC_DAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
_SUNDAY = 6
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_FORM = worded("write run, hourly, daily, daily 07:00, weekly, or weekly sunday 07:00")


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often digests are sent; of `daily` and `weekly` also at what time, and on which day (Monday is 0)."""

    every: Frequency = "daily"
    at: time = time(7)
    day: int = _SUNDAY

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """Parse a schedule such as `weekly sunday 07:00`. Raises AlertsError.

        >>> Schedule.parse("weekly الأحد 8:30") == Schedule("weekly", time(8, 30), 6)
        True
        """
        every, *rest = text.lower().split() or [""]
        at, day = DAILY.at, DAILY.day
        if every not in ("run", "hourly", "daily", "weekly"):
            raise AlertsError(worded("{text!r} is not a schedule; {form}", text=text[:50], form=_FORM))
        for word in rest:
            clock = _CLOCK.fullmatch(word)
            if clock and every in ("daily", "weekly"):
                at = time(int(clock[1]), int(clock[2]))
            elif every == "weekly" and (found := _day(word)) is not None:
                day = found
            else:
                raise AlertsError(
                    worded(
                        "{word!r} can't be used in the schedule {text!r}; {form}",
                        word=word[:50],
                        text=text[:50],
                        form=_FORM,
                    )
                )
        return cls(every, at, day)  # type: ignore[arg-type]

    def __str__(self) -> str:
        """The schedule as `parse` reads it."""
        day = [_DAYS[self.day]] if self.every == "weekly" else []
        at = [f"{self.at:%H:%M}"] if self.every in ("daily", "weekly") else []
        return " ".join([self.every, *day, *at])

    def latest(self, now: float, zone: tzinfo) -> float:
        """The last moment up to `now` at which a digest was due, in seconds since 1970."""
        if self.every == "run":
            return now
        if self.every == "hourly":
            return now // 3_600 * 3_600
        day = datetime.fromtimestamp(now, zone).date()
        step = 1
        if self.every == "weekly":
            day -= timedelta(days=(day.weekday() - self.day) % 7)
            step = 7
        # Where clocks skip this time of day, it is the moment after the change.
        if datetime.combine(day, self.at, zone).timestamp() > now:
            day -= timedelta(days=step)
        return datetime.combine(day, self.at, zone).timestamp()

    def is_due(self, noted: float, now: float, zone: tzinfo) -> bool:
        """Whether a digest is due, if the last one was due at `noted`.

        A note from the future is that of a clock that was wrong, and must not silence the search until then.
        """
        return self.latest(now, zone) > noted or noted > now


DAILY = Schedule()
"""The schedule of searches that name none; its time and day are those of schedules that leave them out."""


def _day(word: str) -> int | None:
    for names in (_DAYS, _ARABIC_DAYS):
        for number, name in enumerate(names):
            if word in (name, name[:3] if name.isascii() else name):
                return number
    return None
