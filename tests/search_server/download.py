"""Get the server from Maven Central, through `mvn`, which checks the sums of what it downloads.

Maven Central has the server as it is used for testing plugins, with one module. Two more modules are
put next to it, from their jars.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = "2.19.6"
"""The version that newsarchive is tested with."""
JAVA = range(17, 24)
"""Major versions of Java that run it. Java 24 lacks the security manager that OpenSearch 2 needs."""
HOME_VARIABLE = "OPENSEARCH_HOME"
"""The environment variable with the folder of an unpacked server to use instead."""

_ARTIFACT = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
_MODULES = {
    "lang-painless": "org.opensearch.painless.PainlessPlugin",
    "analysis-common": "org.opensearch.analysis.common.CommonAnalysisPlugin",
}
_JARS = (
    "lang-painless", "opensearch-scripting-painless-spi", "antlr4-runtime", "asm", "asm-analysis", "asm-commons",
    "asm-tree", "asm-util", "analysis-common",
)  # fmt: skip
_POM = """<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>newsarchive</groupId><artifactId>search-server</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>{dependencies}</dependencies>
</project>
"""
_DESCRIPTOR = """description={name}
version={version}
name={name}
classname={class_name}
java.version=11
opensearch.version={version}
extended.plugins={extended}
has.native.controller=false
"""
_POLICY = """grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
};
"""


class NoServer(Exception):
    """The server can't be downloaded or run here. The message says what is missing, and how to get it."""


def cache_folder() -> Path:
    """The folder that servers are unpacked into. Root's home wouldn't do: the server runs as another user."""
    if os.geteuid() == 0:
        return Path("/var/cache/newsarchive/search-server")
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "newsarchive", "search-server")


def java_home() -> Path:
    """The folder of a Java that runs the server. Raises NoServer."""
    configured = os.environ.get("JAVA_HOME")
    java = Path(configured, "bin", "java") if configured else shutil.which("java")
    if java is None or not os.access(java, os.X_OK):
        raise NoServer("Java is missing: install Java 17, on Debian with: apt install default-jre-headless")
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', answer)
    if version is None or int(version[1]) not in JAVA:
        found = version[1] if version else "an unknown version"
        raise NoServer(f"OpenSearch {VERSION} needs Java {JAVA[0]} to {JAVA[-1]}, but {java} is {found}; set JAVA_HOME")
    return Path(java).resolve().parent.parent


def get_server(cache: Path | None = None) -> Path:
    """The folder of the unpacked server, downloaded first if it isn't there. Raises NoServer."""
    if given := os.environ.get(HOME_VARIABLE):
        if not Path(given, "bin", "opensearch").is_file():
            raise NoServer(f"{HOME_VARIABLE}: there is no OpenSearch server in {given}")
        return Path(given).resolve()
    cache = cache or cache_folder()
    home = cache / f"opensearch-{VERSION}"
    if home.exists():
        return home
    maven = shutil.which("mvn")
    if maven is None:
        raise NoServer("Maven, which downloads the server, is missing: install it, on Debian with: apt install maven")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / "LOCK"):
            if not home.exists():
                with tempfile.TemporaryDirectory(dir=cache) as folder:
                    _unpack(maven, Path(folder)).rename(home)
    except OSError as error:
        raise NoServer(f"{error.filename or cache}: {error.strerror or error}") from error
    return home


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Wait until no other process downloads."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _unpack(maven: str, folder: Path) -> Path:
    """Download the server and its modules into a folder, and put them together. Returns the server's folder."""
    _run(maven, folder, "dependency:copy", f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={folder}")
    needed = "".join(
        f"<dependency><groupId>org.opensearch.plugin</groupId><artifactId>{name}</artifactId>"
        f"<version>{VERSION}</version></dependency>"
        for name in _MODULES
    )
    (folder / "pom.xml").write_text(_POM.format(dependencies=needed), encoding="ascii")
    jars = folder / "jars"
    wanted = f"-DincludeArtifactIds={','.join(_JARS)}"
    _run(maven, folder, "dependency:copy-dependencies", f"-DoutputDirectory={jars}", wanted)
    (packed,) = folder.glob("*.zip")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    home = folder / f"opensearch-{VERSION}"
    for name, class_name in _MODULES.items():
        _add_module(home / "modules" / name, class_name, jars)
    (home / "modules" / "lang-painless" / "plugin-security.policy").write_text(_POLICY, encoding="ascii")
    for path in (home, *home.rglob("*")):
        is_program = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if is_program else 0o644)
    return home


def _add_module(module: Path, class_name: str, jars: Path) -> None:
    """Make a module of its jars: those of Painless are all that aren't of the other module."""
    module.mkdir(parents=True)
    is_analysis = module.name == "analysis-common"
    for jar in sorted(jars.glob("*.jar")):
        if jar.name.startswith("analysis-common-") == is_analysis:
            shutil.copy(jar, module / jar.name)
    extended = "lang-painless" if is_analysis else ""
    descriptor = _DESCRIPTOR.format(name=module.name, version=VERSION, class_name=class_name, extended=extended)
    (module / "plugin-descriptor.properties").write_text(descriptor, encoding="ascii")


def _run(maven: str, folder: Path, *arguments: str) -> None:
    """Run Maven, which refuses a file whose sum is wrong."""
    command = [maven, "--batch-mode", "--quiet", "--strict-checksums", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[:5])
        raise NoServer(f"Maven can't download OpenSearch {VERSION}:\n{said}")
