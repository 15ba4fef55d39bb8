"""Assign topics to articles whose stems are known by number, as an index has them."""

from collections.abc import Sequence

import numpy as np

from newsarchive.topics.model import LEAD, Ints, TopicModel


class NumberedStems:
    """The stems of an index by their numbers there, for one model.

    Indexing has split and stemmed an article's words already, so the topics of an article cost only the
    look-up of its stems in the model: some hundredths of a millisecond.
    """

    def __init__(self, model: TopicModel) -> None:
        self._model = model
        self._count = 0
        self._rows: Ints = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        """How many stems have a number."""
        return self._count

    def extend(self, stems: Sequence[str]) -> None:
        """Number further stems, from `len(self)` on. A list of all stems is passed as `stems[len(numbered):]`."""
        if self._count + len(stems) > len(self._rows):
            # Room for as many again, so that adding stems one article at a time stays cheap.
            grown = np.empty(2 * (self._count + len(stems)), dtype=np.int64)
            grown[: self._count] = self._rows[: self._count]
            self._rows = grown
        self._rows[self._count : self._count + len(stems)] = self._model.rows(stems)
        self._count += len(stems)

    def assign(self, title: Sequence[int] | Ints, body: Sequence[int] | Ints) -> tuple[tuple[str, float], ...]:
        """The topics of an article with their confidence, best first, by the numbers of its stems in order.

        They are those of `TopicModel.assign`, without the words. `title` is empty if the title was made from
        the text. Raises IndexError for a number that no stem has.
        """
        rows = self._rows[: self._count]
        titles, lead = (rows[np.asarray(part, dtype=np.int64)] for part in (title, body[:LEAD]))
        found = self._model.assigned(self._model.values(titles, lead))
        return tuple((self._model.topics[column].name, round(confidence, 4)) for column, confidence in found)
