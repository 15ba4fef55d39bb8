"""Settings: `newsarchive.toml` and the environment, read into one frozen `Config`."""

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsarchive.access import FULL, Policy, read_policy
from newsarchive.errors import ConfigError
from newsarchive.i18n import DIGITS, MONTH_NAMES, Calendar, Formats
from newsarchive.i18n.formats import CALENDARS, Digits, MonthNames
from newsarchive.mail_address import MailAddress
from newsarchive.site_url import SiteUrl
from newsarchive.wording import listed, worded

CONFIG_FILE = Path("newsarchive.toml")
ENVIRONMENT_PREFIX = "NEWSARCHIVE_"
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""How the connection to the mail server is secured, each with its usual port."""
ENGINES = ("whoosh", "opensearch")
ARTICLES_ON = ("disk", "both", "cluster")
"""Where the search index is: in the archive's folder, or on a cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, with their defaults.

    `timezone` is the IANA zone of input times without a zone. If `site_title` is None, pages show
    the default name in their language. `month_names`, `calendar` and `digits` say how dates and numbers
    are written, unless a reader chose otherwise. `site_url` is the public URL of the start page; if None,
    URLs follow the Host header of each request. `trusted_proxy` is the address of the reverse proxy
    whose X-Forwarded headers are trusted. `tables` is the folder of user-edited tables; None means
    `tables` in the archive. `spellings` is an additional file of spelling groups. `index_memory` is
    the approximate size in MiB of the buffer for words not yet written to the index, in each
    indexing process; None means 128. `allow_networks` are the non-public networks from which input
    may be fetched; in the environment they are separated by commas. `proxy` is the URL of the HTTP
    proxy for fetching. `contact` is the address that fetches give in their User-Agent, and
    `feed_secrets` the file with the passwords of feeds; None means `feeds/secrets.env` in the archive.
    `show_subscriptions` and `metrics` add the pages `/subscriptions` and `/metrics` to the server.
    With `allow_indexing`, search engines may index the articles.
    `cors_origins` are the origins whose pages may read the API and the feeds; `*` means all.
    With `translate_queries`, words of other languages in a query are searched in Arabic too.
    With `keep_pages`, fetched pages are kept as WARC files, for `page_retention` days; 0 means
    forever.

    `mail_from` is who sends the digests of saved searches, through the mail server `smtp_host`;
    `smtp_security` is `starttls`, `tls` or `none`. None as `smtp_port` means the usual port for it.
    `alert_secrets` is the file with the passwords and keys of alerts; None means
    `alerts/secrets.env` in the archive.
    At most `exports` exports run on the server at the same time, with at most `export_rows` rows each; 0 rows mean no
    limit. Without `public_full_text`, exports, feeds and the API give no full texts to readers without a token.
    `access` is what these see of sources that the table `access.txt` doesn't list.

    `engine` says where the search index is: `whoosh` keeps it in the archive, `opensearch` on the cluster with the
    nodes `opensearch_hosts`, in indexes whose names begin with `opensearch_index`, each of `opensearch_shards` shards
    with `opensearch_replicas` copies. `opensearch_user` signs in with a password from the environment or the file
    `opensearch_secrets`; None means `cluster/secrets.env` in the archive. `opensearch_ca` is the file with the
    certificates of the authorities that vouch for the nodes; None means those of the system. `opensearch_timeout` is
    for searches and `opensearch_write_timeout` for updates, both in seconds.
    `articles_on` says where articles are read: on the `disk`, that is in the archive's folder; on `both`, which writes
    them to the cluster, too, so that other nodes need no folder; or on the `cluster`, as those nodes do. These serve
    the archive with the id `opensearch_archive`; None means the only one on the cluster.

    `processes` is the number of server processes. Each has `threads` threads and at most
    `max_connections` connections. Times are in seconds and sizes in bytes; `serving.Limits`
    describes each limit.
    """

    archive: Path = Path("archive")
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    site_title: str | None = None
    site_url: SiteUrl | None = None
    month_names: MonthNames = "both"
    calendar: Calendar = "gregorian"
    digits: Digits = "latin"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    trusted_proxy: str | None = None
    tables: Path | None = None
    spellings: Path | None = None
    translate_queries: bool = True
    index_memory: int | None = None
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    proxy: str | None = field(default=None, repr=False)
    """Never printed, because it may contain a password."""
    keep_pages: bool = False
    page_retention: int = 0
    contact: str | None = None
    feed_secrets: Path | None = None
    show_subscriptions: bool = False
    metrics: bool = False
    allow_indexing: bool = False
    mail_from: MailAddress | None = None
    smtp_host: str | None = None
    smtp_port: int | None = None
    smtp_security: str = "starttls"
    smtp_user: str | None = None
    smtp_timeout: int = 30
    alert_secrets: Path | None = None
    exports: int = 2
    export_rows: int = 0
    public_full_text: bool = True
    access: Policy = FULL
    cors_origins: tuple[str, ...] = ()
    engine: str = "whoosh"
    opensearch_hosts: tuple[str, ...] = ("http://127.0.0.1:9200",)
    opensearch_index: str = "newsarchive"
    opensearch_user: str | None = None
    opensearch_secrets: Path | None = None
    opensearch_ca: Path | None = None
    opensearch_shards: int = 1
    opensearch_replicas: int = 1
    opensearch_timeout: int = 10
    opensearch_write_timeout: int = 120
    articles_on: str = "disk"
    opensearch_archive: str | None = None
    processes: int = 1
    max_connections: int = 1_000
    head_timeout: int = 10
    head_limit: int = 32_768
    body_timeout: int = 10
    body_limit: int = 262_144
    keep_alive: int = 75
    send_timeout: int = 30
    stop_timeout: int = 10

    @property
    def formats(self) -> Formats:
        """How dates and numbers are written."""
        return Formats(self.month_names, self.calendar, self.digits)


def load_config(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Config:
    """Return the settings from the file and the environment. The environment takes precedence.

    If `file` is None, `newsarchive.toml` in the current folder is read if it exists. An environment
    variable is named `NEWSARCHIVE_` and the setting's name in upper case. Raises ConfigError,
    naming the setting, for an invalid value.
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
_MAY_HAVE_PASSWORDS = {"proxy", "opensearch_hosts"}
"""Settings of URLs. Their values are not printed, because a URL may contain a password, even where none belongs."""
_ARCHIVE_ID = re.compile(r"[0-9a-f]{32}")
_INDEX_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def _read(file: Path | None) -> dict[str, Any]:
    if file is None and not CONFIG_FILE.exists():
        return {}
    path = file or CONFIG_FILE
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except OSError as error:
        raise ConfigError(worded("{path}: {strerror}", path=path, strerror=error.strerror)) from error
    except (ValueError, RecursionError) as error:
        # Besides TOML syntax errors: bytes that are not UTF-8, numbers with thousands of digits, and deep nesting.
        raise ConfigError(worded("{path}: not readable as TOML: {error}", path=path, error=error)) from error


