"""Documents: what they say of each article, and that Word and browsers can read them whatever the texts hold."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from newsarchive.article import Article
from newsarchive.exporting import Giving
from newsarchive.library import Library
from newsarchive.press_review.collection import Collection, Entry, clean_title
from newsarchive.press_review.contents import Document, Extent, Paragraph, Piece, document_of
from newsarchive.press_review.entry_state import State, accepted_entries, entry_of, states_of
from newsarchive.press_review.html_document import html_document
from newsarchive.press_review.word_document import word_document
from newsarchive.press_review.word_parts import directed_runs
from tests.articles import make_article
from tests.libraries import append, open_archive, withdraw

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOW = datetime(2025, 5, 2, 9, tzinfo=UTC)
BODY = "وقّعت مصر اتفاقًا لشراء القمح.\nتفاصيل\nقالت شركة Apple إن السعر 999 دولارًا."
WHEAT = make_article(
    1,
    id="wheat",
    title="COP28: قمة المناخ & <b>القمح</b>",
    body=BODY,
    headings=("تفاصيل",),
    language="ar",
    url="https://news.example/wheat?a=1&b=2",
    authors=("ليلى حسن",),
    published=date(2025, 4, 21),
)
REPORT = make_article(2, id="report", title="Egypt buys wheat", body="Egypt buys wheat.\nThe word قمح.", language="en")
GONE = make_article(3, id="gone", title="عنوان سري", body="نص سري")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_archive(tmp_path, create=True) as opened:
        append(opened, WHEAT, REPORT, GONE)
        yield opened


def collection_of(library: Library, *ids: str) -> Collection:
    entries = tuple(entry_of(library.article(one), f"ملاحظة {one}", NOW) for one in ids)
    return Collection(id="week", title="القمح في أسبوع", description="سطر\nوآخر", entries=entries, changed=NOW)


def document(library: Library, collection: Collection, extent: Extent = Extent.FULL, **giving: bool) -> Document:
    chosen = Giving(page_url=lambda one: f"https://news.example.org/article/{one}", **giving)  # type: ignore[arg-type]
    return document_of(library, collection, chosen, extent=extent, site_title="الأرشيف")


def text_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs)


def word_xml(content: bytes, part: str = "word/document.xml") -> ET.Element:
    with zipfile.ZipFile(BytesIO(content)) as file:
        return ET.fromstring(file.read(part))


def test_each_article_has_its_facts_note_text_and_citation(library: Library) -> None:
    made = document(library, collection_of(library, "wheat", "report"))
    page = html.fromstring(html_document(made))
    first, second = page.findall(".//article")
    assert first.find("h2").text_content() == WHEAT.title
    said = first.text_content()
    for part in ("تاس", "ليلى حسن", "21 أبريل/نيسان 2025", "ملاحظة wheat", "السعر 999", "SHA-256"):
        assert part in said
    assert [one.get("href") for one in first.findall(".//a")].count("https://news.example/wheat?a=1&b=2") == 2
    assert [one.text for one in first.findall("div/h3")] == ["تفاصيل"]
    assert second.find("h2").get("dir") == "ltr"
    assert {one.get("dir") for one in second.findall("div/p")} == {"ltr"}
    assert [one.get("href") for one in page.findall("./body/nav//a")] == ["#article-1", "#article-2"]
    # It needs no other file and runs nothing.
    assert not page.xpath("//script | //link | //img | //@src")


def test_corrections_show_and_what_is_withdrawn_or_missing_keeps_its_note_only(library: Library) -> None:
    made = collection_of(library, "wheat", "report", "gone")
    made = replace(made, entries=(*made.entries, Entry(id="never", note="كان هنا")))
    append(library, replace(WHEAT, revision=2, body=f"{BODY}\nإضافة جديدة"))
    append(library, replace(REPORT, revision=2, url="https://news.example/report"))
    withdraw(library, "gone")
    states = states_of(library, made.entries)
    assert [one.state for one in states] == [State.CORRECTED, State.CURRENT, State.WITHDRAWN, State.MISSING]
    shown = document(library, made)
    for text in (html_document(shown).decode(), text_of(word_document(shown))):
        assert "صُحِّح" in text
        assert "إضافة جديدة" in text
        assert "سُحب هذا المقال" in text
        assert "ملاحظة gone" in text
        assert "كان هنا" in text
        assert "سري" not in text
    accepted = replace(made, entries=tuple(accepted_entries(library, made)))
    assert [one.state for one in states_of(library, accepted.entries)] == [State.CURRENT]


def test_purged_articles_leave_nothing(library: Library) -> None:
    made = collection_of(library, "gone")
    library.update_index()
    library.purge("gone", "حكم")
    assert [one.state for one in states_of(library, made.entries)] == [State.MISSING]
    assert "سري" not in html_document(document(library, made)).decode()


def test_an_article_is_found_under_another_id_at_its_address(library: Library, tmp_path: Path) -> None:
    made = collection_of(library, "wheat")
    with open_archive(tmp_path / "other", create=True) as other:
        append(other, replace(WHEAT, id="new-id"))
        (found,) = states_of(other, made.entries)
        assert found.state is State.CURRENT
        assert found.article is not None
        assert found.article.id == "new-id"


def test_extents_and_withheld_texts(library: Library) -> None:
    made = collection_of(library, "wheat")
    lead = html_document(document(library, made, Extent.LEAD)).decode()
    assert "وقّعت مصر" in lead
    assert "السعر 999" not in lead
    assert "وقّعت مصر" not in html_document(document(library, made, Extent.NONE)).decode()
    for extent in (Extent.FULL, Extent.LEAD):
        withheld = html_document(document(library, made, extent, has_texts=False)).decode()
        assert "وقّعت مصر" not in withheld
        assert "لا يُنشر نص" in withheld


def test_word_gets_real_directions_styles_links_and_properties(library: Library) -> None:
    content = word_document(document(library, collection_of(library, "wheat", "report")))
    read = docx.Document(BytesIO(content))
    assert not [one for one in read.part.package.rels.values() if "thumbnail" in one.reltype]
    headings = [one for one in read.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    assert [one.text for one in headings] == [WHEAT.title, REPORT.title]
    marks = [one._p.get_or_add_pPr().find(f"{W}bidi") for one in headings]
    assert [one.get(f"{W}val") for one in marks if one is not None] == ["1", "0"]
    for paragraph in word_xml(content).iter(f"{W}p"):
        for run in paragraph.iter(f"{W}r"):
            text = "".join(one.text or "" for one in run.iter(f"{W}t"))
            if any("\u0600" <= letter <= "\u06ff" for letter in text):
                assert run.find(f"{W}rPr/{W}rtl") is not None, text
                assert run.find(f"{W}rPr/{W}lang").get(f"{W}bidi") == "ar-SA"  # type: ignore[union-attr]
            if any(letter.isascii() and letter.isalpha() for letter in text):
                assert run.find(f"{W}rPr/{W}rtl") is None, text
    instructions = [one.text for one in word_xml(content).iter(f"{W}instrText")]
    assert any("TOC" in (one or "") for one in instructions)
    anchors = {one.get(f"{W}anchor") for one in word_xml(content).iter(f"{W}hyperlink")} - {None}
    assert anchors == {one.get(f"{W}name") for one in word_xml(content).iter(f"{W}bookmarkStart")}
    targets = {one.target_ref for one in read.part.rels.values() if one.is_external}
    assert targets >= {"https://news.example/wheat?a=1&b=2", "https://news.example.org/article/report"}
    for style in word_xml(content, "word/styles.xml").iter(f"{W}style"):
        if style.get(f"{W}styleId") in ("Normal", "Heading1", "Title"):
            assert style.find(f"{W}rPr/{W}rFonts").get(f"{W}cs")  # type: ignore[union-attr]
            assert style.find(f"{W}rPr/{W}szCs") is not None
    properties = read.core_properties
    assert (properties.title, properties.author, properties.language) == ("القمح في أسبوع", "الأرشيف", "ar-SA")
    assert properties.modified == NOW
    assert word_xml(content).find(f"{W}body/{W}sectPr/{W}bidi") is not None


ORDER = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "pBdr", "shd", "tabs", "bidi", "spacing", "ind"),
    *("contextualSpacing", "jc", "outlineLvl", "rPr", "sectPr"),
)


def test_properties_of_paragraphs_are_in_the_order_of_the_schema(library: Library) -> None:
    content = word_document(document(library, collection_of(library, "wheat", "report")))
    for part in ("word/document.xml", "word/styles.xml", "word/footer1.xml"):
        for properties in word_xml(content, part).iter(f"{W}pPr"):
            names = [one.tag.removeprefix(W) for one in properties]
            known = [ORDER.index(name) for name in names if name in ORDER]
            assert known == sorted(known), names


hostile = st.text(
    st.one_of(st.sampled_from("اب ج\x00\x0b\u202e\ufffe\ud800\n\t<&>\"'8ab"), st.characters(codec=None)), max_size=40
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(hostile, hostile, hostile)
def test_no_text_makes_a_document_that_cannot_be_read(
    tmp_path_factory: pytest.TempPathFactory, title: str, body: str, note: str
) -> None:
    article = Article(id="x", title=title, body=body if body.strip() else "x", source=note, url=title, authors=(body,))
    with open_archive(tmp_path_factory.mktemp("a"), create=True) as library:
        append(library, article)
        collection = Collection(
            id="x", title=clean_title(title) or "x", description=note, entries=(Entry(id="x", note=note),)
        )
        made = document(library, collection)
        content = word_document(made)
        docx.Document(BytesIO(content))
        for part in ("word/document.xml", "word/header1.xml", "docProps/core.xml"):
            word_xml(content, part)
        page = html_document(made).decode()
        assert html.fromstring(page.encode()).findall(".//script") == []


@given(st.text(st.sampled_from("ابج ab 12.,()«»"), max_size=30), st.booleans())
def test_runs_have_all_of_the_text_and_one_direction_each(text: str, is_rtl: bool) -> None:
    runs = list(directed_runs(text, is_rtl=is_rtl))
    assert "".join(piece for piece, _ in runs) == text
    for piece, piece_is_rtl in runs:
        assert piece
        assert not any(letter in ("ab" if piece_is_rtl else "ابج") for letter in piece)
    assert all(one[1] != other[1] for one, other in pairwise(runs))


def test_an_empty_collection_and_the_longest_address_make_documents() -> None:
    empty = Document(title=Paragraph("فارغ", True), language="ar")
    assert "لا مقالات" in text_of(word_document(empty))
    piece = Piece(number=1, title=Paragraph("x", False), addresses=(("x", "https://x.example/" + "a" * 5_000),))
    assert word_document(replace(empty, language="en", pieces=(piece,)))
