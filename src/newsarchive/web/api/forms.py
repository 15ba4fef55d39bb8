"""Articles as objects of the API's responses."""

from collections.abc import Collection, Sequence, Set

from newsarchive.access import RestrictedArticle
from newsarchive.article import Article, to_json
from newsarchive.search import article_to_json, assigned_to_json
from newsarchive.syndication import absolute_uri
from newsarchive.topics import ArticleTopics, topic_id, topic_label
from newsarchive.web.api.description import Json
from newsarchive.web.context import current_interface, current_library
from newsarchive.web.links import article_address
from newsarchive.web.public_article import public_article
from newsarchive.web.readers import gives_full_text

Fields = Collection[str] | None
"""The keys that a request selects; None for the default ones."""

_OF_THE_TEXT = ("body", "headings")
_OF_ADDRESSES = frozenset({"url", "origin"})
_OF_TOPICS = frozenset({"all_topics", "given_topics", "assigned_topics", "sections"})


def full_form(article: Article, fields: Fields = None) -> Json:
    """An article in its archive form, with its topics, and without data that must not leave the server."""
    # Addresses take a third of the time.
    form: Json = to_json(public_article(article) if _wants(fields, _OF_ADDRESSES) else article)
    if isinstance(article, RestrictedArticle):
        form |= access_form(article)
    if not gives_full_text() or isinstance(article, RestrictedArticle):
        for name in _OF_THE_TEXT:
            form.pop(name, None)
    if _wants(fields, _OF_TOPICS):
        topics = current_library().tables.topics_of(article)
        form |= {
            "given_topics": list(topics.given),
            **assigned_to_json(topics),
            "all_topics": topic_forms(topics),
        }
    if _wants(fields, {"page_url"}):
        form["page_url"] = article_address(article.id)
    return select(form, fields)


def access_form(article: Article) -> Json:
    """What a restricted article has besides: how much of it is shown, and until when."""
    if not isinstance(article, RestrictedArticle):
        return {}
    return {
        "access": article.level.name.lower(),
        **({"free_from": article.free_from.isoformat()} if article.free_from else {}),
    }


def _wants(fields: Fields, names: Set[str]) -> bool:
    return fields is None or not names.isdisjoint(fields)


def brief_form(article: Article, fields: Fields = None) -> Json:
    """The fields of an article that lists show, and others that were selected."""
    library = current_library()
    return brief(article_to_json(library.tables.renamed(article), library.tables), article, fields)


def brief(form: Json, article: Article, fields: Fields) -> Json:
    """What `article_to_json` made of an article, with addresses, topics and other fields that were selected."""
    form["url"] = web_url(form["url"])
    form["page_url"] = article_address(form["id"])
    form["all_topics"] = topic_forms(current_library().tables.topics_of(article))
    form |= access_form(article)
    if fields is not None:
        more = [name for name in fields if name not in form]
        form |= full_form(article, more) if more else {}
        return select(form, fields)
    return form


def brief_forms(ids: Sequence[str], fields: Fields = None) -> list[Json]:
    """The fields that lists show, of those articles that can be shown."""
    found = current_library().archive.get_many(ids)
    return [brief_form(found[one], fields) for one in ids if one in found]


def select(form: Json, fields: Fields) -> Json:
    """The selected keys of an object."""
    return form if fields is None else {name: value for name, value in form.items() if name in fields}


def topic_forms(topics: ArticleTopics) -> list[Json]:
    """The topics of an article, given or assigned, each in the one shape that topics have."""
    given = [{**topic_form(name), "kind": "given", "confidence": None} for name in topics.given]
    assigned = [
        {**topic_form(one.topic), "kind": "assigned", "confidence": round(one.confidence, 3)} for one in topics.assigned
    ]
    return given + assigned


def topic_form(name: str) -> Json:
    """The names of a topic or a section."""
    return {"name": name, "label": topic_label(name, current_interface().language), "id": topic_id(name)}


def web_url(url: str) -> str:
    """The URL if a client may follow it, else an empty string."""
    return url if absolute_uri(url) else ""
