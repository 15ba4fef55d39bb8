from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.ingest.text.html import html_text, is_marked_up, longer_text, looks_like_html, plain_text


def test_blocks_and_breaks_end_paragraphs_and_inline_elements_do_not() -> None:
    text = html_text("<div>أول <b>فقرة</b><p>ثاني\n فقرة<br>ثالث</p>رابع<ul><li>خامس<li>سادس</ul></div>")
    assert text.paragraphs == ("أول فقرة", "ثاني فقرة", "ثالث", "رابع", "خامس", "سادس")


def test_scripts_styles_and_comments_are_dropped() -> None:
    html = (
        "<style>p{}</style><p>نص</p><script>if (a<b) {'<p>لا</p>'}</script><!-- لا --><svg><text>لا</text></svg><p>آخر"
    )
    assert html_text(html).paragraphs == ("نص", "آخر")


def test_headings_are_identified() -> None:
    text = html_text("<p>مقدمة</p><h2>خلفية <i>الخبر</i></h2><p>تفصيل</p>")
    assert text.paragraphs == ("مقدمة", "خلفية الخبر", "تفصيل")
    assert text.headings == ("خلفية الخبر",)


def test_entities_and_double_escaped_markup_are_decoded() -> None:
    assert html_text("<p>قال &quot;نعم&quot;&nbsp;فقط</p>").body == 'قال "نعم" فقط'
    assert html_text("&lt;p&gt;أول&lt;/p&gt;&lt;p&gt;ثان&lt;/p&gt;").paragraphs == ("أول", "ثان")


def test_escaped_tags_separate_paragraphs_unless_the_text_mentions_a_tag() -> None:
    text = html_text("<h3>عنوان</h3><p>أول&lt;br&gt;ثان</p><p>وسم &lt;p&gt; مثلا</p><p>&lt;p&gt;ثالث</p>")
    assert text.paragraphs == ("عنوان", "أول", "ثان", "وسم <p> مثلا", "ثالث")
    assert text.headings == ("عنوان",)


def test_lines_are_paragraphs_if_there_are_no_block_elements() -> None:
    assert html_text("أول <b>سطر</b>\nثان\n\n<i>ثالث</i>").paragraphs == ("أول سطر", "ثان", "ثالث")


def test_table_cells_are_separated() -> None:
    assert html_text("<table><tr><td>فوز</td><td>3</td></tr></table>").body == "فوز 3"


@pytest.mark.parametrize("text", ["5 < 7 و7 > 5", "<<قال>>", "a<b", "البريد <ali@news.example>", ""])
def test_a_less_than_sign_is_not_html(text: str) -> None:
    assert not looks_like_html(text)
    assert plain_text(text).body == text


@pytest.mark.parametrize("comment", ["<!--", "<!---->"])
def test_many_comments_take_linear_time(comment: str) -> None:
    assert html_text("<p>قبل" + comment * 100_000).paragraphs == ("قبل",)


@pytest.mark.parametrize("broken", ["<p", "<![if !mso]>نص<![endif]>", "<![x", "</", "<!--", "<p class='", "&#x110000;"])
def test_malformed_html_is_parsed_as_far_as_possible(broken: str) -> None:
    assert html_text(f"قبل<p>{broken}").paragraphs[0] == "قبل"


PIECES = (
    "<p> </p> <br/> <b> </b> <h2> </h2> <div </div <script> </script> <![ <!-- --> <!DOCTYPE <? &lt;p&gt;"
    " &amp;lt;br&gt; <iframe/> <svg> <a\thref='x'> ]]> <![CDATA[ & < > نص ' \" \n"
)


@given(st.lists(st.sampled_from(PIECES.split(" ")) | st.text(max_size=5), max_size=30).map("".join))
def test_nothing_raises_and_no_markup_remains(html: str) -> None:
    assert not any(map(is_marked_up, html_text(html).paragraphs))


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_escaped_html_is_unescaped_before_it_is_judged(layers: int) -> None:
    text = "<p>أول</p><p>ثان</p>"
    for _ in range(layers):
        text = escape(text)
    assert plain_text(text).paragraphs == ("أول", "ثان")


@pytest.mark.parametrize("text", ["وسم &lt;b&gt; في الصفحة", "5 &lt; 7", "AT&amp;T"])
def test_escaped_text_that_is_not_html_is_kept(text: str) -> None:
    assert plain_text(text).body == text


def test_captions_are_named() -> None:
    text = html_text(
        "<figure><img><figcaption>صورة</figcaption></figure><p>نص</p><p class='wp-caption-text'>أخرى</p>نهاية"
    )
    assert text.paragraphs == ("صورة", "نص", "أخرى", "نهاية")
    assert text.captions == ("صورة", "أخرى")


@pytest.mark.parametrize(
    ("text", "summary", "is_summary"),
    [
        ("أعلنت البلدية فتح الحديقة…", "أعلنت البلدية فتح الحديقة بعد أسبوعين من إغلاقها", True),
        ("أعلنت البلدية فتح الحديقة", "أعلنت البلدية فتح الحديقة.", False),
        # A summary of its own is hardly longer than a short text.
        ("أعلنت البلدية فتح الحديقة بعد أسبوعين.", "توعدت البلدية كل من يقطع أشجارها بغرامة كبيرة.", False),
        ("اقرأ المزيد", "أعلنت البلدية فتح الحديقة بعد أسبوعين من إغلاقها", True),
        ("", "أعلنت البلدية", True),
    ],
)
def test_the_summary_is_the_text_if_it_is_clearly_longer(text: str, summary: str, is_summary: bool) -> None:
    both = plain_text(text), plain_text(summary)
    assert longer_text(*both) is both[is_summary]
