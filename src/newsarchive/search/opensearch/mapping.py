"""The settings and the mapping of the indexes of a build.

A word of a text field is indexed twice. The field itself has its impact in place of its frequency
(`word|impact`, see `scoring.impact`), and `…_places` has its positions, because Lucene can't have both in one
field. The similarity multiplies the impact by the weight that the query gives, so the scores don't depend on the
shards or on deleted articles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newsarchive.search.scoring.analysis import PARAGRAPH_GAP
from newsarchive.search.scoring.impact import IMPACT_STEPS
from newsarchive.search.scoring.tree import Field

FORMAT = 3
"""Increased when the mapping or the documents change; an index with another format is rebuilt."""

WORDS = (Field.TEXT, Field.EXACT, Field.TITLE, Field.TITLE_EXACT, Field.SOURCE_WORDS, Field.AUTHOR_WORDS)
"""The fields whose terms have impacts and positions."""
KEYWORDS = (
    *(Field.ID, Field.SOURCE, Field.TOPIC, Field.ASSIGNED_TOPIC, Field.SECTION, Field.SITE, Field.AUTHOR_KEY),
    *(Field.AUTHORS, Field.PUBLISHER, Field.LANGUAGE),
)
"""The fields that have whole values as terms."""
PUBLISHER_KEY = "publisher_key"
MONTH = "month"
DAY = "day"
MOMENT = "moment"
ARRIVAL = "arrival"
PLACE = "place"
"""The number of an article's last revision in the order of writing (`archive.parts.arrival_number`), which is unique
in a build. It is the document number of rankings."""
CONDENSED = "condensed"
IMPACT_SEPARATOR = "|"

_LONGEST_TOKEN = 100_000
"""Characters. Longer words than the default of 255 must not be split."""


def places_of(field: Field) -> str:
    """The field with the positions of the words of another."""
    return f"{field.value}_places"


@dataclass(frozen=True, slots=True)
class Layout:
    """How many shards the index of a build has, and how many copies of each in addition.

    `has_records` is whether a build also has the records of the archive, for nodes without its folder.
    """

    shards: int = 1
    replicas: int = 0
    has_records: bool = False


def written_as(index: str) -> Mapping[str, Any]:
    """Where an action writes to an index: to its alias, so that the cluster never creates an index that is gone."""
    return {"_index": f"{index}-write", "require_alias": True}


def articles_index(index: str, archive: str, layout: Layout) -> Mapping[str, Any]:
    """The body of the request that creates the index of the articles of an archive, given its id."""
    return {
        "aliases": {f"{index}-write": {}},
        "settings": {
            "number_of_shards": layout.shards,
            "number_of_replicas": layout.replicas,
            # Only an update shows what it wrote.
            "refresh_interval": "-1",
            "codec": "best_compression",
            "similarity": {
                "impact": {
                    "type": "scripted",
                    "script": {"source": f"return query.boost * doc.freq / {IMPACT_STEPS}.0;"},
                }
            },
            "analysis": {
                "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}},
                "filter": {"impact": {"type": "delimited_term_freq", "delimiter": IMPACT_SEPARATOR}},
                "analyzer": {
                    "impacts": {"type": "custom", "tokenizer": "spaces", "filter": ["impact"]},
                    "places": {"type": "custom", "tokenizer": "spaces"},
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"application": "newsarchive", "format": FORMAT, "archive": archive},
            "_source": {"includes": [CONDENSED]},
            "properties": _properties(),
        },
    }


def _properties() -> Mapping[str, Any]:
    impacts = {
        "type": "text",
        "analyzer": "impacts",
        "search_analyzer": "keyword",
        "index_options": "freqs",
        "norms": False,
        "similarity": "impact",
    }
    places = {
        "type": "text",
        "analyzer": "places",
        "index_options": "positions",
        "norms": False,
        "position_increment_gap": PARAGRAPH_GAP,
    }
    keywords = (*(field.value for field in KEYWORDS), PUBLISHER_KEY, MONTH)
    return {
        **{field.value: impacts for field in WORDS},
        **{places_of(field): places for field in WORDS},
        **{name: {"type": "keyword"} for name in keywords},
        DAY: {"type": "integer"},
        **{name: {"type": "long"} for name in (MOMENT, ARRIVAL, PLACE)},
        CONDENSED: {"type": "binary"},
    }


def state_index(index: str, archive: str, layout: Layout) -> Mapping[str, Any]:
    """The body of the request that creates the index of the state of a build, and of the words of its articles."""
    return {
        "aliases": {f"{index}-write": {}},
        "settings": {
            "number_of_shards": 1,
            "number_of_replicas": layout.replicas,
            "refresh_interval": "-1",
        },
        "mappings": {
            "dynamic": False,
            "_meta": {"application": "newsarchive", "format": FORMAT, "archive": archive},
        },
    }


def records_index(index: str, archive: str, layout: Layout) -> Mapping[str, Any]:
    """The body of the request that creates the index of the records of an archive: a document for each line."""
    keyword, number = {"type": "keyword"}, {"type": "long"}
    return {
        "aliases": {f"{index}-write": {}},
        "settings": {
            "number_of_shards": layout.shards,
            "number_of_replicas": layout.replicas,
            "refresh_interval": "-1",
            "codec": "best_compression",
        },
        "mappings": {
            # The line itself is only stored.
            "dynamic": False,
            "_meta": {"application": "newsarchive", "format": FORMAT, "archive": archive},
            "properties": {
                **dict.fromkeys(("article", "part", "text", "address", "guid"), keyword),
                **dict.fromkeys(("revision", "end", "archived", PLACE), number),
            },
        },
    }
