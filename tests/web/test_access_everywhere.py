"""No word that a reader may not see is in any response: every route, format and policy, for every kind of reader.

The routes are those of the app, and the formats those of the registries. A new one fails this test until it is tried.
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_plus
from zipfile import ZipFile

import pyarrow.parquet
import pytest
from flask import Flask
from flask.testing import FlaskClient

from newsarchive.access import Scope
from newsarchive.access.tokens import TokenStore
from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.export.formats import CITATIONS, FORMATS
from newsarchive.exporting import all_ids
from newsarchive.library import Library
from newsarchive.press_review import edits
from newsarchive.press_review.collection import Collection
from newsarchive.press_review.collection_table import CollectionTable, new_collection
from newsarchive.press_review.contents import Extent
from newsarchive.press_review.documents import DOCUMENTS
from newsarchive.press_review.entry_state import articles_named, entry_of
from newsarchive.search import Facet
from newsarchive.web import SiteSettings, create_app
from newsarchive.web.api import OPERATIONS
from newsarchive.web.readers import COOKIE
from tests.articles import make_article
from tests.libraries import open_archive

TODAY = datetime.now(UTC).date()
POLICIES = {
    "وكالة المفتوح": "full",
    "جريدة المقتطف": "snippet",
    "جريدة الوصف": "metadata",
    "مجلة الحظر": "embargo 30 days",
    "مجلة الحظر الطويل": "embargo 30 days snippet",
}
FILLER = (
    "وقال مراسل الصحيفة في الميناء إن السفن وصلت محملة بالقمح بعد رحلة طويلة من البحر الأسود وإن العمال بدأوا التفريغ"
    " منذ ساعات الفجر الأولى وسط إجراءات مشددة من حرس السواحل والجمارك ومندوبي الشركة المستوردة الذين تابعوا كل خطوة"
)
SHARED = (
    "وأوضح البيان المشترك الصادر عن الوزارتين أن لجنة فنية ستجتمع كل أسبوع لمتابعة تنفيذ الاتفاق وأن تقريرها الأول"
    " سيرفع إلى الحكومتين قبل نهاية الشهر المقبل ثم يعرض على البرلمان لمناقشته وإقراره في جلسة علنية"
)
LETTERS = "بتجدرزسفقكلمن"
FOREIGN = {
    2: ("butterfly", "الفراشة"),
    3: ("earthquake", "زلزال"),
    4: ("Zarkovitch", "زاركوفيتش"),
    5: ("volcano", "بركان"),
    6: ("Malibandov", "ماليباندوف"),
}
"""What a query in English finds in the text of each article: a translation, or a name by its sound."""


def coined(number: int) -> str:
    """A word that no other text has, with a stem of its own."""
    first, second, third = LETTERS[number % 13], LETTERS[(number // 13 + 5) % 13], LETTERS[(number * 5 + 3) % 13]
    return f"ظ{first}غ{second}ط{third}ض"


@dataclass(frozen=True, slots=True)
class Restricted:
    """An article that readers without a token don't see: the words of its text, and those of its lead."""

    id: str
    source: str
    hidden: tuple[str, ...]
    lead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    app: Flask
    library: Library
    tokens: TokenStore
    restricted: tuple[Restricted, ...]
    token: str
    revoked: str
    limited: str
    writer: str


def two_revisions(number: int, source: str, published: date | None) -> tuple[list[Article], Restricted]:
    """An article with words of its own in the lead, a heading, the text, and the text of its first revision."""
    lead, heading, inflected, late, old, extra = (coined(number * 6 + part) for part in range(6))
    inflected += "ها"
    foreign = FOREIGN[number][1]
    body = f"{lead} {FILLER} {FILLER}\n{heading}\n{SHARED}\n{FILLER} {inflected} {late} {foreign}"
    first = make_article(
        number,
        title=f"سفن القمح تصل إلى الميناء رقم {number}",
        body=f"{FILLER} {extra}\n{body} {old}",
        headings=(heading,),
        source=source,
        published=published,
        url=f"https://paper.example/{number}",
    )
    second = replace(first, revision=2, body=body)
    return [first, second], Restricted(first.id, source, (heading, inflected, late, foreign, old, extra), (lead,))


