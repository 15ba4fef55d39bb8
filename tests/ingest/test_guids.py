"""An article keeps its identity by its guid when its address changes, and stays apart from others."""

import json
import tempfile
from html import escape
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter, verify
from newsarchive.article import Article, Copy
from newsarchive.guid import guid_key, stored_guid
from newsarchive.identity import article_id
from newsarchive.ingest import pipeline
from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from newsarchive.ingest.pipeline import IngestReport, Pipeline
from tests.articles import NOW

PAGE = "https://example.com/news/first-title"
MOVED = "https://example.com/news/second-title"
BRIDGE = "أعلنت البلدية افتتاح الجسر الجديد فوق النهر بعد أشغال دامت سنتين."
CORRECTED = "أعلنت البلدية افتتاح الجسر الجديد فوق النهر بعد أشغال دامت ثلاث سنوات."
FOOTBALL = "فاز المنتخب على ضيفه بهدفين في مباراة ودية مساء أمس."


class Entry(NamedTuple):
    """An item of a feed."""

    guid: str
    link: str
    text: str
    title: str = ""
    day: str = ""
    extra: str = ""


def rss(*entries: Entry, title: str = "الأخبار", link: str = "https://example.com/") -> str:
    items = "".join(
        "<item>"
        + (f"<title>{escape(entry.title)}</title>" if entry.title else "")
        + (f"<guid isPermaLink='false'>{escape(entry.guid)}</guid>" if entry.guid else "")
        + (f"<link>{escape(entry.link)}</link>" if entry.link else "")
        + (f"<pubDate>{entry.day}</pubDate>" if entry.day else "")
        + f"<description>{escape(entry.text)}</description>{entry.extra}</item>"
        for entry in entries
    )
    return f"<rss version='2.0'><channel><title>{title}</title><link>{link}</link>{items}</channel></rss>"


def ingest(folder: Path, *contents: str) -> IngestReport:
    archive = Archive(folder / "archive", create=True)
    try:
        report = IngestReport()
        for content in contents:
            path = folder / "content"
            path.write_text(content, encoding="utf-8")
            made = Pipeline(ArchiveWriter(archive, clock=lambda: NOW)).run(read(str(path), Defaults()))
            report.counts += made.counts
            report.refused += made.refused
        assert verify(archive).is_sound
        return report
    finally:
        archive.close()


def articles(folder: Path) -> dict[str, Article]:
    """The latest revision of each article that isn't withdrawn."""
    archive = Archive(folder / "archive")
    found = archive.get_many(dict.fromkeys(stored.record.id for stored in archive.read()))
    archive.close()
    return found


def lines(folder: Path) -> list[tuple[str, int]]:
    archive = Archive(folder / "archive")
    found = [(stored.record.id, stored.record.revision) for stored in archive.read()]
    archive.close()
    return found


GUIDS = [
    "post-48213",
    "48213",
    "48213 at https://example.com",
    "https://example.com/?p=48213",
    "tag:example.com,2025:48213",
    "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427",
]


@pytest.mark.parametrize("guid", GUIDS)
@pytest.mark.parametrize("moved", [MOVED, "https://m.example.com/news/first-title", f"{PAGE}?ref=home"])
def test_a_correction_at_another_address_is_a_revision(tmp_path: Path, guid: str, moved: str) -> None:
    ingest(tmp_path, rss(Entry(guid, PAGE, BRIDGE)))
    report = ingest(tmp_path, rss(Entry(guid, moved, CORRECTED)))
    assert report.counts == {Verdict.REVISED: 1}
    (article,) = articles(tmp_path).values()
    assert (article.id, article.url, article.body) == (article_id(url=PAGE), moved, CORRECTED)
    before = lines(tmp_path)
    again = ingest(tmp_path, rss(Entry(guid, PAGE, BRIDGE)), rss(Entry(guid, moved, CORRECTED)))
    assert again.counts == {Verdict.DUPLICATE: 2}
    assert lines(tmp_path) == before


