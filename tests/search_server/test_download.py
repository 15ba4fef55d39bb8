"""Getting the server: from a Maven that only looks like one."""

import socket
import stat
import sys
from pathlib import Path

import pytest

from tests.search_server import download
from tests.search_server.cluster import Cluster, free_ports
from tests.search_server.download import VERSION, NoServer, cache_folder, get_server, java_home

MAVEN = f"""#!{sys.executable}
import pathlib, sys, zipfile
options = dict(one[2:].split("=", 1) for one in sys.argv if one.startswith("-D"))
assert "--strict-checksums" in sys.argv
folder = pathlib.Path(options["outputDirectory"])
folder.mkdir(exist_ok=True)
if "dependency:copy" in sys.argv:
    with zipfile.ZipFile(folder / "opensearch.zip", "w") as packed:
        packed.writestr("opensearch-{VERSION}/bin/opensearch", "#!/bin/sh\\nexit 1\\n")
        packed.writestr("opensearch-{VERSION}/config/jvm.options", "-Xms1g\\n-Xmx1g\\n")
        packed.writestr("opensearch-{VERSION}/modules/transport/x.jar", "")
else:
    assert "<artifactId>lang-painless</artifactId><version>{VERSION}</version>" in pathlib.Path("pom.xml").read_text()
    for name in ("lang-painless-{VERSION}.jar", "asm-9.jar", "analysis-common-{VERSION}.jar"):
        (folder / name).touch()
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder with programs, besides those of the system's basics."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv(download.HOME_VARIABLE, raising=False)
    return folder


def test_the_server_and_its_modules_are_put_together(path: Path, tmp_path: Path) -> None:
    program(path / "mvn", MAVEN)
    home = get_server(tmp_path / "cache")
    assert {one.name for one in (home / "modules").iterdir()} == {"transport", "lang-painless", "analysis-common"}
    painless = {one.name for one in (home / "modules" / "lang-painless").iterdir()}
    assert painless == {
        f"lang-painless-{VERSION}.jar",
        "asm-9.jar",
        "plugin-descriptor.properties",
        "plugin-security.policy",
    }
    analysis = (home / "modules" / "analysis-common" / "plugin-descriptor.properties").read_text(encoding="ascii")
    assert "extended.plugins=lang-painless\n" in analysis
    # Another user than the one who downloaded it runs it.
    assert stat.S_IMODE((home / "bin" / "opensearch").stat().st_mode) == 0o755
    assert stat.S_IMODE((home / "config" / "jvm.options").stat().st_mode) == 0o644
    (path / "mvn").unlink()
    assert get_server(tmp_path / "cache") == home


def test_a_failed_download_leaves_nothing_and_says_what_maven_said(path: Path, tmp_path: Path) -> None:
    program(path / "mvn", f"#!{sys.executable}\nimport sys\nprint('[ERROR] Checksum validation failed')\nsys.exit(1)\n")
    with pytest.raises(NoServer, match=rf"can't download OpenSearch {VERSION}:\n\[ERROR\] Checksum validation failed"):
        get_server(tmp_path / "cache")
    assert {one.name for one in (tmp_path / "cache").iterdir()} == {"LOCK"}


def test_a_missing_maven_is_named(path: Path, tmp_path: Path) -> None:
    with pytest.raises(NoServer, match="apt install maven"):
        get_server(tmp_path / "cache")


def test_an_unpacked_server_can_be_used(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(download.HOME_VARIABLE, str(tmp_path))
    with pytest.raises(NoServer, match="OPENSEARCH_HOME: there is no OpenSearch server in"):
        get_server()
    program(tmp_path / "bin" / "opensearch", "")
    assert get_server() == tmp_path


def test_a_missing_java_is_named(path: Path) -> None:
    with pytest.raises(NoServer, match="apt install default-jre-headless"):
        java_home()


@pytest.mark.parametrize(
    ("version", "is_right"), [("1.8.0_392", False), ("11.0.2", False), ("17.0.9", True), ("21", True), ("24", False)]
)
def test_java_must_be_one_that_runs_the_server(path: Path, tmp_path: Path, version: str, is_right: bool) -> None:
    said = f"print('openjdk version \"{version}\" 2024-01-01', file=__import__('sys').stderr)"
    program(path / "java", f"#!{sys.executable}\n{said}\n")
    if is_right:
        assert java_home() == tmp_path
    else:
        with pytest.raises(NoServer, match=r"needs Java 17 to 23, but .*/java is \d+; set JAVA_HOME"):
            java_home()


def test_the_cache_is_not_in_the_home_of_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "/root")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert not cache_folder().is_relative_to("/root")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "newsarchive" / "search-server"


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NoServer, match=f"the port {port} is taken"):
            Cluster(tmp_path, tmp_path / "nodes", [port, *free_ports(1)]).start()


def test_a_node_that_ends_is_reported_with_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.search_server.cluster.java_home", lambda: tmp_path)
    monkeypatch.setattr("tests.search_server.cluster._as_nobody", list)
    program(tmp_path / "bin" / "opensearch", "#!/bin/sh\necho 'bootstrap checks failed'\nexit 78\n")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jvm.options").write_text("-Xms1g\n-Xmx1g\n-Xlog:gc*:file=gc.log\n-XX:+UseG1GC\n")
    cluster = Cluster(tmp_path, tmp_path / "nodes", free_ports(4), heap="256m")
    with pytest.raises(NoServer, match="node-1 has ended:\nbootstrap checks failed"), cluster:
        pass
    config = tmp_path / "nodes" / "node-2" / "config"
    assert (config / "jvm.options").read_text().split() == ["-XX:+UseG1GC", "-Xms256m", "-Xmx256m"]
    assert "network.host: 127.0.0.1\n" in (config / "opensearch.yml").read_text()
