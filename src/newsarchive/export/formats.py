"""The export formats. A new one needs a module and an entry in `FORMATS`."""

from newsarchive.export import warc
from newsarchive.export.format import ExportFormat

FORMATS: tuple[ExportFormat, ...] = (ExportFormat(name=warc.NAME, item="WARC record", write=warc.write, is_text=False),)


def names() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(form.name for form in FORMATS)


def named(name: str) -> ExportFormat:
    """The format with this name. Raises ValueError if there is none."""
    for form in FORMATS:
        if form.name == name:
            return form
    raise ValueError(f"no such export format: {name!r}; the formats are {', '.join(names())}")
