"""Which articles belong together: related ones, copies, stories, and shared passages."""

from datetime import UTC, datetime

from flask import request, url_for
from werkzeug.exceptions import UnsupportedMediaType

from newsarchive.errors import ArticleNotFound
from newsarchive.i18n import message
from newsarchive.search import reused_to_json
from newsarchive.stories.reuse import MOST_ARTICLES, Reused
from newsarchive.stories.story_queries import StoryInfo
from newsarchive.web.api.description import (
    COUNT,
    DAY,
    MOMENT,
    OF_ARTICLE,
    OF_INDEX,
    OF_REQUEST,
    RANGE,
    STRING,
    Json,
    ListOf,
    Operation,
    OrNull,
    Shape,
    key,
)
from newsarchive.web.api.forms import brief, brief_form, brief_forms
from newsarchive.web.api.parameters import (
    ARTICLE_ID,
    FOUND,
    FROM,
    LANG,
    PAGE,
    STORIES,
    STORY_ID,
    TO,
    fields_parameter,
    parse_fields,
)
from newsarchive.web.api.routes import next_address, operation
from newsarchive.web.api.shapes import BRIEF, ID, NEXT, PAGE_ADDRESS
from newsarchive.web.context import current_library
from newsarchive.web.params import parse_days_of_stories, parse_limit, parse_page
from newsarchive.web.readers import gives_full_text
from newsarchive.web.reuse_view import checked_text

_FIELDS = fields_parameter(BRIEF)


@operation(
    Operation(
        "related",
        "/articles/{article_id}/related",
        message("api", "Articles about the same subject"),
        Shape(
            "RelatedArticles",
            {"id": ID, "related": key(ListOf(BRIEF), message("api", "the most related first, without near copies"))},
        ),
        (ARTICLE_ID, _FIELDS, LANG),
        (*OF_ARTICLE, *OF_INDEX),
        tag="groups",
        fields_of=BRIEF,
    )
)
def related(article_id: str) -> Json:
    """Return the related articles of an article, most related first."""
    fields, library = parse_fields(BRIEF), current_library()
    library.article(article_id)  # raises ArticleNotFound
    return {"id": article_id, "related": [brief_form(one, fields) for one in library.related(article_id)]}


@operation(
    Operation(
        "copies",
        "/articles/{article_id}/copies",
        message("api", "Articles with nearly the same text"),
        Shape(
            "Copies", {"id": ID, "copies": key(ListOf(BRIEF), message("api", "the copies, in order of publication"))}
        ),
        (ARTICLE_ID, _FIELDS, LANG),
        OF_ARTICLE,
        tag="groups",
        fields_of=BRIEF,
    )
)
def copies(article_id: str) -> Json:
    """Return the articles with nearly the same text, in order of publication."""
    fields, library = parse_fields(BRIEF), current_library()
    library.article(article_id)  # raises ArticleNotFound
    return {"id": article_id, "copies": brief_forms([copy.id for copy in library.groups.copies_of(article_id)], fields)}


_STORY = {
    "id": key(STRING, message("api", "the id of a story, which is that of the article that the archive had first")),
    "title": key(STRING, message("api", "the title of the article that is most like the others")),
    "count": key(COUNT, message("api", "the number of its articles, on any day")),
    "sources": key(COUNT, message("api", "the number of their sources")),
    "first": key(MOMENT, message("api", "when the first of its articles was published")),
    "last": key(MOMENT, message("api", "when the last of its articles was published")),
    "page_url": PAGE_ADDRESS,
}


@operation(
    Operation(
        "stories",
        "/stories",
        message("api", "The largest stories of some days"),
        Shape(
            "Stories",
            {
                "from": key(DAY, message("api", "the first day")),
                "to": key(DAY, message("api", "the last day")),
                "next": NEXT,
                "stories": key(ListOf(Shape("Story", _STORY)), message("api", "the stories, largest first")),
            },
        ),
        (FROM, TO, STORIES, PAGE),
        tag="groups",
        text=message("api", "Without days, they are those of the last day that has a story of several articles."),
    )
)
def stories() -> Json:
    """Return the stories with most articles of the days from `from` to `to`, a page at a time."""
    library, groups = current_library(), current_library().groups
    last = groups.last_day(library.search_service.today()) or library.search_service.today()
    first, last, limit = parse_days_of_stories(request.args, last)
    page = min(parse_page(request.args), _MOST_STORIES // limit)
    found = groups.stories(first, last, page * limit + 1)
    shown = found[(page - 1) * limit : page * limit]
    is_more = len(found) > page * limit and (page + 1) * limit <= _MOST_STORIES
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "next": next_address({"page": page + 1}) if is_more else None,
        "stories": [_story_form(info) for info in shown],
    }


