"""Removes from a page what surely isn't its article: menus, boxes of links, comments, captions.

Classes and labels only say what something may be. Nothing is removed that holds the headline or a
good part of all running text, because any name can also be that of the element around everything.
"""

import re
from collections.abc import Callable

from newsarchive.ingest.readers.pages.phrases import leads_to_links
from newsarchive.ingest.readers.pages.tree import Block, Element, blocks_of, names_of, remove, text_of

_TAGS = tuple(
    "script style noscript template iframe object embed svg math nav footer button select "  # noqa: SIM905
    "textarea input dialog".split()
)
_MAYBE = frozenset({"aside", "form", "header", "menu"})
_NAMES = re.compile(
    r"""(?:^|[\s_-])(?:
      related\w*|shar(?:e|er|ing)(?:-\w+)*|social\w*|comments?|commentlist|comment-\w+|respond
        |tags?|tagcloud|keywords?|breadcrumbs?
    | newsletter\w*|subscri(?:be|ption)\w*|promo\w*|advert\w*|ads?|adsbygoogle|banner\w*|sponsor\w*|sidebar\w*
        |widgets?|most[-_]?\w*
    | popular\w*|trending\w*|recommend\w*|also|seealso|(?:read|see|more)[-_]?(?:more|also|news|stories|topics
        |articles|posts)
    | copyrights?|disclaimer|captions?|wp-caption-text|credits?|photo-?(?:credit|caption)|img-?(?:credit
        |caption|desc)|image-?(?:credit|caption|desc)
    | author-?(?:box|bio|info|desc|about|card)|about-?(?:the-?)?author|post-?author-?box|pagination|pager
        |(?:post|nav|entry)-?navigation
    | nextprev|prevnext|next-?prev|prev-?next|ticker|breaking\w*|menus?|navbar|topbar|footer\w*|logins?|modal
        |popup|lightbox|cookies?|gdpr|consent
    | ratings?|rate|votes?|poll
        |hidden(?!-(?:xs|sm|md|lg|xl|phone|desktop|tablet|mobile|print))|visually-?hidden|sr-only|screen-?reader\w*|jp-relatedposts|sharedaddy
        |addtoany\w*|addthis\w*|a2a_\w+
    | yarpp\w*|outbrain\w*|taboola\w*|fb-\w+|disqus\w*|toolbar|tools|post-?meta|entry-?meta|meta-?data
        |post-?tags|entry-?tags|emoji|player
    | follow\w*|google-?news|whatsapp\w*|telegram\w*|latest\w*|ourpicks|you-?may\w*|paywall\w*|toc|ez-toc\w*
        |print-?only|noprint
    | inject\w*|m-inject\w*|readalso|read_also|other-?news|morenews|more-?from|jeg_ad
        |jnews_inline_related_post\w*|inline-?related\w*
    )(?:$|[\s_-])""",
    re.VERBOSE,
)
_BUILDER = re.compile(r"elementor-widget[\w-]*|wp-block-[\w-]*|vc_\w+|et_pb_\w+|widget-(?:container|content|wrap)")
"""What page builders call every part of a page."""
_SURE = re.compile(r"relate|caption|comment|breadcrumb|copyright|shar(?:e|ing)|taboola|outbrain|sr-only|screen-?reader")
_PARAGRAPHS = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "ul", "ol"})
_OF_PARAGRAPH = re.compile(
    r"(?:^|[\s_-])(?:captions?|wp-caption-text|(?:photo|image|img)-?(?:credit|caption|desc)|copyrights?|disclaimer|sharedaddy|addtoany\w*"
    r"|comment-\w+|breadcrumbs?|related\w*|sr-only|visually-?hidden|screen-?reader\w*|tags?|social\w*|post-?meta|entry-?meta)(?:$|[\s_-])"
)
"""Names of paragraphs and lists. Scripts give paragraphs of the text names such as `selection-shareable`."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ENDS = re.compile(r"[.؟!…:۔][\"'»”)\]\s]{0,4}$")
_SENTENCE = 45
_LONG = 90
_LONG_IN_P = 60
_KEPT_SHARE = 0.3
_KEPT_SURE_SHARE = 0.45
_TRUSTED_LENGTH = 60
_LINKED = 0.7


def is_sentence(block: Block) -> bool:
    """Whether a block is running text: long, or a sentence of some length, and not mostly links."""
    text = block.text
    if block.element.tag == "p" and not block.linked and not block.below_picture and len(text) >= _LONG_IN_P:
        return True  # many outlets write no full stops
    long_enough = len(text) >= _LONG or (len(text) >= _SENTENCE and _ENDS.search(text) is not None)
    return long_enough and block.link_share <= _LINKED


class _Weights:
    """How much running text each element has."""

    def __init__(self, root: Element) -> None:
        self._alive = list(root.iter())  # an element without a reference would be another object the next time
        self._of: dict[Element, int] = {}
        self.total = 0
        for block in blocks_of(root):
            if is_sentence(block):
                self.total += len(block.text)
                element = block.element
                while element is not None:
                    self._of[element] = self._of.get(element, 0) + len(block.text)
                    element = element.getparent()

    def share(self, element: Element) -> float:
        return self._of.get(element, 0) / max(1, self.total)


def prune(root: Element, is_headline: Callable[[str], bool]) -> None:
    """Remove what isn't the article from a page. `is_headline` says whether a text is the headline."""
    for element in list(root.iter(*_TAGS)):
        remove_if_empty_of_text(element)
    _lay_out(root)
    weights = _Weights(root)
    kept = _ancestors_of_headline(root, is_headline)
    for element in list(root.iter()):
        if isinstance(element.tag, str) and element not in kept and _is_removable(element, weights):
            remove(element)
    _remove_boxes(root, weights, kept)


