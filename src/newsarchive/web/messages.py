"""What the interface says, in Arabic and in English, side by side.

An article keeps its own language; this is only the language of the page around it. `Interface` is what a template
is given: it writes messages, counts, numbers, dates and names of topics in one language.
"""

from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from newsarchive.arabic.date_format import Language, format_date, format_datetime
from newsarchive.article import Published
from newsarchive.topics import topic_label

LANGUAGES: tuple[Language, ...] = ("ar", "en")
"""The languages of the interface, the default first."""

MESSAGES: dict[str, tuple[str, str]] = {
    "site_title": ("أرشيف الأخبار", "News archive"),
    "tagline": (
        "أخبار عربية محفوظة كما نُشرت، يُبحث فيها بكلماتها وبمصادرها وبتواريخها.",
        "Arabic news kept as it was published, found again by its words, its sources and its dates.",
    ),
    "language_name": ("العربية", "English"),
    "language_switch": ("لغة الواجهة", "Interface language"),
    "skip": ("تخطَّ إلى المحتوى", "Skip to the content"),
    "home": ("الصفحة الأولى", "Start page"),
    # The search form
    "search": ("ابحث", "Search"),
    "search_label": ("ابحث في الأرشيف", "Search the archive"),
    "search_placeholder": ("كلمة، أو «عبارة كاملة»", "A word, or “a whole phrase”"),
    "help_title": ("كيف أبحث بدقّة؟", "How do I search precisely?"),
    "help_phrase": ("هذه الكلمات متتاليةً كما هي", "these very words, in this order"),
    "help_exact": ("هذه الصيغة وحدها، لا مشتقّاتها", "this form alone, not its inflections"),
    "help_or": ("إحدى الكلمتين، أو كلتاهما", "either word, or both"),
    "help_not": ("المقالات التي تخلو من الكلمة", "articles without this word"),
    "help_prefix": ("كل كلمة تبدأ بهذه الحروف", "every word that begins with these letters"),
    "help_field": (
        "في العنوان وحده؛ ومثلها المصدر: والموضوع: والكاتب:",
        "in the title only; also source:, topic: and author:",
    ),
    "help_date": ("ما نُشر في هذه السنة", "published in this year"),
    # Headings and counts around the results
    "newest_articles": ("أحدث المقالات", "Newest articles"),
    "oldest_articles": ("أقدم المقالات", "Oldest articles"),
    "results_for": ("نتائج البحث عن «{query}»", "Results for “{query}”"),
    "results_filtered": ("المقالات المختارة", "Selected articles"),
    "results_list": ("النتائج", "Results"),
    "page_of": ("الصفحة {page} من {pages}", "Page {page} of {pages}"),
    "undated": ("بلا تاريخ", "Undated"),
    "untitled": ("بلا عنوان", "Untitled"),
    # Order and match
    "sort": ("الترتيب", "Order"),
    "sort_best": ("الأوثق صلةً", "Best match"),
    "sort_newest": ("الأحدث", "Newest"),
    "sort_oldest": ("الأقدم", "Oldest"),
    "match": ("المطابقة", "Match"),
    "match_all": ("كل الكلمات", "All words"),
    "match_any": ("أيّ كلمة", "Any word"),
    # Filters
    "filters": ("تصفية النتائج", "Filter the results"),
    "filters_active": ("عوامل التصفية المختارة", "Chosen filters"),
    "filters_clear": ("أزِل الكل", "Remove all"),
    "filter_remove": ("أزِل التصفية", "Remove this filter"),
    "filter_more": ("عرض المزيد", "Show more"),
    "filter_left_out": (
        "وغيرها أقلّ ورودًا ({count})؛ ضيّق البحث لتظهر.",
        "And {count} less frequent ones; narrow the search to see them.",
    ),
    "facet_source": ("المصدر", "Source"),
    "facet_topic": ("الموضوع", "Topic"),
    "facet_date": ("تاريخ النشر", "Published"),
    "date_from": ("من", "From"),
    "date_to": ("إلى", "To"),
    "date_since": ("منذ {date}", "Since {date}"),
    "date_until": ("حتى {date}", "Until {date}"),
    "date_apply": ("طبِّق", "Apply"),
    # Paging
    "paging": ("صفحات النتائج", "Pages of results"),
    "page_previous": ("السابقة", "Previous"),
    "page_next": ("التالية", "Next"),
    "page_number": ("الصفحة {page}", "Page {page}"),
    # Feeds
    "feed": ("تابِع هذا البحث بخدمة RSS", "Follow this search by RSS"),
    "feed_all": ("تابِع كل جديد بخدمة RSS", "Follow everything new by RSS"),
    "feed_formats": ("صيغ أخرى للتغذية", "Other formats of the feed"),
    "feed_description": ("أحدث ما في الأرشيف من هذا البحث", "The newest articles of this search"),
    # Notices: one for each value of `newsarchive.search.Notice`
    "notice_any_instead_of_all": (
        "لا يضمّ أيُّ مقال الكلماتِ كلَّها، وهذه مقالات فيها بعضها.",
        "No article has all of these words; these have some of them.",
    ),
    "notice_no_words": (
        "ليس في البحث كلمة يُبحث عنها، فهذه كل المقالات.",
        "There is no word to search for, so these are all articles.",
    ),
    "notice_query_cut": (
        "البحث أطول من أن يُقرأ كله، فبحثنا عن أوله.",
        "The query is too long to be read as a whole, so its beginning was searched for.",
    ),
    "notice_plain_words": (
        "تعذّر فهم صيغة البحث، فبحثنا عن كلماته كما هي.",
        "The query could not be read as it is written, so its words were searched for.",
    ),
    # Spelling
    "did_you_mean": ("هل تقصد: {query}؟", "Did you mean {query}?"),
    "also_searched": ("شمل البحث أيضًا: {forms}.", "Also searched for: {forms}."),
    "only_typed": ("ابحث عن «{word}» وحدها", "Search only for “{word}”"),
    "suggestions": ("اقتراحات", "Suggestions"),
    "suggested_titles": ("مقالات", "Articles"),
    # Why a hit matched, where that is not obvious
    "why": ("سبب الظهور", "Why it matched"),
    "why_forms": ("ترد بصيغة", "occurs as"),
    "why_missing": ("لا يرد فيه: {words}", "Missing: {words}"),
    # Nothing found
    "empty_title": ("لا نتائج", "No results"),
    "empty_query": ("لم نجد في الأرشيف ما يطابق «{query}».", "Nothing in the archive matches “{query}”."),
    "empty_filters": ("لا مقال يستوفي عوامل التصفية المختارة.", "No article passes the chosen filters."),
    "empty_page": (
        "لهذا البحث {pages} فقط، ولا شيء في الصفحة {page}.",
        "This search has only {pages}; there is nothing on page {page}.",
    ),
    "empty_first_page": ("اذهب إلى الصفحة الأولى", "Go to the first page"),
    "empty_archive": ("الأرشيف فارغ", "The archive is empty"),
    "empty_archive_advice": (
        "أضِف مقالات بالأمر {command} ثم عُد إلى هنا.",
        "Add articles with {command} and come back.",
    ),
    "advice": ("جرِّب ما يلي:", "You could try this:"),
    "advice_spelling": ("تحقّق من كتابة الكلمات.", "Check how the words are written."),
    "advice_fewer": ("ابحث بكلمات أقل، أو أعمّ.", "Search for fewer words, or more general ones."),
    "advice_any": ("ابحث عن أيّ كلمة بدل الكلمات كلها", "Search for any of the words instead of all"),
    "advice_filters": ("ابحث من دون تصفية", "Search without the filters"),
    "advice_newest": ("تصفّح أحدث المقالات", "Browse the newest articles"),
    # The article page
    "back": ("عُد إلى النتائج", "Back to the results"),
    "highlights": ("كلمات البحث مظلَّلة في النص.", "The words of your search are marked."),
    "highlights_first": ("اذهب إلى أول موضع", "Go to the first"),
    "highlights_hide": ("اعرض المقال بلا تظليل", "Show without highlights"),
    "highlights_show": ("ظلِّل كلمات البحث", "Mark the words of the search"),
    "byline": ("عن المقال", "About the article"),
    "title_derived": ("العنوان مأخوذ من النص", "Title taken from the text"),
    "source": ("المصدر", "Source"),
    "publisher": ("الناشر", "Publisher"),
    "authors": ("الكاتب", "By"),
    "published": ("نُشر", "Published"),
    "published_raw": ("التاريخ كما ورد: {raw}", "The date as it was printed: {raw}"),
    "topics": ("المواضيع", "Topics"),
    "image_credit": ("الصورة", "Image"),
    "original": ("اقرأ المقال في موقعه الأصلي", "Read the original"),
    "original_address": ("عنوان المقال الأصلي", "Address of the original"),
    "revised": (
        "هذه النسخة رقم {revision} من المقال. راجِع سجلّ النسخ.",
        "This is revision {revision} of the article. See its history.",
    ),
    "related": ("مقالات ذات صلة", "Related articles"),
    "history": ("سجلّ النسخ", "Revisions"),
    "history_revision": ("النسخة {revision}", "Revision {revision}"),
    "history_current": ("المعروضة هنا", "shown here"),
    "history_withdrawn": ("سُحب المقال: {reason}", "Withdrawn: {reason}"),
    "history_changed": ("تغيّر: {what}", "Changed: {what}"),
    "changed_title": ("العنوان", "title"),
    "changed_body": ("النص", "text"),
    "changed_published": ("تاريخ النشر", "date"),
    "changed_authors": ("الكاتب", "authors"),
    "changed_other": ("البيانات الوصفية", "metadata"),
    "archived": ("حُفظ في الأرشيف {date}", "Archived {date}"),
    "cite": ("للاستشهاد بهذا المقال", "Cite this article"),
    "quoted": ("«{text}»", "“{text}”"),
    "comma": ("، ", ", "),
    # Errors
    "error_bad_request": ("طلب غير مفهوم", "The request was not understood"),
    "error_bad_request_text": ("تعذّر فهم هذا العنوان.", "This address could not be understood."),
    "error_invalid_parameter": ("في العنوان قيمة لا تصلح", "A value in the address cannot be used"),
    "error_without": ("ابحث من دونها", "Search without it"),
    "error_not_found": ("لا صفحة هنا", "There is no such page"),
    "error_not_found_text": (
        "لعلّ العنوان تغيّر أو كُتب خطأً. جرِّب البحث.",
        "The address may have changed, or may be mistyped. Try a search.",
    ),
    "error_article_not_found": ("لا مقال هنا", "There is no such article"),
    "error_article_not_found_text": (
        "لا مقال في الأرشيف بهذا الرقم، أو أنه سُحب.",
        "No article in the archive has this id, or it was withdrawn.",
    ),
    "error_method_not_allowed": ("طريقة غير مسموح بها", "Method not allowed"),
    "error_method_not_allowed_text": ("هذه الصفحة للقراءة فقط.", "This page can only be read."),
    "error_index_missing": ("البحث غير متاح الآن", "Search is not available now"),
    "error_index_missing_text": (
        "لم يُبنَ فهرس هذا الأرشيف بعد. عُد بعد قليل.",
        "The search index of this archive has not been built yet. Come back in a while.",
    ),
    "error_index_outdated": ("البحث غير متاح الآن", "Search is not available now"),
    "error_index_outdated_text": (
        "يحتاج فهرس البحث إلى إعادة بناء. عُد بعد قليل.",
        "The search index has to be rebuilt. Come back in a while.",
    ),
    "error_unavailable": ("الخدمة غير متاحة الآن", "Not available now"),
    "error_unavailable_text": ("الأرشيف مشغول. عُد بعد قليل.", "The archive is busy. Come back in a while."),
    "error_internal": ("حدث خلل عندنا", "Something went wrong here"),
    "error_internal_text": (
        "سُجِّل الخلل. جرِّب ثانيةً بعد قليل.",
        "The fault was logged. Try again in a while.",
    ),
    # What is wrong with a parameter: one for each value of `newsarchive.web.params.Problem`
    "problem_choice": ("«{parameter}» لا يقبل القيمة «{value}».", "“{parameter}” cannot be “{value}”."),
    "problem_number": (
        "«{parameter}» عدد صحيح موجب، وليس «{value}».",
        "“{parameter}” must be a whole number from 1, not “{value}”.",
    ),
    "problem_limit": (
        "«{parameter}» عدد من 1 إلى 100، وليس «{value}».",
        "“{parameter}” must be a number from 1 to 100, not “{value}”.",
    ),
    "problem_date": (
        "«{parameter}» تاريخ مثل \u20662025-04-30\u2069 أو \u20662025-04\u2069 أو 2025، وليس «{value}».",
        "“{parameter}” must be a date such as 2025-04-30, 2025-04 or 2025, not “{value}”.",
    ),
    "problem_order": (
        "تاريخ البداية «{value}» بعد تاريخ النهاية.",
        "The first day, “{value}”, is after the last day.",
    ),
    "problem_many": (
        "في «{parameter}» قيم أكثر من الحدّ، وهو 30 قيمة و1000 حرف.",
        "“{parameter}” has too many values; the limit is 30 values and 1,000 characters.",
    ),
    "footer": (
        "النصوص لأصحابها، وهي محفوظة هنا للبحث.",
        "The texts belong to their publishers; they are kept here to be found.",
    ),
    "api": ("واجهة برمجية", "API"),
}
"""Key -> (Arabic, English). Values in braces are filled in."""


