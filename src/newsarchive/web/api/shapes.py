"""The shapes of the objects in the API's responses."""

from newsarchive.i18n import message
from newsarchive.web.api.description import (
    ADDRESS,
    COUNT,
    DAY,
    DAY_OR_MOMENT,
    FLAG,
    MOMENT,
    NUMBER,
    RANGE,
    STRING,
    ListOf,
    OrNull,
    Shape,
    key,
    one_of,
)

ID = key(STRING, message("api", "the id of an article"))
PAGE_ADDRESS = key(ADDRESS, message("api", "the full address of its page here"))
NEXT = key(OrNull(ADDRESS), message("api", "the address of the next page, or null on the last"))
COUNTED = key(COUNT, message("api", "the number of articles"))

TOPIC = Shape(
    "Topic",
    {
        "name": key(STRING, message("api", "the canonical name of a topic")),
        "label": key(STRING, message("api 2", "its name in the language of the response")),
        "id": key(STRING, message("api", "its IPTC id, or an empty string")),
        "kind": key(
            one_of("given", "assigned"),
            message("api", "whether the outlet gave it or the model assigned it"),
        ),
        "confidence": key(
            OrNull(NUMBER),
            message("api", "how likely an assigned one is right, from 0 to 1; null for a given one"),
        ),
    },
)
ASSIGNED = Shape(
    "AssignedTopic",
    {
        "topic": key(STRING, message("api", "a topic that the model assigned")),
        "confidence": key(NUMBER, message("api", "how likely it is right, from 0 to 1")),
        "words": key(ListOf(STRING), message("api", "the words of the article that decided")),
    },
)
_SUBJECTS = {
    "all_topics": key(ListOf(TOPIC), message("api", "the topics of the article")),
    "assigned_topics": key(ListOf(ASSIGNED), message("api", "the topics that the model assigned")),
    "sections": key(ListOf(STRING), message("api", "its sections, by their canonical names")),
}
_ACCESS = {
    "access": key(
        one_of("snippet", "metadata"),
        message("api", "what is shown of a text that the reader doesn't see in full"),
        optional=True,
    ),
    "free_from": key(DAY, message("api", "from when on its full text is shown"), optional=True),
}
_LANGUAGE = key(STRING, message("api", "its language, as an ISO 639 code"))
_TITLE = key(STRING, message("api", "its title; it can be empty"))
_BRIEF = {
    "id": ID,
    "title": _TITLE,
    "url": key(STRING, message("api", "its original address, or an empty string")),
    "source": key(STRING, message("api", "its source, or an empty string")),
    "topics": key(ListOf(STRING), message("api", "its given topics, by their canonical names")),
    **_SUBJECTS,
    "published": key(OrNull(DAY_OR_MOMENT), message("api", "the date or time of publication, or null")),
    "language": _LANGUAGE,
    "page_url": PAGE_ADDRESS,
    **_ACCESS,
}
GIVEN = Shape(
    "GivenTopic",
    {
        "name": key(STRING, message("api", "a topic, as given")),
        "assigned_by": key(STRING, message("api", "who gave it: `feed`, `field`, `page`, `option` or `text`")),
    },
)
ORIGIN = Shape(
    "Origin",
    {
        "kind": key(STRING, message("api", "the format it was ingested from")),
        "location": key(STRING, message("api", "the address it was ingested from, or the name of the file")),
        "fetched_at": key(MOMENT, message("api", "when it was fetched"), optional=True),
        "record": key(STRING, message("api", "the WARC file and record of its page"), optional=True),
    },
)
_STORED = {
    "type": key(one_of("article"), message("api", "the type of the record: `article`")),
    "id": ID,
    "revision": key(COUNT, message("api", "the number of the revision, from 1")),
    "title": _TITLE,
    "title_derived": key(FLAG, message("api", "whether the title was made from the text")),
    "summary": key(STRING, message("api", "its summary")),
    "body": key(STRING, message("api", "its text, one paragraph per line")),
    "headings": key(ListOf(STRING), message("api", "the paragraphs that are section headings")),
    "source": key(STRING, message("api", "the outlet or agency that the text comes from")),
    "publisher": key(STRING, message("api", "who printed it, if that isn't the source")),
    "authors": key(ListOf(STRING), message("api", "the names of the authors")),
    "topics": key(ListOf(GIVEN), message("api", "the topics as given")),
    "given_topics": key(ListOf(STRING), message("api", "what these mean, by their canonical names")),
    **_SUBJECTS,
    "published": key(DAY_OR_MOMENT, message("api", "the date or time of publication")),
    "published_precision": key(one_of("day", "moment", "relative"), message("api", "how precise that is")),
    "published_raw": key(STRING, message("api", "the text the date was read from, or that could not be read")),
    "language": _LANGUAGE,
    "url": key(STRING, message("api", "its original address")),
    "guid": key(STRING, message("api", "what its feed calls it, if that is more than the address")),
    "image_credit": key(STRING, message("api", "the credit of the image")),
    "origin": key(ORIGIN, message("api", "where it was taken from")),
    "archived_at": key(MOMENT, message("api", "when this revision was archived, in UTC")),
    "page_url": PAGE_ADDRESS,
    **_ACCESS,
}
ARTICLE = Shape("Article", _STORED, selectable=True)
_FULL = {
    "revision": _STORED["revision"],
    **{
        name: _STORED[name]
        for name in (
            *("title_derived", "summary", "body", "headings", "publisher", "authors", "given_topics"),
            *("published_precision", "published_raw", "guid", "image_credit", "origin", "archived_at"),
        )
    },
}
"""The keys of a full article that an article in a list has if `fields` names them."""
BRIEF = Shape("BriefArticle", {**_BRIEF, **_FULL}, selectable=True)