_MOST_STORIES = 10_000
"""The stories that can be paged through: those before a page are looked up with it."""


@operation(
    Operation(
        "story",
        "/stories/{story_id}",
        message("api", "A story with its articles"),
        Shape(
            "StoryWithArticles",
            {**_STORY, "articles": key(ListOf(BRIEF), message("api", "its articles, in order of publication"))},
        ),
        (STORY_ID, _FIELDS, LANG),
        OF_ARTICLE,
        tag="groups",
        fields_of=BRIEF,
    )
)
def story(story_id: str) -> Json:
    """Return a story with its reports, in order of publication."""
    fields = parse_fields(BRIEF)
    library = current_library()
    info = library.groups.story(story_id)
    if info is None:
        library.article(story_id)  # raises ArticleWithdrawn if it is one, else ArticleNotFound if it is none
        raise ArticleNotFound(story_id)
    return {**_story_form(info), "articles": brief_forms([report.id for report in info.reports], fields)}


def _story_form(info: StoryInfo) -> Json:
    central = current_library().archive.get_many([info.central]).get(info.central)
    return {
        "id": info.id,
        "title": central.title if central else "",
        "count": len(info.reports),
        "sources": len(info.sources),
        "first": _moment(info.first.published),
        "last": _moment(info.last.published),
        "page_url": url_for("stories.story", story_id=info.id, _external=True),
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


_PASSAGE = Shape(
    "Passage",
    {
        "words": key(COUNT, message("api", "the number of equal words")),
        "text": key(STRING, message("api", "the passage as in the article of the list")),
        "in_text": key(RANGE, message("api", "the range of characters in the text that was asked about")),
        "in_article": key(RANGE, message("api", "the range in the body of the article of the list")),
        "equal": key(ListOf(ListOf(RANGE)), message("api", "pairs of such ranges: the runs of words that are equal")),
    },
)
_REUSING = Shape(
    "ReusingArticle",
    {
        **BRIEF.keys,
        "words": key(COUNT, message("api", "the number of equal words in all passages")),
        "copy_of": key(OrNull(STRING), message("api", "the id of an article before it of which it is a near copy")),
        "passages": key(ListOf(_PASSAGE), message("api", "the passages")),
    },
    selectable=True,
)
_REUSED = {
    "total": key(COUNT, message("api", "how many articles share passages with it")),
    "articles": key(ListOf(_REUSING), message("api", "the articles, the earliest first")),
}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_OF_REUSE = fields_parameter(_REUSING)


@operation(
    Operation(
        "passages",
        "/articles/{article_id}/passages",
        message("api", "Articles that share passages with an article"),
        Shape("SharedPassages", {"id": ID, **_REUSED}),
        (ARTICLE_ID, FOUND, _OF_REUSE, LANG),
        OF_ARTICLE,
        tag="groups",
        fields_of=_REUSING,
    )
)
def passages(article_id: str) -> Json:
    """Return the articles that share passages with an article, the earliest first."""
    limit, library = parse_limit(request.args, MOST_ARTICLES), current_library()
    library.article(article_id)  # raises ArticleNotFound
    return {"id": article_id, **_reuse_form(library.passages_elsewhere(article_id, limit))}


@operation(
    Operation(
        "reuse",
        "/reuse",
        message("api", "Articles that have parts of a text"),
        Shape("ReusedText", _REUSED),
        (FOUND, _OF_REUSE, LANG),
        (*OF_REQUEST, "unsupported_media_type"),
        tag="groups",
        method="POST",
        text=message("api", "The text can have up to 5,000 words. It isn't stored."),
        fields_of=_REUSING,
        bodies={
            "text/plain": {"type": "string"},
            **{
                kind: {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
                for kind in _FORMS
            },
        },
    )
)
def reuse() -> Json:
    """Return the articles that have parts of a text, the earliest first.

    The text is the form field `text`, or the body if its type is `text/plain`. It isn't stored.
    """
    limit = parse_limit(request.args, MOST_ARTICLES)
    if request.mimetype not in ("", "text/plain", *_FORMS):
        raise UnsupportedMediaType
    is_plain = request.mimetype == "text/plain"
    text = request.get_data().decode("utf-8", "replace") if is_plain else request.form.get("text", "")
    return _reuse_form(current_library().passages_in(checked_text(text), limit))


def _reuse_form(reused: Reused) -> Json:
    fields = parse_fields(_REUSING)
    form = reused_to_json(reused)
    if not gives_full_text():
        for passage in (passage for one in form["articles"] for passage in one["passages"]):
            passage["text"] = ""
    form["articles"] = [
        brief(one, reuse.article, fields) for one, reuse in zip(form["articles"], reused.articles, strict=True)
    ]
    return form
