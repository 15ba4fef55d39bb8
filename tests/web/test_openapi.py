"""The API is what it says it is: its OpenAPI document is valid, and requests and responses agree with it."""

import copy
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from schemathesis.core.failures import AcceptedNegativeData, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.openapi.checks import RejectedPositiveData

from newsarchive.i18n import catalogue
from newsarchive.web.api import OPERATIONS
from newsarchive.web.api.description import ListOf, OrNull, Shape
from newsarchive.web.errors import codes_of_api
from tests.sample import HOSTILE
from tests.web.page import get

EXAMPLES = 10
"""Generated requests of each kind for each operation."""
IS_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def document(client: FlaskClient) -> Any:
    return client.get("/api/v1/openapi.json").get_json()


def test_the_document_is_valid(client: FlaskClient) -> None:
    form = document(client)
    assert form["openapi"].startswith("3.1")
    assert form["servers"] == [{"url": "http://localhost"}]
    validate(form)


def test_each_address_of_the_api_is_described(app: Flask, client: FlaskClient) -> None:
    described = {(path, method.upper()) for path, methods in document(client)["paths"].items() for method in methods}
    served = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint not in ("api.document", "api.page")
        for method in (rule.methods or set()) - {"HEAD"}
    }
    assert described == served


ANSWERS = (
    "/search",
    "/search?q=القمح",
    "/search?q=الفمح والتعليم أو القمح&match=any",
    "/search?q=date:غدا&fold=copies",
    "/search?q=21 نيسان 2025",
    "/search?q=مباراة&fields=title,body,origin,archived_at",
    "/search?source=صحيفة الوهم",
    "/suggest?q=مبار",
    "/articles?limit=200",
    "/articles?limit=200&fields=title",
    "/articles?url=https://daily.example/grain",
    "/articles?ids=wheat,none",
    "/articles/wheat",
    f"/articles/{HOSTILE.id}",
    "/articles/talks/revisions",
    "/articles/talks/revisions/1",
    "/articles/wheat/related",
    "/articles/weather-01/copies",
    "/articles/wheat/passages",
    "/stories?from=2016&to=2026",
    "/stories/wheat",
    "/sources",
    "/topics",
    "/trends?q=القمح&q=نهر&per=week",
)


def strict(form: Any) -> Any:
    """The document with objects that have no other keys than those described."""
    form = copy.deepcopy(form)
    for schema in form["components"]["schemas"].values():
        schema["additionalProperties"] = False
    return form


