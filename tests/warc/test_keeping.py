"""Keeping fetched pages: what is kept, what never is, rotation, retention and crashes."""

import gzip
import pickle
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from newsarchive.errors import ArchiveError, ArchiveLocked
from newsarchive.ingest.fetching.record import FetchedRecord
from newsarchive.warc import keeping
from newsarchive.warc.checking import check_pages
from newsarchive.warc.exchange import needed_credentials
from newsarchive.warc.keeping import PageKeeper
from newsarchive.warc.kept_files import files_in, locked
from newsarchive.warc.records import Record, read_records
from tests.articles import start_python
from tests.warc.files import NOW, fetched, page

URL = "https://news.example/1"


class Day:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> Any:
        return self.now


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def keeper(tmp_path: Path, day: Day) -> PageKeeper:
    return PageKeeper(tmp_path, clock=day)


def kept(folder: Path) -> list[Record]:
    """The records of pages that are kept in an archive folder."""
    found = []
    for path in files_in(folder / "warc"):
        with path.open("rb") as file:
            found += [one for one in read_records(file) if isinstance(one, Record) and one.type != "warcinfo"]
    return found


def sound(folder: Path) -> bool:
    damaged: list[str] = []
    check_pages(folder, damaged.append)
    return not damaged


def test_a_page_is_kept_as_warcio_reads_it(tmp_path: Path, keeper: PageKeeper) -> None:
    content = gzip.compress(page(1))
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Set-Cookie", "id=1"), ("ETag", '"x"'))
    record = keeper.keep([fetched(URL, content, headers=headers)])
    file, _, record_id = record.partition("#")
    assert file == "2025-04-21.001.warc.gz"
    with (tmp_path / "warc" / file).open("rb") as stream:
        info, response = [
            (one.rec_type, one.rec_headers, one.http_headers, one.content_stream().read())
            for one in ArchiveIterator(stream, check_digests="raise")
        ]
    kind, warc_headers, http_headers, text = response
    assert (info[0], kind, text) == ("warcinfo", "response", page(1))
    assert warc_headers.get_header("WARC-Record-ID") == f"<{record_id}>"
    assert warc_headers.get_header("WARC-Target-URI") == URL
    assert warc_headers.get_header("WARC-Date") == "2025-04-21T09:30:00.000000Z"
    assert http_headers.get_header("ETag") == '"x"'
    assert http_headers.get_header("Content-Length") == str(len(content))
    assert http_headers.get_header("Set-Cookie") is None


def test_each_record_is_a_gzip_member_of_its_own(tmp_path: Path, keeper: PageKeeper) -> None:
    for number in range(3):
        keeper.keep([fetched(f"{URL}{number}", page(number))])
    (path,) = files_in(tmp_path / "warc")
    content = path.read_bytes()
    with path.open("rb") as file:
        starts = [one.start for one in read_records(file)]
    assert len(starts) == 4
    assert all(gzip.GzipFile(fileobj=BytesIO(content[start:])).read(5) == b"WARC/" for start in starts)


SECRETIVE: list[list[FetchedRecord]] = [
    [fetched(URL, page(1), has_credentials=True)],
    [fetched("https://me:secret@news.example/1", page(1))],
    [fetched(URL, page(1), request_headers=(("Authorization", "Bearer x"),))],
    [fetched(URL, page(1), request_headers=(("Cookie", "id=1"),))],
    [fetched(URL, page(1), request_headers=(("X-Api-Key", "x"),))],
    [fetched("https://other.example/", b"", status=302, has_credentials=True), fetched(URL, page(1))],
    [fetched(f"{URL}?q=geheim", page(1))],
    [fetched(URL, page(1) + b"geheim")],
    [fetched(URL, gzip.compress(page(1) + b"geheim"), headers=(("Content-Encoding", "gzip"),))],
    [fetched(URL, page(1), headers=(("X-Echo", "geheim"),))],
]


@pytest.mark.parametrize("exchanges", SECRETIVE)
def test_nothing_with_credentials_is_kept(tmp_path: Path, exchanges: list[FetchedRecord]) -> None:
    keeper = PageKeeper(tmp_path, secrets=["geheim", ""])
    assert keeper.keep(exchanges) == ""
    assert not (tmp_path / "warc").exists()


@given(name=st.sampled_from(["authorization", "cookie", "x-token", "proxy-authorization", "x"]), upper=st.booleans())
def test_any_unusual_request_header_counts_as_a_credential(name: str, upper: bool) -> None:
    header = (name.upper() if upper else name, "value")
    assert needed_credentials([fetched(URL, b"", request_headers=(("Accept", "*/*"), header))])
    assert not needed_credentials([fetched(URL, b"", request_headers=(("Accept", "*/*"), ("If-None-Match", "x")))])


@pytest.mark.parametrize(
    "exchange",
    [fetched(URL, page(1), status=404), fetched(URL, page(1), is_complete=False), fetched(URL, b"", status=304)],
)
def test_only_complete_pages_are_kept(keeper: PageKeeper, exchange: FetchedRecord) -> None:
    assert keeper.keep([exchange]) == ""
    assert keeper.keep([]) == ""


