"""The names that the fields of an article have in exports, corpora and APIs."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "heading", "webtitle", "العنوان", "عنوان"),
    "body": (
        *("body", "text", "content", "article", "content_html", "content_text", "article_body"),
        *(
            "full_text",
            "maintext",
            "paragraphs",
            "bodytext",
            "body_html",
            "content_encoded",
            "content_elements",
            "blocks",
        ),
        *(
            "selftext",
            "plain_text",
            "clean_text",
            "cleaned_text",
            "story_text",
            "النص",
            "المحتوى",
            "نص",
            "محتوى",
            "المتن",
            "الخبر",
            "نص الخبر",
            "نص المقال",
        ),
    ),
    "page": ("html", "article_html", "raw_text", "raw_html"),
    "summary": (
        *(
            "summary",
            "description",
            "lead",
            "excerpt",
            "abstract",
            "standfirst",
            "snippet",
            "trailtext",
            "lead_paragraph",
        ),
        *("meta_description", "subtitle", "الملخص", "ملخص", "الموجز"),
    ),
    "source": (
        *(
            "source",
            "outlet",
            "source_name",
            "site_name",
            "source_hostname",
            "agency",
            "newspaper",
            "provider",
            "meta_site_name",
        ),
        *(
            "media",
            "channel",
            "channel_title",
            "feed_title",
            "site",
            "website",
            "source_domain",
            "hostname",
            "domain",
            "source_url",
        ),
        *("المصدر", "مصدر", "الصحيفة", "الجريدة", "الموقع"),
    ),
    "publisher": ("publisher", "الناشر"),
    "authors": (
        *("authors", "author", "byline", "creator", "dc_creator", "writer", "author_name", "journalist", "reporter"),
        *("الكاتب", "كاتب", "المؤلف", "الكاتبة"),
    ),
    "topics": (
        *("topics", "topic", "categories", "category", "section", "sections", "articlesection", "section_name", "tags"),
        *("meta_keywords", "category_name", "keywords", "subjects", "subject", "label"),
        *("الموضوع", "القسم", "التصنيف", "تصنيف", "الفئة", "قسم", "الوسوم"),
    ),
    "published": (
        *("published", "published_at", "publishedat", "date_published", "datepublished", "pubdate", "pub_date"),
        *("publish_date", "publication_date", "date_publish", "date_gmt", "published_date", "webpublicationdate"),
        *("first_published", "datetime", "date_time", "date", "dc_date", "timestamp", "time", "issued", "date_issued"),
        *("created_at", "date_created", "created_utc", "created_at_i", "created", "created_time", "seendate"),
        *("@timestamp", "التاريخ", "تاريخ"),
        *("تاريخ النشر", "updated_at", "updated", "date_modified", "date_modify", "modified", "last_modified"),
    ),
    "canonical": ("canonical_url", "canonical_link", "canonical", "rel_canonical", "mainentityofpage"),
    "language": ("language", "lang", "inlanguage", "meta_lang", "اللغة"),
    "url": (
        *(
            "url",
            "link",
            "canonical_url",
            "canonical_link",
            "permalink",
            "href",
            "weburl",
            "external_url",
            "guid",
            "id",
        ),
        *("requested_url", "permalink_url", "links", "urls"),
        *("mainentityofpage", "@id", "source_url", "source", "الرابط", "رابط"),
    ),
    "image_credit": ("image_credit", "imagecredit", "photo_credit", "الصورة"),
    "headings": ("headings",),
}
"""Field -> keys. The first key with a value wins. Keys are compared in lower case and without `-`, `_`,
`.`, `:` and spaces."""

_SIGNS = re.compile(r"[-_.:\s]+")
_PREFIX = re.compile(r"(?:article|news|post|story|item|entry|doc|og|خبر)(?=.)")
_SUFFIX = re.compile(r"[_.](?:txt_ar|text_ar|txt|tdt|pdt|dt|ts|ss|t|s|ar|str|raw|keyword)$", re.IGNORECASE)
"""What search servers append to the names of fields: their type or language."""


@lru_cache(maxsize=4096)
def normal_key(key: str) -> str:
    """A key in the form in which keys are compared."""
    return _SIGNS.sub("", key.strip().lower())


_KEYS = {field: tuple(dict.fromkeys(map(normal_key, keys))) for field, keys in _ALIASES.items()}
_KNOWN_KEYS = frozenset(key for keys in _KEYS.values() for key in keys)


def names_field(key: str, *fields: str) -> bool:
    """Whether a key names one of the fields, or any field if none are given."""
    found = plain_key(key)
    return any(found in _KEYS[field] for field in fields or _KEYS)


def has(form: Mapping[str, Any], field: str) -> bool:
    """Whether an object has a text, or a list or object that may hold one, under a key of the field."""
    return any(
        isinstance(value, str | list | Mapping | int) and bool(value)
        for key, value in form.items()
        if plain_key(str(key)) in _KEYS[field]
    )


@lru_cache(maxsize=4096)
def plain_key(key: str) -> str:
    """A key in the form in which keys are compared, without a prefix and a suffix if the rest is a known key."""
    name = normal_key(key)
    if name in _KNOWN_KEYS:
        return name
    bare = normal_key(_SUFFIX.sub("", key.strip()))
    for candidate in (bare, _PREFIX.sub("", name, count=1), _PREFIX.sub("", bare, count=1)):
        if candidate in _KNOWN_KEYS and candidate not in {"id", "label", "media"}:
            return candidate
    return name


@lru_cache(maxsize=512)
def keys_present(names: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Field -> its keys that an object has. The objects of one file have the same few sets of keys."""
    there = frozenset(names)
    return {field: tuple(key for key in keys if key in there) for field, keys in _KEYS.items()}
