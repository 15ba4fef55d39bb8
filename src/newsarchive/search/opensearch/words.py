"""The words of all articles, loaded from the cluster into memory for corrections and completions."""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from newsarchive.search.language.foreign.sounds import Skeletons
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.state import Run
from newsarchive.search.opensearch.word_runs import Change, read_run
from newsarchive.search.scoring.arrays import IntArray

_AT_ONCE = 50_000
"""How many words are taken apart at once: it needs a hundred bytes for each."""
_AFTER_ALL_WORDS = b"\xff"
"""No UTF-8 text begins with it."""


class ClusterWords:
    """The words of one generation in byte order, with the exact number of articles that have each."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._words = [word for word, _ in changes]
        self._counts = np.array([count for _, count in changes], dtype=np.int32)
        starts = range(0, max(1, len(self._words)), _AT_ONCE)
        self._skeletons = Skeletons.in_order(
            [Skeletons.of(self._words[start : start + _AT_ONCE], start) for start in starts]
        )

    @property
    def identity(self) -> object:
        """This object: its words never change."""
        return self

    def __len__(self) -> int:
        """The number of words."""
        return len(self._words)

    def terms(self, start: int, stop: int) -> list[bytes]:
        """The words numbered `[start, stop)`."""
        return self._words[start:stop]

    def term(self, number: int) -> bytes:
        """One word."""
        return self._words[number]

    def skeletons(self) -> Skeletons:
        """The skeletons of the words in order."""
        return self._skeletons

    def document_frequency(self, number: int) -> int:
        """The number of articles with a word."""
        return int(self._counts[number])

    def document_frequencies(self, start: int, stop: int) -> IntArray:
        """The numbers of articles with the words numbered `[start, stop)`."""
        return self._counts[start:stop]

    def articles_with(self, word: str) -> int:
        """The number of articles with a word, which may not occur."""
        text = word.encode(errors="replace")
        number = bisect_left(self._words, text)
        return int(self._counts[number]) if number < len(self) and self._words[number] == text else 0

    def most_frequent(self, prefix: str, count: int) -> list[tuple[str, int]]:
        """The most frequent words with a prefix, with their numbers of articles; ties in byte order."""
        text = prefix.encode(errors="replace")
        start, stop = bisect_left(self._words, text), bisect_left(self._words, text + _AFTER_ALL_WORDS)
        numbers = start + np.argsort(-self._counts[start:stop], kind="stable")[:count]
        return [(self._words[number].decode(), int(self._counts[number])) for number in numbers.tolist()]


class LiveWords:
    """Words some of which only `hidden` articles may have, which were purged: those are looked up before they are told.

    `count` returns how many articles that aren't hidden have each word.
    """

    def __init__(self, words: ClusterWords, hidden: int, count: Callable[[Sequence[str]], Sequence[int]]) -> None:
        self._words = words
        self._hidden = hidden
        self._count = count

    @property
    def identity(self) -> object:
        """The words, which are the same whatever is hidden."""
        return self._words

    def __len__(self) -> int:
        """The number of words."""
        return len(self._words)

    def terms(self, start: int, stop: int) -> list[bytes]:
        """The words numbered `[start, stop)`."""
        return self._words.terms(start, stop)

    def term(self, number: int) -> bytes:
        """One word."""
        return self._words.term(number)

    def skeletons(self) -> Skeletons:
        """The skeletons of the words in order."""
        return self._words.skeletons()

    def document_frequency(self, number: int) -> int:
        """The number of articles with a word; it may count hidden ones, but is 0 if there are no others."""
        found = self._words.document_frequency(number)
        return found if found > self._hidden else self._count([self._words.term(number).decode()])[0]

    def document_frequencies(self, start: int, stop: int) -> IntArray:
        """The numbers of articles with the words numbered `[start, stop)`, including hidden ones."""
        return self._words.document_frequencies(start, stop)

    def most_frequent(self, prefix: str, count: int) -> list[tuple[str, int]]:
        """The most frequent words with a prefix that articles have which aren't hidden."""
        considered = count
        while True:
            listed = self._words.most_frequent(prefix, considered)
            live = dict(zip(rare, self._count(rare), strict=True)) if (rare := self._rare(listed)) else {}
            counted = [(word, live.get(word, articles)) for word, articles in listed]
            found = [(word, articles) for word, articles in counted if articles]
            if len(found) >= count or len(listed) < considered:
                return sorted(found, key=lambda pair: (-pair[1], pair[0].encode()))[:count]
            considered *= 2

    def _rare(self, listed: Sequence[tuple[str, int]]) -> list[str]:
        return [word for word, articles in listed if articles <= self._hidden]


class WordLoader:
    """Loads the words of a build in a thread. Runs that it has read before aren't read again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[str, list[Change]] = {}
        self._lock = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None

    def begin(self, index: str, runs: Sequence[Run]) -> "Future[ClusterWords]":
        """Begin to load the words of these runs in the index of a state."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="words")
        return self._thread.submit(self._load, index, runs)

    def _load(self, index: str, runs: Sequence[Run]) -> ClusterWords:
        with self._lock:
            # In place of the runs before: a merged run has their words.
            self._read = {
                run.name: self._read.get(run.name) or list(read_run(self._connection, index, run)) for run in runs
            }
            read = list(self._read.values())
        if len(read) == 1:
            return ClusterWords(read[0])
        counts: Counter[bytes] = Counter()
        for changes in read:
            for word, change in changes:
                counts[word] += change
        return ClusterWords(sorted((word, count) for word, count in counts.items() if count > 0))

    def close(self) -> None:
        """End the thread. It begins again when it is needed."""
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._thread = None
