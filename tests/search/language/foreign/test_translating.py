"""Queries in other languages find Arabic articles, in a real index."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.library import Library
from newsarchive.search import Match, Notice, SearchRequest, SearchResults
from newsarchive.search.language.foreign.sounds import Skeletons
from newsarchive.search.language.query import AllOf, AnyOf, Translated
from newsarchive.search.language.understanding import understand
from newsarchive.search.translating.translator import MOST_UNITS
from tests.articles import make_article
from tests.libraries import append, filled, open_archive

ARTICLES = {
    "wheat": ("ارتفاع أسعار القمح", "ارتفعت أسعار القمح في الأسواق العالمية بعد موجة جفاف."),
    "court": ("المحكمة تؤجل القضية", "قررت المحكمة تأجيل النظر في قضية الفساد إلى الشهر المقبل."),
    "quake": ("زلزال يضرب اليابان", "ضرب زلزال قوي اليابان ولم ترد أنباء عن ضحايا."),
    "cup": ("منتخب اليابان في كأس العالم", "تأهل المنتخب إلى كأس العالم لكرة القدم."),
    "phone": ("هاتف جديد", "كشفت الشركة عن iPhone جديد بكاميرا أفضل."),
    "series": ("مسلسل جديد", "تعرض Netflix مسلسلا عن الصحراء من إنتاج نتفليكس."),
    "namesake": ("بلدية زيتون", "افتتح رئيس البلدية بلعيد زرمدوني حديقة جديدة."),
    "who": ("تحذير صحي", "حذرت منظمة الصحة العالمية من انتشار المرض."),
    "elysee": ("قصر الإليزيه", "أعلن قصر الإليزيه موعد زيارة الرئيس الفرنسي."),
    "saudi": ("السعودية تستضيف القمة", "تستضيف السعودية قمة اقتصادية في الرياض."),
    "sisi": ("السيسي يفتتح مشروعا", "افتتح الرئيس السيسي مشروعا في القاهرة."),
    "truce": ("هدنة في المدينة", "أعلن الطرفان وقف إطلاق النار بعد محادثات طويلة."),
    "thinker": ("كتاب فلسفي", "صدر كتاب فلسفي عن أرسطو، وفيه فصل عن التعليم أعجب البعض."),
    "covid": ("لقاح جديد", "أعلنت الشركة عن لقاح ضد كوفيد 19 وسلالة H5N1."),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    records = [
        make_article(number, id=name, title=title, body=body)
        for number, (name, (title, body)) in enumerate(ARTICLES.items())
    ]
    with filled(tmp_path_factory.mktemp("foreign") / "archive", records) as opened:
        yield opened


def search(library: Library, text: str, **options: object) -> SearchResults:
    return library.search(SearchRequest(text=text, **options))  # type: ignore[arg-type]


def ids(results: SearchResults) -> list[str]:
    return [hit.article.id for hit in results.hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        # English: words, inflected words, phrases, function words, names, abbreviations
        ("wheat prices", "wheat"),
        ("Rising prices of wheat", "wheat"),
        ("court postpones corruption case", "court"),
        ("earthquakes in Japan", "quake"),
        ("World Cup", "cup"),
        ("world cup football", "cup"),
        ("Zarmadouni", "namesake"),
        ("mayor Belaid Zarmaduni", "namesake"),
        ("WHO warning", "who"),
        ("Al-Sisi", "sisi"),
        ("El Sisi project", "sisi"),
        ("Sisi's project", "sisi"),
        ("Saudi summit", "saudi"),
        # French: accents, elision, its own function words
        ("le prix du blé", "wheat"),
        ("Séisme au Japon", "quake"),
        ("tremblement de terre", "quake"),
        ("Coupe du monde de football", "cup"),
        ("sommet en Arabie saoudite", "saudi"),
        ("l'Élysée", "elysee"),
        # Words that French and English have in common, with the endings of each
        ("ouvrage philosophique", "thinker"),
        ("réflexions philosophiques", "thinker"),
        # Endings within terms, hyphens
        ("tremblements de terre", "quake"),
        ("cease-fire", "truce"),
        ("cease-fires", "truce"),
        ("ceasefire", "truce"),
        # Questions
        ("Which country did most of the earthquakes hit?", "quake"),
        ("What was taught by Aristotle?", "thinker"),
        ("Quels sont les prix auxquels le blé a été vendu ?", "wheat"),
        ("l\u2019ÉLYSÉE", "elysee"),
    ],
)
def test_words_of_other_languages_find_arabic_articles(library: Library, query: str, first: str) -> None:
    assert ids(search(library, query))[:1] == [first]
    assert ids(search(library, query.lower()))[:1] == [first] or "WHO" in query


@pytest.mark.parametrize(
    "query",
    [
        '"wheat prices"',
        "=wheat",
        "whea*",
        "title:wheat",
        "source:wheat",
        "القمح -japan",
        "H5N1",
        "@wheat_prices",
        "wheat.prices.example",
        "wheat/prices",
        "wheat NEAR/3 prices",
        "القمح",
        "أسعار القمح اليابان",
        "date:2025",
    ],
)
def test_what_is_meant_literally_is_not_translated(library: Library, query: str) -> None:
    with_it, without = search(library, query), search(library, query, translate=False)
    assert with_it.translations == ()
    assert (ids(with_it), with_it.total, with_it.notices) == (ids(without), without.total, without.notices)


def test_an_excluded_word_excludes_only_itself(library: Library) -> None:
    assert set(ids(search(library, "japan -cup"))) == {"quake", "cup"}


def test_arabic_queries_have_identical_results(library: Library) -> None:
    for query in ("القمح", "كأس العالم", "رئيس البلدية", "زلزال OR محكمة", "السعوديه", "2018"):
        for match in Match:
            results = [search(library, query, match=match, translate=on) for on in (True, False)]
            scores = [[(hit.article.id, hit.score) for hit in found.hits] for found in results]
            assert scores[0] == scores[1]
            assert results[0].facets == results[1].facets


@pytest.mark.parametrize(("word", "literal", "other"), [("Netflix", "series", None), ("iPhone", "phone", None)])
def test_the_typed_word_is_searched_too_and_comes_first(
    library: Library, word: str, literal: str, other: str | None
) -> None:
    results = search(library, word)
    assert ids(results)[0] == literal
    assert results.translations[0].is_searched if results.translations else other is None


def test_any_word_is_enough_unless_all_were_asked_for(library: Library) -> None:
    usual = search(library, "wheat earthquake")
    assert set(ids(usual)) == {"wheat", "quake"}
    assert Notice.TRANSLATED_ANY in usual.notices
    every = search(library, "wheat earthquake", requires_all=True)
    assert every.total == 0
    assert Notice.TRANSLATED_ANY not in every.notices
    both = search(library, "wheat prices", requires_all=True)
    assert ids(both) == ["wheat"]
    assert Notice.TRANSLATED_ANY not in search(library, "wheat").notices


@pytest.mark.parametrize("query", ["wheat prices rose 7.5%", "wheat of the 19th century", "wheat 1999", "wheat F-16"])
def test_numbers_and_chunks_with_digits_are_no_more_required_than_words(library: Library, query: str) -> None:
    results = search(library, query)
    assert ids(results) == ["wheat"]
    assert Notice.TRANSLATED_ANY in results.notices


def test_a_quoted_phrase_is_required(library: Library) -> None:
    assert search(library, 'wheat "no such words" prices').total == 0


def translated(library: Library, text: str) -> dict[str, Translated]:
    assert library.search_service is not None
    node, _ = understand(text)
    tree = library.search_service.translated(node, text)
    nodes = tree.nodes if isinstance(tree, AllOf | AnyOf) else (tree,)
    return {" ".join(one.words): one for one in nodes if isinstance(one, Translated)}


def test_a_lower_case_word_that_is_guessed_counts_for_little(library: Library) -> None:
    name, lower, among_names = (
        translated(library, text)["zarmadouni"].factors[0]
        for text in ("the quake of Zarmadouni", "the quake of zarmadouni", "zarmadouni in Japan or Egypt")
    )
    assert name > lower > among_names


def test_a_word_of_the_lexicon_is_not_guessed(library: Library) -> None:
    """No article has a translation of it, and one has a name with its sound."""
    assert list(translated(library, "japan")) == ["japan"]
    assert list(translated(library, "wheat salad")) == ["wheat"]


def test_an_abbreviation_of_another_language_is_meant_in_capitals_only(library: Library) -> None:
    """The French article is no United Nations."""
    assert "un" not in translated(library, "le prix d'un blé")
    assert "un" not in translated(library, "un séisme au Japon")


def test_a_typed_word_counts_like_its_translations_unless_it_is_alone(library: Library) -> None:
    alone, among_others = (translated(library, text)["netflix"] for text in ("netflix", "netflix film about the wheat"))
    assert (alone.literal_factor, alone.literal_score > 0) == (1.0, True)
    assert among_others.literal_factor <= 1.0
    assert among_others.literal_score == 0.0


def test_next_to_arabic_words_all_words_are_required(library: Library) -> None:
    results = search(library, "القمح earthquake")
    assert results.total == 0
    assert ids(search(library, "زلزال japan")) == ["quake"]


def test_each_typed_word_is_reported_with_queries_for_one_translation(library: Library) -> None:
    results = search(library, "World Cup and iPhone")
    cup = results.translations[0]
    assert (cup.word, cup.forms[0].text) == ("World Cup", "كأس العالم")
    assert cup.forms[0].query == '"كأس العالم" and iPhone'
    assert cup.query == '"World Cup" and iPhone'
    assert not cup.is_searched
    (wheat,) = search(library, "wheat").translations
    assert ids(search(library, wheat.forms[0].query)) == ["wheat"]
    assert search(library, wheat.query).translations == ()


def test_missing_words_are_reported_as_typed(library: Library) -> None:
    results = search(library, "Japan Wheat")
    reasons = {hit.article.id: [(reason.word, reason.forms) for reason in hit.reasons] for hit in results.hits}
    assert reasons["wheat"] == [("Japan", ())]
    assert reasons["quake"] == [("Wheat", ())]


def test_translations_are_highlighted(library: Library) -> None:
    (hit,) = search(library, "wheat").hits
    assert [hit.title.text[start:end] for start, end in hit.title.marks] == ["القمح"]


@pytest.mark.parametrize(
    "query",
    [
        " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(10_000)),
        "The Who",
        "the of and",
        "a b c d e f g",
        "İstanbul Şırnak",
        "Straße Weißrussland",
        "ﬁnancial ﬂood",
        "wheatالقمح",
        "القمحwheat prices",
        "l' d' qu'",
        "O'Neill d'Arabie l'État jusqu'à",
        "---- '''' ´´´´",
        "Jean-Paul-Marie-Al-El-Bin-Ibn",
        "пшеница 小麦 σίτος",
        "(wheat | japan) (court OR cup) -(phone)",
        "wheat\u200bprices wheat\u00adprices",
        "WHEAT PRICES IN JAPAN",
        "x" * 900,
        "é" * 500,
        "title:(wheat japan) wheat",
    ],
)
def test_any_input_is_answered(library: Library, query: str) -> None:
    for options in ({}, {"requires_all": True}, {"match": Match.ANY}, {"looser": True}):
        results = search(library, query, **options)
        assert len(results.translations) <= MOST_UNITS


def test_a_setting_turns_translation_off(library: Library) -> None:
    with open_archive(library.archive.folder, translate_queries=False) as other:
        results = search(other, "wheat")
        assert (results.total, results.translations) == (0, ())


def test_names_of_new_articles_are_found_after_the_update(tmp_path: Path) -> None:
    with filled(tmp_path / "archive", [make_article(1, body="افتتح الوزير الطريق.")]) as library:
        assert search(library, "Krassimirov").total == 0
        append(library, make_article(2, body="زار كراسيميروف المدينة."))
        library.update_index()
        assert ids(search(library, "Krassimirov")) == ["id2"]


def test_skeletons_are_stored_with_segments_and_survive_merges(tmp_path: Path) -> None:
    records = [make_article(n, body=f"زار كراسيميروف{chr(0x628 + n)} المدينة الكبرى وعاد.") for n in range(12)]
    with filled(tmp_path / "archive", records[:1]) as library:
        for record in records[1:]:
            append(library, record)
            library.update_index()
        assert library.search_service is not None
        with library.search_service.engine.snapshot() as snapshot:
            lists = snapshot.word_lists()
            assert 1 <= len(lists) < len(records)
            for listed in lists:
                stored = listed.skeletons()
                assert stored is not None
                computed = Skeletons.in_order([Skeletons.of(listed.terms(0, len(listed)))])
                assert [array.tolist() for array in stored] == [array.tolist() for array in computed]
        assert search(library, "Krassimirov").translations[0].forms


def test_french_is_marked_as_weaker_than_english(library: Library) -> None:
    assert Notice.TRANSLATED_WEAKLY in search(library, "le prix du blé").notices
    assert Notice.TRANSLATED_WEAKLY not in search(library, "wheat prices").notices
    assert Notice.TRANSLATED_WEAKLY not in search(library, "أسعار القمح").notices


def test_each_form_of_a_translation_is_shown_once(library: Library) -> None:
    for word in search(library, "Sisi wheat Japan earthquake").translations:
        assert len({form.text for form in word.forms}) == len(word.forms)
