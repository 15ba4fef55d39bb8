"""How queries are read, on real indexes: what each kind must find, and what it must not."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from newsarchive.library import Library
from newsarchive.search import Match, Notice, Reason, SearchRequest, SearchResults, Sort, highlight_article
from tests.articles import make_article
from tests.libraries import filled

Case = tuple[str, Sequence[str], Sequence[str]]
"""A query, texts that it finds, and texts that it doesn't find."""


@contextmanager
def library_of(*bodies: str) -> Iterator[Library]:
    """An archive of articles with these texts. The id of the n-th is `id<n>`."""
    with TemporaryDirectory() as folder:
        articles = [make_article(place, title="", body=body) for place, body in enumerate(bodies)]
        with filled(Path(folder), articles) as library:
            yield library


def ask(library: Library, text: str, **fields: object) -> SearchResults:
    return library.search(SearchRequest(text=text, **{"limit": 100, **fields}))  # type: ignore[arg-type]


def numbers(results: SearchResults) -> list[int]:
    return [int(hit.article.id.removeprefix("id")) for hit in results.hits]


def check(case: Case) -> None:
    query, found, not_found = case
    with library_of(*found, *not_found) as library:
        results = ask(library, query)
        assert sorted(numbers(results)) == list(range(len(found)))
        assert all(hit.snippet.marks for hit in results.hits)
        for hit in results.hits:
            assert highlight_article(hit.article, query)[1].marks


CHUNKS: list[Case] = [
    (
        "كوفيد-19",
        ["لقاح كوفيد-19 الجديد", "مصاب بكوفيد-19", "كوفيد 19", "«كوفيد»-19"],
        ["كوفيد بلغ 19 إصابة", "19 كوفيد"],
    ),
    ("إف-16", ["طائرات إف-16 هنا", "طائرة إف ١٦", "حلقت وإف-16 فوقنا"], ["قال إف ثم عد إلى 16", "إف-15 و 16 طائرة"]),
    ("3.5", ["بلغت النسبة 3.5 في المئة", "٣٫٥ في المئة"], ["قسم 3 كتب على 5 صفوف", "5.3 في المئة"]),
    ("=3.5", ["بلغت النسبة 3.5 في المئة"], ["قسم 3 كتب على 5 صفوف"]),
    ("2018-2019", ["موسم 2018-2019 للدوري", "موسم 2018/2019"], ["في 2018 حدث شيء، وفي عام 2019 حدث آخر"]),
    ("10:30", ["الساعة 10:30 مساء"], ["10 فرق و30 لاعبا", "30:10"]),
    ("20/4", ["يوم 20/4 صباحا"], ["20 لاعبا في 4 فرق"]),
    ("#درع_الخليج", ["وسم #درع_الخليج تصدر", "تمرين درع الخليج"], ["درع من ذهب وسفينة في الخليج"]),
    ("@akhbar_alyoum", ["حساب @akhbar_alyoum"], ["akhbar ثم alyoum"]),
    ("AT&T", ["شركة AT&T الأمريكية"], ["at the T junction"]),
    ("كوفيد19", ["كوفيد-19", "بكوفيد19", "كوفيد 19", "كوفيد١٩"], ["19 كوفيد", "كوفيد بلغ 19"]),
    ("F16", ["مقاتلة F-16", "F16"], ["f then 16"]),
    ("5كم", ["مسافة 5 كم", "مسافة 5كم"], ["كم 5", "5 منهم كم"]),
    ("-كوفيد-19 لقاح", ["لقاح ضد كوفيد بعد 19 شهرا"], ["لقاح كوفيد-19"]),
    ("مصر،السودان", ["مصر ثم بعدها السودان"], ["مصر وحدها"]),
]


@pytest.mark.parametrize("case", CHUNKS, ids=[query for query, _, _ in CHUNKS])
def test_the_parts_of_a_chunk_belong_together(case: Case) -> None:
    check(case)


ATTACHED: list[Case] = [
    ("الـ20", ["مجموعة الـ20", "مجموعة 20", "بالـ20", "عددهم ٢٠"], ["العشرون", "201"]),
    ("20", ["مجموعة الـ20", "و20 آخرون", "لـ20"], ["200"]),
    ("و2010", ["عام 2010", "2009 و2010"], ["2011 و"]),
    ("لـ6", ["ستة أو 6", "لـ6"], ["ل 7"]),
    ("ب20", ["زاد 20 ضعفا", "زاد ب20"], ["ب 21"]),
    ("ك2024", ["عام 2024"], ["ك 2023"]),
    ("الـBBC", ["قناة BBC", "عن الـBBC", "وBBC"], ["CNN"]),
    ("وMBC", ["قناة MBC", "لـMBC"], ["و mbd"]),
    ("فيتامين ب12", ["فيتامين ب12", "نقص فيتامين ب 12"], ["فيتامين د و12 حبة", "فيتامين 12"]),
    ("1919م", ["ثورة 1919", "ثورة 1919م", "و1919"], ["1918 م"]),
    ("1446هـ", ["رمضان 1446", "1446 هـ"], ["1445هـ"]),
    ("100م", ["سباق 100م", "سباق 100 م"], ["100 دولار"]),
    ("=الـ20", ["مجموعة الـ20"], ["مجموعة 20", "ب20"]),
]


