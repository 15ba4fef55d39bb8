"""The language in which the API describes itself: keys, shapes, parameters and operations.

Each operation is described once, next to its code. The parameters it accepts, the keys that `fields` can
select, the OpenAPI document and the page for readers all come from that description.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from newsarchive.i18n import Message
from newsarchive.web.parameter_values import MAX_VALUES

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """A JSON value that isn't described further, by its JSON Schema."""

    schema: Json


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list."""

    item: "Type"


@dataclass(frozen=True, slots=True)
class OrNull:
    """A value, or null."""

    value: "Type"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an object. An optional one is absent at times."""

    type: "Type"
    text: Message
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with named keys. Of one that `fields` selects from, only the id is always there."""

    name: str
    keys: Mapping[str, Key]
    selectable: bool = False

    @property
    def required(self) -> list[str]:
        """The keys that are always there."""
        return [name for name, key in self.keys.items() if not key.optional and (not self.selectable or name == "id")]


Type = Value | ListOf | OrNull | Shape


@dataclass(frozen=True, slots=True)
class File:
    """A file in one of several media types, with headers that say more about it."""

    media_types: tuple[str, ...]
    headers: Mapping[str, Key]

    @property
    def bare_types(self) -> tuple[str, ...]:
        """The media types without their parameters."""
        return tuple(one.partition(";")[0] for one in self.media_types)


STRING = Value({"type": "string"})
NUMBER = Value({"type": "number"})
COUNT = Value({"type": "integer", "minimum": 0})
FLAG = Value({"type": "boolean"})
ADDRESS = Value({"type": "string", "format": "uri"})
DAY = Value({"type": "string", "format": "date"})
MOMENT = Value({"type": "string", "format": "date-time"})
DAY_OR_MOMENT = Value({"anyOf": [DAY.schema, MOMENT.schema]})
RANGE = Value({"type": "array", "items": COUNT.schema, "minItems": 2, "maxItems": 2})


def one_of(*values: str) -> Value:
    """One of these texts."""
    return Value({"type": "string", "enum": list(values)})


def key(type_: Type, text: Message, *, optional: bool = False) -> Key:
    """A key with its description."""
    return Key(type_, text, optional)


TEXT: Json = {"type": "string"}
"""The schema of a parameter with free text."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the query of an address, or in its path. `schema` is that of one value.

    A repeated one has at most `most` values, which are `joined` by commas or not.
    """

    name: str
    schema: Json
    text: Message
    repeated: bool = False
    in_path: bool = False
    example: str = ""
    joined: bool = False
    most: int | None = MAX_VALUES


def parameter(  # noqa: PLR0913 - as the class
    name: str,
    schema: Json,
    text: Message,
    *,
    repeated: bool = False,
    in_path: bool = False,
    example: str = "",
    joined: bool = False,
) -> Parameter:
    """A parameter with its description."""
    return Parameter(name, schema, text, repeated, in_path, example, joined)


TAGS = {
    "search": "Search the articles, and complete what was typed.",
    "articles": "Articles and their revisions, and the changes of the archive.",
    "groups": "Articles that belong together: stories, copies, related ones, and shared passages.",
    "names": "The sources and topics of the archive, and numbers over time.",
    "exports": "Searches and articles as files for other programs.",
}
"""What operations are about, in the order in which they are documented."""
OF_REQUEST = ("invalid_parameter",)
"""The codes of the errors that every request with parameters can have."""
OF_ARTICLE = (*OF_REQUEST, "article_not_found", "article_withdrawn")
"""Those of the requests for an article."""
OF_INDEX = (*OF_REQUEST, "index_missing", "index_outdated", "index_damaged", "index_unreachable")
"""Those of the requests that need the index."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What one address does. `errors` are the codes of errors to be expected; any other is possible, too.

    `tag` is what it is about, as other operations are. `fields_of` is the shape that the parameter `fields` selects
    keys from. `is_dated` means that the answer has the time when it changed. `bodies` are the media types of the
    request's body, each with its schema.
    """

    name: str
    path: str
    summary: Message
    answer: Shape | File
    parameters: tuple[Parameter, ...] = ()
    errors: tuple[str, ...] = OF_REQUEST
    tag: str = "search"
    method: str = "GET"
    text: Message | None = None
    fields_of: Shape | None = None
    is_dated: bool = False
    bodies: Mapping[str, Json] = field(default_factory=dict)

    @property
    def query_names(self) -> tuple[str, ...]:
        """The names of the parameters in the query."""
        return tuple(one.name for one in self.parameters if not one.in_path)

    @property
    def most_values(self) -> dict[str, int]:
        """How many values each repeated parameter can have."""
        return {one.name: one.most for one in self.parameters if one.repeated and not one.joined and one.most}

    @property
    def exact_names(self) -> tuple[str, ...]:
        """The names of those parameters in the query whose values aren't free text."""
        return tuple(one.name for one in self.parameters if not one.in_path and one.schema != TEXT)


def schema_of(type_: Type) -> Json:
    """The JSON Schema of a type. A shape is referred to by its name."""
    match type_:
        case Value(schema):
            return schema
        case ListOf(item):
            return {"type": "array", "items": schema_of(item)}
        case OrNull(Shape() as shape):
            return {"anyOf": [schema_of(shape), {"type": "null"}]}
        case OrNull(value):
            return _or_null(schema_of(value))
        case Shape(name):
            return {"$ref": f"#/components/schemas/{name}"}


def _or_null(schema: Json) -> Json:
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def shapes_in(type_: Type | File) -> dict[str, Shape]:
    """All shapes in a type, by name."""
    match type_:
        case ListOf(inner) | OrNull(inner):
            return shapes_in(inner)
        case Shape(name, keys):
            found = {name: type_}
            for one in keys.values():
                found |= shapes_in(one.type)
            return found
        case _:
            return {}
