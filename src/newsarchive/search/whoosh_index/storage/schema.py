"""The fields of the index."""

from whoosh import columns, fields

from newsarchive.search.whoosh_index.storage.fields import Words

INDEX_FORMAT = 5
"""Grows when fields, analysis or file formats change; an index of another format is rebuilt."""

DAY_FIELD = "day"
"""The field whose numbers are also the column `days`."""
TOPIC_SEPARATOR = "\x1f"
"""Separates the values of a column that can hold several: topics, authors, sections."""
UNDATED = -(2**62)
"""The moment of an article without a date: sorts behind all others, newest or oldest first."""


def make_schema() -> fields.Schema:
    """A fresh schema.

    `text` holds the stems of title, body and summary, `exact` their folded forms; `title` and `title_exact` the
    title's alone, never a derived one's. `source`, `topics` and the two dates are columns for facets and sorting.
    `condensed` is what reranking reads. The `…_key` fields hold folded names as single terms. `arrival` grows in the
    order in which the first revisions of articles were archived (`document.arrival_number`). `sections` are the topics
    as the outlet named them. `group` is the number of a group of near copies, 0 for none.
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
        # A range of days is a run of terms here: Whoosh's coarser terms beside them are not needed.
        day=fields.NUMERIC(int, bits=32, shift_step=0),
        days=fields.COLUMN(columns.NumericColumn("i", default=0)),
        moment=fields.COLUMN(columns.NumericColumn("q", default=UNDATED)),
        condensed=fields.STORED(),
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