@pytest.mark.parametrize("case", ATTACHED, ids=[query for query, _, _ in ATTACHED])
def test_letters_attached_to_numbers_and_latin_words(case: Case) -> None:
    check(case)


LETTERS: list[Case] = [
    ("ترامب و بوتين", ["ترامب وبوتين", "ترامب و بوتين", "بوتين ثم ترامب"], ["ترامب وحده", "بوتين و حسب"]),
    ("مصر ف السودان", ["سافر إلى مصر فالسودان", "السودان ومصر"], ["مصر ف ليبيا"]),
    ("زغلطون و قمطرون", ["زغلطون وقمطرون", "زغلطون و قمطرون"], ["زغلطون وحده"]),
    ("مباراة ب القاهرة", ["مباراة بالقاهرة", "القاهرة تستضيف مباراة"], ["مباراة ب الإسكندرية"]),
    ("زيارة ل الأمم المتحدة", ["زيارة للأمم المتحدة"], ["زيارة ل المتحدة"]),
    ("ال كتاب الجديد", ["الكتاب الجديد", "كتاب جديد"], ["ال الجديد"]),
    ("المجموعة ب", ["منتخب المجموعة ب"], ["منتخب المجموعة الثانية", "المجموعة بأكملها"]),
    ("ترامب و", ["ترامب و هو"], ["ترامب وبوتين"]),
    ("الذكرى ال 30", ["الذكرى 30 للاستقلال"], ["الذكرى 31"]),
    ("2018 و 2019", ["عاما 2018 ثم 2019"], ["عام 2018 و 2020"]),
    ("عام 1919 م", ["ثورة عام 1919"], ["عام 1918 م"]),
    ("رمضان 1446 هـ", ["رمضان 1446"], ["رمضان 1445 هـ"]),
]


@pytest.mark.parametrize("case", LETTERS, ids=[query for query, _, _ in LETTERS])
def test_lone_letters(case: Case) -> None:
    check(case)


def test_a_letter_joins_the_next_word_only_if_the_joined_form_occurs() -> None:
    with library_of("كرة ب سلة", "سلة وكرة") as library:
        assert numbers(ask(library, "كرة ب سلة")) == [0]
    with library_of("كرة ب سلة", "سلة وكرة", "لعب بسلة") as library:
        assert sorted(numbers(ask(library, "كرة ب سلة"))) == [0, 1]


PHRASES: list[Case] = [
    (
        "«مجلس الأمن»",
        ["مجلس الأمن", "لمجلس الأمن", "وبمجلس الأمن", "فمجلس الأمن", "قال مجلس «الأمن»", "كمجلس، الأمن"],
        ["المجلس الأمن", "مجلس للأمن", "مجلس أمن", "مجلس\nالأمن"],
    ),
    ("«الأمم المتحدة»", ["للأمم المتحدة", "بالأمم المتحدة", "والأمم المتحدة", "وللأمم المتحدة"], ["أمم المتحدة"]),
    ("«مال عام»", ["مال عام", "بمال عام"], ["قال كمال عام 2020"]),
    ("«لد وجزيرة»", ["لد وجزيرة"], ["ولد وجزيرة", "بلد وجزيرة"]),
    ("=«مجلس الأمن»", ["مجلس الأمن"], ["لمجلس الأمن", "وبمجلس الأمن"]),
    ('="الأمم المتحدة"', ["الأمم المتحدة"], ["للأمم المتحدة"]),
    ("نيويورك -«مجلس الأمن»", ["نيويورك والمجلس"], ["نيويورك مقر لمجلس الأمن"]),
    ("«قمة مجموعة 20»", ["قمة مجموعة 20", "قمة مجموعة الـ20"], ["قمة 20 مجموعة", "قمة مجموعة ب20"]),
    ("«مجموعة الـ20 في روما»", ["مجموعة 20 في روما", "مجموعة الـ20 في روما"], ["مجموعة 21 في روما"]),
    ("=«مجموعة 20»", ["مجموعة 20"], ["مجموعة الـ20"]),
    ("«ترامب و بوتين»", ["ترامب و بوتين", "ترامب وبوتين"], ["ترامب بوتين", "بوتين وترامب"]),
    ("«ترامب وبوتين»", ["ترامب و بوتين", "ترامب وبوتين"], ["ترامب بوتين"]),
]


