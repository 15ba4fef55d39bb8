"""The field type for words, and which fields are derived from which."""

from whoosh import analysis, fields

STEMS_OF = {"text": "exact", "title": "title_exact"}
"""Fields of stems -> the fields of exact forms that they are derived from."""

CONDENSED_OF = {"condensed": "exact"}
"""Fields that store condensed words -> the fields of exact forms that they are derived from."""


class Words(fields.TEXT):  # type: ignore[misc]
    """A text field whose words are numbers of a wordbook (see `segment_builder`), with their positions."""

    def __init__(self) -> None:
        super().__init__(analyzer=analysis.IDAnalyzer(), phrase=True)