def _checked(name: str, value: Any, where: str) -> Any:
    if name not in _NAMES:
        raise ConfigError(
            worded(
                "{where}: unknown setting {name!r}; the settings are {names}",
                where=where,
                name=name,
                names=listed(_NAMES),
            )
        )
    try:
        read: _Reader = _READERS.get(name, _text)
        return read(value)
    except LookupError as error:
        raise ConfigError(worded("{where}: unknown time zone {value!r}", where=where, value=value)) from error
    except (ValueError, TypeError, OSError, RuntimeError) as error:
        shown = worded("the given value") if name in _MAY_HAVE_PASSWORDS else repr(value)
        raise ConfigError(
            worded("{where}: {name} cannot be {shown}: {error}", where=where, name=name, shown=shown, error=error)
        ) from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(worded("it must be non-empty text"))
    if "\0" in value:
        raise ValueError(worded("it must not contain a null character"))
    return value


def _number(lowest: int, highest: int) -> Callable[[Any], int]:
    """Return a reader of integers from `lowest` to `highest`."""

    def read(value: Any) -> int:
        if isinstance(value, bool | float):
            raise TypeError(worded("it must be an integer"))
        number = int(value)
        if not lowest <= number <= highest:
            raise ValueError(worded("it must be from {lowest} to {highest}", lowest=lowest, highest=highest))
        return number

    return read


def _flag(value: Any) -> bool:
    text = str(value).lower()
    if text not in {"true", "false"}:
        raise ValueError(worded("it must be true or false"))
    return text == "true"


def _contact(value: Any) -> str:
    text = _text(value)
    if not (text.isascii() and text.isprintable()) or set(text) & set("()\\"):
        raise ValueError(worded("it must be a URL or an email address in ASCII, such as https://news.example.org/bot"))
    return text


def _path(value: Any) -> Path:
    return Path(_text(value)).expanduser()


def _networks(value: Any) -> tuple[IPv4Network | IPv6Network, ...]:
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise TypeError(worded('it must be a list such as ["10.0.0.0/8", "fd00::/8"]'))
    return tuple(_network(_text(network).strip()) for network in listed)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ValueError(
            worded("{text!r} is not a network such as 10.0.0.0/8 or fd00::/8 ({error})", text=text, error=error)
        ) from error


