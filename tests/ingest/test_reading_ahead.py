import gzip
import json
import os
import signal
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from newsarchive.errors import IngestError
from newsarchive.ingest.draft import Cut, Defaults, OnCut
from newsarchive.ingest.locations import Result, read
from newsarchive.ingest.reading_ahead import read_ahead
from newsarchive.limits import TITLE

DEFAULTS = Defaults(source="وكالة", topics=("علوم",))


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Articles, lines that can't be read, and one that is cut."""
    path = tmp_path / "news.jsonl"
    forms = [{"title": f"خبر رقم {number}", "text": f"نص الخبر {number}\nفقرة"} for number in range(130)]
    forms.insert(60, {"title": "كلمة " * TITLE, "text": "نص"})
    written = [json.dumps(form, ensure_ascii=False) for form in forms]
    written[10:10] = ['{"title": "مبتور', '{"id": 3}', "", '{"text": "س", "text": "نص مكرر", "n": NaN}']
    path.write_text("\n".join(written), encoding="utf-8")
    return path


def outcome(items: Iterator[Result]) -> list[object]:
    return [(type(item), str(item)) if isinstance(item, IngestError) else item for item in items]


def here(paths: list[str], on_cut: OnCut) -> Iterator[Result]:
    for path in paths:
        yield from read(path, DEFAULTS, on_cut=on_cut)


def test_everything_arrives_as_if_it_was_read_here(lines: Path, tmp_path: Path) -> None:
    packed = tmp_path / "damaged.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.read_bytes())[:-200])
    paths = [str(lines), str(tmp_path / "missing.jsonl"), "ftp://example.com/", str(packed)]
    cuts: list[Cut] = []
    cuts_here: list[Cut] = []
    found = outcome(read_ahead(paths, DEFAULTS, on_cut=cuts.append))
    assert found == outcome(here(paths, cuts_here.append))
    assert cuts == cuts_here
    assert len(cuts) >= 1
    assert sum(isinstance(one, tuple) for one in found) >= 5
    assert len(found) > 130


def test_a_cut_is_reported_before_its_article(lines: Path) -> None:
    seen: list[str] = []
    for item in read_ahead([str(lines)], DEFAULTS, on_cut=lambda cut: seen.append("cut")):
        assert not isinstance(item, IngestError) or item.origin.startswith(str(lines))
        seen.append("item")
        if "cut" in seen:
            break
    # 10 articles, 3 errors and 50 more articles are before it.
    assert seen.index("cut") == len(seen) - 2


def test_the_process_ends_when_the_reading_is_given_up(lines: Path) -> None:
    items = read_ahead([str(lines)], DEFAULTS)
    next(items)
    assert active_children()
    items.close()  # type: ignore[attr-defined]
    assert not active_children()


def test_a_killed_process_is_an_error_after_what_it_sent(tmp_path: Path) -> None:
    endless = tmp_path / "long.jsonl"
    line = json.dumps({"title": "خبر", "text": "نص طويل " * 2_000}, ensure_ascii=False) + "\n"
    endless.write_text(line * 3_000, encoding="utf-8")
    items = read_ahead([str(endless)], DEFAULTS)
    next(items)
    (process,) = active_children()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    *others, last = items
    assert len(others) < 2_999
    assert not any(isinstance(other, IngestError) for other in others)
    assert isinstance(last, IngestError)
    assert "--workers 1" in last.reason


def test_an_unknown_format_is_raised_here(lines: Path) -> None:
    with pytest.raises(ValueError, match="no-such-format"):
        list(read_ahead([str(lines)], DEFAULTS, format="no-such-format"))
