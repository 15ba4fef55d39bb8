"""Names of sources and topics in a query, replaced by those that the index has."""

from functools import partial

from newsarchive.search.language.query import AllOf, Alternatives, AnyOf, Attribute, Named, Node, Not
from newsarchive.tables import Tables


def with_canonical_names(node: Node, tables: Tables) -> Node:
    """The tree with the canonical names of sources and topics. Other values of `source:` are searched as words."""
    match node:
        case Named(Attribute.SOURCE, value):
            return Named(Attribute.SOURCE, tables.sources.canonical(value))
        case Named(Attribute.TOPIC, value):
            return Named(Attribute.TOPIC, tables.topics.canonical(value))
        case AllOf(nodes) | AnyOf(nodes) | Alternatives(nodes):
            return type(node)(tuple(map(partial(with_canonical_names, tables=tables), nodes)))
        case Not(child):
            return Not(with_canonical_names(child, tables))
        case _:
            return node
