"""XML helpers and namespaces shared by RSS and Atom."""

import xml.etree.ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"

for _prefix, _namespace in (("atom", ATOM), ("dc", DC), ("dcterms", DCTERMS), ("content", CONTENT)):
    ET.register_namespace(_prefix, _namespace)


def add(parent: ET.Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    """Append an element with text. The text must be readable (`text.readable_text`)."""
    ET.SubElement(parent, tag, attributes or {}).text = text


def add_link(parent: ET.Element, tag: str, relation: str, media_type: str, uri: str) -> None:
    """Append an Atom link. `tag` is the name of Atom's `link` element in this document."""
    ET.SubElement(parent, tag, {"rel": relation, "type": media_type, "href": uri})


def document(root: ET.Element) -> bytes:
    """The XML document in UTF-8, with an XML declaration and one element per line."""
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"