@pytest.mark.parametrize("case", PHRASES, ids=[query for query, _, _ in PHRASES])
def test_phrases(case: Case) -> None:
    check(case)


def test_phrases_allow_particles_in_titles_but_end_with_the_title() -> None:
    with TemporaryDirectory() as folder:
        articles = [
            make_article(0, title="بيان لمجلس الأمن", body="نص"),
            make_article(1, title="كلمة عن مجلس", body="الأمن مستتب"),
        ]
        with filled(Path(folder), articles) as library:
            for query in ("title:«مجلس الأمن»", "«مجلس الأمن»"):
                (hit,) = ask(library, query).hits
                assert hit.article.id == "id0"
                assert [hit.title.text[start:end] for start, end in hit.title.marks] == ["لمجلس", "الأمن"]


def test_phrases_end_with_the_paragraph_in_snippets_too() -> None:
    with library_of("وصل مجلس\nالأمن قال مجلس الأمن") as library:
        (hit,) = ask(library, "«مجلس الأمن»").hits
        assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["مجلس", "الأمن"]
        assert hit.snippet.marks[0][0] > hit.snippet.text.index("قال")


def test_a_phrase_with_particles_scores_as_the_typed_one() -> None:
    with library_of("اجتمع مجلس الأمن", "اجتمع لمجلس الأمن", "خبر آخر") as library:
        first, second = ask(library, "«مجلس الأمن»", sort=Sort.OLDEST).hits
        assert second.score > 0
        assert first.score >= second.score


NEAR: list[Case] = [
    ('"سد النهضة"~3', ["سد كبير جديد النهضة", "النهضة أول سد", "سد النهضة"], ["سد كبير جدا قرب النهضة", "سد\nالنهضة"]),
    ("سد NEAR/3 النهضة", ["سد كبير جديد النهضة", "النهضة أول سد"], ["سد كبير جدا قرب النهضة"]),
    (
        "سد NEAR النهضة",
        ["سد أ ب ج د ه و ز ح ط النهضة"],
        ["سد أ ب ج د ه و ز ح ط ي ك النهضة"],
    ),
    ('"سد نهر جسر"~4', ["جسر في سد نهر", "نهر والجسر والسد"], ["سد على نهر فيه كثير جسر", "سد نهر"]),
]


@pytest.mark.parametrize("case", NEAR, ids=[query for query, _, _ in NEAR])
def test_words_near_each_other(case: Case) -> None:
    check(case)


def test_or_word_finds_either_and_offers_the_other_reading() -> None:
    with library_of("مصر اليوم", "السودان اليوم", "مصر أو السودان", "ليبيا") as library:
        results = ask(library, "مصر أو السودان")
        assert sorted(numbers(results)) == [0, 1, 2]
        assert numbers(results)[0] == 2
        assert results.notices == (Notice.OR_WORD,)
        other = ask(library, results.other_readings[Notice.OR_WORD])
        assert (numbers(other), other.notices) == ([2], ())
        quoted = ask(library, "«مصر أو السودان»")
        assert (numbers(quoted), quoted.notices) == ([2], ())


def test_or_word_is_no_word_of_a_looser_reading() -> None:
    with library_of("قمح في مصر", "روسيا", "هذا أو ذاك") as library:
        results = library.search(SearchRequest(text="مصر أو روسيا شتاء", looser=True))
        assert {hit.article.body for hit in results.hits} == {"قمح في مصر", "روسيا"}
        assert "أو" not in {reason.word for hit in results.hits for reason in hit.reasons}
        asked = library.search(SearchRequest(text="مصر أو روسيا", match=Match.ANY))
        assert {hit.article.body for hit in asked.hits} == {"قمح في مصر", "روسيا"}


@pytest.mark.parametrize(
    ("query", "notice"),
    [("*كتاب", Notice.STAR_IGNORED), ("كت*ب", Notice.STAR_IGNORED), ("كتاب~2", Notice.SIGNS_IGNORED)],
)
def test_unsupported_signs_are_reported(query: str, notice: Notice) -> None:
    with library_of("كتاب جديد", "خبر") as library:
        results = ask(library, query)
        assert (numbers(results), results.notices) == ([0], (notice,))
    with library_of("كتاب جديد") as library:
        assert ask(library, "كتا*").notices == ()


