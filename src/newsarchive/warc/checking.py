"""Checks every record of the kept pages."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsarchive.warc.kept_files import FOLDER, files_in
from newsarchive.warc.records import Damage, digest_differs, read_records
from newsarchive.wording import worded

OnDamage = Callable[[str], None]
"""Called with each damaged record: its file and id, and what is wrong."""


@dataclass(frozen=True, slots=True)
class KeptReport:
    """The number of files, of intact pages and of damaged records."""

    files: int = 0
    pages: int = 0
    damaged: int = 0


def check_pages(archive_folder: Path, on_damage: OnDamage) -> KeptReport:
    """Read every record, with its checksum and its digests. A revisit must have its original in the same file.

    A torn last record of the last file is no damage: no article refers to it, and the next page replaces it.
    """
    files = files_in(archive_folder / FOLDER)
    pages = damaged = 0
    for path in files:
        ids: set[str] = set()
        with path.open("rb") as file:
            for record in read_records(file):
                if isinstance(record, Damage):
                    problem = "" if record.is_torn and path == files[-1] else record.reason
                elif record.type == "revisit" and record.refers_to not in ids:
                    problem = worded("the record with its content is missing")
                elif record.type == "response" and digest_differs(record.payload_digest, _payload(record.block)):
                    problem = worded("its content was changed: it does not have the digest in its header")
                else:
                    problem = ""
                    ids.add(record.id)
                    pages += record.type in {"response", "revisit"}
                    continue
                if problem:
                    damaged += 1
                    name = record.name if isinstance(record, Damage) else record.id
                    on_damage(f"{path}#{name}: {problem}")
    return KeptReport(len(files), pages, damaged)


def _payload(block: bytes) -> bytes:
    return block.partition(b"\r\n\r\n")[2]