class Plural(StrEnum):
    """The plural categories of Unicode CLDR that Arabic and English have between them."""

    ZERO = "zero"
    ONE = "one"
    TWO = "two"
    FEW = "few"
    MANY = "many"
    OTHER = "other"


COUNTED: dict[str, tuple[dict[Plural, str], dict[Plural, str]]] = {
    "results": (
        {
            Plural.ZERO: "لا نتائج",
            Plural.ONE: "نتيجة واحدة",
            Plural.TWO: "نتيجتان",
            Plural.FEW: "{n} نتائج",
            Plural.MANY: "{n} نتيجة",
            Plural.OTHER: "{n} نتيجة",
        },
        {Plural.ZERO: "No results", Plural.ONE: "1 result", Plural.OTHER: "{n} results"},
    ),
    "articles": (
        {
            Plural.ZERO: "لا مقالات",
            Plural.ONE: "مقال واحد",
            Plural.TWO: "مقالان",
            Plural.FEW: "{n} مقالات",
            Plural.MANY: "{n} مقالًا",
            Plural.OTHER: "{n} مقال",
        },
        {Plural.ZERO: "No articles", Plural.ONE: "1 article", Plural.OTHER: "{n} articles"},
    ),
    "pages": (
        {
            Plural.ZERO: "لا صفحات",
            Plural.ONE: "صفحة واحدة",
            Plural.TWO: "صفحتان",
            Plural.FEW: "{n} صفحات",
            Plural.MANY: "{n} صفحة",
            Plural.OTHER: "{n} صفحة",
        },
        {Plural.ZERO: "no pages", Plural.ONE: "1 page", Plural.OTHER: "{n} pages"},
    ),
}
"""Key -> the forms in (Arabic, English), a plural category each."""


