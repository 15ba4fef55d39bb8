"""The explanation of a hit: what is reported, and when nothing is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import tokenize
from newsarchive.article import Article
from newsarchive.search import Match, Notice, Reason, SearchRequest
from newsarchive.search.display.explanation import MAX_FORMS, is_obvious
from newsarchive.search.display.hits import HitMaker
from newsarchive.search.language.grammar import parse
from newsarchive.search.language.query import Form, Word
from tests.arabic.strategies import texts
from tests.libraries import filled
from tests.sample import ARTICLES

FAR = "وقال آخرون كلاما كثيرا لا يهم أحدا في هذا الشأن ولا في غيره من الشؤون الكثيرة. " * 5


def reasons(query: str, body: str, match: Match = Match.ALL, **fields: object) -> list[str]:
    """Each reason as `word: forms`, and a missing word as `word:`."""
    values: dict[str, object] = {"id": "a", "title": "عنوان", "body": body, **fields}
    article = Article(**values)  # type: ignore[arg-type]
    node = parse(query, match)
    hit = HitMaker(node, query, match).hit(article, 1.0)
    return [f"{reason.word}: {'، '.join(reason.forms)}".strip() for reason in hit.reasons]


TOLD = [
    # Matches of another form that is not just the word with a prefix
    ("لاعبون", "فاز لاعبٌ واحد", ["لاعبون: لاعبٌ"]),
    ("اللاعبون", "رأى لاعبين ولاعبًا وللاعبي الفريق", ["اللاعبون: لاعبين، ولاعبًا، وللاعبي"]),
    ("المكتبات", "زار مكتبتَه ثم مكتبتها ثم مكتبة ثم مكتبتهم", ["المكتبات: مكتبتَه، مكتبتها، مكتبة"]),
    ("مدرسة", "مدارسُ ومدرستـــها", ["مدرسة: ومدرستـــها"]),
    # The word as typed, including diacritics
    ("لاعِبُونَ", "فاز لاعب", ["لاعِبُونَ: لاعب"]),
    # Each form once, whatever its spelling
    ("لاعبون", "لاعب ولاعب لاعبٌ لاعبا", ["لاعبون: لاعب، ولاعب، لاعبا"]),
    # The word itself, or the word after an article or a particle
    ("كتاب", "قرأ كتابا", ["كتاب: كتابا"]),
    ("كتاب", "قرأ كتابا، أي كتاب", []),
    ("مدرسة", "إلى المدرسةِ", []),
    ("المدرسة", "في مَدرسة", []),
    ("بالمدرسة", "وللمدرسة", []),
    ("أحمد", "قال احمد", []),
    ("صحة", "قال صحه", []),
    # Exact forms, prefixes, phrases and exclusions
    ("=لاعب", "لاعب", []),
    ("كتا*", "الكتاتيب", []),
    ("«فاز لاعب»", "فاز لاعب", []),
    ("مصر -لاعبون", "في مصر", []),
    ("", "في مصر", []),
    # Several words, in the order of the query
    ("لاعبون مدرسة سنوات", "لاعب مدرسته", ["لاعبون: لاعب", "مدرسة: مدرسته"]),
]


@pytest.mark.parametrize(("query", "body", "expected"), TOLD)
def test_forms_that_are_not_obvious_are_reported(query: str, body: str, expected: list[str]) -> None:
    assert reasons(query, body) == expected


def test_only_visible_text_makes_a_match_obvious() -> None:
    in_sight, further_down = "نهر لاعبين نهر نهر. ", "لاعبون وغيرهم. "
    assert reasons("لاعبون نهر", in_sight + FAR + further_down) == ["لاعبون: لاعبين"]
    assert reasons("لاعبون نهر", in_sight + FAR + further_down, title="لاعبون") == []
    assert reasons("لاعبون نهر", "نهر نهر نهر. " + FAR * 3 + "لاعبون") == []
    assert reasons("لاعبون نهر", "نهر نهر نهر. " + FAR, title="اللاعب") == ["لاعبون: اللاعب"]


def test_forms_outside_the_snippet_are_reported_if_none_is_visible() -> None:
    body = "سد عند نهر. " * 30 + FAR + "لاعبين. " + FAR + "للاعب"
    assert reasons("سد نهر لاعبون", body) == ["لاعبون: لاعبين، للاعب"]
    assert reasons("سد نهر لاعبون", body + " لاعبون") == []


def test_forms_in_the_summary_count() -> None:
    assert reasons("لاعبون", "في القرية.", summary="فاز اللاعب") == ["لاعبون: اللاعب"]
    assert reasons("لاعبون قرية", "في القرية.", Match.ANY, summary="فاز اللاعب") == ["لاعبون: اللاعب"]


MISSING = [
    ("نهر سد", "نهر", ["سد:"]),
    ("نهر لاعبون", "لاعب بالسد", ["نهر:", "لاعبون: لاعب"]),
    ("السُّدُود نهر «مجلس الأمن» =كتب كتا*", "نهر", ["السُّدُود:", "«مجلس الأمن»:", "=كتب:", "كتا*:"]),
    ("نهر «مجلس الأمن»", "نهر ومجلس الأمن والمجلس الأمن", ["«مجلس الأمن»:"]),
    ("نهر title:سد", "نهر", []),
    ("نهر -سد source:تاس", "نهر", []),
    ("سد سد نهر سَد", "نهر", ["سد:"]),
]


@pytest.mark.parametrize(("query", "body", "expected"), MISSING)
def test_missing_words_are_reported_with_match_any(query: str, body: str, expected: list[str]) -> None:
    assert reasons(query, body, Match.ANY) == expected
    assert not any(told.endswith(":") for told in reasons(query, body))


@pytest.mark.parametrize(
    ("word", "form", "obvious"),
    [
        ("كتاب", "كتاب", True),
        ("كتاب", "والكتاب", True),
        ("الكتاب", "كتاب", True),
        ("فالكتاب", "للكتاب", True),
        ("كتاب", "كتابها", False),
        ("لاعبون", "لاعبين", False),
        ("ال", "ال", True),
        ("كوفيد", "كوفيد 19", True),
        ("mbc", "و mbc 1", True),
        ("لاعبون", "لاعبين 20", False),
    ],
)
def test_only_different_prefixes_are_obvious(word: str, form: str, obvious: bool) -> None:
    assert is_obvious(Word(word), form) is obvious
    assert is_obvious(Word(word, Form.EXACT), form)


@given(texts, texts, st.sampled_from(Match))
def test_reasons_are_consistent_for_any_text(title: str, body: str, match: Match) -> None:
    body = body if body.strip() else "نص"
    tokens = list(tokenize(f"{title} {body}"))
    query = " ".join(token.text for token in tokens[::3][:5]) + " لاعبون"
    node = parse(query, match)
    article = Article(id="a", title=title, body=body)
    hit = HitMaker(node, query, match).hit(article, 1.0)
    stems = {stem(token.text) for token in tokens}
    plain = " ".join(f"{title} {body}".split())
    for reason in hit.reasons:
        (word,) = tokenize(reason.word)
        assert reason.word in query
        assert len(reason.forms) == len(set(reason.forms)) <= MAX_FORMS
        assert all(" ".join(form.split()) in plain for form in reason.forms)
        assert reason.is_missing == (stem(word.text) not in stems)
        assert match is Match.ANY or not reason.is_missing


def test_hits_have_reasons(tmp_path_factory: pytest.TempPathFactory) -> None:
    with filled(tmp_path_factory.mktemp("archive"), ARTICLES) as library:
        results = library.search(SearchRequest(text="كهرباء طائرات", limit=1, looser=True))
        assert results.notices == (Notice.ANY_INSTEAD_OF_ALL,)
        assert results.hits[0].reasons == (Reason("طائرات"),)
        (hit, *_) = library.search(SearchRequest(text="مخطوطة", limit=1)).hits
        assert hit.reasons == (Reason("مخطوطة", ("والمخطوطات",)),)
        assert library.search(SearchRequest(text="النهر", limit=1)).hits[0].reasons == ()
