import gzip
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.ingest.fetching.content_coding import BadCoding, TooLarge, Unpacker


def unpacked(coding: str, *pieces: bytes, limit: int = 1000) -> bytes:
    unpacker = Unpacker(coding, limit)
    for piece in pieces:
        unpacker.feed(piece)
    return unpacker.finish()


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def pieces_of(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "X-GZip": gzip.compress,
    "deflate": zlib.compress,
    " Deflate": raw_deflate,
}


@given(st.binary(max_size=300), st.integers(1, 40), st.sampled_from(sorted(PACKED)))
def test_compressed_content_round_trips_in_any_pieces(content: bytes, size: int, coding: str) -> None:
    content = b"a" + content  # A gzip file inside would be a second layer.
    assert unpacked(coding, *pieces_of(PACKED[coding](content), size)) == content


@given(st.binary(max_size=100), st.integers(1, 40), st.sampled_from(["", "identity", " , identity,"]))
def test_uncompressed_content_is_unchanged(content: bytes, size: int, coding: str) -> None:
    content = b"a" + content
    assert unpacked(coding, *pieces_of(content, size)) == content


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize("coding", ["gzip", ""])
def test_gzip_members_are_joined_and_padding_is_ignored(coding: str, size: int) -> None:
    content = gzip.compress(b"first ") + gzip.compress(b"second") + bytes(5) + gzip.compress(b"not a part")
    assert unpacked(coding, *pieces_of(content, size)) == b"first second"


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,deflate", "identity, gzip, x-gzip", "br, gzip"])
def test_several_content_codings_are_rejected(coding: str) -> None:
    with pytest.raises(BadCoding, match="more than once"):
        unpacked(coding)


@pytest.mark.parametrize("coding", ["gzip", ""])
def test_a_compressed_file_inside_counts_as_a_layer(coding: str) -> None:
    with pytest.raises(BadCoding, match="more than once"):
        unpacked(coding, gzip.compress(gzip.compress(b"a")))


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gz\x00ip"])
def test_unrequested_codings_are_rejected(coding: str) -> None:
    with pytest.raises(BadCoding, match="which was not requested"):
        unpacked(coding)


@pytest.mark.parametrize("cut", range(1, 20))
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_truncated_content_is_rejected(coding: str, cut: int) -> None:
    with pytest.raises(BadCoding, match=r"is truncated|does not match its Content-Encoding"):
        unpacked(coding, PACKED[coding](b"some text of an article")[:cut])


@pytest.mark.parametrize("coding", ["gzip", "deflate", ""])
def test_empty_content_stays_empty(coding: str) -> None:
    assert unpacked(coding) == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
def test_the_limit_is_exact(coding: str) -> None:
    packed = PACKED.get(coding, bytes)(bytes(1000))
    assert len(unpacked(coding, packed)) == 1000
    with pytest.raises(TooLarge):
        unpacked(coding, packed, limit=999)


@given(st.binary(max_size=100), st.sampled_from(["gzip", "deflate", ""]))
def test_no_other_exceptions_for_any_input(content: bytes, coding: str) -> None:
    with suppress(BadCoding, TooLarge):
        unpacked(coding, content[:1], content[1:])