def plural(n: int, language: Language) -> Plural:
    """The plural category of a count, n >= 0; Arabic as in CLDR's plural rules, English with a form for none."""
    if n < 3 and (language == "ar" or n < 2):
        return (Plural.ZERO, Plural.ONE, Plural.TWO)[n]
    if language == "en":
        return Plural.OTHER
    if 3 <= n % 100 <= 10:
        return Plural.FEW
    return Plural.MANY if n % 100 >= 11 else Plural.OTHER


class Interface:
    """The interface in one language: what a template writes with."""

    def __init__(self, language: Language, site_title: str | None = None) -> None:
        self.language = language
        self.direction = "rtl" if language == "ar" else "ltr"
        self.site_title = site_title or self.text("site_title")

    def text(self, key: str, **values: object) -> str:
        """A message as plain text. Raises KeyError for a key that is not in the catalogue."""
        message = MESSAGES[key][LANGUAGES.index(self.language)]
        return message.format(**values) if values else message

    def html(self, key: str, **values: object) -> Markup:
        """A message as HTML, each value escaped and kept apart from the direction of what surrounds it."""
        isolated = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}
        return Markup(MESSAGES[key][LANGUAGES.index(self.language)]).format(**isolated)  # noqa: S704 (the catalogue)

    def count(self, key: str, n: int) -> str:
        """A number of things, in words where the language has words for it: نتيجتان, 3 نتائج, 11 نتيجة."""
        form = COUNTED[key][LANGUAGES.index(self.language)][plural(n, self.language)]
        return form.format(n=self.number(n))

    def number(self, n: int) -> str:
        """A number with its thousands set apart."""
        return f"{n:,}"

    def date(self, value: Published) -> str:
        """A day as it is written in the language: 21 أبريل/نيسان 2025."""
        return format_date(value, self.language)

    def moment(self, value: Published) -> str:
        """A day, and where it is known the time of day: 21 أبريل/نيسان 2025، 10:30."""
        return format_datetime(value, self.language) if isinstance(value, datetime) else self.date(value)

    def topic(self, name: str) -> str:
        """The label of a canonical topic."""
        return topic_label(name, self.language)
