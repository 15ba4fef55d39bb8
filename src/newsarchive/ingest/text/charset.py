"""Decodes files and feeds whose declared charset may be missing or wrong."""

import codecs
import math
import re
from collections.abc import Iterator

from newsarchive.ingest.text.mojibake import repaired
from newsarchive.wording import worded

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ARABIC_CHARSETS = ("windows-1256", "iso-8859-6")
"""The single-byte charsets of Arabic, the most common first."""
_WIDE_SAMPLE = 4096
_MIN_WIDE = 0.9
_WIDE_ROWS = b"\x00\x06\x20\xfb\xfe\xff"
"""The high bytes of Latin and Arabic letters, punctuation and presentation forms in UTF-16."""

_ARABIC_LETTERS = re.compile("[\u0621-\u064a]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_STRANGE = re.compile("[\u00c0-\u024f\u0671-\u06d3]|[A-Za-z](?=[\u0621-\u064a])|[\u0621-\u064a](?=[A-Za-z])")
"""Accented Latin letters, non-Arabic letters in Arabic script, and words that mix scripts."""
_FREQUENT = (
    dict.fromkeys("ال", 12.0)
    | dict.fromkeys("ينمو", 6.5)
    | dict.fromkeys("رتبةعده", 3.7)
    | dict.fromkeys("سفكقحأ", 2.3)
    | dict.fromkeys("جشىخصطإ", 1.1)
    | dict.fromkeys("ذضزثغئءظآؤ", 0.45)
)
"""Letter -> its share of the letters of Arabic news in percent, rounded to groups."""
_RARE = 0.02
"""The share of any other character beyond ASCII."""
_NEUTRAL = frozenset(
    "\u00a0«»،؛؟–—…“”‘’\u200f\u200e\u200c\u200d٪×÷°·•ـ\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
)
"""Marks and punctuation, which say little about the charset."""
_MIN_LIKELIHOOD = -3.6
"""The mean logarithm of the shares: about -2.7 in Arabic text, below -4 in wrongly decoded text."""
_ARTICLES = re.compile("(?<![\u0621-\u064a])[وفبك]?ال(?=[\u0621-\u064a]{2})")
_ARTICLE_BONUS = 1.0
"""Added for each article «ال» per word: a quarter of the words in news have it."""
_WORD = re.compile("[\u0621-\u064a]{2,}")
_MIN_MARGIN = 0.15
_MAX_STRANGE = 0.05
_MAX_DAMAGE = 0.1
_SAMPLE = 20_000
"""Characters beyond ASCII that are examined."""


def decode(content: bytes, declared: str = "") -> str:
    """Decode `content`. Raises UnicodeError, with advice, if no charset fits.

    A byte order mark decides, then the zero bytes of UTF-16. Otherwise UTF-8 is tried, which text
    in another charset rarely matches by chance. Then the declared charset and the charsets of
    Arabic are tried, and the one whose text is most like Arabic is accepted, if its lead is clear.
    Finally the declared charset is accepted whatever the result is. Text that a program before had
    decoded with the wrong charset is repaired.
    """
    return repaired(_decode(content, declared))


def decode_damaged(content: bytes, declared: str = "") -> str:
    """Like `decode`, but replaces a few invalid bytes in UTF-8 and UTF-16 text with �."""
    encoding = marked_encoding(content) or wide_encoding(content) or "utf-8"
    text = content.decode(encoding, "replace")
    damage = text.count("�")
    # Without damage, the other characters needn't be counted: they can be tens of millions.
    if not damage or damage <= _MAX_DAMAGE * len(_NOT_ASCII.findall(text)):
        return repaired(text)
    return decode(content, declared)


def marked_encoding(content: bytes) -> str:
    """The encoding that the byte order mark names, or an empty string."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)), "")


def wide_encoding(content: bytes) -> str:
    """`utf-16-le` or `utf-16-be` if the text is in UTF-16 without a byte order mark, otherwise an empty string.

    UTF-32 is recognized too. The sign is the high byte of each character: zero for markup and 6 for Arabic.
    """
    sample = content[: _WIDE_SAMPLE & ~3]
    if b"\0" not in sample or len(sample) < 4:
        return ""
    if sample[:4].count(0) == 3 and sample[0::4].count(0) + sample[3::4].count(0) >= len(sample) // 4:
        return "utf-32-le" if sample[0] else "utf-32-be"
    low, high = sample[0::2], sample[1::2]
    for encoding, rows, letters in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        fitting = sum(map(rows.count, _WIDE_ROWS))
        if fitting >= _MIN_WIDE * len(rows) and letters.count(0) < 0.1 * len(letters):
            return encoding
    return ""


def single_byte_encoding(content: bytes) -> str:
    """The charset of Arabic whose text is most like Arabic, or an empty string if none is or the lead isn't clear."""
    scored = sorted(((_likelihood(text), name) for name, text in _readings(content)), reverse=True)
    if not scored or scored[0][0] < _MIN_LIKELIHOOD:
        return ""
    if len(scored) > 1 and scored[0][0] - scored[1][0] < _MIN_MARGIN:
        return ""
    return scored[0][1]


def _decode(content: bytes, declared: str) -> str:
    encoding = marked_encoding(content) or wide_encoding(content)
    if encoding:
        # An odd last byte, as in a truncated download, is worth one character.
        return content.decode(encoding, "replace" if encoding != "utf-8-sig" else "strict")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start
    as_declared = _decode_as(content, declared) if declared else None
    guess = single_byte_encoding(content)
    if guess and not (as_declared is not None and _is_as_likely(as_declared, content.decode(guess, "replace"))):
        return content.decode(guess, "replace")
    if as_declared is not None:
        return as_declared
    raise UnicodeError(
        worded(
            "neither UTF-8 (byte {place} is wrong) nor clearly Arabic in windows-1256 or "
            "ISO-8859-6; save it as UTF-8 and try again",
            place=place + 1,
        )
    )


def _is_as_likely(declared: str, guessed: str) -> bool:
    return _likelihood(declared) > max(_likelihood(guessed) - _MIN_MARGIN, _MIN_LIKELIHOOD)


def _readings(content: bytes) -> Iterator[tuple[str, str]]:
    for name in _ARABIC_CHARSETS:
        text = _decode_as(content, name)
        if text is not None:
            yield name, text


def _likelihood(text: str) -> float:
    """How much the characters beyond ASCII are like Arabic: the mean logarithm of their shares, and the articles."""
    arabic = len(_ARABIC_LETTERS.findall(text))
    if not arabic or len(_STRANGE.findall(text)) > _MAX_STRANGE * arabic:
        return -math.inf
    signs = [sign for sign in _NOT_ASCII.findall(text)[:_SAMPLE] if sign not in _NEUTRAL]
    if not signs:
        return -math.inf
    counts = {sign: signs.count(sign) for sign in set(signs)}
    total = sum(count * math.log(_FREQUENT.get(sign, _RARE) / 100) for sign, count in counts.items())
    words = len(_WORD.findall(text)) or 1
    return total / len(signs) + _ARTICLE_BONUS * len(_ARTICLES.findall(text)) / words


def _decode_as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None
