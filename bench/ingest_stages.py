"""Run a `newsarchive` command and print how much CPU time each of its stages took, as JSON.

    python bench/ingest_stages.py ingest FILE --archive FOLDER

`bench/ingest.py` uses it. Samples are taken every two milliseconds of CPU time and belong to the
innermost function that is listed here. So the stages add up to the whole, at no cost worth
mentioning, and what happens in functions that a stage calls, such as a digest, counts for the stage.
"""

import contextlib
import io
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from types import FrameType

from newsarchive.cli import main

EVERY = 0.002
STAGES = {
    "read: lines, JSON": ("jsonl.py:read_lines", "jsonl.py:_parse"),
    "read: fields": ("jsonl.py:_read_forms", "fields.py:draft_of"),
    "read: clean, language, id": ("draft.py:build_article",),
    "read: date": ("draft.py:_date_of",),
    "store: decide": ("pipeline.py:Pipeline._take_all",),
    "store: look up in the catalogue": ("catalogue.py:Catalogue._look",),
    "store: write and sync": ("writer.py:ArchiveWriter.append", "writer.py:ArchiveWriter.__enter__"),
    "store: write the catalogue": ("catalogue.py:Catalogue.catch_up",),
    "index: read lines": ("lines.py:decode_line", "store.py:Archive._read_part", "limits.py:bounded_record"),
    "index: split into words": ("wordbook.py:Wordbook.read_lines", "wordbook.py:Wordbook.read"),
    "index: new words, fold and stem": ("wordbook.py:Wordbook.number_of_run",),
    "index: other fields": ("archive_ranges.py:index_range", "document.py:document"),
    "index: assigned topics": ("document_topics.py:DocumentTopics.assigned",),
    "index: invert and write": ("segment_builder.py:SegmentBuilder.write",),
    "index: commit and merge": ("update.py:Update._take_in", "update.py:Update._merge"),
    "groups: words as digests": ("numbered.py:NumberedFeatures.read", "features.py:FeatureReader.read"),
    "groups: copies": ("copies.py:NearCopies.flush",),
    "groups: stories": ("clusters.py:Stories.flush",),
    "groups: passages": ("passages.py:Passages.flush",),
    "groups: rows and commit": ("reading.py:Reading.commit", "reading.py:Reading.run"),
}
"""Stage -> the functions in which it begins, as the name of the file and that of the function."""
START = "start, report and everything else"
_OF_FUNCTION = {function: stage for stage, functions in STAGES.items() for function in functions}


def stage_of(frame: FrameType | None) -> str:
    """The stage of the innermost function that is listed."""
    while frame is not None:
        code = frame.f_code
        name = f"{code.co_filename.rpartition('/')[2]}:{code.co_qualname}"
        if name in _OF_FUNCTION:
            return _OF_FUNCTION[name]
        frame = frame.f_back
    return START


@contextlib.contextmanager
def sampled(samples: Counter[str]) -> Iterator[None]:
    """Count the stages that are seen within the block."""
    signal.signal(signal.SIGPROF, lambda _signal, frame: samples.update((stage_of(frame),)))
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def run() -> None:
    """Run the command of the arguments."""
    samples: Counter[str] = Counter()
    with sampled(samples), contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        main()
    seconds = time.process_time() / samples.total()
    print(json.dumps({stage: samples[stage] * seconds for stage in (*STAGES, START)}))


if __name__ == "__main__":
    sys.argv[0] = "newsarchive"
    run()
