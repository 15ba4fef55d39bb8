"""Highlights and snippets. In the expected texts, brackets enclose highlighted words."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsarchive.arabic.clues import Clues
from newsarchive.arabic.tokens import spans, tokenize
from newsarchive.article import Article
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.display.hits import HitMaker
from newsarchive.search.display.matching import Finder, leaves_of
from newsarchive.search.display.snippets import SNIPPET_LENGTH, Highlighter, highlight_article
from newsarchive.search.door import Hit, Match
from newsarchive.search.highlighted import Highlighted
from newsarchive.search.language.grammar import parse, plain_words
from tests.arabic.strategies import texts


def shown(highlighted: Highlighted) -> str:
    return "".join(f"[{run}]" if marked else run for run, marked in highlighted.runs())


def whole(query: str, text: str) -> str:
    return shown(Highlighter(parse(query)).whole(text))


MARKED = [
    ("كتاب", "قرأتُ الكِتابَ أمس", "قرأتُ [الكِتابَ] أمس"),
    ("كتاب", "عُني بالكتب، وبالكتابِ خاصة", "عُني بالكتب، [وبالكتابِ] خاصة"),
    ("الانتخابات", "وبالانتخابات المقبلة", "[وبالانتخابات] المقبلة"),
    ("كتب", "الكتب والكتاب", "[الكتب] والكتاب"),
    ("مدرسة", "مـــدرسة المدرسةِ ومدرستها", "[مـــدرسة] [المدرسةِ] [ومدرستها]"),
    ("أحمد", "قال احمد: «أحمدُ»", "قال [احمد]: «[أحمدُ]»"),
    ("=الكتاب", "كتاب الكِتَاب والكتاب", "كتاب [الكِتَاب] والكتاب"),
    ("كتا*", "كتابان الكتاتيب وكتب", "[كتابان] [الكتاتيب] وكتب"),
    ("«مجلس الأمن»", "مَجْلِسُ الأَمْنِ، والمجلس، ومجلس الأمة", "[مَجْلِسُ] [الأَمْنِ]، والمجلس، ومجلس الأمة"),
    ("«نعم نعم»", "نعم نعم نعم لا نعم", "[نعم] [نعم] [نعم] لا نعم"),
    ("«صلى الله عليه وسلم»", "قال ﷺ لهم", "قال [ﷺ] لهم"),
    ("«قال صلى»", "قال ﷺ لهم", "[قال] [ﷺ] لهم"),
    ("الله عليه", "قال ﷺ لهم", "قال [ﷺ] لهم"),
    ("شريف", "#شريف_منير", "#[شريف]_منير"),
    ("2018", "عام ٢٠١٨م و٢٠١٨", "عام [٢٠١٨م] [و٢٠١٨]"),
    ("2018", "عام ٢٠١٨ م", "عام [٢٠١٨] م"),
    # Words inside what is written together: all of it is marked.
    ("20", "قمة الـ20 و120 و2010 والـ٢٠.", "قمة [الـ20] و120 و2010 [والـ٢٠]."),
    ("BBC", "الـBBC وBBC1 وMBC", "[الـBBC] [وBBC1] وMBC"),
    ("كوفيد", "كوفيد19 وكوفيد-19", "[كوفيد19] [وكوفيد]-19"),
    ("16", "إف16 وF16 و1600", "[إف16] [وF16] و1600"),
    ("=bbc", "الـBBC وBBCs", "[الـBBC] وBBCs"),
    ("واتس*", "WhatsAppواتساب", "[WhatsAppواتساب]"),
    ("دولار", "100دولار و١٠٠دولارًا", "[100دولار] [و١٠٠دولارًا]"),
    ("«مجموعة الـ20»", "مجموعة الـ20 ومجموعة الـ٢٠، مجموعة الـ200", "[مجموعة] [الـ20] ومجموعة الـ٢٠، مجموعة الـ200"),
    ("«مجموعة ال 20»", "مجموعة الـ20", "[مجموعة] [الـ20]"),
    ("«2009 و2010»", "2009 و2010، 2009 2010", "[2009] [و2010]، 2009 2010"),
    ("«20 دولة»", "الـ20 دولة، 20 دولة، 120 دولة", "[الـ20] [دولة]، [20] [دولة]، 120 دولة"),
    ("«عام 1919»", "عام 1919م في عام 19191", "[عام] [1919م] في عام 19191"),
    ("«H1N1»", "H1N1 وH1N2 و«H1 N1»", "[H1N1] وH1N2 و«[H1] [N1]»"),
    ("«1 في»", "H1N1 في مصر", "[H1N1] [في] مصر"),
    ("«كوفيد 19»", "كوفيد19 كوفيد-19 كوفيد ـــ 19", "[كوفيد19] [كوفيد]-[19] [كوفيد] ـــ [19]"),
    ("1500", "لقي 1,500 و١٬٥٠٠ و1.500 و15000", "لقي [1,500] [و١٬٥٠٠] و1.500 و15000"),
    ("1,500", "لقي 1500 شخص", "لقي [1500] شخص"),
    ("«1500 شخص»", "لقي ١٬٥٠٠ شخص", "لقي [١٬٥٠٠] [شخص]"),
    ("500", "لقي 1,500 شخص و500", "لقي 1,500 شخص [و500]"),
    ("US", "the U.S. Navy", "the [U.S]. Navy"),
    # Other letters, marks inside words
    ("الاستهلاكي", "الإنفاق الاستھلاكي", "الإنفاق [الاستھلاكي]"),
    ("فيينا", "مدينة ڤيينا", "مدينة [ڤيينا]"),
    ("ڤيينا", "مدينة فيينا", "مدينة [فيينا]"),
    ("قرآن", "القرءان", "[القرءان]"),
    ("مسئول", "مسىٔول وم\u2060سئول", "[مسىٔول] [وم\u2060سئول]"),
    ("مدرسة", "مدر\ufe0fسة مدر\u200bسة مدرﹼسة", "[مدر\ufe0fسة] مدر\u200bسة [مدرﹼسة]"),
    ("ريال", "50﷼ و﷼", "[50﷼] [و﷼]"),
    ("cafe", "Café de Paris, CAFE\u0301", "[Café] de Paris, [CAFE\u0301]"),
    ("مصر -السودان", "مصر والسودان", "[مصر] والسودان"),
    ("مصر OR السودان", "مصر والسودان", "[مصر] [والسودان]"),
    ("مصر مصر", "مصر", "[مصر]"),
    ("title:مصر السودان", "مصر والسودان", "مصر [والسودان]"),
    ("source:مصر date:2020", "مصر", "مصر"),
    ("", "مصر", "مصر"),
    ("مصر", "", ""),
]


@pytest.mark.parametrize(("query", "text", "expected"), MARKED)
def test_whole_original_words_are_highlighted(query: str, text: str, expected: str) -> None:
    assert whole(query, text) == expected


def test_titles_are_highlighted_by_title_words_and_text_words() -> None:
    highlighter = Highlighter(parse("title:مصر السودان"))
    assert shown(highlighter.title("مصر والسودان")) == "[مصر] [والسودان]"


def snippet(query: str, text: str, length: int = SNIPPET_LENGTH, **options: object) -> str:
    return shown(Highlighter(parse(query)).snippet(text, length, **options))  # type: ignore[arg-type]


FILLER = "وقال آخرون كلاما كثيرا لا يهم أحدا في هذا الشأن ولا في غيره من الشؤون الكثيرة. "
BODY = (
    "تعقد المدارس امتحاناتها في الربيع، ويستعد لها الطلاب منذ الشتاء، ثم تعلن النتائج في أول الصيف من كل عام. "
    "وقال د. حسن إن المكتبات العامة تفتح أبوابها للطلاب كل مساء.\n"
    "آراء الناس\n"
    "ورأت معلمة أن القراءة في الصغر كالنقش في الحجر، وأن القصص خير ما يبدأ به القارئ الصغير."
)


def test_short_texts_are_shown_whole_on_one_line() -> None:
    assert snippet("مكتبة", "سطر أول.\n\n  سطر\tثان فيه   مكتبة.\n") == "سطر أول. سطر ثان فيه [مكتبة]."


def test_snippets_start_at_the_sentence_of_the_match() -> None:
    assert (
        snippet("مكتبات", BODY, 100)
        == "…وقال د. حسن إن [المكتبات] العامة تفتح أبوابها للطلاب كل مساء. آراء الناس ورأت معلمة أن القراءة في…"
    )


def test_snippets_without_a_match_show_the_beginning() -> None:
    assert snippet("فضاء", BODY, 60) == "تعقد المدارس امتحاناتها في الربيع، ويستعد لها الطلاب منذ…"


def test_headings_are_separated_from_their_section() -> None:
    expected = "…آراء الناس — ورأت معلمة أن [القراءة] في الصغر كالنقش في الحجر، وأن القصص خير ما يبدأ به القارئ الصغير."
    assert snippet("آراء قراءة", BODY, 110, headings=["آراء الناس"]) == expected.replace("آراء", "[آراء]")
    assert snippet("قراءة", BODY, 110, headings=["آراء الناس"]) == expected.replace("آراء الناس — ", "")


def test_leading_headings_are_left_out_unless_they_match() -> None:
    text = "تمهيد\n" + FILLER * 4
    assert snippet("فضاء", text, 60, headings=["تمهيد"]).startswith("…وقال آخرون")
    assert snippet("تمهيد", text, 60, headings=["تمهيد"]).startswith("[تمهيد] — وقال")
    assert snippet("فضاء", "تمهيد\n" * 40, 60, headings=["تمهيد"]).startswith("تمهيد — تمهيد")


def test_the_passage_with_the_most_distinct_words_is_chosen() -> None:
    text = "مصر مصر مصر. " + FILLER * 5 + "نهر النيل في مصر. " + FILLER * 5
    assert "[نهر] [النيل] في [مصر]" in snippet("نهر النيل مصر", text)


def test_the_first_of_equal_passages_is_chosen() -> None:
    text = FILLER * 4 + "نهر أول. " + FILLER * 4 + "نهر ثان. " + FILLER
    assert "[نهر] أول" in snippet("نهر", text)


def test_many_matches_of_one_word_do_not_outweigh_another_word() -> None:
    """A window can have more matches than words, because each word matches several parts of the query."""
    text = "نهر " * 30 + "سد. " + FILLER * 5 + "نهر نهر نهر نهر. "
    assert "[سد]" in snippet("نهر =نهر نه* «نهر نهر» =سد", text)


def test_phrases_are_not_cut() -> None:
    text = (
        FILLER * 3
        + "بدأ النهر رحلته من الجبل البعيد إلى البحر القريب وهو يحمل طمي «الهضبة العالية الخضراء الكبيرة». "
        + FILLER
    )
    for length in range(60, 160, 5):
        marked = snippet("نهر «الهضبة العالية الخضراء الكبيرة»", text, length)
        assert ("[الهضبة]" in marked) == ("[الكبيرة]" in marked)
        assert not marked.endswith("«…")


def test_long_phrases_are_shown_from_their_beginning() -> None:
    phrase = "ألف باء تاء ثاء جيم حاء خاء دال ذال راء زاي سين شين صاد ضاد طاء ظاء عين غين فاء قاف كاف لام ميم نون"
    assert "[ألف] [باء] [تاء] [ثاء]" in snippet(f"«{phrase}»", FILLER * 3 + phrase + ". " + FILLER, 50)


def test_matches_at_the_end_have_context() -> None:
    text = FILLER * 6 + "انتهى الاجتماع."
    marked = snippet("اجتماع", text)
    assert marked.endswith("انتهى [الاجتماع].")
    assert len(marked) > SNIPPET_LENGTH / 2


@pytest.mark.parametrize("text", ["س" * 1000, "نهر " + "س" * 1000, "س" * 1000 + " نهر", "(" * 1000])
def test_text_without_spaces_is_cut_at_the_limit(text: str) -> None:
    plain = Highlighter(parse("نهر")).snippet(text).text
    assert 0 < len(plain) <= SNIPPET_LENGTH + 2
    assert plain.strip("…") in text


def article(**fields: object) -> Article:
    values: dict[str, object] = {"id": "a", "title": "عنوان", "body": BODY, **fields}
    return Article(**values)  # type: ignore[arg-type]


def hit_of(found: Article, query: str) -> Hit:
    return HitMaker(parse(query), query, Match.ALL).hit(found, 1.0)


def test_derived_titles_are_not_repeated() -> None:
    derived = {"title": "تعقد المدارس امتحاناتها في الربيع، ويستعد لها الطلاب…", "title_derived": True}
    hit = hit_of(article(**derived, body=f"{BODY} {FILLER * 4}"), "")
    assert hit.snippet.text.startswith("…وقال د. حسن")
    hit = hit_of(article(**derived, body=f"{BODY} {FILLER * 4}"), "طلاب")
    assert shown(hit.snippet).startswith("…وقال د. حسن إن المكتبات العامة تفتح أبوابها [للطلاب]")
    hit = hit_of(article(**derived, body=f"{BODY} {FILLER * 4}"), "مدارس")
    assert hit.snippet.text.startswith("تعقد المدارس")
    hit = hit_of(article(title=derived["title"], body=f"{BODY} {FILLER * 4}"), "")
    assert hit.snippet.text.startswith("تعقد المدارس")


def test_short_texts_after_a_derived_title_are_shown_from_the_beginning() -> None:
    body = "كلمة " * 55 + "أخيرة. ثم نهاية."
    hit = hit_of(article(title="كلمة " * 20 + "…", title_derived=True, body=body), "")
    assert hit.snippet.text.startswith("كلمة كلمة")


def test_matches_only_in_the_summary_are_shown_from_the_summary() -> None:
    with_summary = article(summary="خلاصة عن الفضاء.")
    assert shown(hit_of(with_summary, "فضاء").snippet) == "خلاصة عن [الفضاء]."
    assert "خلاصة" not in hit_of(with_summary, "مكتبة").snippet.text
    assert "خلاصة" not in hit_of(with_summary, "كوكب").snippet.text


WORDS = [
    "نهر",
    "النهر",
    "والنهرُ",
    "سد",
    "«سد",
    "ﷺ",
    "مِصرُ",
    "د.",
    "مصر.",
    "قال:",
    "\n",
    "—",
    "٢٠١٨،",
    "#نهر_سد",
    "ك" * 90,
]
QUERIES = [
    "نهر",
    "نهر سد",
    "«نهر سد»",
    "«نهر نهر نهر»",
    "نه* =سد مصر",
    "«صلى الله» نهر",
    "«مصر قال» OR 2018",
    "غير -نهر",
    "",
]


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and a query that may consist of its words."""
    text = draw(st.one_of(texts, st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join)))
    tokens = [token.text for token in tokenize(text)] or ["نهر"]
    own = st.lists(st.sampled_from(tokens), min_size=1, max_size=3).map(" ".join)
    return text, draw(st.one_of(st.sampled_from(QUERIES), own, own.map("«{}»".format)))