def with_derived_title(number: int, source: str) -> tuple[list[Article], Restricted]:
    """An article whose title is the beginning of its text, with a summary."""
    begun, summary, late = (coined(number * 6 + part) for part in range(3))
    body = f"{begun} رست في الميناء صباحا\n{SHARED} {FILLER} {late}"
    made = make_article(
        number, title=f"{begun} رست في الميناء صباحا", title_derived=True, body=body, source=source, published=TODAY
    )
    return [replace(made, summary=f"{summary} موجز الخبر")], Restricted(made.id, source, (late,), (begun, summary))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("access")
    (folder / "tables").mkdir()
    lines = [f"{source} = {policy}" for source, policy in POLICIES.items()]
    (folder / "tables" / "access.txt").write_text("\n".join(lines), encoding="utf-8")
    recent = TODAY - timedelta(days=5)
    made = [
        two_revisions(2, "جريدة المقتطف", recent),
        two_revisions(3, "جريدة الوصف", recent),
        two_revisions(4, "مجلة الحظر", recent),
        two_revisions(5, "مجلة الحظر", None),
        two_revisions(6, "مجلة الحظر الطويل", recent),
        with_derived_title(7, "جريدة الوصف"),
        with_derived_title(8, "جريدة المقتطف"),
    ]
    articles = [one for revisions, _ in made for one in revisions]
    copied = replace(articles[3], id="copy", revision=1, source="مجلة الحظر", url="https://other.example/copy")
    free = make_article(
        1, title="اتفاق على القمح", body=f"نص مفتوح.\n{SHARED}", source="وكالة المفتوح", published=recent
    )
    with open_archive(folder, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: datetime.now(UTC)) as writer:
            writer.append([free, *articles, copied])
        library.update_index()
        tokens = TokenStore(folder)
        token, revoked = tokens.create("قارئ"), tokens.create("سابق")
        limited = tokens.create("محدود", sources=("جريدة المقتطف",))
        editor = tokens.create("محرر", scopes=(Scope.COLLECTIONS,))
        tokens.revoke("سابق")
        collect(library)
        app = create_app(library, SiteSettings(allow_indexing=True, metrics=True, show_subscriptions=True))
        yield World(app, library, tokens, tuple(one for _, one in made), token, revoked, limited, editor)


def collect(library: Library) -> None:
    """Put all articles into a press review that everybody sees, and into one for who may write."""
    articles = articles_named(library, all_ids(library))
    entries = [entry_of(one, f"ملاحظة {at}") for at, one in enumerate(articles, 1)]
    table = CollectionTable(library.archive.folder)
    for name, private in (("open", False), ("closed", True)):

        def make(collection_id: str, now: datetime, private: bool = private) -> Collection:
            made = new_collection(collection_id, now, title=f"ملف {collection_id}", private=private)
            return edits.added(made, entries)

        table.create(make, name)


# Addresses


def queries(restricted: Iterable[Restricted]) -> list[str]:
    """What a curious reader types: none of it has a word of a text, but each is near one."""
    asked = ["القمح", f'"{" ".join(SHARED.split()[1:5])}"', "", *(word for word, _ in FOREIGN.values())]
    asked.append(" ".join(word for word, _ in FOREIGN.values()))
    for number, one in enumerate(restricted):
        words = (*one.hidden, *one.lead)
        begun, missing = words[number % len(words)].removesuffix("ها"), one.hidden[-1]
        # A beginning; a letter is missing; the bare form of the word that the text has with an ending.
        asked += [begun[:4], missing[:-1], *(word[:-2] for word in one.hidden if word.endswith("ها"))]
    return list(dict.fromkeys(asked))


def of_search(path: str) -> Callable[[World], Iterator[str]]:
    def addresses(world: World) -> Iterator[str]:
        joint = "&" if "?" in path else "?"
        for query in queries(world.restricted):
            yield f"{path}{joint}q={quote(query)}"
        yield f"{path}{joint}q={quote('القمح ظظظ')}&match=any"

    return addresses


def of_prefixes(path: str) -> Callable[[World], Iterator[str]]:
    def addresses(world: World) -> Iterator[str]:
        for query in queries(world.restricted):
            yield f"{path}?q={quote(query or 'ا')}"

    return addresses


def of_articles(*paths: str) -> Callable[[World], Iterator[str]]:
    def addresses(world: World) -> Iterator[str]:
        for one in (*(each.id for each in world.restricted), "copy", "id1"):
            for path in paths:
                yield path.replace("ID", one)

    return addresses


def fixed(*paths: str) -> Callable[[World], Iterator[str]]:
    return lambda _world: iter(paths)


def revisions_and_words(world: World) -> Iterator[str]:
    yield from of_articles("/article/ID")(world)
    for one in world.restricted:
        yield f"/article/{one.id}?q={quote('القمح ' + one.hidden[-1][:-1])}"


