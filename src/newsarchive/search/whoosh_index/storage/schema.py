"""The fields of the index."""

from whoosh import columns, fields

from newsarchive.search.scoring.ranking import UNDATED
from newsarchive.search.whoosh_index.storage.fields import Words

INDEX_FORMAT = 11
"""Increased when fields, analysis or file formats change; an index with another format is rebuilt."""

DAY_FIELD = "day"
"""The field whose numbers are also in the column `days`."""
TOPIC_SEPARATOR = "\x1f"
"""Separates the values of a column that can hold several: topics, authors, sections."""


def make_schema() -> fields.Schema:
    """A new schema.

    `text` has the stems of title, body and summary, and `exact` their folded forms. `title` and `title_exact` have
    those of the title only, and nothing for a derived title. `source`, `topics` and the two dates are columns for
    facets and sorting. `site` has the host of the address and its parent domains. `condensed` is for reranking. The
    `…_key` fields have folded names as single terms. `arrival` grows in the order in which the first revisions of
    articles were archived (see `document.arrival_number`). `group` is the number of a group of near copies, or 0.

    `topic` and `topics` have the given topics, `assigned_topic` and `assigned_topics` those that the model assigns to
    an article without any, and `section` and `sections` the sections: each as terms, and as a column.
    """
    text = Words()
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        text=text,
        exact=text,
        title=text,
        title_exact=text,
        source=fields.ID(sortable=columns.RefBytesColumn()),
        source_words=text,
        author_words=text,
        topic=fields.KEYWORD(),
        topics=fields.COLUMN(columns.RefBytesColumn()),
        assigned_topic=fields.KEYWORD(),
        assigned_topics=fields.COLUMN(columns.RefBytesColumn()),
        section=fields.KEYWORD(),
        # A range of days is a range of consecutive terms here, so Whoosh's additional coarser terms aren't needed.
        day=fields.NUMERIC(int, bits=32, shift_step=0),
        days=fields.COLUMN(columns.NumericColumn("i", default=0)),
        moment=fields.COLUMN(columns.NumericColumn("q", default=UNDATED)),
        condensed=fields.STORED(),
        site=fields.KEYWORD(),
        source_key=fields.ID(),
        publisher_key=fields.ID(),
        author_key=fields.KEYWORD(),
        publisher=fields.COLUMN(columns.RefBytesColumn()),
        authors=fields.COLUMN(columns.RefBytesColumn()),
        language=fields.COLUMN(columns.RefBytesColumn()),
        sections=fields.COLUMN(columns.RefBytesColumn()),
        arrival=fields.COLUMN(columns.NumericColumn("q", default=0)),
        group=fields.COLUMN(columns.NumericColumn("i", default=0)),
    )
