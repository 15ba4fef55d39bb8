"""Compiles the catalogues of the languages before a wheel is built, so that nothing has to be compiled after it."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[misc, type-arg]
    """Writes the .mo file of each catalogue next to its .po file; `artifacts` in pyproject.toml adds them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Compile the catalogues. Raises ValueError if one can't be compiled."""
        sys.path.insert(0, str(Path(self.root) / "src"))
        from newsarchive.i18n.catalogue import FOLDER, compiled  # noqa: PLC0415 - found by the line above

        for source in FOLDER.glob("*/LC_MESSAGES/*.po"):
            compiled(source)
