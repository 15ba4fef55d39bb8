"""Decodes files and feeds whose declared charset may be missing or wrong."""

import codecs
import re

_ARABIC_LETTERS = re.compile("[\u0621-\u064a]")
_COMMON_LETTERS = re.compile("[اليمنورتبةهعد]")
_STRANGE = re.compile("[\u00c0-\u024f\u0671-\u06d3]|[A-Za-z](?=[\u0621-\u064a])|[\u0621-\u064a](?=[A-Za-z])")
"""Accented Latin letters, non-Arabic letters in Arabic script, and words that mix scripts."""
_MIN_COMMON = 0.6
"""The thirteen most common letters make up three quarters of Arabic news, but well under half of
wrongly decoded text."""
_MAX_STRANGE = 0.05
_MAX_DAMAGE = 0.01

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes, declared: str = "") -> str:
    """Decode `content`. Raises UnicodeError, with advice, if no charset fits.

    A byte order mark decides. Otherwise UTF-8 is tried, which text in another charset rarely
    matches by chance. Then the declared charset and windows-1256 are tried, and accepted if the
    result is plausible Arabic. Finally the declared charset is accepted whatever the result is.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start
    as_declared = _decode_as(content, declared) if declared else None
    for text in (as_declared, content.decode("windows-1256", "replace")):
        if text is not None and is_plausible_arabic(text):
            return text
    if as_declared is not None:
        return as_declared
    raise UnicodeError(
        f"neither UTF-8 (byte {place + 1} is wrong) nor Arabic in windows-1256; save it as UTF-8 and try again"
    )


def decode_damaged(content: bytes, declared: str = "") -> str:
    """Like `decode`, but replaces a few invalid bytes in UTF-8 text with �."""
    try:
        return decode(content, declared)
    except UnicodeError:
        text = content.decode("utf-8", "replace")
        if text.count("�") <= _MAX_DAMAGE * len(text):
            return text
        raise


def is_plausible_arabic(text: str) -> bool:
    """Whether text decoded with a guessed charset looks like Arabic, judged by its letter frequencies."""
    arabic = len(_ARABIC_LETTERS.findall(text))
    if not arabic or len(_STRANGE.findall(text)) > _MAX_STRANGE * arabic:
        return False
    return len(_COMMON_LETTERS.findall(text)) >= _MIN_COMMON * arabic


def _decode_as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None
