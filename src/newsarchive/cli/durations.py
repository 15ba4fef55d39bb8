"""Durations as options: `15m`, `6h`, `1d`."""

import click

from newsarchive.cli.translating import _, in_words
from newsarchive.errors import SubscriptionsError
from newsarchive.subscriptions.subscription import LONGEST_INTERVAL, SHORTEST_INTERVAL, parse_interval


class Duration(click.ParamType[float]):
    """A duration from a minute to 30 days. The function gets seconds."""

    name = "DURATION"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds."""
        if isinstance(value, float):
            return value
        try:
            seconds = parse_interval(str(value))
        except SubscriptionsError as error:
            self.fail(in_words(error), param, ctx)
        if not SHORTEST_INTERVAL <= seconds <= LONGEST_INTERVAL:
            self.fail(_("{value}: it must be from 1m to 30d").format(value=value), param, ctx)
        return seconds
