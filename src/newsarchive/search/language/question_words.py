"""Question words: they belong to the question, not to the answer.

«متى ولد نجيب محفوظ؟» asks for articles on the birth of Naguib Mahfouz; an article can answer it
without the word متى. The lists were chosen by measurement: removing all stop words makes other
searches worse.
"""

from newsarchive.search.language.query import AllOf, AnyOf, Form, Node, Scope, Word

_ANYWHERE = frozenset(["هل", "متي", "اين", "كم", "ماذا", "لماذا", "كيف", "ايان", "بماذا", "ماهو", "ماهي"])
_OPENING = frozenset(["ما", "من", "هو", "هي", "اي"])
_OPENING_WORDS = 3
"""ما، من، هو، هي، أي are question words only among the first three words; later on they are part of
the subject."""


def without_question_words(node: Node) -> Node:
    """Return the query without question words. A query of nothing but question words keeps them."""
    if not isinstance(node, AllOf | AnyOf):
        return node
    kept = tuple(child for place, child in enumerate(node.nodes) if not _asks(child, place))
    if not any(isinstance(child, Word) for child in kept) or len(kept) == len(node.nodes):
        return node
    return kept[0] if len(kept) == 1 else type(node)(kept)


def _asks(node: Node, place: int) -> bool:
    if not isinstance(node, Word) or node.form is not Form.STEM or node.scope is not Scope.TEXT:
        return False
    return node.text in _ANYWHERE or (place < _OPENING_WORDS and node.text in _OPENING)