def test_the_same_text_at_another_address_is_a_duplicate_that_keeps_the_address(tmp_path: Path) -> None:
    ingest(tmp_path, rss(Entry("post-1", PAGE, BRIDGE)))
    assert ingest(tmp_path, rss(Entry("post-1", MOVED, BRIDGE))).counts == {Verdict.DUPLICATE: 1}
    archive = Archive(tmp_path / "archive")
    copies = [stored.record for stored in archive.read() if isinstance(stored.record, Copy)]
    archive.close()
    assert [(copy.id, copy.url) for copy in copies] == [(article_id(url=PAGE), MOVED)]


@pytest.mark.parametrize("guid", GUIDS)
def test_a_guid_that_is_used_again_for_another_text_is_another_article(tmp_path: Path, guid: str) -> None:
    content = rss(Entry(guid, PAGE, BRIDGE)), rss(Entry(guid, MOVED, FOOTBALL))
    assert ingest(tmp_path, *content).counts == {Verdict.STORED: 2}
    assert ingest(tmp_path, *content).counts == {Verdict.DUPLICATE: 2}


@pytest.mark.parametrize("guid", ["post-48213", "48213"])
def test_feeds_may_use_the_same_guids(tmp_path: Path, guid: str) -> None:
    sections = rss(Entry(guid, PAGE, BRIDGE), title="سياسة"), rss(Entry(guid, MOVED, CORRECTED), title="رياضة")
    assert ingest(tmp_path, *sections).counts == {Verdict.STORED: 2}
    outlets = (rss(Entry(guid, f"https://{host}.example/1", f"{BRIDGE} {host}"), link="") for host in ("a", "b"))
    assert ingest(tmp_path, *outlets).counts == {Verdict.STORED: 2}


@pytest.mark.parametrize("guid", ["1", "27", ""])
def test_numbers_of_places_in_a_feed_are_no_guids(tmp_path: Path, guid: str) -> None:
    content = rss(Entry(guid, PAGE, BRIDGE)), rss(Entry(guid, MOVED, CORRECTED))
    assert ingest(tmp_path, *content).counts == {Verdict.STORED: 2}


def test_a_permanent_link_is_recognized_as_a_guid(tmp_path: Path) -> None:
    for first, second in (
        (Entry(PAGE, PAGE, BRIDGE), Entry(PAGE, MOVED, CORRECTED)),
        (Entry(f"{PAGE}/2", f"{MOVED}/2", FOOTBALL), Entry("", f"{PAGE}/2", f"{FOOTBALL} (تحديث)")),
    ):
        assert ingest(tmp_path, rss(first), rss(second)).counts == {Verdict.STORED: 1, Verdict.REVISED: 1}
    assert articles(tmp_path)[article_id(url=PAGE)].guid == PAGE


def test_a_guid_that_is_the_link_is_not_stored(tmp_path: Path) -> None:
    ingest(tmp_path, rss(Entry(f"{PAGE}?utm_source=rss", PAGE, BRIDGE)))
    assert [article.guid for article in articles(tmp_path).values()] == [""]


def test_items_that_share_a_page_stay_apart_also_in_later_feeds(tmp_path: Path) -> None:
    one, other = Entry("flash-1", PAGE, BRIDGE), Entry("flash-2", PAGE, FOOTBALL)
    assert ingest(tmp_path, rss(one), rss(other)).counts == {Verdict.STORED: 2}
    assert ingest(tmp_path, rss(one, other), rss(other), rss(one)).counts == {Verdict.DUPLICATE: 4}
    assert len(articles(tmp_path)) == 2


def test_a_changed_guid_at_the_same_address_is_the_same_article(tmp_path: Path) -> None:
    content = rss(Entry("old-1", PAGE, BRIDGE)), rss(Entry("new-1", PAGE, CORRECTED))
    assert ingest(tmp_path, *content).counts == {Verdict.STORED: 1, Verdict.REVISED: 1}