def _origins(value: Any) -> tuple[str, ...]:
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise TypeError(worded('it must be "*", or a list such as ["https://reader.example.org"]'))
    return tuple(dict.fromkeys(_origin(_text(origin).strip().lower()) for origin in listed))


def _origin(text: str) -> str:
    """An origin as browsers send it."""
    if text == "*":
        return text
    url = urlsplit(text)
    default = {"http": 80, "https": 443}.get(url.scheme)
    if default is None or not url.hostname or url.port == default or text != f"{url.scheme}://{url.netloc}":
        raise ValueError(
            worded("{text!r} is not an origin such as https://reader.example.org or http://localhost:3000", text=text)
        )
    if "@" in url.netloc or not text.isascii() or any(sign.isspace() for sign in text):
        raise ValueError(
            worded("{text!r} is not an origin: a name with other letters is written in its ASCII form", text=text)
        )
    return text


def _proxy(value: Any) -> str:
    """Return the URL unchanged. Error messages show no part of it."""
    try:
        url = urlsplit(_text(value))
        usable = url.scheme in {"http", "https"} and url.hostname and (url.port is None or url.port > 0)
    except ValueError:
        usable = None
    if not usable or url.path not in {"", "/"} or url.query or url.fragment:
        raise ValueError(worded("it must be the URL of an HTTP proxy, such as http://proxy.example:3128")) from None
    return str(value)


def _one_of(values: Iterable[str]) -> Callable[[Any], str]:
    allowed = tuple(values)

    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(worded("it must be one of {allowed}", allowed=listed(allowed)))
        return str(value)

    return read


def _archive_id(value: Any) -> str:
    text = _text(value)
    if not _ARCHIVE_ID.fullmatch(text):
        raise ValueError(worded("it must be the id of an archive, 32 of 0-9 and a-f, as its archive.json has it"))
    return text


def _hosts(value: Any) -> tuple[str, ...]:
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed:
        raise TypeError(
            worded('it must be a list such as ["https://search1.example:9200", "https://search2.example:9200"]')
        )
    return tuple(dict.fromkeys(_host(_text(host).strip()) for host in listed))


def _host(text: str) -> str:
    """The URL of a node, without a slash at its end. Error messages show no part of it."""
    try:
        url = urlsplit(text)
        usable = url.scheme in {"http", "https"} and url.hostname and (url.port is None or url.port > 0)
    except ValueError:
        usable = None
    if not usable or url.query or url.fragment or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(worded("each must be the URL of a node, such as https://search1.example:9200")) from None
    if "@" in url.netloc:
        raise ValueError(
            worded("a URL must have no user and password: opensearch_user and OPENSEARCH_PASSWORD are for them")
        )
    return text.rstrip("/")


def _index_name(value: Any) -> str:
    text = _text(value)
    if not _INDEX_NAME.fullmatch(text):
        raise ValueError(worded("it must begin with a-z or 0-9 and have up to 64 of a-z, 0-9, - and _"))
    return text


_READERS: dict[str, _Reader] = {
    "archive": _path,
    "tables": _path,
    "spellings": _path,
    "contact": _contact,
    "feed_secrets": _path,
    "mail_from": lambda value: MailAddress.parse(_text(value)),
    "smtp_port": _number(1, 65_535),
    "smtp_security": _one_of(SMTP_PORTS),
    "smtp_timeout": _number(1, 3_600),
    "alert_secrets": _path,
    "show_subscriptions": _flag,
    "exports": _number(0, 64),
    "export_rows": _number(0, 1_000_000_000),
    "public_full_text": _flag,
    "access": lambda value: read_policy(_text(value)),
    "metrics": _flag,
    "allow_indexing": _flag,
    "cors_origins": _origins,
    "engine": _one_of(ENGINES),
    "articles_on": _one_of(ARTICLES_ON),
    "opensearch_archive": _archive_id,
    "opensearch_hosts": _hosts,
    "opensearch_index": _index_name,
    "opensearch_secrets": _path,
    "opensearch_ca": _path,
    "opensearch_shards": _number(1, 1_024),
    "opensearch_replicas": _number(0, 16),
    "opensearch_timeout": _number(1, 3_600),
    "opensearch_write_timeout": _number(1, 3_600),
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
    "keep_pages": _flag,
    "translate_queries": _flag,
    "page_retention": _number(0, 36_500),
    "month_names": _one_of(MONTH_NAMES),
    "calendar": _one_of(CALENDARS),
    "digits": _one_of(DIGITS),
    "timezone": lambda value: ZoneInfo(_text(value)),
    "allow_networks": _networks,
    "proxy": _proxy,
    "site_url": lambda value: SiteUrl.parse(_text(value)),
}
"""The reader of each setting that is not text."""
