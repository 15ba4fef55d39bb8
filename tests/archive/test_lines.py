import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.lines import decode_line, encode_line, pieces, with_newline
from newsarchive.article import Withdrawal, from_json, to_json
from tests.articles import NOW, articles, make_article, withdrawals


@given(articles | withdrawals)
def test_every_record_round_trips_through_its_line(record: object) -> None:
    line = encode_line(record)  # type: ignore[arg-type]
    assert line.count(b"\n") == 1
    assert decode_line(line) == record


@given(articles)
def test_every_article_round_trips_through_json(article: object) -> None:
    form = json.loads(json.dumps(to_json(article)))  # type: ignore[arg-type]
    assert from_json(form) == article


def test_a_line_is_json_and_its_digest_covers_the_bytes_after_it() -> None:
    line = encode_line(make_article())
    form = json.loads(line)
    assert form["title"] == "العنوان 1"
    assert form["sha256"] == hashlib.sha256(line[len('{"sha256":"",') + 64 : -1]).hexdigest()
    assert "fetched_at" not in form["origin"]
    assert not [key for key, value in form.items() if value in ("", [], False)]


@given(st.data())
def test_any_changed_byte_in_a_line_is_detected(data: st.DataObject) -> None:
    line = bytearray(encode_line(make_article()))
    position = data.draw(st.integers(0, len(line) - 1))
    line[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match="sha256"):
        decode_line(bytes(line))


@pytest.mark.parametrize(
    "body",
    [
        b'"type":"poem"}',
        b'"type":"article"}',
        b'"type":"article","id":"a","revision":1,"title":"","body":5,"origin":{"kind":"x"}}',
        b'"type":"article","id":"a","revision":1,"title":"","body":"b","origin":[]}',
        b'"type":',
    ],
)
def test_an_intact_line_with_an_unknown_record_is_reported(body: bytes) -> None:
    line = b'{"sha256":"' + hashlib.sha256(body).hexdigest().encode() + b'",' + body + b"\n"
    with pytest.raises(ValueError, match="this version does not know such a record"):
        decode_line(line)


def test_records_on_one_line_are_separated_even_if_one_quotes_the_other() -> None:
    quoting = encode_line(make_article(1, body='{"sha256":"' + "0" * 64 + '","type":"article"}'))
    withdrawal = encode_line(Withdrawal(id="b", revision=2, reason="حقوق", archived_at=NOW))
    joined = quoting[:-1] + b" " + withdrawal
    assert list(pieces(joined)) == [quoting[:-1] + b" ", withdrawal]
    assert list(pieces(quoting)) == [quoting]


def test_only_a_complete_line_gets_its_newline_restored() -> None:
    line = encode_line(make_article())
    assert with_newline(line[:-1]) == line
    assert with_newline(line[:-1] + b"\x8a") == line
    assert with_newline(line[:-2]) is None
    assert with_newline(b"") is None


@pytest.mark.parametrize("body", ["{", "{{}", '{"sha256":"', '} {"a": {'])
def test_braces_in_a_text_begin_no_record(body: str) -> None:
    lines = [encode_line(make_article(body=body)), encode_line(make_article(2, body=body))]
    assert list(pieces(lines[0])) == lines[:1]
    assert list(pieces(b"".join(lines))) == lines
