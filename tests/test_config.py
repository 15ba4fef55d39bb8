from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsarchive.config import Config, load_config
from newsarchive.errors import ConfigError
from newsarchive.site_url import SiteUrl


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "newsarchive.toml"


def test_defaults_without_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_config(environment={}) == Config()
    assert Config().archive == Path("archive")


def test_the_settings_file_in_the_current_folder_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('archive = "/srv/news"\nport = 9000\ntimezone = "Asia/Riyadh"\nsite_title = "أرشيف"\n', "utf-8")
    monkeypatch.chdir(file.parent)
    assert load_config(environment={}) == Config(
        archive=Path("/srv/news"), port=9000, timezone=ZoneInfo("Asia/Riyadh"), site_title="أرشيف"
    )


def test_the_environment_overrides_the_file(file: Path) -> None:
    file.write_text('port = 9000\nhost = "::1"\nthreads = 2\n')
    config = load_config(file, {"NEWSARCHIVE_PORT": "9001", "NEWSARCHIVE_HOST": "", "PORT": "1"})
    assert (config.port, config.host, config.threads) == (9001, "::1", 2)


def test_origins_are_a_list_or_every(file: Path) -> None:
    listed = file_with(file, 'cors_origins = ["https://Reader.example", "http://localhost:3000"]')
    assert load_config(listed, {}).cors_origins == ("https://reader.example", "http://localhost:3000")
    assert load_config(listed, {"NEWSARCHIVE_CORS_ORIGINS": "*"}).cors_origins == ("*",)
    several = {"NEWSARCHIVE_CORS_ORIGINS": "https://a.example, http://[::1]:3000"}
    assert load_config(listed, several).cors_origins == ("https://a.example", "http://[::1]:3000")


def test_a_tilde_expands_to_the_home_folder(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/laila")
    assert load_config(file_with(file, 'archive = "~/news"'), {}).archive == Path("/home/laila/news")


def file_with(file: Path, text: str) -> Path:
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("prot = 9000", "unknown setting 'prot'; the settings are archive, host, port"),
        ("port = 0", "port cannot be 0: it must be from 1 to 65535"),
        ("port = 65536", "from 1 to 65535"),
        ("threads = 257", "from 1 to 256"),
        ("index_memory = 7", "index_memory cannot be 7: it must be from 8 to 65536"),
        ("processes = 0", "processes cannot be 0: it must be from 1 to 64"),
        ("head_timeout = 0", "head_timeout cannot be 0: it must be from 1 to 3600"),
        ("body_limit = -1", "body_limit cannot be -1: it must be from 0 to 1073741824"),
        ("port = true", "port cannot be True: it must be an integer"),
        ("port = 80.5", "port cannot be 80.5: it must be an integer"),
        ('cors_origins = "reader.example"', "'reader.example' is not an origin such as https://reader.example.org"),
        ('cors_origins = ["https://reader.example/"]', "is not an origin such as"),
        ('cors_origins = ["https://reader.example/a"]', "is not an origin such as"),
        ('cors_origins = ["https://reader.example:443"]', "is not an origin such as"),
        ('cors_origins = ["https://a@reader.example"]', "is not an origin"),
        ('cors_origins = ["https://قارئ.example"]', "is written in its ASCII form"),
        ('cors_origins = ["null"]', "is not an origin such as"),
        ('cors_origins = ["https://reader.example:port"]', "cors_origins cannot be"),
        ("cors_origins = 1", "it must be .*, or a list such as"),
        ("cors_origins = [1]", "it must be non-empty text"),
        ('port = "many"', "port cannot be 'many'"),
        ("port = []", r"port cannot be \[\]"),
        ("archive = 5", "archive cannot be 5: it must be non-empty text"),
        ('archive = ""', "archive cannot be '': it must be non-empty text"),
        ("host = 1", "host cannot be 1: it must be non-empty text"),
        ('trusted_proxy = ["10.0.0.1"]', "trusted_proxy cannot be"),
        ("site_url = 1", "site_url cannot be 1: it must be non-empty text"),
        (
            'site_url = "news.example.org"',
            "site_url cannot be 'news.example.org': it must begin with http:// or https://",
        ),
        ('site_url = "https://a/?b"', "site_url cannot be 'https://a/\\?b': it must not contain a query"),
        ('timezone = "Mars/Olympus"', "unknown time zone 'Mars/Olympus'"),
        ('timezone = "../etc/passwd"', "timezone cannot be"),
        (
            'allow_networks = "10.0.0.0/33"',
            "allow_networks cannot be '10.0.0.0/33': '10.0.0.0/33' is not a network such as",
        ),
        ('allow_networks = ["10.0.0.1/8"]', "'10.0.0.1/8' is not a network .* has host bits set"),
        ('allow_networks = ["fd00::/8", "localhost"]', "'localhost' is not a network"),
        ('allow_networks = ["fd00::/8", ""]', "it must be non-empty text"),
        ("allow_networks = [10]", "it must be non-empty text"),
        ("allow_networks = 10", "allow_networks cannot be 10: it must be a list such as"),
        ("proxy = 3128", "proxy cannot be the given value: it must be the URL of an HTTP proxy"),
        ('engine = "lucene"', "engine cannot be 'lucene': it must be one of whoosh, opensearch"),
        ("opensearch_hosts = []", "opensearch_hosts cannot be the given value: it must be a list such as"),
        ('opensearch_hosts = ["search1:9200"]', "each must be the URL of a node"),
        ('opensearch_hosts = ["ftp://search1"]', "each must be the URL of a node"),
        ('opensearch_hosts = ["https://search1:0"]', "each must be the URL of a node"),
        ('opensearch_hosts = ["https://search1/?q"]', "each must be the URL of a node"),
        ('opensearch_hosts = ["https://بحث.example"]', "each must be the URL of a node"),
        ('opensearch_index = "News"', "opensearch_index cannot be 'News': it must begin with a-z or 0-9"),
        ('opensearch_index = "a,b"', "it must begin with a-z or 0-9 and have up to 64 of"),
        ('opensearch_index = "_all"', "it must begin with a-z or 0-9"),
        ("opensearch_shards = 0", "it must be from 1 to 1024"),
        ("opensearch_replicas = -1", "it must be from 0 to 16"),
        ("timezone = 3", "timezone cannot be 3"),
        ("port =", "Invalid value"),
    ],
)
def test_an_invalid_setting_is_reported_with_its_file(file: Path, line: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(file_with(file, line), {})
    assert str(caught.value).startswith(f"{file}: ")


def test_an_invalid_environment_variable_is_reported() -> None:
    with pytest.raises(ConfigError, match="NEWSARCHIVE_TIMEZONE: unknown time zone 'Riyadh'"):
        load_config(environment={"NEWSARCHIVE_TIMEZONE": "Riyadh"})


def test_the_site_url_is_read_from_the_environment() -> None:
    config = load_config(environment={"NEWSARCHIVE_SITE_URL": "https://News.example.org/archive"})
    assert config.site_url == SiteUrl("https", "news.example.org", "/archive")


def test_an_unreadable_settings_file_is_an_error(file: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_config(file, {})
    file.write_bytes(b'site_title = "\xc7\xe1"')
    with pytest.raises(ConfigError, match="utf-8"):
        load_config(file, {})


def test_networks_are_a_list_in_the_file_and_comma_separated_in_the_environment(file: Path) -> None:
    networks = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("192.168.1.5/32"))
    listed = file_with(file, 'allow_networks = ["10.0.0.0/8", "fd00::/8", "192.168.1.5"]')
    assert load_config(listed, {}).allow_networks == networks
    variables = {"NEWSARCHIVE_ALLOW_NETWORKS": "10.0.0.0/8, fd00::/8,192.168.1.5"}
    assert load_config(file_with(file, ""), variables).allow_networks == networks
    assert load_config(file_with(file, "allow_networks = []"), {}).allow_networks == ()


def test_the_hosts_of_a_cluster_are_a_list_or_comma_separated(file: Path) -> None:
    listed = file_with(file, 'opensearch_hosts = ["https://search1:9200/", "https://search2.example/os"]')
    assert load_config(listed, {}).opensearch_hosts == ("https://search1:9200", "https://search2.example/os")
    several = {"NEWSARCHIVE_OPENSEARCH_HOSTS": "http://10.0.0.1:9200, http://[fd00::2]:9200,http://10.0.0.1:9200"}
    assert load_config(listed, several).opensearch_hosts == ("http://10.0.0.1:9200", "http://[fd00::2]:9200")


def test_a_password_in_the_url_of_a_host_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigError, match="opensearch_user and OPENSEARCH_PASSWORD are for them") as caught:
        load_config(environment={"NEWSARCHIVE_OPENSEARCH_HOSTS": "https://admin:geheim@search1:9200"})
    assert "geheim" not in str(caught.value)


