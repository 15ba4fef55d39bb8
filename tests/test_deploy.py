"""The files for containers fit each other and the settings."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from newsarchive.config import ENVIRONMENT_PREFIX, Config, load_config
from tests.search_server.download import VERSION

yaml = pytest.importorskip("yaml")

DEPLOY = Path(__file__).parent.parent / "deploy"
FILES = sorted(DEPLOY.glob("compose*.yaml"))
CLUSTER = DEPLOY / "compose.opensearch.yaml"
TLS = DEPLOY / "compose.opensearch-tls.yaml"


def services(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_images_have_versions_and_settings_exist(path: Path) -> None:
    known = {f"{ENVIRONMENT_PREFIX}{setting.name.upper()}" for setting in fields(Config)}
    for service in services(path).values():
        assert not re.search(r":latest$|^[^:]+$", service.get("image", "x:1"))
        environment = service.get("environment", {})
        assert {name for name in environment if name.startswith(ENVIRONMENT_PREFIX)} <= known
        load_config(environment={name: str(value) for name, value in environment.items()})


def test_the_nodes_are_of_the_tested_version_and_checked() -> None:
    nodes = {name: one for name, one in services(CLUSTER).items() if name.startswith("search")}
    assert len(nodes) == 3
    for name, node in nodes.items():
        assert node["image"].endswith(f":{VERSION}")
        assert node["environment"]["node.name"] == name
        assert set(node["environment"]["discovery.seed_hosts"].split(",")) == nodes.keys()
        assert "healthcheck" in node
        assert "ports" not in node
    assert services(TLS).keys() == services(CLUSTER).keys()


def test_one_node_writes_and_the_others_only_read() -> None:
    mounted = {name: one.get("volumes", [""])[0] for name, one in services(CLUSTER).items()}
    assert mounted["ingest"] == mounted["desk"] == "archive:/archive"
    assert mounted["web1"] == mounted["web2"] == ""
    for name, where in (("ingest", "both"), ("desk", "both"), ("web1", "cluster"), ("web2", "cluster")):
        environment = {key: str(value) for key, value in services(CLUSTER)[name]["environment"].items()}
        assert load_config(environment=environment).articles_on == where


@pytest.mark.parametrize(("path", "scheme"), [(CLUSTER, "http"), (TLS, "https")])
def test_newsarchive_reaches_all_nodes(path: Path, scheme: str) -> None:
    for name in ("ingest", "desk", "web1", "web2"):
        environment = {key: str(value) for key, value in services(path)[name]["environment"].items()}
        hosts = load_config(environment=environment).opensearch_hosts
        assert hosts == tuple(f"{scheme}://search{number}:9200" for number in (1, 2, 3))


def test_the_role_covers_the_indexes_and_no_others() -> None:
    (given,) = DEPLOY.glob("*.roles.yml")
    role = yaml.safe_load(given.read_text(encoding="utf-8"))["newsarchive"]
    (of_indexes,) = role["index_permissions"]
    assert of_indexes["index_patterns"] == [f"{Config().opensearch_index}-*"]
    for name, node in services(TLS).items():
        if name.startswith("search"):
            assert any(volume.startswith(f"./{given.name}:") for volume in node["volumes"])