REASON = Shape(
    "Reason",
    {
        "word": key(STRING, message("api", "a word of the query whose match isn't obvious")),
        "forms": key(ListOf(STRING), message("api", "the forms of it in the article")),
        "missing": key(FLAG, message("api", "whether the article lacks the word")),
    },
)
FOLDED = Shape(
    "Folded",
    {
        "group": key(STRING, message("api", "the id of the first article of the group")),
        "others": key(COUNT, message("api", "the number of other articles in the group")),
        "sources": key(COUNT, message("api", "the number of sources that these others name")),
    },
)
HIT = Shape(
    "Hit",
    {
        **_BRIEF,
        "snippet": key(STRING, message("api", "the passage that matches best, as plain text")),
        "marks": key(
            ListOf(RANGE),
            message("api", "the ranges `[start, end)` of the words in the snippet that match, in characters"),
        ),
        "score": key(NUMBER, message("api", "its score, comparable within one response only")),
        "reasons": key(ListOf(REASON), message("api", "why the article matches")),
        "folded": key(OrNull(FOLDED), message("api", "only with `fold`: the group that the hit stands for")),
        **_FULL,
    },
    selectable=True,
)

NOTICE_NAME = key(STRING, message("api", "a notice about how the request was understood"))
SUBJECT = Shape(
    "Subject",
    {
        "notice": NOTICE_NAME,
        "values": key(ListOf(STRING), message("api", "what the notice is about, as typed")),
    },
)
READING = Shape(
    "OtherReading", {"notice": NOTICE_NAME, "query": key(STRING, message("api", "the query of the reading"))}
)
EXPANSION = Shape(
    "Expansion",
    {
        "word": key(STRING, message("api", "a word of the query, as typed")),
        "forms": key(ListOf(STRING), message("api", "its other spellings and forms that were searched too")),
    },
)
_FACET = {
    "value": key(STRING, message("api", "a value to filter by, in its commonest spelling")),
    "label": key(STRING, message("api", "its name in the language of the response")),
    "count": key(COUNT, message("api", "the number of hits with it")),
}
FACET = Shape("Facet", _FACET)
TOPIC_FACET = Shape(
    "TopicFacet",
    {
        **_FACET,
        "name": TOPIC.keys["name"],
        "id": TOPIC.keys["id"],
        "assigned": key(COUNT, message("api", "how many of `count` have the topic by assignment")),
    },
)
FACETS = Shape(
    "Facets",
    {
        "source": key(ListOf(FACET), message("api", "by source")),
        "topic": key(ListOf(TOPIC_FACET), message("api", "by topic")),
        "section": key(ListOf(FACET), message("api", "by section")),
    },
)
TRANSLATED_FORM = Shape(
    "TranslatedForm",
    {
        "text": key(STRING, message("api", "Arabic words that were searched for")),
        "query": key(STRING, message("api", "the query that searches only them for the word")),
    },
)
TRANSLATION = Shape(
    "Translation",
    {
        "word": key(STRING, message("api", "a word or phrase of another language, as typed")),
        "forms": key(ListOf(TRANSLATED_FORM), message("api", "what was searched in Arabic, likeliest first")),
        "is_searched": key(FLAG, message("api", "whether the word itself was searched too")),
        "query": key(STRING, message("api", "the query that searches only the word as typed")),
    },
)
RESULTS = Shape(
    "SearchResults",
    {
        "total": key(COUNT, message("api", "the exact number of hits")),
        "took_ms": key(NUMBER, message("api", "the time the search took, in milliseconds")),
        "page": key(COUNT, message("api", "the number of this page")),
        "pages": key(COUNT, message("api", "the number of all pages")),
        "next": NEXT,
        "notices": key(ListOf(STRING), message("api", "how the request was understood")),
        "subjects": key(ListOf(SUBJECT), message("api", "what notices are about")),
        "dates": key(
            OrNull(ListOf(DAY)),
            message("api", "the first and last day that the query means if it is nothing but a date"),
        ),
        "other_readings": key(ListOf(READING), message("api", "other readings of the query")),
        "expansions": key(ListOf(EXPANSION), message("api", "words that were searched in more forms")),
        "translations": key(ListOf(TRANSLATION), message("api", "words that were searched in Arabic")),
        "suggestion": key(OrNull(STRING), message("api", "the query with its misspelled words corrected")),
        "hits": key(ListOf(HIT), message("api", "the hits")),
        "facets": key(FACETS, message("api", "the numbers of hits by value")),
    },
)

PROBLEM = Shape(
    "Problem",
    {
        "type": key(ADDRESS, message("api", "an address that explains this kind of error")),
        "title": key(STRING, message("api", "the name of the error")),
        "status": key(COUNT, message("api", "the status")),
        "detail": key(STRING, message("api", "what was wrong, and what to do")),
        "error": key(
            Shape(
                "Error",
                {
                    "code": key(STRING, message("api", "the code of the error")),
                    "message": key(STRING, message("api", "the same as `detail`")),
                    "parameter": key(STRING, message("api", "the parameter that is wrong"), optional=True),
                    "withdrawn_at": key(
                        MOMENT,
                        message("api", "with `article_withdrawn`, when the article was withdrawn"),
                        optional=True,
                    ),
                },
            ),
            message("api", "the error in the form that it always had"),
        ),
    },
)