def test_a_proxy_is_not_in_the_repr(file: Path) -> None:
    config = load_config(file_with(file, 'proxy = "http://user:secret@proxy.example:3128"'), {})
    assert config.proxy == "http://user:secret@proxy.example:3128"
    assert "user:secret" not in repr(config)


@pytest.mark.parametrize(
    "url",
    [
        *("user:secret@proxy.example:3128", "socks5://user:secret@proxy.example", "http://user:secret@", "secret"),
        *("http://user:secret@proxy.example:none", "http://user:secret@proxy.example:0", "http://[secret/"),
        *("http://user:secret@proxy.example/path", "http://user:secret@proxy.example/?a=b", "http://proxy:99999"),
    ],
)
def test_an_error_does_not_show_an_invalid_proxy(url: str) -> None:
    with pytest.raises(ConfigError, match="NEWSARCHIVE_PROXY: proxy cannot be the given value") as caught:
        load_config(environment={"NEWSARCHIVE_PROXY": url})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("false", False), ('"true"', True)])
def test_flags_are_true_or_false(file: Path, value: str, expected: bool) -> None:
    assert load_config(file_with(file, f"metrics = {value}"), {}).metrics is expected
    assert load_config(file_with(file, ""), {"NEWSARCHIVE_SHOW_SUBSCRIPTIONS": "true"}).show_subscriptions


@pytest.mark.parametrize("value", ['"yes"', "1", "[]"])
def test_other_values_are_no_flags(file: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="metrics"):
        load_config(file_with(file, f"metrics = {value}"), {})


@pytest.mark.parametrize("value", ["a\\nb", "موقع", "x (y)", ""])
def test_a_contact_must_fit_a_header(file: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="contact"):
        load_config(file_with(file, f'contact = "{value}"'), {})
