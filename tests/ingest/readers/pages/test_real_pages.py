"""Real pages with right answers, in `../shared/cases/pages` beside the repository. Without them, this is skipped."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read

ROOT = Path(__file__).resolve().parents[4]
PAGES = ROOT.parent / "shared" / "cases" / "pages"

pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="the real pages aren't there")


def test_articles_are_read_right() -> None:
    command = [sys.executable, str(ROOT / "bench" / "extraction.py"), str(PAGES)]
    report = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout
    median, mean = map(float, re.findall(r"(?:median|mean) (\d\.\d+)", report))
    assert median >= 0.98, report
    assert mean >= 0.97, report
    assert not re.search(r"(?:title|date|author) (?:wrong|missing|invented)", report), report


def test_pages_in_other_languages_are_refused() -> None:
    for page in (PAGES / "not-arabic").glob("*.html"):
        assert not any(isinstance(result, Article) for result in read(str(page), Defaults())), page
