"""Bringing an index up to date: the archive's records behind its position, in batches, each committed with it."""

from itertools import islice

from whoosh import index as whoosh_store
from whoosh.index import LockError
from whoosh.writing import SegmentWriter

from newsarchive.archive import Archive, Identity, Position
from newsarchive.article import Article, Record
from newsarchive.errors import SearchError
from newsarchive.search.door import Progress, UpdateReport
from newsarchive.search.whoosh_index.folder import Build, write_position
from newsarchive.search.whoosh_index.schema import document

BATCH = 10_000
"""Records that one commit takes in: what a crash can cost, and what is held in memory."""


def update_build(build: Build, since: Position, archive: Archive, progress: Progress | None) -> UpdateReport:
    """Take in every record behind `since`. Damaged lines are left out and named in the report.

    Raises SearchError while another process updates the same index.
    """
    identity = archive.identity
    damaged: list[str] = []
    records = archive.read(since, on_damage=lambda damage: damaged.append(str(damage)))
    read = indexed = removed = 0
    while batch := list(islice(records, BATCH)):
        latest = {stored.record.id: stored.record for stored in batch}
        added, deleted = _commit(build, identity, latest, batch[-1].end)
        indexed, removed, read = indexed + added, removed + deleted, read + len(batch)
        if progress is not None:
            progress(read)
    return UpdateReport(indexed=indexed, removed=removed, damaged=tuple(damaged))


def _commit(build: Build, identity: Identity, latest: dict[str, Record], end: Position) -> tuple[int, int]:
    """Write one batch; returns how many articles were added or replaced and how many removed."""
    store = whoosh_store.open_dir(str(build.folder))
    try:
        writer = store.writer(limitmb=256)
    except LockError as error:
        raise SearchError(
            f"{build.folder}: another process is updating the index; try again when it has finished"
        ) from error
    try:
        deleted = _delete_old(writer, latest)
        articles = [record for record in latest.values() if isinstance(record, Article)]
        for article in articles:
            writer.add_document(**document(article))
        write_position(build.folder, writer.generation, identity, end)
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    return len(articles), len(deleted - {article.id for article in articles})


def _delete_old(writer: SegmentWriter, latest: dict[str, Record]) -> set[str]:
    """Delete the documents of the ids that are about to be written again, and return those ids."""
    deleted = set()
    with writer.reader() as reader:
        for article_id in latest:
            term = ("id", article_id)
            if term in reader:
                writer.delete_document(reader.postings(*term).id())
                deleted.add(article_id)
    return deleted
