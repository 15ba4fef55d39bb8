"""Results as JSON, for the web API and `newsarchive search --json`."""

from typing import Any

from newsarchive.article import Article
from newsarchive.search.door import Hit, SearchResults
from newsarchive.stories.reuse import Reused
from newsarchive.tables import NO_TABLES, Tables
from newsarchive.topics import ArticleTopics, topic_id, topic_label


def results_to_json(results: SearchResults, language: str, tables: Tables = NO_TABLES) -> dict[str, Any]:
    """Return a page of results as JSON values, with labels in `language`, `ar` or `en`.

    `tables` has the names of sources and topics. Keys may be added in later versions; none is removed.

    A hit's `marks` are the ranges `[start, end)` of its snippet that matched. Its `reasons` are the
    words of the query that matched in other `forms` or that the article lacks (`missing`).
    `suggestion` is null if there is none. `took_ms` is in milliseconds. `subjects` has the values that
    a notice is about. `dates` has the first and last day of a query that is nothing but a date, else null.
    With a folded request, `folded` of a hit is the group that it stands for, or null.
    """
    facets, dates = results.facets, results.dates
    return {
        "total": results.total,
        "took_ms": round(results.took_ms, 3),
        "page": results.request.page,
        "pages": results.pages,
        "notices": [notice.value for notice in results.notices],
        "subjects": [{"notice": notice.value, "values": list(values)} for notice, values in results.subjects.items()],
        "dates": [day.isoformat() for day in dates] if dates else None,
        "other_readings": [
            {"notice": notice.value, "query": query} for notice, query in results.other_readings.items()
        ],
        "expansions": [{"word": item.word, "forms": list(item.forms)} for item in results.expansions],
        "translations": [
            {
                "word": item.word,
                "forms": [{"text": form.text, "query": form.query} for form in item.forms],
                "is_searched": item.is_searched,
                "query": item.query,
            }
            for item in results.translations
        ],
        "suggestion": results.suggestion,
        "hits": [_hit(hit, tables, is_folded=results.request.fold is not None) for hit in results.hits],
        "facets": {
            "source": [
                _facet(value, count, tables.sources.label(value, language)) for value, count in facets.source.items()
            ],
            "topic": [
                {
                    **_facet(value, count, topic_label(value, language)),
                    "id": topic_id(value),
                    "assigned": facets.assigned.get(value, 0),
                }
                for value, count in facets.topic.items()
            ],
            "section": [_facet(value, count, topic_label(value, language)) for value, count in facets.section.items()],
        },
    }


def article_to_json(article: Article, tables: Tables = NO_TABLES) -> dict[str, Any]:
    """Return the fields of an article that lists show. `tables` has the names of topics."""
    topics = tables.topics_of(article)
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "topics": list(topics.given),
        **assigned_to_json(topics),
        "published": article.published.isoformat() if article.published else None,
        "language": article.language,
    }


def reused_to_json(reused: Reused) -> dict[str, Any]:
    """Return the articles that share passages with a text as JSON values.

    Ranges `[start, end)` are of characters: `in_text` of the text, `in_article` of the article's body.
    `equal` has pairs of such ranges, the runs of words that are equal.
    """
    return {
        "total": reused.total,
        "articles": [
            {
                **article_to_json(reuse.article),
                "words": reuse.words,
                "copy_of": reuse.copy_of,
                "passages": [
                    {
                        "words": passage.words,
                        "text": reuse.article.body[slice(*passage.in_article)],
                        "in_text": list(passage.in_text),
                        "in_article": list(passage.in_article),
                        "equal": [[list(ours), list(theirs)] for ours, theirs in passage.equal],
                    }
                    for passage in reuse.passages
                ],
            }
            for reuse in reused.articles
        ],
    }


def assigned_to_json(topics: ArticleTopics) -> dict[str, Any]:
    """Return the assigned topics of an article, each with what decided, and its sections."""
    return {
        "assigned_topics": [
            {
                "topic": assignment.topic,
                "confidence": round(assignment.confidence, 3),
                "words": list(assignment.words),
            }
            for assignment in topics.assigned
        ],
        "sections": list(topics.sections),
    }


def _hit(hit: Hit, tables: Tables, *, is_folded: bool) -> dict[str, Any]:
    folded = hit.folded and {"group": hit.folded.group, "others": hit.folded.others, "sources": hit.folded.sources}
    return {
        **article_to_json(hit.article, tables),
        "snippet": hit.snippet.text,
        "marks": [list(mark) for mark in hit.snippet.marks],
        "score": hit.score,
        "reasons": [
            {"word": reason.word, "forms": list(reason.forms), "missing": reason.is_missing} for reason in hit.reasons
        ],
        **({"folded": folded} if is_folded else {}),
    }


def _facet(value: str, count: int, label: str) -> dict[str, Any]:
    return {"value": value, "label": label, "count": count}