def test_an_item_without_an_address_is_revised_by_its_guid(tmp_path: Path) -> None:
    front = "https://example.com/"
    content = rss(Entry("post-1", front, BRIDGE)), rss(Entry("post-1", front, CORRECTED))
    assert ingest(tmp_path, *content).counts == {Verdict.STORED: 1, Verdict.REVISED: 1}


def test_an_older_article_gets_no_revision_for_its_guid_alone(tmp_path: Path) -> None:
    ingest(tmp_path, rss(Entry("", PAGE, BRIDGE)))
    assert ingest(tmp_path, rss(Entry("post-1", PAGE, BRIDGE))).counts == {Verdict.DUPLICATE: 1}
    assert ingest(tmp_path, rss(Entry("post-1", PAGE, CORRECTED))).counts == {Verdict.REVISED: 1}
    assert [article.guid for article in articles(tmp_path).values()] == ["example.com الأخبار post-1"]


@pytest.mark.parametrize("text", [BRIDGE, CORRECTED, FOOTBALL])
def test_a_withdrawn_article_stays_withdrawn_at_another_address(tmp_path: Path, text: str) -> None:
    guid = "tag:example.com,2025:1"
    ingest(tmp_path, rss(Entry(guid, PAGE, BRIDGE)))
    remove(tmp_path, article_id(url=PAGE))
    assert ingest(tmp_path, rss(Entry(guid, MOVED, text))).counts == {Verdict.WITHDRAWN: 1}
    assert articles(tmp_path) == {}


def test_a_purged_article_stays_away_if_its_guid_was_its_address(tmp_path: Path) -> None:
    ingest(tmp_path, rss(Entry(PAGE, PAGE, BRIDGE)))
    remove(tmp_path, article_id(url=PAGE), purge=True)
    assert ingest(tmp_path, rss(Entry(PAGE, MOVED, BRIDGE))).counts == {Verdict.WITHDRAWN: 1}


def test_a_purged_item_of_a_shared_page_stays_away(tmp_path: Path) -> None:
    one, other = rss(Entry("flash-1", PAGE, BRIDGE)), rss(Entry("flash-2", PAGE, FOOTBALL))
    ingest(tmp_path, one, other)
    second = next(one for one in articles(tmp_path) if one != article_id(url=PAGE))
    remove(tmp_path, second, purge=True)
    assert ingest(tmp_path, one, other).counts == {Verdict.DUPLICATE: 1, Verdict.WITHDRAWN: 1}


def remove(folder: Path, name: str, *, purge: bool = False) -> None:
    archive = Archive(folder / "archive")
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        (writer.purge if purge else writer.withdraw)(name, "طلب الناشر")
    archive.close()


def json_feed(link: str, text: str, guid: object = "post-1") -> str:
    item = {"id": guid, "url": link, "content_text": text}
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "الأخبار", "items": [item]})


def atom(link: str, text: str) -> str:
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>الأخبار</title><entry><id>tag:example.com,2025:1</id>"
        f"<title/><link href='{link}'/><content>{text}</content></entry></feed>"
    )


def lines_of(link: str, text: str) -> str:
    return json.dumps({"guid": {"rendered": "https://example.com/?p=1"}, "link": link, "content": {"rendered": text}})


@pytest.mark.parametrize("write", [json_feed, atom, lines_of])
def test_every_kind_of_feed_has_guids(tmp_path: Path, write: object) -> None:
    assert callable(write)
    report = ingest(tmp_path, write(PAGE, BRIDGE), write(MOVED, CORRECTED))
    assert report.counts == {Verdict.STORED: 1, Verdict.REVISED: 1}


CANONICAL = [
    rss(Entry("", MOVED, CORRECTED, extra=f"<link rel='canonical' href='{PAGE}'/>")),
    json.dumps({"link": MOVED, "canonical_url": PAGE, "text": CORRECTED, "source": "الأخبار"}),
    json.dumps({"url": MOVED, "mainEntityOfPage": {"@id": PAGE}, "articleBody": CORRECTED, "source": "الأخبار"}),
    json.dumps({"link": MOVED, "yoast_head_json": {"canonical": PAGE}, "content": CORRECTED, "source": "الأخبار"}),
]


