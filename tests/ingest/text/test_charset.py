from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.ingest.text.charset import decode, decode_damaged
from newsarchive.ingest.text.mojibake import repaired

TEXT = "بحث وزير الخارجية اليوم مع نظيره سبل وقف إطلاق النار، وقال: «العمل مستمر»."
MARKUP = f"<rss><channel><title>{TEXT}</title></channel></rss>"


@pytest.mark.parametrize(
    "charset", ["utf-8", "windows-1256", "utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "utf-32"]
)
@pytest.mark.parametrize("declared", ["", "utf-8", "windows-1256", "iso-8859-6", "iso-8859-1", "no-such-charset"])
@pytest.mark.parametrize("text", [TEXT, MARKUP])
def test_arabic_is_decoded_whatever_was_declared(charset: str, declared: str, text: str) -> None:
    assert decode(text.encode(charset), declared) == text


@pytest.mark.parametrize("declared", ["", "utf-8", "windows-1256", "iso-8859-6", "iso-8859-1"])
def test_the_charset_of_iso_is_told_from_that_of_windows(declared: str) -> None:
    text = TEXT.translate(str.maketrans("«»", '""'))
    assert decode(text.encode("iso-8859-6"), declared) == text


def test_other_languages_are_decoded_as_declared() -> None:
    text = "Málaga está en España, y Córdoba también está allí."
    assert decode(text.encode("iso-8859-1"), "iso-8859-1") == text
    with pytest.raises(UnicodeError, match="neither UTF-8"):
        decode(text.encode("iso-8859-1"))


@pytest.mark.parametrize("content", [b"\xff\xfd\xfc", b"abc \xe9 def", bytes(range(128, 256))])
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(UnicodeError, match="save it as UTF-8"):
        decode(content)


def test_a_wrong_byte_in_utf_8_costs_one_letter() -> None:
    content = TEXT.encode()
    assert decode_damaged(content[:21] + b"\xd8" + content[21:]).replace("�", "")[20:] == TEXT[20:]


def test_a_truncated_utf_16_text_is_decoded() -> None:
    assert decode(TEXT.encode("utf-16-le")[:-1])[:-1] == TEXT[:-1]


@pytest.mark.parametrize("wrong", ["windows-1256", "windows-1252", "iso-8859-1"])
def test_text_that_was_decoded_wrongly_before_is_repaired(wrong: str) -> None:
    title = "وزير الخارجية يبحث و قال"
    broken = title.encode().decode(wrong, "ignore")
    expected = title if len(broken) == len(title.encode()) else repaired(broken)
    assert repaired(f"<a>{TEXT}</a><b>{broken}</b>") == f"<a>{TEXT}</a><b>{expected}</b>"


@pytest.mark.parametrize("text", [TEXT, "خط، ظ؛ ط§ ظ„", "Ärger über Größe", "§ 5", "ط «ظ» ع"])
def test_text_that_is_right_is_not_repaired(text: str) -> None:
    assert repaired(text) == text


@given(st.binary(max_size=80), st.sampled_from(["", "utf-8", "windows-1256", "utf-16"]))
def test_any_bytes_are_decoded_or_refused(content: bytes, declared: str) -> None:
    for read in (decode, decode_damaged):
        with suppress(UnicodeError):
            assert isinstance(read(content, declared), str)