def of_collections(more: str) -> list[str]:
    return [f"/collections/{name}{more}" for name in ("open", "closed")]


ENDINGS = [form.ending for form in FORMATS if form.is_served]
FORMAT_NAMES = [form.name for form in FORMATS if form.is_served]
FIELDS = "fields=id,title,summary,body,headings,image_credit,assigned_topics,origin"
RECIPES: dict[str, Callable[[World], Iterator[str]]] = {
    "pages.start": fixed("/", "/?view=compact", "/?lang=en"),
    "pages.search": of_search("/search"),
    "pages.article": revisions_and_words,
    "pages.passages": of_articles("/article/ID/passages"),
    "pages.reuse": fixed("/reuse"),
    "pages.reuse_found": fixed("/reuse"),
    "pages.compare": of_articles("/compare/ID/id1", "/compare/id2/ID", "/compare/id3/ID"),
    "concordance.page": of_search("/concordance"),
    "revisions.listed": of_articles("/article/ID/revisions", "/article/ID/revisions?before=1&after=2"),
    "revisions.revision": of_articles("/article/ID/revisions/1", "/article/ID/revisions/2"),
    "revisions.compare": of_articles("/article/ID/compare/1/2", "/article/ID/compare/2/1", "/article/ID/compare/1/1"),
    "advanced.page": of_search("/advanced"),
    "trends.page": of_search("/trends"),
    "trends.table": of_search("/trends.csv"),
    "stories.largest": fixed("/stories", "/stories?period=week"),
    "stories.story": of_articles("/stories/ID"),
    "browsing.sources": fixed("/sources"),
    "browsing.source": lambda _world: (f"/sources/{quote(source)}" for source in POLICIES),
    "browsing.topics": fixed("/topics"),
    "browsing.authors": fixed("/authors"),
    "browsing.days": fixed("/days"),
    "browsing.days_of": fixed(f"/days/{TODAY:%Y-%m}", f"/days/{TODAY:%Y}"),
    "browsing.facet": lambda world: (
        address for facet in Facet for address in of_search(f"/facets/{facet.value}")(world)
    ),
    "feeds.rss": of_search("/feed.xml?text=full"),
    "feeds.atom": of_search("/feed.atom?text=full"),
    "feeds.json_feed": of_search("/feed.json?text=full"),
    "feed_list.opml": fixed("/feeds.opml"),
    "story_feeds.rss": fixed("/stories.xml", "/stories.xml?text=full&period=week"),
    "story_feeds.atom": fixed("/stories.atom", "/stories.atom?text=full&period=week"),
    "story_feeds.json_feed": fixed("/stories.json", "/stories.json?text=full&period=week"),
    "story_feeds.story_rss": of_articles("/stories/ID.xml"),
    "story_feeds.story_atom": of_articles("/stories/ID.atom"),
    "story_feeds.story_json_feed": of_articles("/stories/ID.json"),
    "search_engine.description": fixed("/opensearch.xml"),
    "search_engine.suggestions": of_prefixes("/suggestions.json"),
    "crawling.robots": fixed("/robots.txt"),
    "sitemaps.sitemaps": fixed("/sitemap.xml"),
    "sitemaps.sitemap": fixed("/sitemap-1.xml"),
    "exports.search": lambda _world: (
        f"/export.{end}?q={quote(query)}&revisions={which}"
        for end in ENDINGS
        for query in ("القمح", "")
        for which in ("latest", "all")
    ),
    "exports.article": of_articles(
        *(f"/article/ID/export.{end}?revisions={which}" for end in ENDINGS for which in ("latest", "all"))
    ),
    "unapi.server": of_articles(
        "/unapi?id=urn:newsarchive:ID", *(f"/unapi?id=urn:newsarchive:ID&format={one.name}" for one in CITATIONS)
    ),
    "subscriptions.subscriptions": fixed("/subscriptions"),
    "metrics.prometheus": fixed("/metrics"),
    "collections.listed": fixed("/collections", "/collections?lang=en"),
    "collections.collection": fixed(*of_collections("")),
    "collections.of_article": of_articles("/article/ID/collections"),
    "collections.export": fixed(
        *(
            f"{address}?text={text}"
            for end in [*ENDINGS, *(form.ending for form in DOCUMENTS)]
            for address in of_collections(f"/export.{end}")
            for text in Extent
        )
    ),
    "collection_feeds.rss": fixed(*of_collections(".xml?text=full")),
    "collection_feeds.atom": fixed(*of_collections(".atom?text=full")),
    "collection_feeds.json_feed": fixed(*of_collections(".json?text=full")),
    "collection_writing.create": fixed("/collections"),
    "collection_writing.change": fixed(*of_collections("")),
    "collection_writing.add_article": of_articles("/article/ID/collections"),
    "preferences.page": fixed("/preferences"),
    "preferences.save": fixed("/preferences"),
    "signing_in.page": fixed("/sign-in", "/sign-in?lang=en&next=/article/id3"),
    "signing_in.out": fixed("/sign-out"),
    "api.page": fixed("/api/v1/"),
    "api.document": fixed("/api/v1/openapi.json"),
    "api.search": lambda world: (
        address + more for address in of_search("/api/v1/search")(world) for more in ("", f"&{FIELDS},snippet,reasons")
    ),
    "api.suggest": of_prefixes("/api/v1/suggest"),
    "api.articles": lambda world: iter(
        (
            "/api/v1/articles",
            f"/api/v1/articles?{FIELDS}",
            "/api/v1/articles?since=2020-01-01T00:00:00Z",
            f"/api/v1/articles?ids={','.join(one.id for one in world.restricted)}",
            *(f"/api/v1/articles?url={quote(f'https://paper.example/{number}')}" for number in range(2, 7)),
        )
    ),
    "api.article": of_articles("/api/v1/articles/ID", f"/api/v1/articles/ID?{FIELDS}"),
    "api.revisions": of_articles("/api/v1/articles/ID/revisions"),
    "api.revision": of_articles("/api/v1/articles/ID/revisions/1", "/api/v1/articles/ID/revisions/2"),
    "api.related": of_articles("/api/v1/articles/ID/related", f"/api/v1/articles/ID/related?{FIELDS}"),
    "api.copies": of_articles("/api/v1/articles/ID/copies", f"/api/v1/articles/ID/copies?{FIELDS}"),
    "api.passages": of_articles("/api/v1/articles/ID/passages", f"/api/v1/articles/ID/passages?{FIELDS},passages"),
    "api.reuse": fixed("/api/v1/reuse"),
    "api.stories": fixed("/api/v1/stories", "/api/v1/stories?period=week"),
    "api.story": of_articles("/api/v1/stories/ID", f"/api/v1/stories/ID?{FIELDS}"),
    "api.export": lambda _world: (
        f"/api/v1/export?format={name}&revisions={which}" for name in FORMAT_NAMES for which in ("latest", "all")
    ),
    "api.export_article": of_articles(
        *(f"/api/v1/articles/ID/export?format={name}&revisions=all" for name in FORMAT_NAMES)
    ),
    "api.sources": fixed("/api/v1/sources"),
    "api.topics": fixed("/api/v1/topics"),
    "api.trends": of_search("/api/v1/trends"),
    "api.health": fixed("/healthz"),
}
BODIES = {
    "pages.reuse_found": {"text": SHARED},
    "api.reuse": {"text": SHARED},
    "preferences.save": {"months": "levant"},
    "signing_in.page": {"token": "nra_x"},
    "collection_writing.create": {"title": "ملف آخر", "article": "id3"},
    "collection_writing.change": {"action": "delete"},
    "collection_writing.add_article": {"collection": "open"},
}
NOT_SERVED_BY_THE_APP = {"static"}