def highlighter_of(query: str) -> Highlighter:
    try:
        return Highlighter(parse(query))
    except QuerySyntaxError:
        return Highlighter(plain_words(query))


def assert_marks_are_whole_words(highlighted: Highlighted) -> None:
    assert set(highlighted.marks) <= set(spans(highlighted.text))
    for (_, end), (start, _) in pairwise(highlighted.marks):
        assert end <= start


@given(cases())
def test_marks_are_ordered_whole_words_without_overlap(case: tuple[str, str]) -> None:
    text, query = case
    highlighter = highlighter_of(query)
    for highlighted in (highlighter.whole(text), highlighter.title(text)):
        assert highlighted.text == text
        assert_marks_are_whole_words(highlighted)


@given(cases(), st.integers(1, 300), st.booleans())
def test_snippets_are_passages_of_the_text(case: tuple[str, str], length: int, with_known: bool) -> None:
    text, query = case
    on_one_line = " ".join(" ".join(text.split("\n")).split())
    known = on_one_line[:30] if with_known else ""
    found = highlighter_of(query).snippet(text, length, known=known)
    plain = found.text.removeprefix("…") if not on_one_line.startswith("…") else found.text
    plain = plain if on_one_line.endswith(plain) else plain.removesuffix("…")
    assert plain in on_one_line
    assert len(plain) <= length
    assert bool(plain) == bool(on_one_line)
    assert found.text == on_one_line or len(on_one_line) > length


