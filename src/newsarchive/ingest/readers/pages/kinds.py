"""Says what a page is that isn't an article: a front page, a section, a video, a teaser for subscribers."""

import re
from urllib.parse import unquote, urlsplit

from newsarchive.arabic.fold import fold
from newsarchive.ingest.readers.pages.body import Body
from newsarchive.ingest.readers.pages.head import Head
from newsarchive.ingest.readers.pages.tree import Block
from newsarchive.wording import worded

_FRONT = re.compile(
    r"/?(?:(?:ar|en|arabic|home|index|default|main|ar-\w\w|اردو|الرئيسية)(?:\.\w{2,5})?/?)*", re.IGNORECASE
)
_SECTION = re.compile(
    r"/(?:category|categories|tags?|topics?|sections?|authors?|writers?|search|archives?|page|label|labels|latest|most-?read|rss|feeds?"
    r"|تصنيف|وسم|قسم|أقسام|كاتب)(?:/[^/]+){0,2}/?",
    re.IGNORECASE,
)
_VIDEO = re.compile(
    r"/(?:videos?|tv|watch|live|livestream|programs?|podcasts?|galler(?:y|ies)|photos?|فيديو|صور)(?:/|$)", re.IGNORECASE
)
_LISTS = frozenset({"collectionpage", "searchresultspage", "itemlist", "profilepage"})
_SUBSCRIBERS = re.compile(
    r"""(?:هذ[اه]\ )?(?:المحتوي|المقال|المقاله|الماده|التقرير|القراءه|الخبر|النص)
        \s(?:الكامل\s)?(?:متاحه?|حصريه?|مخصصه?|متوفره?)?\s?
        (?:فقط\s)?(?:لل?|ل)?(?:مشتركين|المشتركين)
  | (?:للمشتركين|لمشتركي\ \w+)\ (?:فقط|حصرا)|(?:حصري|حصريا|متاح|متاحه|خاص)\ (?:فقط\ )?للمشتركين
  | (?:اشترك|اشتركوا|سجل|سجلوا|سجل\ الدخول|قم\ بالاشتراك|انضم)\b.{0,40}\b(?:لمتابعه|لمواصله|لاكمال|لاستكمال
        |لقراءه|للوصول|كي\ تقرا|لتقرا)\b.{0,40}
        (?:القراءه|المقال|المحتوي|الماده|النص|الخبر|التقرير|بقيه|كامل)
  | (?:لمتابعه|لمواصله|لاكمال|لاستكمال)\ (?:قراءه|القراءه).{0,40}(?:اشترك|الاشتراك|سجل|تسجيل)
  | (?:لقد\ )?(?:استنفدت|استهلكت|وصلت\ الي).{0,30}(?:المقالات|الحد).{0,20}(?:المجانيه|المسموح)
  | subscribe\ to\ (?:continue|read)|for\ subscribers\ only|already\ a\ subscriber|هل\ (?:انت
        |لديك).{0,12}(?:مشترك|اشتراك)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SEATS = str.maketrans("ؤئ", "وي")
_SHORT = 150
"""Words of a body that may be the teaser of a longer one."""
_TEASER = 320
_SHORT_BESIDE_VIDEO = 60
_LEAST_WORDS = 6
_MANY_LINKS = 15
_LEAST_EXCERPTS = 3
_NOTICE = 260


def problem_of(head: Head, url: str, body: Body, blocks: list[Block]) -> str:
    """What the page is, for a message, if it isn't an article with its text; else an empty string."""
    words = len(" ".join(body.paragraphs).split())
    if _is_teaser(head, words, blocks):
        return worded("only the beginning of an article for subscribers")
    if _is_video(head, url) and words < (_SHORT_BESIDE_VIDEO // 2 if says_article(head) else _SHORT_BESIDE_VIDEO):
        return worded("a video, a sound or pictures, with little text")
    if _FRONT.fullmatch(_path(url)) and not says_article(head):
        return worded("the front page of a site")
    linked = sum(block.link_share > 0.9 and len(block.text.split()) > 3 for block in blocks)
    if _is_list(head, url, body, linked) or (words < _LEAST_WORDS and linked > _MANY_LINKS):
        return worded("a list of articles")
    if words < _LEAST_WORDS or not (says_article(head) or body.sentences):
        return worded("it has no text of an article")
    return ""


def says_article(head: Head) -> bool:
    """Whether the head calls the page an article."""
    kinds = head.meta("og:type", "pagetype", "page_type", "cxenseparse:pageclass", "parsely-type")
    return bool(head.articles()) or any(kind.lower() in {"article", "post", "story", "newsarticle"} for kind in kinds)


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "-"
    return "-" if parts.query and parts.path in {"", "/"} else unquote(parts.path) if url else "-"


def _is_list(head: Head, url: str, body: Body, linked: int) -> bool:
    """Whether the text consists of excerpts, or the page is called a list and has little more than links."""
    if body.excerpts >= _LEAST_EXCERPTS and body.excerpts >= (0.8 if says_article(head) else 0.5) * body.sentences:
        return True
    is_called_list = _SECTION.fullmatch(_path(url)) is not None or bool(head.types() & _LISTS)
    has_little = body.excerpts > 0 or linked > _MANY_LINKS or body.sentences < _LEAST_EXCERPTS
    return is_called_list and has_little and not says_article(head)


def _is_video(head: Head, url: str) -> bool:
    if any(kind.lower().startswith(("video", "music")) for kind in head.meta("og:type")):
        return True
    is_described = head.types() & {"videoobject", "audioobject", "imagegallery", "podcastepisode", "mediagallery"}
    return bool(_VIDEO.search(_path(url))) or (bool(is_described) and not head.articles())


def _is_teaser(head: Head, words: int, blocks: list[Block]) -> bool:
    is_closed = any(str(article.get("isAccessibleForFree")).lower() in {"false", "no"} for article in head.articles())
    is_closed = is_closed or any(
        tier.lower() in {"locked", "metered", "premium"} for tier in head.meta("article:content_tier")
    )
    is_told = any(
        len(block.text) <= _NOTICE and _SUBSCRIBERS.search(fold(block.text).translate(_SEATS)) for block in blocks
    )
    return (is_closed and words < _SHORT) or (is_told and words < _SHORT) or (is_closed and is_told and words < _TEASER)