def test_every_route_and_operation_is_tried(world: World) -> None:
    endpoints = {rule.endpoint for rule in world.app.url_map.iter_rules()} - NOT_SERVED_BY_THE_APP
    assert endpoints == RECIPES.keys()
    assert {f"api.{one.name}" for one in OPERATIONS} <= RECIPES.keys()


# Responses


def requests_of(world: World, endpoint: str) -> Iterator[tuple[str, str]]:
    methods: set[str] = set()
    for rule in world.app.url_map.iter_rules(endpoint):
        methods |= (rule.methods or set()) & {"GET", "POST"}
    for address in RECIPES[endpoint](world):
        for method in sorted(methods):
            yield method, address


def answers(world: World, client: FlaskClient, endpoint: str, **headers: str) -> Iterator[tuple[str, str, int]]:
    """The addresses of an endpoint, with all texts in their responses."""
    for method, address in requests_of(world, endpoint):
        sent: dict[str, Any] = {"data": BODIES.get(endpoint)} if method == "POST" else {}
        response = client.open(address, method=method, headers=headers, **sent)
        yield address, everything_in(response.get_data(), str(response.headers)), response.status_code


def everything_in(content: bytes, headers: str) -> str:
    """What a response says, however it is written."""
    if content.startswith(b"PAR1"):
        rows = pyarrow.parquet.read_table(BytesIO(content)).to_pylist()
        return f"{rows}{headers}"
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as parts:
            content = b"\n".join(map(parts.read, parts.namelist()))
    text = content.decode("utf-8", "replace") + headers
    text = unquote_plus(html.unescape(html.unescape(text)))
    if "\\u" in text:
        text += re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    return text + re.sub(r"<[^>]*>", "", text)


