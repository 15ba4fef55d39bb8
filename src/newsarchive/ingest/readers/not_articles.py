"""Says what content looks like that is neither an article nor a list of articles: pages, errors, lists of feeds."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

from newsarchive.ingest.readers.xml_tree import parse
from newsarchive.ingest.text.html import parsable, plain_text
from newsarchive.wording import listed, worded

_HEAD = 2048
_SAMPLE = 50_000
_SHORT = 600
"""Characters of text at most in an error message. A longer text is an article about errors."""
_HTML_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<([A-Za-z_][\w.:-]{0,100})")
_PHP = re.compile(
    r"""(?:<br\s*/?>|<b>|\s)*(?:PHP\ )?
    (?:Warning|Notice|Deprecated|Fatal\ error|Parse\ error|Strict\ Standards|(?:Recover|Catch)able\ fatal\ error)
    (?:</b>)?:\s.{0,500}?\b(?:in|on)\b.{0,300}?\bline\b\s*(?:<b>)?\s*\d+""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_LOGIN_FORM = re.compile(r"<input[^>]{1,500}type\s*=\s*[\"']?password", re.IGNORECASE)
_CHALLENGE = r"""
    just\ a\ moment\.\.\.|attention\ required!|checking\ your\ browser|are\ you\ a\ robot|captcha
  | verify(?:ing)?\ (?:that\ )?you\ are\ (?:a\ )?human|cf-browser-verification|challenge-platform|/cdn-cgi/
  | _incapsula_resource|sucuri\ website\ firewall|ddos\ protection|error\ code:\ 1\d{3}\b
  | enable\ javascript\ and\ cookies|please\ enable\ (?:cookies|javascript)
  | تحقق\ من\ أنك\ (?:إنسان|بشر)|التحقق\ من\ (?:المتصفح|أنك)|لست\ (?:روبوت|برنامج)
"""
_DATABASE_ERROR = r"""
    error\ establishing\ a\ database\ connection|database\ (?:connection\ )?error|sqlstate\[|mysqli?_\w+\(
  | mysql\ server\ has\ gone\ away|too\ many\ connections|can't\ connect\ to\ (?:local\ )?mysql|ora-\d{5}
  | you\ have\ an\ error\ in\ your\ sql\ syntax|pdoexception|microsoft\ ole\ db|odbc\ (?:sql|driver)
  | \bpsql:\ |pg_connect\(|خطأ\ في\ (?:الاتصال\ )?(?:ب)?قاعدة\ (?:ال)?بيانات
  | (?:تعذر|فشل)\ (?:ال)?اتصال\ بقاعدة\ (?:ال)?بيانات
"""
_SERVER_ERROR = r"""
    \A\W*(?:error[ :]*)?[45]\d\d\b|(?:404|page|file)\ not\ found|not\ found\W*\Z|internal\ server\ error|bad\ gateway
  | service\ (?:temporarily\ )?unavailable|gateway\ time-?out|access\ (?:is\ )?denied|forbidden|too\ many\ requests
  | rate\ limit|bad\ request|unauthorized|under\ maintenance|maintenance\ mode|site\ is\ temporarily|no\ such\ feed
  | invalid\ feed|account\ (?:has\ been\ )?suspended|domain\ (?:is\ )?for\ sale
  | الصفحة\ (?:غير\ موجودة|المطلوبة\ غير)|تحت\ الصيانة|غير\ مصرح|حدث\ خطأ|خطأ\ 404|وصول\ مرفوض
  | الخدمة\ غير\ متاحة|تم\ رفض\ الوصول
"""
_LOGIN = r"\A\W*(?:log\ ?in|sign\ ?in|تسجيل\ الدخول|سجل\ الدخول|سجّل\ الدخول)\b"
_PATTERNS = tuple(
    (name, re.compile(pattern, re.IGNORECASE | re.VERBOSE))
    for name, pattern in (
        (worded("a challenge page, which lets only browsers in"), _CHALLENGE),
        (worded("the error of a database"), _DATABASE_ERROR),
        (worded("an error message of the server"), _SERVER_ERROR),
        (worded("a login page"), _LOGIN),
    )
)


def looks_like_page(text: str) -> bool:
    """Whether the text begins like an HTML page."""
    return _HTML_PAGE.search(text[:_HEAD]) is not None


def php_message(text: str) -> str:
    """The message of a PHP program with which a text starts, or an empty string."""
    match = _PHP.match(text[:_HEAD])
    return " ".join(plain_text(match.group()).line.split()) if match else ""


