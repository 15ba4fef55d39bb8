"""`Groups`: which articles belong together. A derived store, kept up to date with the archive.

What is read and how it stays consistent is in `reading`, the files are in `builds`, and each kind of
group is a `Derivation`. docs/stories.md describes the whole.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from newsarchive.archive import Archive
from newsarchive.archive.locks import Held, take_lock
from newsarchive.errors import ArchiveError, GroupsError, describe_fault
from newsarchive.remembered import Remembered
from newsarchive.stories.builds import Builds
from newsarchive.stories.clusters import Stories
from newsarchive.stories.copies import NearCopies
from newsarchive.stories.derivations import Derivation
from newsarchive.stories.following import GroupsFollower
from newsarchive.stories.group_queries import GroupInfo, Kind, read_groups
from newsarchive.stories.numbers import id_of, key_of
from newsarchive.stories.passages import Passages, check, disk_bytes, strays, sweep
from newsarchive.stories.reading import Outdated, Progress, Reading, create_tables, position_of
from newsarchive.stories.reuse import (
    MOST_ARTICLES,
    NOTHING_REUSED,
    Candidate,
    PassageFinder,
    Reused,
    TextToLookUp,
    compare,
)
from newsarchive.stories.story_queries import StoryInfo, largest, last_day, number_of_story, read_stories
from newsarchive.wording import worded

GROUPS_FOLDER = "groups"
"""The name of the store's folder in the archive's folder."""
KINDS: tuple[Callable[[], Derivation], ...] = (NearCopies, Stories)
"""The kinds of groups, in the order in which they are derived. Passages, which need a folder, come after them."""
PASSAGES_FOLDER = "passages"
"""The name of the folder of the index of passages, in that of the store."""
_ATTEMPTS = 3
"""How often an update starts again because of purges meanwhile."""
_MOST_KEPT = 256
"""The most articles of which it is remembered which others share passages with them."""
_NOT_DAMAGE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Copy(NamedTuple):
    """One of several near copies. `source` is the key of its source's name (`arabic.names.name_key`), and
    `published` its moment of publication in seconds since 1970, or None."""

    id: str
    source: str
    published: int | None


class GroupsStatus(NamedTuple):
    """Counts of the store: the articles that are shown, those that have near copies, and the groups of these.

    `told` are the articles in stories of several reports, which are `stories`.
    """

    articles: int
    copied: int
    copy_groups: int
    told: int
    stories: int
    size_bytes: int


class Groups:
    """The groups of an archive's articles, in the folder `groups` of the archive. Thread-safe.

    Reading never fails: if there is no database yet, or it is damaged or can't be opened, no groups are known.
    """

    def __init__(self, archive: Archive, kinds: Sequence[Callable[[], Derivation]] = KINDS) -> None:
        self._archive = archive
        self._builds = Builds(archive.folder / GROUPS_FOLDER)
        self._passages = self._builds.folder / PASSAGES_FOLDER
        self._kinds: tuple[Callable[[], Derivation], ...] = (*kinds, partial(Passages, self._passages))
        self._finder = PassageFinder(self._passages)
        self._lock = threading.Lock()
        self._opened: tuple[Path, sqlite3.Connection] | None = None
        self._reported = ""
        self._known_candidates = Remembered[tuple[str, int], Sequence[Candidate]](_MOST_KEPT)

    def update(self, progress: Progress | None = None, *, wait: float = 0.0) -> int:
        """Read the archive's new lines. Returns the number of articles read.

        A store that is missing, damaged, or of another state of the archive is rebuilt. Raises GroupsError if
        another process is still updating it after `wait` seconds, or if it can't be written.
        """
        if self._is_current():
            return 0
        with self._writing(wait):
            return self._retried(lambda: self._follow(progress))

    def rebuild(self, progress: Progress | None = None, *, wait: float = 0.0) -> int:
        """Read the whole archive into a new database. Returns and raises the same as `update`."""
        with self._writing(wait):
            return self._retried(lambda: self._build(progress))

    @contextmanager
    def following(self, *, rebuilds: bool = False) -> Iterator[GroupsFollower | None]:
        """Take in what an index reads within the block: pass the follower on to it.

        With `rebuilds`, into a new database. It is None if there is nothing to read, or if another process is
        updating the groups. Only when the block ends, `is_complete` says whether nothing is left to do; otherwise
        call `update` or `rebuild`. Raises nothing of its own.
        """
        if not rebuilds and self._is_current():
            yield None
            return
        follower = None
        is_read = False
        try:
            with ExitStack() as held:
                with ExitStack() as stack:
                    follower = self._begin_following(held, stack, rebuilds=rebuilds)
                    yield follower
                    is_read = True
                    if follower is not None:
                        follower.finish()
                # Only now is a new database the current one, whose files stay.
                if follower is not None:
                    self._sweep()
        except Exception as error:
            if not is_read:
                raise
            _log.info("the groups of articles are read again: %s", describe_fault(error))
        else:
            if follower is not None:
                follower.is_complete = True

    def _begin_following(self, held: ExitStack, stack: ExitStack, *, rebuilds: bool) -> GroupsFollower | None:
        """A follower whose database is open in the stack, while the lock is held; None if there can't be one."""
        try:
            self._builds.folder.mkdir(exist_ok=True)
            held.enter_context(take_lock(self._builds.lock_file, 0))
            self._builds.delete_others()
            path = self._builds.current()
            kinds = [kind() for kind in self._kinds]
            identity = self._archive.identity
            if rebuilds or path is None or not path.exists():
                database = stack.enter_context(self._builds.rebuilding())
                create_tables(database, kinds, identity)
            else:
                database = stack.enter_context(self._builds.writing(path))
            position = position_of(database, kinds, self._archive)
            check(database, self._passages)
            return GroupsFollower(Reading(self._archive, database, kinds), position, identity)
        # Whatever it is, an update repairs it, or says what is wrong.
        except (Held, sqlite3.Error, OSError, UnicodeError, Outdated):
            stack.close()
            held.close()
            return None

    def delete(self) -> None:
        """Delete the store, which the next update rebuilds. Raises OSError."""
        self.close()
        if self._builds.folder.is_dir():
            self._builds.delete()
            sweep(None, self._passages)

    def _is_current(self) -> bool:
        """Whether there is nothing to read. This writes nothing, so it works in a read-only folder too."""
        kinds = [kind() for kind in self._kinds]

        def read(database: sqlite3.Connection) -> bool:
            with suppress(Outdated):
                check(database, self._passages)
                is_at_end = position_of(database, kinds, self._archive) == self._archive.end()
                return is_at_end and not strays(database, self._passages)
            return False

        return self._read(read, nothing=False)

    @contextmanager
    def _writing(self, wait: float) -> Iterator[None]:
        folder = self._builds.folder
        try:
            folder.mkdir(exist_ok=True)
            lock = take_lock(self._builds.lock_file, wait)
        except Held as held:
            raise GroupsError(
                worded(
                    "{folder}: process {holder} is updating the groups of articles", folder=folder, holder=held.holder
                )
            ) from held
        except OSError as error:
            raise GroupsError(
                worded("{folder}: the groups of articles can't be written: {error}", folder=folder, error=error)
            ) from error
        with lock:
            try:
                # What a killed rebuild left may have the rows of an article that was purged since.
                self._builds.delete_others()
                yield
                self._sweep()
            except (sqlite3.Error, OSError, UnicodeError, Outdated) as error:
                raise GroupsError(
                    worded("{folder}: the groups of articles can't be written: {error}", folder=folder, error=error)
                ) from error

    def _sweep(self) -> None:
        """Delete the files of passages that are no longer in use."""
        if (path := self._builds.current()) is not None:
            with closing(self._builds.open_for_reading(path)) as database:
                sweep(database, self._passages)

    def _retried(self, work: Callable[[], int]) -> int:
        for _ in range(_ATTEMPTS):
            with suppress(Outdated):
                return work()
        raise Outdated(worded("the archive is being purged"))

    def _follow(self, progress: Progress | None) -> int:
        path = self._builds.current()
        if path is None or not path.exists():
            return self._build(progress)
        try:
            with self._builds.writing(path) as database:
                kinds = [kind() for kind in self._kinds]
                position_of(database, kinds, self._archive)
                check(database, self._passages)
                return Reading(self._archive, database, kinds).run(progress)
        except Outdated:
            return self._build(progress)
        except (sqlite3.Error, UnicodeError) as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_DAMAGE:
                raise
            _log.warning("%s is damaged and is rebuilt: %s", path, error)
            return self._build(progress)

    def _build(self, progress: Progress | None) -> int:
        kinds = [kind() for kind in self._kinds]
        with self._builds.rebuilding() as database:
            create_tables(database, kinds, self._archive.identity)
            return Reading(self._archive, database, kinds).run(progress)

    def copies_of(self, article_id: str) -> tuple[Copy, ...]:
        """The articles that are a pair with this one, in order of publication; undated ones come last.

        Its group (`groups_of`) may have more: near copies of these.
        """
        select = """
            SELECT articles.id, articles.source, articles.published
            FROM articles AS asked JOIN copies_pairs USING (number)
            JOIN articles ON articles.number = copies_pairs.other
            WHERE asked.id = ? ORDER BY articles.published IS NULL, articles.published, articles.number
        """
        hidden = self._hidden()
        nothing: list[tuple[str, str, int | None]] = []
        rows = self._read(lambda database: database.execute(select, (key_of(article_id),)).fetchall(), nothing)
        copies = (Copy(id_of(key), source, published) for key, source, published in rows)
        return () if article_id in hidden else tuple(copy for copy in copies if copy.id not in hidden)

    def groups_of(self, article_ids: Collection[str], kind: Kind = "copies") -> Mapping[str, GroupInfo]:
        """The group of each of some articles. Articles that are in no group of this kind are left out."""
        hidden = self._hidden()
        shown = [article_id for article_id in article_ids if article_id not in hidden]
        return self._read(lambda database: read_groups(database, kind, shown, hidden), {})

    def passages_in(self, text: str, limit: int = MOST_ARTICLES) -> Reused:
        """The articles that have passages of a text, the earliest first. See `Reused`."""
        looked_up = TextToLookUp(text)
        return self._compared(looked_up, self._candidates(looked_up, ()), limit)

    def passages_elsewhere(self, article_id: str, limit: int = MOST_ARTICLES) -> Reused:
        """The articles, other than its near copies, that share passages with an article.

        Raises ArticleNotFound if the article is unknown or withdrawn.
        """
        article = self._archive.get(article_id)
        text, key, state = TextToLookUp(article.body), (article.id, article.revision), self._state()
        candidates = self._known_candidates.get(key, state)
        if candidates is None:
            candidates = self._candidates(text, (article_id,))
            # Without a state, the groups couldn't be read.
            if state[1] is not None and len(candidates) <= MOST_ARTICLES:
                self._known_candidates.keep(key, state, candidates)
        return self._compared(text, candidates, limit)

    def _candidates(self, text: TextToLookUp, without: Collection[str]) -> Sequence[Candidate]:
        nothing: list[Candidate] = []
        return self._read(lambda database: self._finder.candidates(database, text, without=without), nothing)

    def _compared(self, text: TextToLookUp, candidates: Sequence[Candidate], limit: int) -> Reused:
        hidden = self._hidden()
        shown = [found for found in candidates if found.id not in hidden]
        return compare(self._archive, text, shown, limit) if shown else NOTHING_REUSED

    def state(self) -> Hashable:
        """A value that is another one whenever the groups may have changed."""
        return self._state()

    def _state(self) -> tuple[Path | None, tuple[int, str, int] | None]:
        """The database in use, and how far it has read the archive; None if it can't be read."""
        select = 'SELECT generation, part, "offset" FROM meta'
        nothing: tuple[int, str, int] | None = None
        row = self._read(lambda database: database.execute(select).fetchone(), nothing)
        return self._builds.current(), row

    def story_of(self, article_id: str) -> str | None:
        """The id of the story that an article is in. None for an unknown or undated article.

        An article that is alone is a story of its own.
        """
        story = self.story(article_id)
        return None if story is None else story.id

    def story(self, story_id: str) -> StoryInfo | None:
        """The story with this id, or with this article: an id that a story had stays good. None if there is none."""
        hidden = self._hidden()

        def read(database: sqlite3.Connection) -> StoryInfo | None:
            number = number_of_story(database, story_id)
            return None if number is None else read_stories(database, (number,), hidden).get(number)

        return None if story_id in hidden else self._read(read, None)

    def stories(self, date_from: date, date_to: date, limit: int = 20) -> tuple[StoryInfo, ...]:
        """The stories with most reports from one day to another, both included; those of several reports.

        The one with the latest report of these days comes first among equally large ones.
        """
        hidden = self._hidden()

        def read(database: sqlite3.Connection) -> tuple[StoryInfo, ...]:
            numbers = largest(database, date_from.toordinal(), date_to.toordinal(), limit)
            found = read_stories(database, numbers, hidden)
            return tuple(found[number] for number in numbers if number in found)

        return self._read(read, ())

    def last_day(self, until: date) -> date | None:
        """The last day with a story of several reports, up to a day. None if there is none."""
        day = self._read(lambda database: last_day(database, until.toordinal()), None)
        return None if day is None else date.fromordinal(day)

    def status(self) -> GroupsStatus | None:
        """Counts and size of the store; None if there is none."""
        select = """
            SELECT (SELECT count(*) FROM articles WHERE NOT withdrawn),
                (SELECT count(*) FROM copies_groups), (SELECT count(DISTINCT first) FROM copies_groups),
                ifnull(sum(members), 0), count(*)
            FROM (SELECT count(*) AS members FROM stories_members GROUP BY story HAVING members > 1)
        """
        row = self._read(lambda database: database.execute(select).fetchone(), None)
        path = self._builds.current()
        if row is None or path is None:
            return None
        with suppress(OSError):
            size = path.stat().st_size + disk_bytes(self._passages)
            articles, copied, copy_groups, told, stories = row
            return GroupsStatus(articles, copied, copy_groups, told, stories, size)
        return None

    def _hidden(self) -> frozenset[str]:
        """The articles that were purged since the database was built, which the purge is about to rebuild."""
        select = "SELECT archive, generation FROM meta"
        row = self._read(lambda database: database.execute(select).fetchone(), None)
        with suppress(ArchiveError):
            identity = self._archive.identity
            if row is not None and row != (identity.archive, identity.generation):
                return self._archive.purged_since(row[1])
        return frozenset()

    def _read(self, read: Callable[[sqlite3.Connection], _Result], nothing: _Result) -> _Result:
        with self._lock:
            try:
                database = self._database()
                return nothing if database is None else read(database)
            except (sqlite3.Error, UnicodeError) as error:
                self._close()
                if str(error) != self._reported:
                    self._reported = str(error)
                    _log.warning("%s can't be read, so no groups are known: %s", self._builds.folder, error)
                return nothing

    def _database(self) -> sqlite3.Connection | None:
        """The database in use, which may have been replaced since the last call."""
        path = self._builds.current()
        if self._opened is not None and self._opened[0] == path:
            return self._opened[1]
        self._close()
        if path is None:
            return None
        database = self._builds.open_for_reading(path)
        self._opened = path, database
        return database

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None
