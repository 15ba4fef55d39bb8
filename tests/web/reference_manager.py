"""What a reference manager takes from a page, by the published rules of unAPI and of what Zotero says it reads.

From unAPI it takes every article that the page names, in the first format of its preference that the server offers.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

import rispy
from flask.testing import FlaskClient

from tests.web.page import Page

PREFERRED = ("rdf_zotero", "rdf_bibliontology", "marc", "mods", "ris", "refer", "bibtex")


@dataclass(frozen=True)
class ReferenceManager:
    """A reference manager that has opened a page."""

    client: FlaskClient
    page: Page

    @property
    def server(self) -> str:
        """The address of the unAPI server. There must be exactly one."""
        link = self.page.one("link", rel="unapi-server")
        assert link["type"] == "application/xml"
        assert link["title"] == "unAPI"
        return link["href"]

    @property
    def ids(self) -> list[str]:
        """The articles that the page names, each once."""
        found = [element["title"] for element in self.page.find("abbr", class_="unapi-id")]
        assert len(set(found)) == len(found)
        return found

    def formats(self) -> dict[str, str]:
        """The names of the formats that the server offers, with their types."""
        response = self.client.get(self.server)
        assert response.status_code == 200
        assert response.mimetype == "application/xml"
        root = ET.fromstring(response.data)
        assert root.tag == "formats"
        assert {form.tag for form in root} == {"format"}
        return {form.attrib["name"]: form.attrib["type"] for form in root}

    def take(self) -> list[dict[str, Any]]:
        """All articles of the page, as records."""
        form = next(name for name in PREFERRED if name in self.formats())
        assert form == "ris"
        records = []
        for urn in self.ids:
            response = self.client.get(self.server, query_string={"id": urn, "format": form})
            assert response.status_code == 200, urn
            assert response.mimetype == self.formats()[form]
            (record,) = rispy.loads(response.get_data(as_text=True))
            records.append(record)
        return records
