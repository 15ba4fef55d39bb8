"""The names of downloaded files, which any system can save."""

import re
from datetime import date
from urllib.parse import quote

_LONGEST = 80
"""Characters of a name, before its date. With it, an Arabic name stays below the 255 bytes of file systems."""
# Separators, what Windows forbids, control characters, and characters that turn the direction of a name around.
_FORBIDDEN = re.compile(
    r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+'
)
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def file_name(about: str, day: date, ending: str) -> str:
    """The name of a file with what it is about and the day.

    >>> file_name('سعر "القمح"', date(2025, 4, 21), "csv")
    'سعر القمح 2025-04-21.csv'
    """
    words = " ".join(_FORBIDDEN.sub(" ", about).split())
    cut = words[:_LONGEST].rpartition(" ")[0] or words[:_LONGEST] if len(words) > _LONGEST else words
    return f"{cut.strip(' .-')} {day.isoformat()}.{ending}".strip()


def attachment(name: str) -> str:
    """The value of Content-Disposition for a file to save (RFC 6266), with a plain name for old programs.

    >>> print(attachment("قمح 2025.csv"))
    attachment; filename="newsarchive-2025.csv"; filename*=UTF-8''%D9%82%D9%85%D8%AD%202025.csv
    """
    plain = _NOT_PLAIN.sub("-", name)
    if not name.isascii():
        plain = f"newsarchive-{plain.lstrip('-.')}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
