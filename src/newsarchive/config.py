"""Settings: `newsarchive.toml` and the environment, read into one frozen `Config`."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsarchive.errors import ConfigError
from newsarchive.site_url import SiteUrl

CONFIG_FILE = Path("newsarchive.toml")
ENVIRONMENT_PREFIX = "NEWSARCHIVE_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, with what holds when nothing is said.

    `timezone` is the IANA zone of times that come without one. `site_title` None means the name in the language
    of the page. `site_url` is the public address of the start page; None means that addresses follow the Host header
    of each request. `trusted_proxy` is the address of the reverse proxy whose X-Forwarded headers are believed.
    `tables` is the folder of the tables that people edit; None means `tables` in the archive. `spellings` is a further
    file of names in several spellings. `index_memory` is about how many
    MiB words may take while they wait to be written into the index, in each process that indexes; None means 128.
    `allow_networks` are networks that addresses from the command line, a feed or a page may lead to although they are
    not public; in the environment they are separated by commas. `proxy` is the URL of an HTTP proxy to fetch through.

    `processes` serve the archive, each with `threads` threads and at most `max_connections` connections. Times are in
    seconds and sizes in bytes: `serving.Limits` says what each of them bounds.
    """

    archive: Path = Path("archive")
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    site_title: str | None = None
    site_url: SiteUrl | None = None
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    trusted_proxy: str | None = None
    tables: Path | None = None
    spellings: Path | None = None
    index_memory: int | None = None
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    proxy: str | None = field(default=None, repr=False)
    """It may hold a password, so it is never printed."""
    processes: int = 1
    max_connections: int = 1_000
    head_timeout: int = 10
    head_limit: int = 32_768
    body_timeout: int = 10
    body_limit: int = 65_536
    keep_alive: int = 75
    send_timeout: int = 30
    stop_timeout: int = 10


def load_config(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Config:
    """The settings: those of the environment before those of the file.

    `file` None means `newsarchive.toml` in the current folder, where there is one. A setting is the upper-case name
    behind `NEWSARCHIVE_` in the environment. Raises ConfigError, naming the setting, for what cannot be used.
    """
    settings: dict[str, Any] = {}
    for name, value in _read(file).items():
        settings[name] = _checked(name, value, str(file or CONFIG_FILE))
    for name in _NAMES:
        variable = ENVIRONMENT_PREFIX + name.upper()
        if environment.get(variable):
            settings[name] = _checked(name, environment[variable], variable)
    return Config(**settings)


_Reader = Callable[[Any], Any]
_NAMES = tuple(setting.name for setting in fields(Config))


def _read(file: Path | None) -> dict[str, Any]:
    if file is None and not CONFIG_FILE.exists():
        return {}
    path = file or CONFIG_FILE
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        # Beside what tomllib says of bad TOML: bytes that are not UTF-8, a number of thousands of digits, deep nesting.
        raise ConfigError(f"{path}: it is not TOML that can be read: {error}") from error


def _checked(name: str, value: Any, where: str) -> Any:
    if name not in _NAMES:
        raise ConfigError(f"{where}: there is no setting {name!r}; there are {', '.join(_NAMES)}")
    try:
        read: _Reader = _READERS.get(name, _text)
        return read(value)
    except LookupError as error:
        raise ConfigError(f"{where}: there is no time zone {value!r}") from error
    except (ValueError, TypeError, OSError, RuntimeError) as error:
        shown = "what was given" if name == "proxy" else repr(value)  # A proxy's URL may hold a password.
        raise ConfigError(f"{where}: {name} cannot be {shown}: {error}") from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("it must be text")
    if "\0" in value:
        raise ValueError("it must not hold a zero character")
    return value


def _number(lowest: int, highest: int) -> Callable[[Any], int]:
    """Reads a whole number from `lowest` to `highest`."""

    def read(value: Any) -> int:
        if isinstance(value, bool | float):
            raise TypeError("it must be a whole number")
        number = int(value)
        if not lowest <= number <= highest:
            raise ValueError(f"it must be from {lowest} to {highest}")
        return number

    return read


def _path(value: Any) -> Path:
    return Path(_text(value)).expanduser()


def _networks(value: Any) -> tuple[IPv4Network | IPv6Network, ...]:
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise TypeError('it must be a list such as ["10.0.0.0/8", "fd00::/8"]')
    return tuple(_network(_text(network).strip()) for network in listed)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a network such as 10.0.0.0/8 or fd00::/8 ({error})") from error


def _proxy(value: Any) -> str:
    """The URL as it is. No message shows any part of it."""
    try:
        url = urlsplit(_text(value))
        usable = url.scheme in {"http", "https"} and url.hostname and (url.port is None or url.port > 0)
    except ValueError:
        usable = None
    if not usable or url.path not in {"", "/"} or url.query or url.fragment:
        raise ValueError("it must be the URL of an HTTP proxy, such as http://proxy.example:3128") from None
    return str(value)


_READERS: dict[str, _Reader] = {
    "archive": _path,
    "tables": _path,
    "spellings": _path,
    "port": _number(1, 65_535),
    "threads": _number(1, 256),
    "processes": _number(1, 64),
    "max_connections": _number(1, 65_536),
    "head_timeout": _number(1, 3_600),
    "head_limit": _number(1_024, 1 << 20),
    "body_timeout": _number(1, 3_600),
    "body_limit": _number(0, 1 << 30),
    "keep_alive": _number(1, 3_600),
    "send_timeout": _number(1, 3_600),
    "stop_timeout": _number(1, 3_600),
    "index_memory": _number(8, 65_536),
    "timezone": lambda value: ZoneInfo(_text(value)),
    "allow_networks": _networks,
    "proxy": _proxy,
    "site_url": lambda value: SiteUrl.parse(_text(value)),
}
"""How the value of a setting is read; all others are text."""