@pytest.mark.parametrize("content", CANONICAL)
@pytest.mark.parametrize("known", [PAGE, MOVED])
def test_the_canonical_address_is_preferred_and_both_are_recognized(tmp_path: Path, content: str, known: str) -> None:
    report = ingest(tmp_path, rss(Entry("", known, BRIDGE)), content)
    assert report.counts == {Verdict.STORED: 1, Verdict.REVISED: 1}
    (article,) = articles(tmp_path).values()
    assert (article.id, article.url, article.guid) == (article_id(url=known), PAGE, MOVED)


@pytest.mark.parametrize("canonical", ["https://example.com/", "https://other.example/news/first-title", "/news/1", ""])
def test_another_outlet_or_the_front_page_is_no_canonical_address(tmp_path: Path, canonical: str) -> None:
    ingest(tmp_path, json.dumps({"link": MOVED, "canonical_url": canonical, "text": BRIDGE}))
    assert [(article.url, article.guid) for article in articles(tmp_path).values()] == [(MOVED, "")]


def test_forms_of_guids_compare_equal() -> None:
    assert guid_key("https://www.example.com/?p=5") == guid_key("http://m.example.com/?p=5")
    assert guid_key("5 at http://www.example.com") == guid_key("5 at https://example.com/")
    uuid = "1B4E28BA-2FA1-11D2-883F-0016D3CCA427"
    assert guid_key(uuid) == guid_key(f"urn:uuid:{uuid.lower()}") == guid_key(f"{{{uuid}}}")
    assert guid_key("https://m.co/5") != guid_key("https://co/5")
    assert stored_guid("a-1", "", "https://m.example.com/x") == "example.com a-1"
    assert [stored_guid("a-1", ""), stored_guid("https://example.com/", "الأخبار")] == ["", ""]


TEXTS = [BRIDGE, CORRECTED, FOOTBALL, "عاجل: افتتاح الجسر", "عاجل: فوز المنتخب"]
_entries = st.builds(
    Entry,
    st.sampled_from(["", "7", "post-1", "post-2", "tag:example.com,2025:1", PAGE, "https://example.com/?p=1"]),
    st.sampled_from(
        [PAGE, MOVED, f"{PAGE}?ref=home", "https://m.example.com/news/first-title", "https://example.com/"]
    ),
    st.sampled_from(TEXTS),
    st.sampled_from(["", "عنوان"]),
    st.sampled_from(["", "Mon, 21 Apr 2025 10:00:00 GMT", "Tue, 22 Apr 2025 10:00:00 GMT"]),
)
_feeds = st.lists(st.lists(_entries, max_size=5), min_size=1, max_size=4)


_SHORT = "أعلنت البلدية افتتاح الجسر الجديد فوق النهر بعد أشغال دامت سنتين."
_UNDATED = Entry("", PAGE, _SHORT, "", "")
_COPY = _UNDATED._replace(link="https://example.com/news/second-title", day="Tue, 22 Apr 2025 10:00:00 GMT")
_DATED = _UNDATED._replace(day="Mon, 21 Apr 2025 10:00:00 GMT")


@settings(max_examples=60, deadline=None)
@example(feeds=[[_UNDATED, _COPY], [_DATED]], batch=1)
@example(feeds=[[_UNDATED, _COPY._replace(link="https://example.com/")], [_DATED]], batch=1)
@given(_feeds, st.integers(1, 3))
def test_ingesting_the_same_feeds_again_adds_nothing(feeds: list[list[Entry]], batch: int) -> None:
    contents = [rss(*entries) for entries in feeds]
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "BATCH", batch)
        folder = Path(name)
        first = ingest(folder, *contents)
        before = lines(folder)
        assert first.items == sum(map(len, feeds))
        second = ingest(folder, *contents)
        assert second.counts.keys() <= {Verdict.DUPLICATE}
        assert second.items == first.items
        assert [line for line in lines(folder) if line[1]] == [line for line in before if line[1]]
        ids = {name for name, revision in before if revision}
        assert ids == set(articles(folder))
