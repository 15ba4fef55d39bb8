"""The options that choose articles, the same for all commands that search."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import click
from click.core import ParameterSource

from newsarchive.cli.translating import in_words
from newsarchive.errors import QuerySyntaxError
from newsarchive.search import Match, SearchRequest, parse_period
from newsarchive.topics import TopicKind


class Period(click.ParamType[tuple[date, date]]):
    """A day, a month or a year, as its first and last day."""

    name = "YYYY[-MM[-DD]]"

    def convert(
        self, value: str | tuple[date, date], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[date, date]:
        """Return the days. Fails for text that isn't a period."""
        if isinstance(value, tuple):
            return value
        try:
            return parse_period(value)
        except QuerySyntaxError as error:
            self.fail(in_words(error), param, ctx)


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the words of a query and the options of a search. The function gets them as `request`, without an order."""

    @click.argument("words", metavar="[QUERY]...", nargs=-1)
    @click.option(
        "--match", type=click.Choice([one.value for one in Match]), default=Match.ALL.value, show_default=True
    )
    @click.option("--no-translate", is_flag=True, help="Search words of other languages only as typed.")
    @click.option("--source", "sources", multiple=True, help="Only this source; may be given several times.")
    @click.option("--topic", "topics", multiple=True, help="Only this topic; may be given several times.")
    @click.option("--section", "sections", multiple=True, help="Only this section; may be given several times.")
    @click.option("--author", "authors", multiple=True, help="Only this author; may be given several times.")
    @click.option("--publisher", "publishers", multiple=True, help="Only this publisher; may be given several times.")
    @click.option(
        "--language", "languages", multiple=True, help="Only this language, such as ar; may be given several times."
    )
    @click.option(
        "--topics",
        "topic_kind",
        type=click.Choice([kind.value for kind in TopicKind]),
        default=TopicKind.ANY.value,
        show_default=True,
        help="Only articles with given, or with assigned topics.",
    )
    @click.option("--from", "first", type=Period(), help="Only articles published on or after this day.")
    @click.option("--to", "last", type=Period(), help="Only articles published on or before this day.")
    @wraps(function)
    def with_request(  # noqa: PLR0913 - one parameter per option
        *arguments: Any,
        words: tuple[str, ...],
        match: str,
        no_translate: bool,
        sources: tuple[str, ...],
        topics: tuple[str, ...],
        sections: tuple[str, ...],
        authors: tuple[str, ...],
        publishers: tuple[str, ...],
        languages: tuple[str, ...],
        topic_kind: str,
        first: tuple[date, date] | None,
        last: tuple[date, date] | None,
        **options: Any,
    ) -> Any:
        request = SearchRequest(
            text=" ".join(words),
            match=Match(match),
            requires_all=is_given("match") and match == Match.ALL.value,
            translate=not no_translate,
            sources=sources,
            topics=topics,
            sections=sections,
            authors=authors,
            publishers=publishers,
            languages=languages,
            topic_kind=TopicKind(topic_kind),
            date_from=first[0] if first else None,
            date_to=last[1] if last else None,
        )
        return function(*arguments, request=request, **options)

    return with_request


def is_given(option: str) -> bool:
    """Whether an option was given, be it with its default value."""
    source = click.get_current_context().get_parameter_source(option)
    return source not in (None, ParameterSource.DEFAULT)