def remove_if_empty_of_text(element: Element) -> None:
    """Remove an element that never holds an article. A navigation element holds one if its tag was never closed."""
    if element.tag in {"nav", "footer", "button", "dialog"} and sum(map(len, map(text_of, element.iter("p")))) > 2_000:
        return
    remove(element)


def _lay_out(root: Element) -> None:
    """Make the tables that only lay out a page plain boxes: those with a table or much text in a cell."""
    for table in list(root.iter("table")):
        cells = list(table.iter("td", "th"))
        is_layout = any(True for _ in table.iterdescendants("table", "h1", "form")) or any(
            len(text_of(cell)) > 350 or sum(1 for _ in cell.iter("br", "p")) > 2 for cell in cells
        )
        if is_layout or len(cells) <= 1:
            for element in (table, *table.iter("tbody", "tr", "td", "th", "thead", "center")):
                element.tag = "div"


def _ancestors_of_headline(root: Element, is_headline: Callable[[str], bool]) -> set[Element]:
    kept = {root}
    for heading in root.iter("h1", "h2"):
        if is_headline(text_of(heading)):
            kept.update((heading, *heading.iterancestors()))
            break
    kept.update(root.iter("body", "html", "h1"))
    return kept


def _is_removable(element: Element, weights: _Weights) -> bool:
    tag = element.tag
    if tag == "figcaption":
        return True
    share = weights.share(element)
    if tag == "figure":
        return share < _KEPT_SHARE and any(True for _ in element.iter("img", "amp-img", "video", "source", "picture"))
    if share >= _KEPT_SURE_SHARE:
        return False
    names = _BUILDER.sub("", names_of(element))
    named = (_NAMES if tag not in _PARAGRAPHS else _OF_PARAGRAPH).search(names) if names else None
    if named and _SURE.search(named.group()):
        return True
    if share >= _KEPT_SHARE:
        return False
    is_hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") is not None
    return named is not None or is_hidden or tag in _MAYBE


def _remove_boxes(root: Element, weights: _Weights, kept: set[Element]) -> None:
    """Remove the boxes that begin with a heading such as «مواضيع ذات صلة», and lists below one."""
    for block in list(blocks_of(root)):
        if not leads_to_links(block.text):
            continue
        box = None
        element = block.element
        while element is not None and element not in kept and weights.share(element) < _KEPT_SHARE:
            if not text_of(element).startswith(block.text[:30]):
                break
            box, element = element, element.getparent()
        if box is None or box.getparent() is None:
            continue
        follower = box.getnext()
        if text_of(box) == block.text:
            if follower is None or not _is_of_links(follower):
                continue  # it marks where the text ends
            while follower is not None and _is_of_links(follower):
                following = follower.getnext()
                remove(follower)
                follower = following
        remove(box)


def _is_of_links(element: Element) -> bool:
    text = text_of(element)
    linked = sum(len(text_of(link)) for link in element.iter("a"))
    return (not text and element.tag not in {"p", "br"}) or linked > 0.7 * len(text)
