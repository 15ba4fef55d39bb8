"""The words marked in a hit are those that Whoosh's highlighter marks, in an index made entirely by Whoosh."""

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import analysis, fields, highlight
from whoosh import query as q
from whoosh.filedb.filestore import RamStorage

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import folded_words, spans, words
from newsarchive.search.display.snippets import Highlighter
from newsarchive.search.language.query import AnyOf, Form, Phrase, Word

SPELLINGS = (
    "كتاب",
    "الكِتابَ",
    "وبالكتاب",
    "كتب،",
    "الأمن",
    "لِلأَمن",
    "مجلس",
    "المجلس",
    "(ومجلس)",
    "نعم",
    "٢٠١٨",
    "ab",
    "AB",
)
texts = st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=14).map(" ".join)
folded = st.sampled_from(SPELLINGS).map(lambda spelling: words(spelling)[0])
leaves = st.one_of(
    st.builds(Word, folded, st.sampled_from((Form.STEM, Form.EXACT))),
    st.builds(Word, st.sampled_from(("كت", "ال", "مجلس", "a")), st.just(Form.PREFIX)),
    # No phrase repeats a word: Whoosh continues after the end of a match, and misses overlapping matches
    # (DIVERGENCES.md, 14).
    st.lists(folded, min_size=2, max_size=3, unique=True).map(lambda found: Phrase(tuple(found))),
)


class _Tokens(analysis.Tokenizer):  # type: ignore[misc]
    """The words of a text as Whoosh's tokens."""

    def __init__(self, form: Callable[[str], str]) -> None:
        self._form = form

    def __call__(self, value: str, **options: Any) -> Iterator[analysis.Token]:
        options.pop("mode", None)
        token = analysis.Token(mode="index", **{**options, "positions": True, "chars": True})
        found = ((word, span) for span in spans(value) for word in folded_words(value[slice(*span)]))
        for place, (word, span) in enumerate(found):
            token.text = token.original = self._form(word)
            token.pos, (token.startchar, token.endchar) = place, span
            token.boost, token.stopped = 1.0, False
            yield token


class _Spans(highlight.Formatter):  # type: ignore[misc]
    """Returns the marked ranges instead of a marked text."""

    def format(self, fragments: Any, replace: bool = False) -> set[tuple[int, int]]:
        return {(token.startchar, token.endchar) for fragment in fragments for token in fragment.matches}


def _query(leaf: Word | Phrase, field: str) -> q.Query | None:
    """The query of a leaf for one of the two fields."""
    if isinstance(leaf, Phrase):
        return q.Phrase(field, list(leaf.words)) if field == "exact" else None
    if leaf.form is Form.PREFIX:
        return q.Prefix(field, leaf.text)
    if leaf.form is Form.EXACT:
        return q.Term(field, leaf.text) if field == "exact" else None
    return q.Term(field, stem(leaf.text)) if field == "text" else None


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, min_size=1, max_size=4), st.lists(leaves, min_size=1, max_size=3))
def test_the_same_words_are_marked(bodies: list[str], asked: list[Word | Phrase]) -> None:
    schema = fields.Schema(
        number=fields.STORED, text=fields.TEXT(analyzer=_Tokens(stem)), exact=fields.TEXT(analyzer=_Tokens(str))
    )
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for number, body in enumerate(bodies):
        writer.add_document(number=number, text=body, exact=body)
    writer.commit()
    expected: list[set[tuple[int, int]]] = [set() for _ in bodies]
    with index.searcher() as searcher:
        for leaf in asked:
            for field in ("text", "exact"):
                if (query := _query(leaf, field)) is None:
                    continue
                results = searcher.search(query, limit=None)
                results.highlighter = highlight.Highlighter(highlight.WholeFragmenter(), formatter=_Spans())
                for hit in results:
                    body = bodies[hit["number"]]
                    spans = hit.highlights(field, text=body, strict_phrase=isinstance(leaf, Phrase))
                    expected[hit["number"]].update(spans or ())
    highlighter = Highlighter(AnyOf(tuple(asked)))
    assert [set(highlighter.whole(body).marks) for body in bodies] == expected
