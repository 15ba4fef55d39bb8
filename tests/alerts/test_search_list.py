import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.alerts.saved_search import SavedSearch, saved_search_from_json, saved_search_to_json
from newsarchive.alerts.schedules import Schedule
from newsarchive.alerts.search_list import SearchList, find
from newsarchive.errors import AlertsError
from newsarchive.mail_address import MailAddress
from newsarchive.search import Match
from newsarchive.tables import NO_TABLES

FULL = {
    "id": "wheat",
    "name": "القمح والشعير",
    "q": "القمح OR الشعير",
    "match": "any",
    "source": ["تاس", "رويترز"],
    "topic": ["economy"],
    "from": "2025",
    "language": "en",
    "email": ["a@example.org", "b@example.org"],
    "webhook": "https://hooks.example.org/${ALERT_PATH}",
    "webhook_secret": "${ALERT_KEY}",
    "schedule": "weekly sunday 07:30",
    "zone": "Asia/Riyadh",
    "limit": 10,
    "corrections": True,
    "paused": True,
}


def test_a_saved_search_is_written_as_it_was_read() -> None:
    search = saved_search_from_json(FULL)
    assert saved_search_to_json(search) == FULL
    assert search.schedule == Schedule.parse("weekly sunday 07:30")
    request = search.request(NO_TABLES)
    assert (request.text, request.match) == ("القمح OR الشعير", Match.ANY)
    assert request.sources == ("تاس", "رويترز")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": ""}, "'id' is missing"),
        ({"id": "قمح"}, "letters a-z"),
        ({"name": ""}, "'name' is missing"),
        ({"name": "x" * 201}, "up to 200"),
        ({"query": "x"}, "unknown key 'query'"),
        ({"match": "most"}, "most"),
        ({"from": "someday"}, "someday"),
        ({"from": "2026", "to": "2025"}, "after the end date"),
        ({"email": "nobody"}, "reader@example.org"),
        ({"email": ["a@example.org\nBcc: b@example.org"]}, "email: .*can't get mail"),
        ({"email": 5}, "email: it must be a list"),
        ({"webhook": "ftp://example.org"}, "http or https"),
        ({"schedule": "sometimes"}, "schedule: .*write run"),
        ({"zone": "Mars/Base"}, "zone: unknown time zone"),
        ({"limit": 0}, "from 1 to 500"),
        ({"limit": True}, "limit: it must be a number"),
        ({"language": "fr"}, "one of ar, en"),
        ({"paused": "yes"}, "true or false"),
        ({"source": {}}, "source: it must be text"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, change: dict[str, object], problem: str) -> None:
    listed = SearchList(tmp_path)
    listed.path.parent.mkdir()
    listed.path.write_text("# البحوث\n" + json.dumps(FULL | change), encoding="utf-8")
    with pytest.raises(AlertsError, match=problem) as caught:
        listed.load()
    assert str(caught.value).startswith(f"{listed.path}:2: ")


def test_changes_keep_comments_and_other_lines(tmp_path: Path) -> None:
    listed = SearchList(tmp_path)
    listed.path.parent.mkdir()
    listed.path.write_text('# للقرّاء\n{"id": "a", "name": "أ"}\n', encoding="utf-8")
    listed.add(SavedSearch(id="b", name="ب"))
    listed.update("ب", lambda one: saved_search_from_json({"id": one.id, "name": "جديد"}))
    assert [one.name for one in listed.load()] == ["أ", "جديد"]
    assert listed.remove("أ").id == "a"
    lines = listed.path.read_text(encoding="utf-8").splitlines()
    assert lines == ["# للقرّاء", '{"id": "b", "name": "جديد", "schedule": "daily 07:00"}']


def test_ids_and_names_are_taken_once(tmp_path: Path) -> None:
    listed = SearchList(tmp_path)
    listed.add(SavedSearch(id="a", name="أ"))
    for taken in (SavedSearch(id="a", name="ب"), SavedSearch(id="b", name="أ")):
        with pytest.raises(AlertsError, match="already a saved search a"):
            listed.add(taken)
    with pytest.raises(AlertsError, match="alerts list"):
        find(listed.load(), "ج")
    listed.path.write_text('{"id": "a", "name": "x"}\n{"id": "a", "name": "y"}\n')
    with pytest.raises(AlertsError, match="line 1 already has the id"):
        listed.load()


@pytest.mark.parametrize("text", ["{", "[1]", "\ufeff5", "[" * 100_000])
def test_no_line_is_a_crash(tmp_path: Path, text: str) -> None:
    listed = SearchList(tmp_path)
    listed.path.parent.mkdir()
    listed.path.write_text(text, encoding="utf-8")
    with pytest.raises(AlertsError, match=r":1: "):
        listed.load()


@given(st.text(max_size=60))
def test_an_address_is_safe_in_a_header_or_refused(text: str) -> None:
    try:
        found = MailAddress.parse(text)
    except ValueError:
        return
    assert found.address.isascii()
    assert found.address.isprintable()
    assert " " not in found.address
    assert found.name.isprintable()
    assert str(found.header)
