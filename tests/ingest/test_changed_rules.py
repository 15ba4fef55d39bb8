"""Archives written under other rules for URLs or cleaning keep their ids, and known articles aren't added again."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive import identity
from newsarchive.archive import Archive, ArchiveWriter, verify
from newsarchive.article import Article, Copy, Origin, Topic
from newsarchive.canonical_url import canonical_url as todays_rule
from newsarchive.errors import IngestError
from newsarchive.identity import article_id
from newsarchive.ingest import pipeline
from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from newsarchive.ingest.pipeline import IngestReport, Pipeline, dry_run_writer
from tests.articles import NOW

PAGE = "https://example.com/news/1"


def keeps_everything(url: str) -> str:
    """A rule that keeps every parameter, so that tracking parameters make a different URL."""
    return url.removeprefix("https://")


def drops_parameters(url: str) -> str:
    """A rule that drops every parameter, even those that distinguish two articles."""
    return identity_rule(url).partition("?")[0]


def keeps_all_but_utm(url: str) -> str:
    parts = urlsplit(url)
    query = urlencode([pair for pair in parse_qsl(parts.query) if not pair[0].startswith("utm_")])
    return f"{parts.hostname}{parts.path}" + (f"?{query}" if query else "")


identity_rule = todays_rule


@contextmanager
def rule(canonical_url: object) -> Iterator[None]:
    """Simulate another version of the program, with this rule for URLs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "canonical_url", canonical_url)
        patch.setattr(identity, "RULES", f"the rule {canonical_url!r}")
        yield


def item(url: str, body: str = "نص المقال الأول.", **fields: object) -> Article:
    form = {"title": "عنوان", "body": body, "source": "تاس", "url": url, "origin": Origin("jsonl", "news.jsonl:1")}
    made = Article(id="new", **form | fields)  # type: ignore[arg-type]
    return replace(made, id=article_id(url=url, source=made.source, title=made.title, body=made.body))


def ingest(folder: Path, *items: Article | IngestError) -> IngestReport:
    archive = Archive(folder, create=True)
    try:
        return Pipeline(ArchiveWriter(archive, clock=lambda: NOW)).run(items)
    finally:
        archive.close()


def lines(folder: Path) -> list[tuple[str, int]]:
    archive = Archive(folder)
    assert verify(archive).is_sound
    # Under other rules, an item may count as a copy at another address.
    records = (stored.record for stored in archive.read())
    found = [(record.id, record.revision) for record in records if not isinstance(record, Copy)]
    archive.close()
    return found


def test_ids_stay_when_tracking_parameters_are_dropped(tmp_path: Path) -> None:
    with rule(keeps_everything):
        old = item(f"{PAGE}?utm_source=rss")
        ingest(tmp_path, old)
    again = item(f"{PAGE}?utm_source=other")
    assert again.id != old.id
    assert ingest(tmp_path, again, item(PAGE)).counts == {Verdict.DUPLICATE: 2}
    assert ingest(tmp_path, item(PAGE, body="نص مصحح.")).counts == {Verdict.REVISED: 1}
    assert lines(tmp_path) == [(old.id, 1), (old.id, 2)]


@pytest.mark.parametrize("ids_in_order", [True, False])
def test_the_older_of_two_articles_at_one_url_is_revised_and_both_stay(tmp_path: Path, ids_in_order: bool) -> None:
    pages = [item(f"https://example.com/news?id={number}", body=f"نص {number}.") for number in (1, 2)]
    older, newer = sorted(pages, key=lambda page: page.id, reverse=not ids_in_order)
    ingest(tmp_path, older, newer)
    with rule(drops_parameters):
        assert ingest(tmp_path, *map(refreshed, (newer, older))).counts == {Verdict.DUPLICATE: 2}
        report = ingest(tmp_path, item("https://example.com/news?id=9", body="نص ثالث."))
        assert report.counts == {Verdict.REVISED: 1}
        archive = Archive(tmp_path)
        assert [archive.get(page.id).body for page in (older, newer)] == ["نص ثالث.", newer.body]
        archive.close()
    assert lines(tmp_path) == [(older.id, 1), (newer.id, 1), (older.id, 2)]


def refreshed(old: Article) -> Article:
    """The article as the current reader reads it."""
    return item(old.url, old.body)


def test_the_older_line_is_found_across_parts_of_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.archive.writer.PART_LIMIT", 1)
    with rule(keeps_everything):
        pages = [item(f"{PAGE}?utm_source={number}", body=f"نص {number}.") for number in range(12)]
        for page in pages:
            ingest(tmp_path, page)
    ingest(tmp_path, item(PAGE, body="نص مصحح."))
    assert lines(tmp_path)[-1] == (pages[0].id, 2)