def test_exactly_what_was_asked_for_is_found_unless_looser_readings_are_allowed() -> None:
    with library_of("قال إف ثم عد إلى 16", "زيتون", "خبز") as library:
        for query, found, notices in (
            ("إف-16", [0], (Notice.PARTS_APART,)),
            ("زيتون خبز", [1, 2], (Notice.ANY_INSTEAD_OF_ALL,)),
            ("إف-16 زيتون", [1], (Notice.ANY_INSTEAD_OF_ALL,)),
            ("إف-16 تفاح", [0], (Notice.ANY_INSTEAD_OF_ALL,)),
            ("تفاح-16", [0], (Notice.ANY_INSTEAD_OF_ALL,)),
            ("تفاح", [], ()),
        ):
            strict, loose = ask(library, query), ask(library, query, looser=True)
            assert (strict.total, strict.hits, strict.more, strict.notices) == (0, (), (), ())
            assert (sorted(numbers(loose)), loose.notices) == (found, notices)
        assert numbers(ask(library, "إف-16", match=Match.ANY, looser=True)) == [0]


BODIES = ["سد نهر نيل", "سد نهر", "نهر نيل", "سد نيل كبير", "سد", "نيل", "خبر"]


def test_a_short_page_continues_with_articles_that_have_most_of_the_words() -> None:
    with library_of(*BODIES) as library:
        results = ask(library, "سد نهر نيل", looser=True)
        assert (results.total, numbers(results)) == (1, [0])
        assert sorted(hit.article.id for hit in results.more) == ["id1", "id2", "id3"]
        missing = {hit.article.id: hit.reasons for hit in results.more}
        assert missing["id1"] == (Reason("نيل"),)
        assert all(len(reasons) == 1 and reasons[0].is_missing for reasons in missing.values())
        assert sum(results.facets.source.values()) == 1
        strict = ask(library, "سد نهر نيل")
        assert (strict.total, strict.more, strict.facets) == (1, (), results.facets)


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("سد نهر", []),  # one of two words is not most of them
        ("سد نهر نيل -كبير", ["id1", "id2", "id7"]),
        ("سد نهر نيل source:تاس", ["id1", "id2", "id3", "id7"]),
        ("سد نهر نيل source:رويترز", []),
        ("سد في نهر", []),  # a stop word doesn't count
        ("«سد نهر» نيل خبر", []),
    ],
)
def test_what_most_of_the_words_means(query: str, more: list[str]) -> None:
    with library_of(*BODIES, "سد في نهر") as library:
        assert sorted(hit.article.id for hit in ask(library, query, looser=True).more) == more


def test_only_a_page_with_less_than_its_limit_continues_and_never_with_duplicates() -> None:
    with library_of(*["سد نهر نيل"] * 3, *BODIES[1:]) as library:
        for limit in range(1, 7):
            pages = [ask(library, "سد نهر نيل", looser=True, limit=limit, page=page) for page in (1, 2, 3, 4)]
            listed = [hit.article.id for page in pages for hit in (*page.hits, *page.more)]
            assert len(listed) == len(set(listed))
            assert [page.total for page in pages] == [3] * 4
            assert [len(page.more) for page in pages] == [max(0, min(limit - 3, 3)), 0, 0, 0]


def test_the_letters_of_a_name_are_searched_if_the_archive_has_it() -> None:
    with library_of("فيتامين ب 12 في اللحم", "فيتامين د بعد 12 شهرا") as library:
        assert numbers(ask(library, "فيتامين ب 12")) == [0]
    with library_of("زاد 20 ضعفا", "20 لاعبا ب نادي") as library:
        assert numbers(ask(library, "زاد ب 20")) == []


@pytest.mark.parametrize(
    ("query", "read", "other"),
    [
        ("ل أوباما", "لأوباما", "=ل أوباما"),
        ("زيارة ب ال قاهرة", "بالقاهرة", "زيارة =ب =ال قاهرة"),
        ("(ل أوباما | القاهرة) زيارة", "لأوباما", "(=ل أوباما | القاهرة) زيارة"),
        ("لِ أوباما لِ أوباما", "لِأوباما", "=لِ أوباما =لِ أوباما"),
    ],
)
def test_a_letter_joined_to_the_next_word_is_reported(query: str, read: str, other: str) -> None:
    with library_of("زيارة لأوباما", "زيارة بالقاهرة", "حرف ل ثم أوباما") as library:
        results = ask(library, query)
        assert results.notices == (Notice.LETTERS_JOINED,)
        assert results.subjects == {Notice.LETTERS_JOINED: (read,)}
        assert results.other_readings == {Notice.LETTERS_JOINED: other}
        assert ask(library, other).notices == ()


@pytest.mark.parametrize(
    "query",
    ["ترامب و أوباما", "=ل أوباما", "ك أوباما", "«ل أوباما»", "أوباما ل", "ل 20", "لأوباما", "ال BBC", "المجموعة ب"],
)
def test_other_letters_are_not_reported(query: str) -> None:
    with library_of("زيارة لأوباما وترامب 20 BBC", "المجموعة ب") as library:
        results = ask(library, query)
        assert (results.notices, results.other_readings) == ((), {})
