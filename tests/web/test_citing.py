"""The page of an article, as people and programs cite it."""

import json
from collections.abc import Iterator
from typing import Any

import extruct
import pytest
from flask.testing import FlaskClient

from newsarchive.identity import text_digest
from newsarchive.library import Library
from newsarchive.web import SiteSettings, create_app
from tests.sample import ENGLISH, HOSTILE, TALKS_REVISED, UNDATED, WHEAT
from tests.web.page import Element, Page, assert_harmless, get

ORIGINAL = "https://news.example/%D9%85%D9%82%D8%A7%D9%84/%D9%82%D9%85%D8%AD?id=1&lang=ar"


def metadata(client: FlaskClient, article_id: str) -> dict[str, Any]:
    html = client.get(f"/article/{article_id}").text
    kinds = ["json-ld", "opengraph", "dublincore"]
    found: dict[str, Any] = extruct.extract(html, base_url="http://localhost/", syntaxes=kinds)
    return found


def tags(page: Page, prefix: str) -> list[tuple[str, str]]:
    """The `meta` elements with a name or property that begins so, in their order."""
    named = [(tag.attributes.get("name") or tag.attributes.get("property", ""), tag) for tag in page.find("meta")]
    return [(name, tag["content"]) for name, tag in named if name.startswith(prefix)]


def _links_of_citations(page: Page) -> Iterator[str]:
    return (link["href"] for link in page.inside(page.one("section", class_="cite"), "a"))


def _texts(page: Page) -> list[Element]:
    return [
        text for text in page.inside(page.one("section", class_="cite"), "p") if text.within[-1].tag == "blockquote"
    ]


class TestSection:
    @pytest.mark.parametrize("lang", ["ar", "en"])
    def test_the_text_is_in_both_languages(self, client: FlaskClient, lang: str) -> None:
        page = get(client, "/article/talks", lang=lang)
        digest = text_digest(TALKS_REVISED)
        arabic, english = (quote.words for quote in _texts(page))
        assert arabic == (
            "«محادثات روسية كازاخستانية لتعزيز التعاون». تاس، 20 أبريل/نيسان 2025. "
            "حُفظ في أرشيف الأخبار بتاريخ 1 مايو/أيار 2025، 06:30 UTC: http://localhost/article/talks. "
            f"بصمة النص SHA-256: {digest}."
        )
        assert english == (
            "“محادثات روسية كازاخستانية لتعزيز التعاون.” TASS, 20 April 2025. "
            "Archived in News archive on 1 May 2025, 06:30 UTC: http://localhost/article/talks. "
            f"SHA-256 of the text: {digest}."
        )

    def test_what_is_copied_is_what_is_shown(self, client: FlaskClient) -> None:
        page = get(client, "/article/wheat")
        section = page.one("section", class_="cite")
        buttons = list(page.inside(section, "button"))
        shown = [paragraph.words for paragraph in _texts(page)]
        isolates = dict.fromkeys(map(ord, "\u2066\u2067\u2069"))
        assert [button["data-copy"].translate(isolates) for button in buttons] == shown
        # It appears only where the script runs.
        assert all("hidden" in button.attributes for button in buttons)
        assert any(script.attributes.get("src", "").startswith("/static/copy.js?") for script in page.find("script"))

    def test_the_title_of_the_site_is_cited(self, library: Library) -> None:
        client = create_app(library, SiteSettings(title="أرشيفنا")).test_client()
        text = get(client, "/article/talks").one("section", class_="cite").words
        assert text.count("أرشيفنا") == 2

    def test_every_format_can_be_downloaded(self, client: FlaskClient) -> None:
        page = get(client, "/article/wheat")
        links = page.inside(page.one("section", class_="cite"), "a")
        found = {}
        for link in links:
            response = client.get(link["href"])
            assert response.status_code == 200
            assert response.headers["Content-Disposition"].startswith("attachment")
            assert WHEAT.title in response.text
            found[link.words] = response.mimetype
        assert found == {
            "RIS": "application/x-research-info-systems",
            "BibTeX": "application/x-bibtex",
            "CSL-JSON": "application/vnd.citationstyles.csl+json",
        }
        alternates = {link["type"] for link in page.find("link", rel="alternate")}
        assert set(found.values()) <= alternates

    def test_without_exports_programs_give_the_citations(self, library: Library) -> None:
        client = create_app(library, SiteSettings(exports=0)).test_client()
        links = list(_links_of_citations(get(client, "/article/wheat")))
        assert len(links) == 3
        assert all(WHEAT.title in client.get(link).text for link in links)

    def test_the_digest_is_of_the_text_in_the_archive(self, client: FlaskClient) -> None:
        """Whatever other name the tables give to its source."""
        assert text_digest(WHEAT) in get(client, "/article/wheat").one("section", class_="cite").words