def hidden_words(one: Restricted, *, with_lead: bool) -> tuple[str, ...]:
    return (*one.hidden, *one.lead) if with_lead else one.hidden


def forbidden(world: World, *, freed: tuple[str, ...] = ()) -> dict[str, str]:
    """The words that must not appear, each with its article. A lead may be shown under the level `snippet`."""
    return {
        word: one.id
        for one in world.restricted
        if one.source not in freed
        for word in hidden_words(one, with_lead="snippet" not in POLICIES[one.source])
    }


def assert_nothing_leaks(
    world: World, endpoint: str, client: FlaskClient, words: dict[str, str], **headers: str
) -> None:
    for address, text, status in answers(world, client, endpoint, **headers):
        leaked = {word: article for word, article in words.items() if word in text}
        assert not leaked, (unquote_plus(address), leaked)
        assert status < 500, (address, status)


@pytest.mark.parametrize("endpoint", sorted(RECIPES))
def test_no_hidden_word_reaches_a_reader_without_a_token(world: World, endpoint: str) -> None:
    assert_nothing_leaks(world, endpoint, world.app.test_client(), forbidden(world))


@pytest.mark.parametrize("endpoint", sorted(RECIPES))
def test_a_revoked_token_frees_nothing(world: World, endpoint: str) -> None:
    client = world.app.test_client()
    words = forbidden(world)
    sent = {"Authorization": f"Bearer {world.revoked}"}
    for _, text, status in islice(answers(world, client, endpoint, **sent), 3):
        assert status == 401
        assert not {word for word in words if word in text}
    client.set_cookie(COOKIE, world.revoked)
    for _, text, _ in islice(answers(world, client, endpoint), 3):
        assert not {word for word in words if word in text}


@pytest.mark.parametrize("endpoint", sorted(RECIPES))
def test_a_token_for_some_sources_frees_no_others(world: World, endpoint: str) -> None:
    words = forbidden(world, freed=("جريدة المقتطف",))
    assert_nothing_leaks(world, endpoint, world.app.test_client(), words, Authorization=f"Bearer {world.limited}")


@pytest.mark.parametrize("endpoint", [one for one in sorted(RECIPES) if one.startswith("collection")])
def test_a_token_for_collections_frees_no_text(world: World, endpoint: str) -> None:
    sent = {"Authorization": f"Bearer {world.writer}"}
    assert_nothing_leaks(world, endpoint, world.app.test_client(), forbidden(world), **sent)


@pytest.mark.parametrize("address", of_collections(""))
def test_who_may_not_write_sees_no_private_collection(world: World, address: str) -> None:
    client, expected = world.app.test_client(), 404 if "closed" in address else 200
    for ending in ("", ".xml", ".atom", ".json", "/export.html", "/export.docx", "/export.csv"):
        for token in (None, world.token, world.limited):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            assert client.get(address + ending, headers=headers).status_code == expected
    for other in ("/collections", "/article/id1", "/article/id1/collections"):
        assert "ملف closed" not in client.get(other, headers={"Authorization": f"Bearer {world.token}"}).text
    assert client.get(address, headers={"Authorization": f"Bearer {world.writer}"}).status_code == 200


def test_a_collection_shows_notes_and_leads_of_restricted_articles(world: World) -> None:
    client = world.app.test_client()
    page = client.get("/collections/open/export.html").text
    assert "ملاحظة 3" in page
    assert world.restricted[0].lead[0] in page
    assert "سفن القمح تصل إلى الميناء رقم 3" in page


SHOWS_TEXTS = (
    "collections.export",
    "collection_feeds.rss",
    "collection_feeds.atom",
    "collection_feeds.json_feed",
    "pages.article",
    "pages.search",
    "concordance.page",
    "revisions.revision",
    "revisions.compare",
    "feeds.rss",
    "feeds.atom",
    "feeds.json_feed",
    "exports.search",
    "exports.article",
    "api.search",
    "api.suggest",
    "search_engine.suggestions",
    "api.articles",
    "api.article",
    "api.revision",
    "api.export",
)


