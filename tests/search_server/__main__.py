"""Run a server until Ctrl-C: `python -m tests.search_server --nodes 3 --heap 512m`."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import click

from tests.search_server.cluster import Cluster, free_ports
from tests.search_server.download import VERSION, NoServer, cache_folder, get_server, java_home

READY = "READY"
"""The name of the file with the addresses of the nodes, once they answer."""
FAILED = "FAILED"
"""The name of the file that says why they don't."""


@click.command()
@click.option("--nodes", type=click.IntRange(1, 9), default=1, show_default=True, help="Number of nodes.")
@click.option("--heap", default="512m", show_default=True, help="Memory of each node for Java objects.")
@click.option("--port", type=click.IntRange(0, 65_000), default=9200, show_default=True, help="First port; 0: any.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Folder for data, settings and logs.")
@click.option("--brief", is_flag=True, help="Start faster, and answer more slowly later.")
@click.option("--with-process", type=int, help="End when the process with this id ends.")
def main(nodes: int, heap: str, port: int, folder: Path | None, *, brief: bool, with_process: int | None) -> None:
    """Download OpenSearch if it isn't there yet, and run it on this machine only, until Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        java_home()
        click.echo(f"getting OpenSearch {VERSION}, which can take a minute the first time", err=True)
        home = get_server()
        # The number of nodes is part of a cluster's state, so each number has its own data.
        folder = (folder or cache_folder() / f"data-{nodes}").resolve()
        folder.mkdir(parents=True, exist_ok=True)
        for name in (READY, FAILED):
            (folder / name).unlink(missing_ok=True)
        ports = [port + number for number in (*range(nodes), *range(100, 100 + nodes))]
        click.echo(f"starting {'one node' if nodes == 1 else f'{nodes} nodes'} in {folder}", err=True)
        free = ports if port else free_ports(2 * nodes)
        with Cluster(home, folder, free, heap=heap, is_brief=brief) as cluster:
            _announce(cluster, folder)
            _watch(cluster, with_process)
    except (NoServer, OSError) as error:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            _write(folder / FAILED, str(error))
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


def _interrupt(*_: object) -> None:
    """End in order, once: what a second Ctrl-C would interrupt is the ending."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _watch(cluster: Cluster, process: int | None) -> None:
    """Return when another process has ended. Raises NoServer if no node is left."""
    ended: set[str] = set()
    while _is_alive(process):
        time.sleep(1)
        for node in cluster.nodes:
            if not node.is_running and node.name not in ended:
                ended.add(node.name)
                if len(ended) == len(cluster.nodes):
                    raise NoServer(f"{node.name} has ended:\n{node.last_words()}")
                click.echo(f"{node.name} has ended; the others go on", err=True)


def _announce(cluster: Cluster, folder: Path) -> None:
    hosts = ",".join(cluster.hosts)
    _write(folder / READY, json.dumps(cluster.hosts))
    click.echo(
        f"ready at {hosts}  (press Ctrl-C to stop). In another terminal:\n\n"
        f"    export NEWSARCHIVE_ENGINE=opensearch NEWSARCHIVE_OPENSEARCH_HOSTS={hosts}\n"
        "    newsarchive reindex\n    newsarchive serve\n",
        err=True,
    )


def _write(path: Path, text: str) -> None:
    """Write a file so that nobody reads half of it."""
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.rename(path)


def _is_alive(process: int | None) -> bool:
    if process is None:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


if __name__ == "__main__":
    sys.exit(main())