@given(cases(), st.integers(100, 300))
def test_snippets_start_and_end_at_word_boundaries(case: tuple[str, str], length: int) -> None:
    text, query = case
    assume("…" not in text)
    on_one_line = " ".join(text.split())
    assume(all(len(run) < 100 for run in on_one_line.split()))
    highlighter = highlighter_of(query)
    found = highlighter.snippet(text, length)
    assert_marks_are_whole_words(found)
    plain = found.text.strip("…")
    runs = on_one_line.split()
    assert plain.split()[1:-1] == [] or all(run in runs for run in plain.split()[1:-1])
    if highlighter.whole(on_one_line).marks:
        assert found.marks
    whole_words = [on_one_line[start:end] for start, end in spans(on_one_line)]
    assert all(plain_word in whole_words for plain_word in (found.text[a:b] for a, b in found.marks))


def test_long_bodies_take_linear_time() -> None:
    """Time grows linearly with the text: each of 100,000 characters of matches is visited once."""
    text = "نهر وسد ومصر. " * 7000
    assert len(text) > 90_000
    assert snippet("نهر سد مصر «نهر وسد» نه*", text).count("[") > 30


def test_whole_articles_are_highlighted() -> None:
    title, body = highlight_article(article(title="المكتبات", body="في المكتبة\nكتب (ونهر"), "title:مكتبات نهر")
    assert (shown(title), shown(body)) == ("[المكتبات]", "في المكتبة\nكتب (ونهر".replace("ونهر", "[ونهر]"))
    assert shown(highlight_article(article(body="مكتبة («نهر"), "(نهر")[1]) == "مكتبة («[نهر]"


class _NoClues(Clues):
    def may_have(self, spelling: str) -> bool:
        return True


@given(
    st.sampled_from(
        ["حكومة", "قال", "«مجلس الأمن»", "=الكتاب", "كتا*", "مصر 2010", "«قال حكومة»", "قرآن", "«صلى الله»"]
    ),
    texts,
)
def test_clues_do_not_change_the_matches(query: str, text: str) -> None:
    node = parse(query)
    text = f"{text} {query} وحكومةُ{text}كتابٌ يقول مجلس الأمْنِ {text}"
    finder, slow = (Finder(enumerate(leaves_of(node))) for _ in range(2))
    slow._clues = _NoClues([])
    slow._clues.are_few = False
    assert finder.read(text) == slow.read(text)