def error_in(text: str, longest: int = _SHORT) -> str:
    """What kind of error a text of at most `longest` characters is, or an empty string."""
    if php_message(text):
        return worded("the error message of a PHP program")
    short = " ".join(text.split())
    if not short or len(short) > longest:
        return ""
    return next((name for name, pattern in _PATTERNS if pattern.search(short)), "")


def page_advice(page: str, location: str) -> str:
    """The error message for an HTML page: what kind it is, and the URL of its feed if it names one."""
    if kind := kind_of_page(page):
        return worded("it looks like {kind}, not a feed; open the address in a browser to see what it says", kind=kind)
    address = feed_address(page, location)
    hint = (
        worded("ingest its feed instead: {address}", address=address)
        if address
        else worded("if it is an article, ingest it with --format page")
    )
    return worded("a web page, not a feed; {hint}", hint=hint)


def feed_address(page: str, address: str) -> str:
    """The URL of the first feed that an HTML page names in a `<link rel="alternate">`, or an empty string."""
    links = _FeedLinks()
    links.feed(parsable(page))
    return _joined(address, links.found[0]) if links.found else ""


def what_markup_is(text: str, location: str) -> str:
    """The error message for text that isn't a feed."""
    start = text[:_HEAD].lstrip()
    if not start:
        return worded("empty, not a feed")
    if message := php_message(start):
        return worded("it looks like the error message of a PHP program, not a feed: {message}", message=message[:200])
    if looks_like_page(start):
        return page_advice(text, location)
    if error := error_in(plain_text(text[:_SAMPLE]).line):
        return worded("it looks like {error}, not a feed", error=error)
    return _what_xml_is(text, start) if start.startswith("<") else _what_text_is(start)


def _what_text_is(start: str) -> str:
    is_json = start.startswith(("{", "["))
    return worded("JSON, not an RSS or Atom feed; try it as jsonl") if is_json else worded("not a feed, but other text")


def _what_xml_is(text: str, start: str) -> str:
    first = _FIRST_TAG.search(start)
    root = first[1].lower().rpartition(":")[2] if first else ""
    if root == "opml":
        return _what_list_is(text)
    if root in {"urlset", "sitemapindex"}:
        return worded("a sitemap, which lists pages and has no text; ingest the feed of the site instead")
    if root == "svg":
        return worded("an SVG image, neither RSS nor Atom; images are not supported")
    if root in {"nitf", "newsitem", "newsml", "newsmessage", "tei", "wordpress"}:
        return worded("XML in the format {root}, which is not supported; only RSS and Atom are read", root=root)
    return worded("XML or HTML, but neither RSS nor Atom")


def _what_list_is(text: str) -> str:
    feeds = [
        address
        for element in parse(text).descendants()
        if element.name == "outline" and (address := element.attributes.get("xmlurl", ""))
    ]
    some = listed([*feeds[:3], *(["…"] if len(feeds) > 3 else [])])
    count = worded("1 feed") if len(feeds) == 1 else worded("{count:,} feeds", count=len(feeds))
    if not feeds:
        return worded("OPML, a list of {count}, not a feed; ingest the feeds that it lists", count=count)
    return worded("OPML, a list of {count}, not a feed; ingest the feeds that it lists: {some}", count=count, some=some)


def kind_of_page(page: str) -> str:
    """What kind of error, challenge or login page a page is, or an empty string."""
    page = page[:_SAMPLE]
    if message := php_message(page):
        return worded("the error message of a PHP program ({message})", message=message[:200])
    text = plain_text(page).line
    title = re.search(r"<title[^>]*>([^<]{0,300})", page, re.IGNORECASE)
    for sample in (title[1] if title else "", text if len(text) <= _SHORT else "", page if len(text) <= _SHORT else ""):
        if kind := next((name for name, pattern in _PATTERNS[:2] if pattern.search(sample)), ""):
            return kind
        if sample is not page and sample and len(sample) <= _SHORT and (kind := error_in(sample)):
            return kind
    if _LOGIN_FORM.search(page) and len(text) <= 2 * _SHORT:
        return worded("a login page")
    return ""


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return ""


class _FeedLinks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        link = dict(attrs)
        kind = (link.get("type") or "").lower()
        if tag == "link" and "alternate" in (link.get("rel") or "").lower() and kind.endswith(("rss+xml", "atom+xml")):
            self.found.append(link.get("href") or "")
