import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.ingest.text.language import language_of
from newsarchive.ingest.text.title import TITLE_LIMIT, derive_title


def test_derived_titles_are_the_first_sentence_without_a_full_stop() -> None:
    assert derive_title("افتتح الوزير المعرض أمس. وحضره كثيرون.\nفقرة أخرى.") == "افتتح الوزير المعرض أمس"
    assert derive_title("هل يعود المنتخب إلى الصدارة؟ سؤال صعب.") == "هل يعود المنتخب إلى الصدارة؟"


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert derive_title("قال د. سامي إن النتائج جيدة.") == "قال د. سامي إن النتائج جيدة"


def test_long_sentences_are_cut_between_words() -> None:
    body = "كلمات " * 40
    title = derive_title(body)
    assert title.endswith("كلمات…")
    assert len(title) <= TITLE_LIMIT + 1


def test_cuts_prefer_the_end_of_a_clause() -> None:
    clause = "أعلنت وزارة النقل اليوم بدء العمل في الخط الجديد الذي يربط العاصمة بالميناء"
    assert derive_title(f"{clause}، على أن يستمر العمل ثلاث سنوات كاملة") == f"{clause}…"


@given(st.text(min_size=1).filter(str.strip))
def test_every_text_gets_a_title_of_bounded_length(body: str) -> None:
    title = derive_title(body)
    assert title
    assert len(title) <= TITLE_LIMIT + 1
    assert "\n" not in title


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("نص عربي فيه كلمة Latin", "en", "ar"),
        ("An English text", "en-GB", "en"),
        ("An English text", "ar", "und"),
        ("An English text", "not a language", "und"),
        ("متن فارسی دربارهٔ خبر", "fa-IR", "fa"),
        ("1234", "", "und"),
        ("نص", "العربية", "ar"),
    ],
)
def test_the_language_is_detected_from_the_letters(text: str, declared: str, language: str) -> None:
    assert language_of(text, declared) == language
