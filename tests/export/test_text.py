"""Plain text has lines about an article, then its paragraphs, and a line between two articles."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.export.format import ExportItem
from newsarchive.export.text import RULE
from newsarchive.topics import topic_label
from tests.export.writing import TOPICS, item, items, write
from tests.sample import TALKS, TALKS_REVISED, WHEAT


def test_an_article_is_readable() -> None:
    content, report = write("text", [item(WHEAT, topics=TOPICS, page_url="https://a.example/article/wheat")])
    head, *paragraphs = content.decode().strip().split("\n\n")
    assert report.items == 1
    assert head.splitlines() == [
        f"العنوان: {WHEAT.title}",
        "المصدر: الجزيرة",
        "الناشر: صحيفة المدينة",
        "الكاتب: ليلى حسن؛ John Smith",
        "تاريخ النشر: 21 أبريل/نيسان 2025، 10:30",
        f"الموضوع: {topic_label('economy', 'ar')}",
        f"القسم: {topic_label('world', 'ar')}",
        "الصورة: وكالة الأنباء",
        f"الرابط: {WHEAT.url}",
        "في الأرشيف: https://a.example/article/wheat",
        "المعرِّف: wheat",
    ]
    assert paragraphs == WHEAT.body.split("\n")


def test_labels_are_in_the_language_of_the_export() -> None:
    content, _ = write("text", [item(TALKS_REVISED)], language="en")
    lines = content.decode().splitlines()
    assert f"Title: {TALKS.title}" in lines
    assert "Revision: 2" in lines
    assert any(line.startswith("Published: ") and "2025" in line for line in lines)


def test_a_text_that_is_left_out_is_said_to_be() -> None:
    content, _ = write("text", [item(replace(WHEAT, summary="ملخص الخبر"), text=None)])
    assert "النص: لا يُنشر هنا" in content.decode()
    assert content.decode().endswith("ملخص الخبر\n\n")
    assert "وقّعت" not in content.decode()


@given(st.lists(items, min_size=1, max_size=3))
def test_articles_can_be_told_apart(written: list[ExportItem]) -> None:
    rules = [replace(one.article, body=f"{RULE}\n{one.article.body}\n=") for one in written]
    content, _ = write("text", [item(article) for article in rules])
    assert len(content.decode().split(f"\n{RULE}\n")) == len(written)