def test_items_of_one_batch_with_the_same_url_are_decided_in_order(tmp_path: Path) -> None:
    with rule(keeps_everything):
        old = item(f"{PAGE}?utm_source=rss")
        ingest(tmp_path, old)
    versions = [item(f"{PAGE}?utm_source={number}", body=f"نص {number}.") for number in (1, 2, 1)]
    assert ingest(tmp_path, *versions).counts == {Verdict.REVISED: 2, Verdict.DUPLICATE: 1}
    assert lines(tmp_path) == [(old.id, 1), (old.id, 2), (old.id, 3)]


def test_items_of_one_batch_with_the_same_stored_id_are_decided_in_order(tmp_path: Path) -> None:
    """The stored article has had two URLs, and one batch has an item for each."""
    first = item(PAGE)
    moved = replace(item(f"{PAGE}-moved", body="نص مصحح."), id=first.id, revision=2)
    archive = Archive(tmp_path, create=True)
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([first, moved])
    archive.close()
    report = ingest(tmp_path, item(PAGE, body="نص ثالث."), item(f"{PAGE}-moved", body="نص رابع."))
    assert report.counts == {Verdict.REVISED: 2}
    assert lines(tmp_path) == [(first.id, revision) for revision in (1, 2, 3, 4)]


def test_new_items_of_one_batch_with_the_same_url_become_one_article(tmp_path: Path) -> None:
    items = [replace(item(PAGE), id="aaaaaaaaaaaaaaaa"), replace(item(PAGE, body="نص مصحح."), id="bbbbbbbbbbbbbbbb")]
    assert ingest(tmp_path, *items).counts == {Verdict.STORED: 1, Verdict.REVISED: 1}
    assert lines(tmp_path) == [("aaaaaaaaaaaaaaaa", 1), ("aaaaaaaaaaaaaaaa", 2)]


def test_a_dry_run_finds_stored_articles_by_url(tmp_path: Path) -> None:
    with rule(keeps_everything):
        old = item(f"{PAGE}?utm_source=rss")
        ingest(tmp_path, old)
    items = [item(PAGE), item(PAGE, body="نص مصحح."), item(f"{PAGE}?utm_source=x", body="نص ثالث."), item(f"{PAGE}/2")]
    archive = Archive(tmp_path)
    with dry_run_writer() as writer:
        foreseen = Pipeline(writer, existing=archive).run(items).counts
    archive.close()
    assert foreseen == ingest(tmp_path, *items).counts
    assert lines(tmp_path)[1:3] == [(old.id, 2), (old.id, 3)]


def withdraw(folder: Path, article_id: str, *, purge: bool = False) -> None:
    archive = Archive(folder)
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        (writer.purge if purge else writer.withdraw)(article_id, "طلب الناشر")
    archive.close()


def test_a_withdrawn_article_stays_withdrawn_at_its_url(tmp_path: Path) -> None:
    with rule(keeps_everything):
        old = item(f"{PAGE}?utm_source=rss")
        ingest(tmp_path, old)
    withdraw(tmp_path, old.id)
    assert ingest(tmp_path, item(PAGE), item(PAGE, body="نص مصحح.")).counts == {Verdict.WITHDRAWN: 2}


def test_a_withdrawn_copy_does_not_stop_revisions_of_the_older_article(tmp_path: Path) -> None:
    with rule(keeps_everything):
        older, copy = item(f"{PAGE}?utm_source=rss"), item(PAGE, body="نص المقال.")
        ingest(tmp_path, older, copy)
    withdraw(tmp_path, copy.id)
    assert ingest(tmp_path, item(PAGE, body="نص المقال.")).counts == {Verdict.DUPLICATE: 1}
    assert ingest(tmp_path, item(PAGE, body="نص مصحح.")).counts == {Verdict.REVISED: 1}
    assert lines(tmp_path)[-1] == (older.id, 2)


def test_a_purged_article_does_not_return_under_another_id(tmp_path: Path) -> None:
    with rule(keeps_everything):
        older, copy = item(f"{PAGE}?utm_source=rss"), item(PAGE, body="نص المقال.")
        ingest(tmp_path, older, copy)
    withdraw(tmp_path, copy.id, purge=True)
    assert ingest(tmp_path, item(PAGE, body="نص المقال.")).counts == {Verdict.WITHDRAWN: 1}
    assert "نص المقال." not in "".join(path.read_text() for path in (tmp_path / "articles").iterdir())


def test_a_purged_article_does_not_return_under_new_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with rule(keeps_everything):
        old = item(f"{PAGE}?utm_source=rss")
        ingest(tmp_path, old)
    withdraw(tmp_path, old.id, purge=True)
    monkeypatch.setattr(identity, "FORMER_RULES", (keeps_everything,))
    assert ingest(tmp_path, item(f"{PAGE}?utm_source=rss")).counts == {Verdict.WITHDRAWN: 1}
    assert ingest(tmp_path, item(f"{PAGE}/2")).counts == {Verdict.STORED: 1}