@pytest.mark.parametrize("endpoint", SHOWS_TEXTS)
def test_a_token_shows_what_the_test_looks_for(world: World, endpoint: str) -> None:
    client, words = world.app.test_client(), forbidden(world)
    texts = (text for _, text, _ in answers(world, client, endpoint, Authorization=f"Bearer {world.token}"))
    assert any(word in text for text in texts for word in words)


@pytest.mark.parametrize("endpoint", sorted(RECIPES))
def test_what_a_token_shows_is_in_no_shared_cache(world: World, endpoint: str) -> None:
    client = world.app.test_client()
    method, address = next(iter(requests_of(world, endpoint)))
    response = client.open(address, method=method, headers={"Authorization": f"Bearer {world.token}"})
    assert response.cache_control.no_store
    assert response.cache_control.private
    assert {"authorization", "cookie"} <= {name.lower() for name in response.vary}
    anonymous = client.open(address, method=method)
    after = everything_in(anonymous.get_data(), str(anonymous.headers))
    assert not {word for word in forbidden(world) if word in after}
    assert {"authorization", "cookie"} <= {name.lower() for name in anonymous.vary}


@pytest.mark.parametrize("address", ["/article/id3", "/api/v1/articles/id3", "/feed.xml", "/search?q=القمح"])
def test_a_validator_of_one_reader_is_no_validator_of_another(world: World, address: str) -> None:
    client = world.app.test_client()
    public = client.get(address)
    headers = {"Authorization": f"Bearer {world.token}", "If-None-Match": public.headers["ETag"]}
    shown = client.get(address, headers=headers)
    assert shown.status_code == 200
    assert "Last-Modified" not in public.headers
    assert "Last-Modified" not in shown.headers
    later = {"Authorization": f"Bearer {world.token}", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert client.get(address, headers=later).status_code == 200


def test_a_restricted_article_is_still_found_and_described(world: World) -> None:
    client = world.app.test_client()
    found = client.get("/api/v1/search", query_string={"q": world.restricted[1].hidden[2]}).get_json()
    assert [hit["id"] for hit in found["hits"]][:1] == ["id3"]
    assert found["hits"][0]["access"] == "metadata"
    assert found["hits"][0]["snippet"] == ""
    page = client.get("/article/id3").get_data(as_text=True)
    assert "https://paper.example/3" in page
    assert "سفن القمح" in page
    lead = client.get("/article/id2").get_data(as_text=True)
    assert world.restricted[0].lead[0] in lead
    embargoed = client.get("/api/v1/articles/id4").get_json()
    assert embargoed["free_from"] == (TODAY + timedelta(days=25)).isoformat()
    assert json.dumps(embargoed).count("body") == 0


def test_a_correction_tells_no_word_of_a_hidden_text(world: World) -> None:
    client, word = world.app.test_client(), world.restricted[1].hidden[2]
    asked = {"q": word[:-1]}
    assert client.get("/api/v1/search", query_string=asked).get_json()["suggestion"] is None
    headers = {"Authorization": f"Bearer {world.token}"}
    assert client.get("/api/v1/search", query_string=asked, headers=headers).get_json()["suggestion"] == word


@pytest.mark.parametrize(("typed", "arabic"), FOREIGN.values())
def test_a_translation_tells_no_word_of_a_hidden_text(world: World, typed: str, arabic: str) -> None:
    client, asked = world.app.test_client(), {"q": typed, "lang": "en"}
    headers = {"Authorization": f"Bearer {world.token}"}
    (seen,) = client.get("/api/v1/search", query_string=asked, headers=headers).get_json()["translations"]
    assert arabic in {form["text"] for form in seen["forms"]}
    public = client.get("/api/v1/search", query_string=asked).get_json()
    assert public["total"] > 0
    assert [one["forms"] for one in public["translations"]] == [[]]
    open_one = client.get("/api/v1/search", query_string={"q": "committee", "lang": "en"}).get_json()
    assert any(one["forms"] for one in open_one["translations"])
    assert "aren’t shown here" in client.get("/search", query_string=asked).text


def test_scopes_are_enumerated() -> None:
    assert set(Scope) == {Scope.READ, Scope.COLLECTIONS}


def test_a_purged_folder_of_tokens_means_no_tokens(tmp_path: Path) -> None:
    assert TokenStore(tmp_path).tokens() == ()