@pytest.mark.parametrize("address", ANSWERS)
def test_responses_have_the_described_shape_and_no_other_keys(client: FlaskClient, address: str) -> None:
    form = strict(document(client))
    response = client.get(f"/api/v1{address}")
    assert response.status_code == 200
    path = response.request.path
    described = max(
        (known for known in form["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path)),
        key=lambda known: -known.count("{"),
    )
    schema = form["paths"][described]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    checker = Draft202012Validator({**schema, "components": form["components"]}, format_checker=FormatChecker())
    assert [error.message for error in checker.iter_errors(response.get_json())] == []


def test_errors_have_the_described_shape(client: FlaskClient) -> None:
    form = strict(document(client))
    problem = {"$ref": "#/components/schemas/Problem", "components": form["components"]}
    for address in ("/search?limit=0", "/articles/none", "/none", "/stories/none"):
        response = client.get(f"/api/v1{address}")
        assert response.content_type == "application/problem+json"
        answer = response.get_json()
        Draft202012Validator(problem).validate(answer)
        assert answer["status"] == response.status_code
        assert answer["detail"] == answer["error"]["message"]
        kind = answer["type"].removeprefix("http://localhost/api/v1/#")
        assert kind == answer["error"]["code"]


def test_shapes_of_one_name_are_the_same() -> None:
    found: dict[str, Shape] = {}

    def walk(type_: Any) -> None:
        if isinstance(type_, ListOf):
            walk(type_.item)
        elif isinstance(type_, OrNull):
            walk(type_.value)
        elif isinstance(type_, Shape):
            assert found.setdefault(type_.name, type_) is type_
            for key in type_.keys.values():
                walk(key.type)

    for one in OPERATIONS:
        walk(one.answer)


def allowed(answer: Any) -> bool:
    """Whether the reason of an error is one that no schema can express."""
    error = answer["error"]
    together = error["parameter"] in ("url", "ids", "since", "text", "before")
    if error["parameter"] in ("from", "to") and re.search(r"-(30|31)\b", error["message"]):
        return True  # no such day in this month
    return together or "after the end date" in error["message"] or "1,000 characters" in error["message"]


def is_described(parameters: list[Any], url: str, path: Mapping[str, object]) -> bool:
    """Whether a request has only what the document describes, judged by the text that is sent.

    A value of another type can be right as text: schemathesis sends the number -6.3 for the language of articles.
    """
    described = {one["name"]: one for one in parameters}
    sent = parse_qs(urlsplit(url).query, keep_blank_values=True)
    given = {**sent, **{name: [unquote(str(value))] for name, value in path.items()}}
    return all(name in described and has_valid_text(described[name], texts) for name, texts in given.items())


def has_valid_text(parameter: Any, texts: list[str]) -> bool:
    schema, values = parameter["schema"], texts[:1]
    if schema["type"] == "array":
        values = texts if parameter.get("explode", True) else texts[0].split(",")
        if len(values) > schema.get("maxItems", len(values)):
            return False
        schema = schema["items"]
    return all(
        (parameter.get("allowEmptyValue", False) and not text) or Draft202012Validator(schema).is_valid(value_of(text))
        for text in values
        for value_of in [float if schema["type"] == "integer" and IS_NUMBER.fullmatch(text) else str]
    )


def test_what_is_described_is_judged_by_the_text_that_is_sent(client: FlaskClient) -> None:
    paths = document(client)["paths"]
    for path, query, values, expected in (
        ("/trends", "language=-6.3&match=", {}, True),
        ("/trends", "match=both", {}, False),
        ("/trends", "language=ar&unknown=1", {}, False),
        ("/trends", "&".join(["language=ar"] * 31), {}, False),
        ("/search", "limit=2.0&page=&fields=title,body", {}, True),
        ("/search", "limit=2.5", {}, False),
        ("/search", "limit=two", {}, False),
        ("/search", "fields=title,none", {}, False),
        ("/articles/{article_id}/revisions/{revision}", "", {"article_id": "talks", "revision": "1"}, True),
        ("/articles/{article_id}/revisions/{revision}", "", {"article_id": "talks", "revision": "0"}, False),
    ):
        parameters = paths[f"/api/v1{path}"]["get"]["parameters"]
        assert is_described(parameters, f"http://localhost/api/v1{path}?{query}", values) is expected, (path, query)


def is_expected(failure: BaseException, case: Any, response: Any) -> bool:
    """Whether a failure is none: the API rejected what no schema can rule out, or accepted what is right as text."""
    if isinstance(failure, RejectedPositiveData):
        return allowed(response.json())
    parameters, path = case.operation.definition.raw["parameters"], case.path_parameters or {}
    return isinstance(failure, AcceptedNegativeData) and is_described(parameters, response.request.url, path)


@pytest.fixture(scope="module")
def operations(app: Flask) -> dict[str, Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    found: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
    return {operation.definition.raw["operationId"]: operation for operation in found}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", [one.name for one in OPERATIONS])
def test_generated_requests_are_answered_as_described(
    operations: dict[str, Any], name: str, mode: GenerationMode
) -> None:
    tried = 0

    @seed(20250421)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(operations[name].as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        nonlocal tried
        tried += 1
        # The tests' transport doesn't decompress.
        response = case.call(headers={"Accept-Encoding": "identity"})
        try:
            case.validate_response(response)
        except (FailureGroup, RejectedPositiveData, AcceptedNegativeData) as failure:
            failures = failure.exceptions if isinstance(failure, FailureGroup) else [failure]
            if not all(is_expected(one, case, response) for one in failures):
                raise

    run()
    assert tried == EXAMPLES


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_describes_each_operation(client: FlaskClient, language: str) -> None:
    page = get(client, "/api/v1/", lang=language)
    assert page.one("html").attributes["lang"] == language
    ids = {element.attributes.get("id") for element in page.find("h2")}
    assert ids - {"keys-title"} == {"errors", *(one.name for one in OPERATIONS)}
    text = page.one("main").text
    for one in OPERATIONS:
        assert catalogue(language).text(one.summary) in text
        assert f"/api/v1{one.path}" in text
        assert all(catalogue(language).text(parameter.text).replace("`", "") in text for parameter in one.parameters)
    assert {element["id"] for element in page.find("dt") if "id" in element.attributes} == {
        code for code, _ in codes_of_api()
    }


def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/v1/?lang=en").text
    loaded = re.findall(r'<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)="([^"]*)"', page)
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_the_page_is_in_the_language_of_the_browser_and_links_the_other(client: FlaskClient) -> None:
    response = client.get("/api/v1/", headers={"Accept-Language": "en"})
    assert '<html lang="en"' in response.text
    assert "/api/v1/?lang=ar" in response.text


def test_descriptions_are_in_both_languages(client: FlaskClient) -> None:
    arabic, english = (client.get(f"/api/v1/?lang={language}").text for language in ("ar", "en"))
    main = english.partition("<main")[2].partition("</main>")[0]
    assert not re.search("[\u0621-\u064a]", main.replace("القمح", ""))
    cells = re.findall(r"<td>([^<]*)</td>", arabic.partition("<main")[2])
    assert [cell for cell in cells if cell.strip() and not re.search("[\u0621-\u064a]", cell)] == []


def test_the_examples_of_the_page_work(client: FlaskClient) -> None:
    page = get(client, "/api/v1/", lang="en")
    examples = [
        link["href"]
        for link in page.find("a")
        if link["href"].startswith("/api/v1/") and link.text in unquote(link["href"])
    ]
    assert len(examples) >= 8
    for address in examples:
        with client.get(address) as response:
            assert response.status_code == 200, address


LINTED = ("operationId", "summary", "tags", "responses")


def test_each_operation_has_what_generators_and_linters_ask_for(client: FlaskClient) -> None:
    form = document(client)
    tags = {tag["name"] for tag in form["tags"]}
    names = [one["operationId"] for methods in form["paths"].values() for one in methods.values()]
    assert len(set(names)) == len(names)
    for path, methods in form["paths"].items():
        for one in methods.values():
            assert all(one[key] for key in LINTED)
            assert set(one["tags"]) <= tags
            assert any(status.startswith("4") for status in one["responses"])
            in_path = {parameter["name"] for parameter in one["parameters"] if parameter["in"] == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path))
            described = [*one["parameters"], *one["responses"].values()]
            assert all(part["description"].strip() for part in described)
            if "article_id" in path:
                assert "`article_withdrawn`" in one["responses"]["410"]["description"]
    used = set(re.findall(r"#/components/schemas/(\w+)", str(form)))
    assert used == set(form["components"]["schemas"])


def test_each_operation_names_errors_that_there_are() -> None:
    known = {code for code, _ in codes_of_api()}
    for one in OPERATIONS:
        assert set(one.errors) <= known, one.name


def test_the_page_lists_the_keys_of_articles_once(client: FlaskClient) -> None:
    page = get(client, "/api/v1/", lang="en")
    ids = {element["id"] for element in page.elements if "id" in element.attributes}
    links = [link["href"] for link in page.find("a") if link["href"] in ("#article", "#related")]
    assert len(links) > 6
    assert {link[1:] for link in links} <= ids
    for key in ("title_derived", "image_credit"):
        assert sum(element.text.endswith(key) for element in page.find("code")) == 2, key