def test_front_pages_do_not_identify_articles(tmp_path: Path) -> None:
    fronts = [item("https://example.com/", body=f"نص {number}.") for number in range(3)]
    assert ingest(tmp_path, *fronts).counts == {Verdict.STORED: 3}


def test_the_catalogue_is_rebuilt_when_the_rules_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(tmp_path, item(f"{PAGE}?id=1"), item(f"{PAGE}?id=2", body="نص ثان."))

    def ids() -> list[str | None]:
        archive = Archive(tmp_path)
        found = [
            archive.catalogue.id_at_address(address) for address in ("example.com/news/1", "example.com/news/1?id=2")
        ]
        archive.close()
        return found

    first, second = item(f"{PAGE}?id=1").id, item(f"{PAGE}?id=2").id
    assert ids() == [None, second]
    with rule(drops_parameters):
        assert ids() == [first, None]
    assert ids() == [None, second]
    monkeypatch.setattr("newsarchive.cleaning.RULES", 99)
    assert ids() == [None, second]


RULES = (keeps_everything, keeps_all_but_utm, drops_parameters, identity_rule)
_urls = st.builds(
    lambda page, parameters: f"https://example.com/{page}" + (f"?{'&'.join(parameters)}" if parameters else ""),
    st.integers(1, 2),
    st.lists(st.sampled_from(["utm_source=a", "utm_medium=b", "id=1", "id=2"]), max_size=2),
)
_sources = st.lists(st.tuples(_urls, st.integers(1, 3)), max_size=8)


@settings(max_examples=25)
@given(_sources, st.sampled_from(RULES), st.sampled_from(RULES), st.integers(1, 4))
def test_the_same_input_under_changed_rules_adds_nothing(
    sources: list[tuple[str, int]], before: object, after: object, batch: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "BATCH", batch)
        with rule(before):
            ingest(Path(folder), *(item(url, f"نص {text}.") for url, text in sources))
        kept = lines(Path(folder))
        with rule(after):
            report = ingest(Path(folder), *(item(url, f"نص {text}.") for url, text in sources))
        assert report.counts == Counter({Verdict.DUPLICATE: len(sources)}) + Counter()
        assert lines(Path(folder)) == kept


LEFTOVERS = {
    "title": "عنوان  &amp; آخر",
    "body": "قال &quot;نعم&quot;  أمس.\x00\n\n\x1b \nا\u0653خر\u200b ، والنهاية.\ufeff",
    "source": "وكالة&nbsp;كذا",
    "summary": "ملخص  قديم",
    "authors": ["ليلى  حسن"],
    "topics": ["اقتصاد  ومال\u200b"],
    "url": "https://example.com/news/7",
}


@pytest.mark.parametrize("url", [LEFTOVERS["url"], ""])
def test_articles_stored_after_an_older_cleaning_are_recognized(tmp_path: Path, url: str) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({**LEFTOVERS, "url": url}), encoding="utf-8")
    stored = item(
        url,
        **{name: value for name, value in LEFTOVERS.items() if isinstance(value, str) and name != "url"},
        authors=("ليلى  حسن",),
        topics=(Topic("اقتصاد  ومال\u200b", "field"),),
    )
    archive = Archive(tmp_path / "archive", create=True)
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([stored])
    archive.close()
    report = ingest(tmp_path / "archive", *read(str(path), Defaults()))
    assert report.counts == {Verdict.DUPLICATE: 1}
    assert lines(tmp_path / "archive") == [(stored.id, 1)]


def test_an_article_stored_before_footers_and_names_were_cleaned_is_recognized(tmp_path: Path) -> None:
    feed = """<rss version='2.0'><channel><title>موقع :</title><item><title>خبر</title><link>https://example.com/8</link>
    <description>&lt;p&gt;نص الخبر.&lt;/p&gt;&lt;p&gt;The post خبر appeared first on موقع.&lt;/p&gt;</description>
    <category>سياسة، مصر</category><author>بقلم: منى</author></item></channel></rss>"""
    path = tmp_path / "feed.xml"
    path.write_text(feed, encoding="utf-8")
    stored = item(
        "https://example.com/8",
        title="خبر",
        body="نص الخبر.\nThe post خبر appeared first on موقع.",
        source="موقع :",
        topics=(Topic("سياسة، مصر", "feed"),),
        authors=("بقلم: منى",),
    )
    archive = Archive(tmp_path / "archive", create=True)
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([stored])
    archive.close()
    for _ in range(2):
        report = ingest(tmp_path / "archive", *read(str(path), Defaults()))
        assert report.counts == {Verdict.DUPLICATE: 1}
    assert lines(tmp_path / "archive") == [(stored.id, 1)]
