from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given

from newsarchive.citing import citation_of
from newsarchive.citing.citation import LONGEST_ABSTRACT, LONGEST_TITLE
from newsarchive.identity import article_urn, id_of_urn, text_digest
from tests.articles import texts
from tests.citing.samples import BARE, DAY, FETCHED, FULL, RELATIVE, cited


def test_the_date_is_as_exact_as_it_is_known() -> None:
    assert cited(FULL).issued == FULL.published
    assert cited(DAY).issued == date(2025, 1, 9)
    assert not isinstance(cited(DAY).issued, datetime)
    assert cited(BARE).issued is None
    # «منذ ساعتين» says no time of day
    relative = cited(RELATIVE)
    assert (relative.issued, relative.is_approximate) == (date(2025, 4, 20), True)
    assert not isinstance(relative.issued, datetime)


def test_both_addresses_are_ascii() -> None:
    citation = cited(FULL)
    assert (
        citation.url
        == citation.original_url
        == ("https://news.example/%D9%85%D9%82%D8%A7%D9%84/%D9%82%D9%85%D8%AD?id=1&lang=ar")
    )
    assert citation.page_url == "https://archive.example/article/mfrggzdfmztwq2lk"


def test_without_an_original_the_page_in_the_archive_is_cited() -> None:
    for url in ("", "javascript:alert(1)", "news.example/1"):
        citation = cited(replace(FETCHED, url=url))
        assert (citation.original_url, citation.url) == ("", citation.page_url)
        assert citation.accessed is None


def test_accessed_is_when_the_page_was_fetched() -> None:
    assert cited(FETCHED).accessed == datetime(2025, 4, 22, 23, 30, tzinfo=UTC)
    assert cited(FULL).accessed is None  # the time of archiving is no time of reading


def test_an_article_without_a_title_is_cited_by_its_first_words() -> None:
    citation = cited(BARE)
    assert citation.title == "نص بلا عنوان ولا كاتب ولا تاريخ. فقرة ثانية."
    assert citation.is_title_derived
    long = cited(replace(BARE, body="كلمة " * 200))
    assert long.title.endswith("كلمة…")
    assert len(long.title) <= LONGEST_TITLE + 1


def test_a_publisher_is_named_only_besides_the_source() -> None:
    assert (cited(FULL).container, cited(FULL).publisher) == ("الجزيرة", "صحيفة المدينة")
    assert cited(replace(FULL, publisher="الجزيرة")).publisher == ""
    only = cited(replace(FULL, source=""))
    assert (only.container, only.publisher) == ("صحيفة المدينة", "")


def test_the_name_of_the_source_for_readers_is_the_container() -> None:
    assert citation_of(FULL, container="Al Jazeera").container == "Al Jazeera"


def test_the_digest_is_that_of_the_archive() -> None:
    assert cited(FULL).digest == text_digest(FULL)


def test_a_long_summary_is_cut() -> None:
    abstract = cited(replace(FULL, summary="كلمة " * 1_000)).abstract
    assert abstract.endswith("كلمة…")
    assert len(abstract) <= LONGEST_ABSTRACT + 1


def test_the_provenance_says_what_proves_the_text() -> None:
    assert cited(FULL).provenance == (
        "Archived 2025-05-01 06:30 UTC in أرشيف الأخبار at https://archive.example/article/mfrggzdfmztwq2lk. "
        f"Revision 2. SHA-256 of the text: {text_digest(FULL)}."
    )
    assert cited(RELATIVE).provenance.endswith("counted from the time of fetching.")
    assert "The title was taken from the text." in cited(BARE).provenance
    assert citation_of(BARE).provenance.startswith("SHA-256")


@given(texts.filter(bool))
def test_the_urn_names_every_article(article_id: str) -> None:
    urn = article_urn(article_id)
    assert urn.isascii()
    assert " " not in urn
    if not any("\ud800" <= letter <= "\udfff" for letter in article_id):
        assert id_of_urn(urn) == article_id


def test_what_is_no_urn_names_nothing() -> None:
    assert id_of_urn("wheat") == ""
