"""The export formats. A new one needs a module and an entry in `FORMATS`."""

from newsarchive.export import bibtex, csl, csv, jsonl, parquet, ris, text, warc
from newsarchive.export.format import ExportFormat
from newsarchive.wording import listed, worded

CITATIONS: tuple[ExportFormat, ...] = (
    ExportFormat(
        name="ris",
        label="RIS",
        media_type=ris.MEDIA_TYPE,
        ending="ris",
        item="RIS record",
        write=ris.write,
    ),
    ExportFormat(
        name="bibtex",
        label="BibTeX",
        media_type=bibtex.MEDIA_TYPE,
        ending="bib",
        item="BibTeX record",
        write=bibtex.write,
    ),
    ExportFormat(
        name="csl",
        label="CSL-JSON",
        media_type=csl.MEDIA_TYPE,
        ending="csl.json",
        item="CSL item",
        write=csl.write,
    ),
)
"""The formats of citations: RIS, BibTeX and CSL-JSON."""

FORMATS: tuple[ExportFormat, ...] = (
    ExportFormat(
        name="csv",
        label="CSV",
        media_type="text/csv; charset=utf-8; header=present",
        ending="csv",
        item="article",
        write=csv.write,
    ),
    ExportFormat(
        name="jsonl",
        label="JSON Lines",
        media_type="application/jsonl; charset=utf-8",
        ending="jsonl",
        item="article",
        write=jsonl.write,
    ),
    ExportFormat(name="text", media_type="text/plain; charset=utf-8", ending="txt", item="article", write=text.write),
    ExportFormat(
        name="parquet",
        label="Parquet",
        media_type="application/vnd.apache.parquet",
        ending="parquet",
        item="article",
        write=parquet.write,
        is_text=False,
        extra="parquet",
        needs="pyarrow",
    ),
    *CITATIONS,
    ExportFormat(
        name="warc",
        media_type="application/warc",
        ending="warc.gz",
        item="WARC record",
        without=worded("without one"),
        write=warc.write,
        is_text=False,
        # The pages of other sites, as they were fetched.
        is_served=False,
    ),
)


def names() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(form.name for form in FORMATS)


def served() -> tuple[ExportFormat, ...]:
    """The formats that the web server offers, if what they need is installed."""
    return tuple(form for form in FORMATS if form.is_served and form.is_available)


def named(name: str) -> ExportFormat:
    """The format with this name. Raises ValueError if there is none."""
    for form in FORMATS:
        if form.name == name:
            return form
    raise ValueError(
        worded("no such export format: {name!r}; the formats are {names}", name=name, names=listed(names()))
    )
