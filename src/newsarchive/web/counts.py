"""The texts of the web interface that count something. Each language has its plural forms in its catalogue."""

from newsarchive.i18n import Counted, counted, message, table

COUNTED: dict[str, Counted] = table(
    counted("results", "{n} result", "{n} results", message("no_results", "No results")),
    counted("articles", "{n} article", "{n} articles", message("no_articles", "No articles")),
    counted("others", "and {n} more", "and {n} more", message("no_others", "and no other")),
    counted("from_sources", "from another source", "from {n} sources", message("no_from_sources", "of unknown source")),
    counted("of_sources", "from {n} source", "from {n} sources", message("no_of_sources", "of unknown source")),
    counted("occurrences", "{n} occurrence", "{n} occurrences", message("no_occurrences", "No occurrences")),
    counted("sources", "{n} source", "{n} sources", message("no_sources", "No sources")),
    counted("authors", "{n} author", "{n} authors", message("no_authors", "No authors")),
    counted("values", "{n} value", "{n} values", message("no_values", "No values")),
    counted("days", "{n} day", "{n} days", message("no_days", "no days")),
    counted("pages", "{n} page", "{n} pages", message("no_pages", "no pages")),
)
"""Key -> the forms of English. `{n}` stands for the number."""