class TestTags:
    def test_highwire(self, client: FlaskClient) -> None:
        assert tags(get(client, "/article/wheat"), "citation_") == [
            ("citation_title", WHEAT.title),
            ("citation_author", "حسن, ليلى"),
            ("citation_author", "Smith, John"),
            ("citation_publication_date", "2025/04/21"),
            ("citation_publisher", "صحيفة المدينة"),
            ("citation_language", "ar"),
            ("citation_keywords", "اقتصاد، أعمال ومال"),
            ("citation_keywords", "العالم"),
            ("citation_public_url", ORIGINAL),
            ("citation_fulltext_html_url", "http://localhost/article/wheat"),
        ]

    def test_dublin_core(self, client: FlaskClient) -> None:
        (found,) = metadata(client, "wheat")["dublincore"]
        elements = [(element["name"], element["content"]) for element in found["elements"]]
        for expected in (
            ("DC.title", WHEAT.title),
            ("DC.creator", "حسن, ليلى"),
            ("DC.creator", "Smith, John"),
            ("DC.publisher", "صحيفة المدينة"),
            ("DC.date", "2025-04-21T10:30:00+03:00"),
            ("DC.language", "ar"),
            ("DC.identifier", "http://localhost/article/wheat"),
            ("DC.source", ORIGINAL),
        ):
            assert expected in elements
        assert {term["name"]: term["content"] for term in found["terms"]} == {
            "DCTERMS.issued": "2025-04-21T10:30:00+03:00",
            "DCTERMS.isPartOf": "الجزيرة",
        }
        assert found["namespaces"] == {"DC": "http://purl.org/dc/elements/1.1/", "DCTERMS": "http://purl.org/dc/terms/"}

    def test_open_graph(self, client: FlaskClient) -> None:
        (found,) = metadata(client, "wheat")["opengraph"]
        assert [value for name, value in found["properties"] if name == "article:tag"] == [
            "اقتصاد، أعمال ومال",
            "العالم",
        ]
        properties = {name: value for name, value in found["properties"] if name != "article:tag"}
        assert properties.pop("og:description").startswith("وقّعت مصر")
        assert properties == {
            "og:type": "article",
            "og:title": WHEAT.title,
            "og:url": "http://localhost/article/wheat",
            "og:site_name": "أرشيف الأخبار",
            "og:locale": "ar_AR",
            "article:published_time": "2025-04-21T10:30:00+03:00",
        }

    def test_linked_data(self, client: FlaskClient) -> None:
        (found,) = metadata(client, "wheat")["json-ld"]
        assert found == {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": "http://localhost/article/wheat",
            "headline": WHEAT.title,
            "author": [
                {"@type": "Person", "name": "ليلى حسن", "familyName": "حسن", "givenName": "ليلى"},
                {"@type": "Person", "name": "John Smith", "familyName": "Smith", "givenName": "John"},
            ],
            "datePublished": "2025-04-21T10:30:00+03:00",
            "publisher": {"@type": "Organization", "name": "صحيفة المدينة"},
            "isPartOf": {"@type": "CreativeWork", "name": "الجزيرة"},
            "inLanguage": "ar",
            "keywords": ["اقتصاد، أعمال ومال", "العالم"],
            "url": ORIGINAL,
            "mainEntityOfPage": "http://localhost/article/wheat",
            "archivedAt": "http://localhost/article/wheat",
            "identifier": [
                {"@type": "PropertyValue", "propertyID": "urn", "value": "urn:newsarchive:wheat"},
                {"@type": "PropertyValue", "propertyID": "sha256", "value": text_digest(WHEAT)},
            ],
        }

    def test_every_kind_of_tags_says_the_same(self, client: FlaskClient) -> None:
        """A program that merges them in any order of precedence gets the same article."""
        page = get(client, "/article/english")
        (linked,) = metadata(client, "english")["json-ld"]
        highwire, core, graph = (dict(tags(page, prefix)) for prefix in ("citation_", "DC.", "og:"))
        titles = {highwire["citation_title"], core["DC.title"], graph["og:title"], linked["headline"]}
        assert titles == {ENGLISH.title}
        assert highwire["citation_public_url"] == linked["url"] == ENGLISH.url
        assert core["DC.date"] == linked["datePublished"]

    def test_nothing_is_invented(self, client: FlaskClient) -> None:
        page = get(client, f"/article/{UNDATED.id}")
        names = {name for prefix in ("citation_", "DC", "og:", "article:") for name, _ in tags(page, prefix)}
        assert not [name for name in names if "date" in name or "issued" in name or "time" in name]
        assert not [name for name in names if "author" in name or "creator" in name]
        (linked,) = metadata(client, UNDATED.id)["json-ld"]
        assert not {"datePublished", "author"} & set(linked)
        assert all(content for prefix in ("citation_", "DC", "og:") for _, content in tags(page, prefix))

    def test_a_day_stays_a_day(self, client: FlaskClient) -> None:
        page = get(client, "/article/talks")
        assert dict(tags(page, "article:"))["article:published_time"] == "2025-04-20"
        (linked,) = metadata(client, "talks")["json-ld"]
        assert (linked["datePublished"], linked["version"]) == ("2025-04-20", 2)

    def test_hostile_texts_stay_data(self, client: FlaskClient) -> None:
        html = client.get(f"/article/{HOSTILE.id}").text
        page = assert_harmless(html)
        script = page.one("script", type="application/ld+json")
        assert not set(script.text) & set("<>&")
        assert json.loads(script.text)["headline"] == HOSTILE.title
        assert html.count("</script>") == len(page.find("script"))

    def test_lists_have_no_tags_of_articles(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="مباراة")
        assert tags(page, "citation_") == tags(page, "DC") == []
