"""The page that shows word by word how the texts of two articles differ."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property

from markupsafe import Markup, escape

from newsarchive.access import is_restricted
from newsarchive.arabic.direction import text_direction
from newsarchive.article import Article
from newsarchive.differences import Change, Differences, Run, differences
from newsarchive.web.interface import Interface

_TAGS = {Change.REMOVED: "del", Change.ADDED: "ins"}


@dataclass(frozen=True, slots=True)
class ComparedParagraph:
    """A paragraph of both texts merged: HTML with `del` and `ins`, and whether anything in it differs."""

    html: Markup
    differs: bool


class ComparisonView:
    """Two articles side by side in their facts, and merged in their texts. `before` was published first.

    With `exactly`, spelling and signs are differences, too.
    """

    def __init__(self, before: Article, after: Article, interface: Interface, *, exactly: bool = False) -> None:
        self.before = before
        self.after = after
        self._exactly = exactly
        self._interface = interface
        directions = [text_direction(article.language) for article in (before, after)]
        # The merged text reads in the direction of the second one.
        self._of_first = f' lang="{escape(before.language)}" dir="{directions[0]}"' if len(set(directions)) > 1 else ""

    @cached_property
    def _body(self) -> Differences:
        if self.is_hidden:
            return differences("", "", exactly=self._exactly)
        return differences(self.before.body, self.after.body, exactly=self._exactly)

    @property
    def is_hidden(self) -> bool:
        """Whether the reader may not see one of the texts, so that they aren't compared."""
        return is_restricted(self.before) or is_restricted(self.after)

    @property
    def title(self) -> Markup:
        """The titles merged."""
        return self.merged(self.before.title, self.after.title)

    def merged(self, before: str, after: str) -> Markup:
        """Two short texts merged."""
        return self._merged(differences(before, after, exactly=self._exactly).runs)

    @cached_property
    def paragraphs(self) -> tuple[ComparedParagraph, ...]:
        """The paragraphs of both texts, in reading order."""
        return tuple(
            ComparedParagraph(self._merged(runs), any(run.change is not Change.SAME for run in runs))
            for runs in self._body.paragraphs()
        )

    @property
    def is_same(self) -> bool:
        """Whether the texts have the same words, whatever their punctuation and marks."""
        return self._body.changes == 0

    @property
    def is_unchanged(self) -> bool:
        """Whether no word of the titles and texts differs."""
        return self.is_same and not differences(self.before.title, self.after.title, exactly=self._exactly).changes

    @property
    def share(self) -> float:
        """The share of the words of both texts that are the same, 0 to 1."""
        return self._body.share

    def _merged(self, runs: tuple[Run, ...]) -> Markup:
        """The runs as HTML. What a screen reader would not say is added as text that isn't shown."""
        pieces: list[str] = []
        before = ""
        for run in runs:
            # A word at the end of one text has no space, but may have a word after it in the other text.
            if before[-1:].isalnum() and run.text[:1].isalnum():
                pieces.append(" ")
            before = run.text
            tag = _TAGS.get(run.change)
            text = escape(run.text)
            if tag is None:
                pieces.append(text)
                continue
            said = escape(self._interface.text(f"compare_{run.change}_said"))
            own = self._of_first if run.change is Change.REMOVED else ""
            shown = f'<span class="quiet">{said} </span>{text.rstrip()}'
            pieces.append(f"<{tag}{own}>{shown}</{tag}>{_space_after(run.text)}")
        return Markup("".join(pieces))  # noqa: S704 (all pieces are escaped)


def in_order_of_publication(article: Article) -> tuple[bool, datetime]:
    """Sorts articles by their time of publication; of a day without a time, its beginning. Undated ones come last."""
    published = article.published
    if published is None:
        return True, datetime.min.replace(tzinfo=UTC)
    return False, published if isinstance(published, datetime) else datetime.combine(published, time(), UTC)


def _space_after(text: str) -> str:
    return " " if text and text[-1].isspace() else ""
