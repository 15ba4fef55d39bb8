"""Parse dates as the Arabic press and its feeds write them.

`parse_date` and `read_date` read the text of a field that holds a date, `find_date` finds one in an
article. There is no best guess, and the current date plays no part. A text is folded, split into
typed parts (`parts`, with the vocabulary of `words` and `zones`), and rules over the parts find
days (`days`), times (`clocks`) and relative dates (`relative`). `reading` decides which of them is
meant. The rules for ambiguous dates:

- In numeric dates with the year last, the day comes first (13/06/2018), as in every Arab country.
  The American order is read only where the other is impossible (06/13/2018), or where the weekday
  fits it and not the other.
- A date is Hijri if it has a Hijri month name or the sign هـ, or if it is all numbers with a year
  from 1300 to 1499. It is converted with the Umm al-Qura calendar, which covers the years 1343 to
  1500; other years are rejected. If the text also gives the Gregorian date («… الموافق …»), the
  Gregorian date is used, because moon sightings differ from the calculated calendar.
- Other weekdays that don't match the date are ignored. Two month names for different months are
  rejected, and so are two different days, unless one is the date of publication and one of an update.
- Two-digit years are read only in RFC 822 dates (by RFC 2822, section 4.3) and where the weekday
  confirms them. Elsewhere 21/4/25 can be two days.
- Zone names have the meaning they have in an Arab newsroom: AST is Arabia Standard Time, +03:00,
  not Atlantic Time. A time without a zone is in the caller's default zone. If the time or its zone
  can't be read, the day remains.
- Words before and after the date may be a place, an agency or a name. With a word of a sentence
  («حتى», «مواليد») or a number that belongs to nothing, the text isn't a date of publication.
"""

from newsarchive.arabic.dates.in_text import find_date
from newsarchive.arabic.dates.reading import ReadDate, parse_date, read_date

__all__ = ["ReadDate", "find_date", "parse_date", "read_date"]
