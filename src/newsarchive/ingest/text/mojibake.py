"""Repairs Arabic text in UTF-8 that a program decoded as windows-1256 or windows-1252 («ظˆط²ظٹط±»)."""

import re

_LEADS = "طظعغØÙÚÛ"
"""The characters that the first byte of an Arabic letter in UTF-8 becomes: in windows-1256 and in windows-1252."""
_LONGEST = 3
_TOKEN = re.compile(rf"[{_LEADS}][^\x00-\x7f]+|[^\x00-\x7f]+")
_SEGMENT = re.compile(r"[^<>\n]+")
_ARABIC = re.compile("[\u0600-\u06ff]")


def _bytes_of(encoding: str) -> dict[str, int]:
    """Each character of a charset -> its byte. Bytes without a character stand for themselves, as browsers have it."""
    decoded = ((byte, bytes([byte]).decode(encoding, "ignore") or chr(byte)) for byte in range(0x80, 0x100))
    return {character: byte for byte, character in decoded}


_NAMES = ("windows-1256", "windows-1252", "iso-8859-1")
_CHARSETS = tuple(map(_bytes_of, _NAMES))
_SIGNS = tuple(letter.encode().decode(charset) for letter in "الي" for charset in _NAMES)
"""What the most common letters become. Text in Arabic of a few words has one of them."""
_SECONDS = tuple({sign[1] for sign in _SIGNS})
"""Their second characters, which are rare in proper text and found faster."""


def repaired(text: str) -> str:
    """The text with wrongly decoded parts repaired; the same text if there are none.

    A word is evidence if its characters are the bytes of at least two Arabic letters, which no word
    of any language is. Next to evidence, single letters and signs are repaired too.
    """
    may_have_signs = any(second in text for second in _SECONDS) and any(sign in text for sign in _SIGNS)
    if not may_have_signs or not any(map(_is_evidence, _TOKEN.findall(text))):
        return text
    return _SEGMENT.sub(lambda segment: _repaired_segment(segment.group()), text)


def _repaired_segment(segment: str) -> str:
    if not any(map(_is_evidence, _TOKEN.findall(segment))):
        return segment
    return _TOKEN.sub(lambda token: _reread(token.group()) or token.group(), segment)


def _is_evidence(token: str) -> bool:
    return len(token) > _LONGEST and token[0] in _LEADS and len(_ARABIC.findall(_reread(token))) > 1


def _reread(token: str) -> str:
    """The token's bytes as UTF-8, or an empty string if they aren't UTF-8."""
    for charset in _CHARSETS:
        try:
            return bytes(map(charset.__getitem__, token)).decode()
        except (KeyError, UnicodeDecodeError):
            continue
    return ""
