"""The wheel: what a person installs carries templates and static files, and serves a page with them."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

RENDER = """
import pathlib, sys
import newsarchive
from newsarchive.config import Config
from newsarchive.library import open_library
from newsarchive.web import create_app

assert pathlib.Path(newsarchive.__file__).is_relative_to(sys.argv[1]), newsarchive.__file__
with open_library(Config(archive=pathlib.Path(sys.argv[2])), create=True) as library:
    library.update_index()
    client = create_app(library).test_client()
    compiled = pathlib.Path(newsarchive.__file__).parent / "locales/ar/LC_MESSAGES/newsarchive.mo"
    before = compiled.stat().st_mtime_ns  # the wheel has it
    page = client.get("/")
    assert "ابحث في الأرشيف" in page.text
    assert compiled.stat().st_mtime_ns == before
    assert page.status_code == 200, page.status
    sheet = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    assert client.get(sheet.replace("&amp;", "&")).status_code == 200, sheet
"""


@pytest.mark.long
def test_the_wheel_renders_a_page(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    installed = tmp_path / "installed"
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path / "wheels", ROOT], check=True)
    (wheel,) = (tmp_path / "wheels").glob("newsarchive-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", installed, wheel], check=True)
    # -S leaves out what this environment points to by itself: the checkout, which is installed as editable here.
    paths = os.pathsep.join([str(installed), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    command = [sys.executable, "-S", "-c", RENDER, str(installed), str(tmp_path / "archive")]
    subprocess.run(command, check=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": paths})