def test_a_page_over_the_limit_is_not_kept(keeper: PageKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PAGE_LIMIT", 100)
    assert keeper.keep([fetched(URL, page(1))]) == ""


def test_the_same_content_is_a_revisit(tmp_path: Path, keeper: PageKeeper) -> None:
    first = keeper.keep([fetched(URL, page(1))])
    second = keeper.keep([fetched("https://news.example/copy", page(1))])
    # Another process finds the earlier records in the file.
    third = PageKeeper(tmp_path, clock=Day()).keep([fetched(URL, page(1))])
    records = kept(tmp_path)
    assert [one.type for one in records] == ["response", "revisit", "revisit"]
    assert {one.refers_to for one in records[1:]} == {first.partition("#")[2]}
    assert [one.id for one in records] == [one.partition("#")[2] for one in (first, second, third)]
    assert sound(tmp_path)


def test_a_new_file_begins_each_day_and_when_one_is_full(
    tmp_path: Path, keeper: PageKeeper, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FILE_LIMIT", 1_500)
    names = [keeper.keep([fetched(f"{URL}{number}", page(number))]).partition("#")[0] for number in range(4)]
    day.now += timedelta(days=1)
    names.append(keeper.keep([fetched(URL, page(1))]).partition("#")[0])
    assert names == sorted(names)
    assert names[0] == "2025-04-21.001.warc.gz"
    assert names[3] > "2025-04-21.001.warc.gz"
    assert names[-1] == "2025-04-22.001.warc.gz"
    # A revisit never refers to another file, so that a file can be deleted.
    assert kept(tmp_path)[-1].type == "response"


def test_files_are_deleted_when_their_retention_ends(tmp_path: Path, day: Day) -> None:
    keeper = PageKeeper(tmp_path, retention_days=30, clock=day)
    keeper.keep([fetched(URL, page(1))])
    day.now += timedelta(days=30)
    assert keeper.expire() == ()
    day.now += timedelta(days=1)
    keeper.keep([fetched(URL, page(2))])
    assert [path.name for path in files_in(tmp_path / "warc")] == ["2025-05-22.001.warc.gz"]
    day.now += timedelta(days=31)
    assert [path.name for path in keeper.expire()] == ["2025-05-22.001.warc.gz"]


def test_without_retention_nothing_is_deleted(tmp_path: Path, keeper: PageKeeper, day: Day) -> None:
    keeper.keep([fetched(URL, page(1))])
    (tmp_path / "warc" / "notes.txt").write_text("mine")
    day.now += timedelta(days=10_000)
    keeper.keep([fetched(URL, page(2))])
    assert len(files_in(tmp_path / "warc")) == 2


@given(cut=st.integers(1, 300))
def test_a_torn_record_is_cut_off_by_the_next_one(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("torn")
    keeper = PageKeeper(folder, clock=Day())
    keeper.keep([fetched(URL, page(1))])
    keeper.keep([fetched(URL, page(2))])
    (path,) = files_in(folder / "warc")
    path.write_bytes(path.read_bytes()[:-cut])
    assert sound(folder)
    keeper.keep([fetched(URL, page(3))])
    records = kept(folder)
    assert sound(folder)
    assert records[0].target == records[-1].target == URL
    assert page(3) in records[-1].block


def test_a_full_disk_leaves_the_file_as_it_was(
    tmp_path: Path, keeper: PageKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.keep([fetched(URL, page(1))])
    (path,) = files_in(tmp_path / "warc")
    before = path.read_bytes()

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newsarchive.warc.keeping.os.fsync", fail)
    with pytest.raises(ArchiveError, match="No space left"):
        keeper.keep([fetched(URL, page(2))])
    assert path.read_bytes() == before


def test_another_process_is_waited_for(tmp_path: Path) -> None:
    keeper = PageKeeper(tmp_path, wait=0.1)
    keeper.keep([fetched(URL, page(1))])
    with locked(tmp_path / "warc"), pytest.raises(ArchiveLocked, match="kept pages"):
        keeper.keep([fetched(URL, page(2))])


def test_a_keeper_can_be_sent_to_another_process(tmp_path: Path) -> None:
    keeper = pickle.loads(pickle.dumps(PageKeeper(tmp_path, secrets=["geheim"])))
    assert keeper.keep([fetched(URL, page(1) + b"geheim")]) == ""
    assert keeper.keep([fetched(URL, page(1))])


_CHILD = """
import sys
from pathlib import Path
from newsarchive.warc.keeping import PageKeeper
from tests.warc.files import fetched, page
keeper = PageKeeper(Path(sys.argv[1]))
for number in range(20):
    keeper.keep([fetched(f"https://{sys.argv[2]}.example/{number}", page(number))])
"""


def test_several_processes_keep_pages_in_one_folder(tmp_path: Path) -> None:
    children = [start_python(_CHILD, tmp_path, name) for name in "ab"]
    assert [child.wait(60) for child in children] == [0, 0]
    for child in children:
        child.communicate()
    assert sound(tmp_path)
    assert len({one.target for one in kept(tmp_path)}) == 40


def test_a_change_of_any_record_is_damage(tmp_path: Path, keeper: PageKeeper) -> None:
    keeper.keep([fetched(URL, page(1))])
    keeper.keep([fetched(URL, page(1))])
    keeper.keep([fetched(URL, page(2))])
    (path,) = files_in(tmp_path / "warc")
    content = path.read_bytes()
    with path.open("rb") as file:
        starts = [one.start for one in read_records(file)]
    for start in starts[1:]:
        path.write_bytes(content[: start + 60] + b"XXXX" + content[start + 64 :])
        assert not sound(tmp_path)
    # A revisit without its original.
    path.write_bytes(content[: starts[1]] + content[starts[2] :])
    assert not sound(tmp_path)
