"""The topics of the documents of a build, from words that are known by number already."""

from collections.abc import Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from newsarchive.article import Article
from newsarchive.search.indexing.wordbook import Wordbook
from newsarchive.search.scoring.analysis import has_title
from newsarchive.topics import Meaning, Topics

if TYPE_CHECKING:  # searching doesn't need the model
    from newsarchive.topics.numbered import NumberedStems


class DocumentTopics:
    """Says what `topics` says about articles, for articles whose words are numbers of a wordbook."""

    def __init__(self, topics: Topics, wordbook: Wordbook) -> None:
        self._topics = topics
        self._wordbook = wordbook
        self._stems: list[str] | None = None
        self._numbered: NumberedStems | None = None

    def meaning_of(self, article: Article) -> Meaning:
        """The given topics and the sections of an article."""
        return self._topics.table.meaning(article.topic_names)

    def assigned(self, article: Article, texts: Sequence[Sequence[Sequence[int]]]) -> tuple[str, ...]:
        """The names of the topics that the model assigns to an article with these words in its `searched_texts`."""
        from newsarchive.topics.model import LEAD  # noqa: PLC0415 - see above

        titled = has_title(article)
        words = list(chain.from_iterable(texts[0])) if titled else []
        of_title = len(words)
        words.extend(islice(chain.from_iterable(texts[titled]), LEAD) if len(texts) > titled else ())
        stems = self._wordbook.to_stems(np.array(words, dtype=np.intp))
        numbered = self._up_to_date()
        return tuple(name for name, _ in numbered.assign(stems[:of_title], stems[of_title:]))

    def _up_to_date(self) -> "NumberedStems":
        """The numbered stems of the wordbook. It starts over with another list when it has made room."""
        from newsarchive.topics.numbered import NumberedStems  # noqa: PLC0415 - see above

        stems = self._wordbook.stems
        if self._numbered is None or self._stems is not stems:
            self._stems, self._numbered = stems, NumberedStems(self._topics.model)
        if len(self._numbered) < len(stems):
            self._numbered.extend(stems[len(self._numbered) :])
        return self._numbered
