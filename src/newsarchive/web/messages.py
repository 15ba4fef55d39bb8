"""All texts of the web interface, in Arabic and English.

An article keeps its own language; the interface language applies only to the page around it.
Templates get an `Interface`, which formats messages, counts, numbers, dates and topic names in one
language.
"""

from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from newsarchive.arabic.date_format import Language, format_date, format_datetime
from newsarchive.article import Published
from newsarchive.search import NOTICE_TEXTS, Notice, SearchResults, listed_subjects
from newsarchive.sources import BUILT_IN as BUILT_IN_SOURCES
from newsarchive.sources import SourceTable
from newsarchive.topics import topic_label

LANGUAGES: tuple[Language, ...] = ("ar", "en")
"""The interface languages, default first."""

MESSAGES: dict[str, tuple[str, str]] = {
    "site_title": ("أرشيف الأخبار", "News archive"),
    "tagline": (
        "أخبار عربية محفوظة كما نُشرت، ابحث فيها بالكلمات والمصدر والتاريخ.",
        "Arabic news, kept as published. Search it by words, source and date.",
    ),
    "language_name": ("العربية", "English"),
    "language_switch": ("لغة الواجهة", "Interface language"),
    "places": ("أقسام الموقع", "Site"),
    "skip": ("انتقل إلى المحتوى", "Skip to content"),
    "home": ("الصفحة الرئيسية", "Home"),
    # The search form
    "search": ("ابحث", "Search"),
    "search_label": ("ابحث في الأرشيف", "Search the archive"),
    "search_placeholder": ("كلمات، أو «عبارة كاملة»", "Words, or “an exact phrase”"),
    "help_title": ("نصائح البحث", "Search tips"),
    "help_phrase": ("هذه الكلمات متتاليةً كما هي", "exactly this phrase"),
    "help_exact": ("هذه الصيغة وحدها، دون صيغ الكلمة الأخرى", "exactly this form, not its inflections"),
    "help_or": ("إحدى الكلمتين، أو كلتاهما", "either word, or both"),
    "help_not": ("المقالات التي تخلو من هذه الكلمة", "articles without this word"),
    "help_prefix": ("كل كلمة تبدأ بهذه الحروف", "words that start with these letters"),
    "help_field": (
        "في العنوان فقط؛ وكذلك المصدر: والموضوع: والقسم: والكاتب:",
        "only in the title; also source:, topic:, section: and author:",
    ),
    "help_date": ("ما نُشر في هذه السنة", "published in this year"),
    # Headings and counts around the results
    "newest_articles": ("أحدث المقالات", "Newest articles"),
    "oldest_articles": ("أقدم المقالات", "Oldest articles"),
    "arrived_articles": ("أحدث ما أُضيف إلى الأرشيف", "Latest additions to the archive"),
    "results_for": ("نتائج البحث عن «{query}»", "Results for “{query}”"),
    "results_filtered": ("المقالات المطابقة", "Matching articles"),
    "results_list": ("النتائج", "Results"),
    "page_of": ("الصفحة {page} من {pages}", "Page {page} of {pages}"),
    "undated": ("بلا تاريخ", "Undated"),
    "untitled": ("بلا عنوان", "Untitled"),
    "dates_offer": ("هل تريد ما نُشر في هذا التاريخ؟ {days}", "Looking for what was published then? {days}"),
    "days_one": ("مقالات {first}", "Articles of {first}"),
    "days_many": ("المقالات من {first} إلى {last}", "Articles from {first} to {last}"),
    # Order and match
    "sort": ("الترتيب", "Sort by"),
    "sort_best": ("الأكثر صلةً", "Best match"),
    "sort_newest": ("الأحدث", "Newest"),
    "sort_oldest": ("الأقدم", "Oldest"),
    "sort_arrived": ("الأحدث إضافةً", "Latest added"),
    "match": ("المطابقة", "Match"),
    "match_all": ("كل الكلمات", "All words"),
    "match_any": ("أيّ كلمة", "Any word"),
    "fold": ("العرض", "Show"),
    "fold_none": ("كل المقالات", "All articles"),
    "fold_copies": ("النصوص المكرَّرة مرة واحدة", "Copies once"),
    "fold_stories": ("كل حدث مرة واحدة", "Stories once"),
    "fold_total": ("العدد أعلاه يشمل كل المقالات.", "The count above is of all articles."),
    # Filters
    "filters": ("تصفية النتائج", "Filter results"),
    "filters_active": ("عوامل التصفية المختارة", "Active filters"),
    "filters_clear": ("إزالة الكل", "Clear all"),
    "filter_remove": ("إزالة عامل التصفية", "Remove this filter"),
    "filter_more": ("عرض المزيد", "Show more"),
    "filter_left_out": (
        "وغيرها أقلّ ورودًا ({count})؛ ضيّق البحث لتظهر.",
        "And {count} less frequent ones; narrow the search to see them.",
    ),
    "facet_source": ("المصدر", "Source"),
    "facet_topic": ("الموضوع", "Topic"),
    "facet_section": ("القسم", "Section"),
    "topics_any": ("كل المواضيع", "All topics"),
    "topics_given": ("مواضيع الناشر", "Given topics"),
    "topics_assigned": ("مواضيع معيَّنة آليًّا", "Assigned topics"),
    "facet_assigned": ("منها {count} بالتعيين الآلي", "{count} of them assigned"),
    "facet_date": ("تاريخ النشر", "Published"),
    "date_from": ("من", "From"),
    "date_to": ("إلى", "To"),
    "date_since": ("منذ {date}", "Since {date}"),
    "date_until": ("حتى {date}", "Until {date}"),
    "date_apply": ("تطبيق", "Apply"),
    # Paging
    "paging": ("صفحات النتائج", "Result pages"),
    "page_previous": ("السابقة", "Previous"),
    "page_next": ("التالية", "Next"),
    "page_number": ("الصفحة {page}", "Page {page}"),
    # Feeds
    "feed": ("تابِع هذا البحث عبر RSS", "Follow this search via RSS"),
    "feed_all": ("تابِع كل جديد عبر RSS", "Follow all new articles via RSS"),
    "feed_formats": ("صيغ أخرى للخلاصة", "Other feed formats"),
    "feed_description": (
        "أحدث ما أُضيف إلى الأرشيف من نتائج هذا البحث",
        "The latest additions to the archive that match this search",
    ),
    # Notices
    **{f"notice_{notice.value}": texts for notice, texts in NOTICE_TEXTS.items()},
    # Spelling
    "did_you_mean": ("هل تقصد: {query}؟", "Did you mean {query}?"),
    "other_reading": ("ابحث عن كلمات البحث كما هي", "Search for exactly these words"),
    "more_with_most": ("مقالات فيها معظم الكلمات", "Articles with most of the words"),
    "more_advice": (
        "هذه خارج العدد أعلاه: تنقصها كلمة أو أكثر.",
        "These aren't in the count above: they lack one word or more.",
    ),
    "more_decline": ("لا تعرضها", "Leave them out"),
    "also_searched": ("شمل البحث أيضًا: {forms}.", "Also searched for: {forms}."),
    "only_typed": ("ابحث عن «{word}» فقط", "Search only for “{word}”"),
    "suggestions": ("اقتراحات", "Suggestions"),
    "suggested_titles": ("مقالات", "Articles"),
    # Why a hit matched, if it is not obvious
    "why": ("سبب ظهور النتيجة", "Why it matched"),
    "why_forms": ("ترد بصيغة", "occurs as"),
    "why_missing": ("لا يرد فيه: {words}", "Missing: {words}"),
    # Nothing found
    "empty_title": ("لا توجد نتائج", "No results"),
    "empty_query": ("لم نجد في الأرشيف ما يطابق «{query}».", "Nothing in the archive matches “{query}”."),
    "empty_filters": ("لا توجد مقالات تطابق عوامل التصفية المختارة.", "No articles match the active filters."),
    "empty_page": (
        "لنتائج هذا البحث {pages} فقط، ولا توجد صفحة رقم {page}.",
        "This search has only {pages}. There is no page {page}.",
    ),
    "empty_first_page": ("انتقل إلى الصفحة الأولى", "Go to the first page"),
    "empty_archive": ("الأرشيف فارغ", "The archive is empty"),
    "empty_archive_advice": (
        "أضِف مقالات بالأمر {command} ثم أعِد تحميل الصفحة.",
        "Add articles with {command}, then reload this page.",
    ),
    "advice": ("جرِّب ما يلي:", "Try the following:"),
    "advice_spelling": ("تأكّد من صحة كتابة الكلمات.", "Check the spelling of the words."),
    "advice_fewer": ("استخدِم كلمات أقل أو أعمّ.", "Use fewer or more general words."),
    "advice_any": ("ابحث عن أيّ كلمة بدل الكلمات كلها", "Search for any of the words instead of all of them"),
    "advice_filters": ("ابحث من دون تصفية", "Search without filters"),
    "advice_newest": ("تصفّح أحدث المقالات", "Browse the newest articles"),
    # The article page
    "back": ("العودة إلى النتائج", "Back to results"),
    "highlights": ("كلمات البحث مظلَّلة في النص.", "Your search words are highlighted."),
    "highlights_first": ("انتقل إلى أول موضع", "Go to the first match"),
    "highlights_hide": ("إخفاء التظليل", "Hide highlights"),
    "highlights_show": ("تظليل كلمات البحث", "Highlight search words"),
    "byline": ("عن المقال", "About the article"),
    "title_derived": ("العنوان مأخوذ من النص", "Title taken from the text"),
    "source": ("المصدر", "Source"),
    "publisher": ("الناشر", "Publisher"),
    "authors": ("الكاتب", "By"),
    "published": ("نُشر", "Published"),
    "published_raw": ("التاريخ كما ورد: {raw}", "Date as printed: {raw}"),
    "topics": ("المواضيع", "Topics"),
    "assigned_topics": ("مواضيع معيَّنة آليًّا", "Assigned topics"),
    "assigned_because": ("بثقة {percent}، لورود {words}", "{percent} sure, because of {words}"),
    "assigned_percent": ("بثقة {percent}", "{percent} sure"),
    "sections": ("القسم", "Section"),
    "image_credit": ("الصورة", "Image"),
    "original": ("اقرأ المقال في موقعه الأصلي", "Read the original article"),
    "original_address": ("رابط المقال الأصلي", "Original URL"),
    "revised": (
        "هذه النسخة رقم {revision} من المقال. راجِع سجلّ النسخ.",
        "This is revision {revision} of the article. See the revision history.",
    ),
    "related": ("مقالات ذات صلة", "Related articles"),
    "history": ("سجلّ النسخ", "Revision history"),
    "history_revision": ("النسخة {revision}", "Revision {revision}"),
    "history_current": ("المعروضة هنا", "shown here"),
    "history_withdrawn": ("سُحب المقال: {reason}", "Withdrawn: {reason}"),
    "history_changed": ("تغيّر: {what}", "Changed: {what}"),
    "changed_title": ("العنوان", "title"),
    "changed_body": ("النص", "text"),
    "changed_published": ("تاريخ النشر", "publication date"),
    "changed_authors": ("الكاتب", "authors"),
    "changed_other": ("البيانات الوصفية", "metadata"),
    "archived": ("حُفظ في الأرشيف {date}", "Archived {date}"),
    "cite": ("الاستشهاد بهذا المقال", "Cite this article"),
    "quoted": ("«{text}»", "“{text}”"),
    "comma": ("، ", ", "),
    # Stories
    "stories": ("أكبر الأحداث", "Top stories"),
    "stories_about": (
        "كل حدث بما كُتب عنه في المصادر كلها، والأكثر تغطيةً أولًا.",
        "Each event with what all sources wrote about it, the most covered first.",
    ),
    "stories_of_day": ("أكبر أحداث يوم {date}", "Top stories of {date}"),
    "stories_of_week": ("أكبر الأحداث من {first} إلى {last}", "Top stories from {first} to {last}"),
    "stories_period": ("المدة", "Period"),
    "stories_day": ("يوم", "Day"),
    "stories_week": ("أسبوع", "Week"),
    "stories_days": ("أيام أخرى", "Other days"),
    "stories_before": ("ما قبله", "Earlier"),
    "stories_after": ("ما بعده", "Later"),
    "stories_date": ("اليوم", "Day"),
    "stories_go": ("اعرض", "Show"),
    "stories_none": (
        "لا توجد في هذه المدة أحداث كُتب عنها أكثر من مقال.",
        "No event of this period has more than one article.",
    ),
    "stories_feed": ("تابِع أكبر الأحداث عبر RSS", "Follow the top stories via RSS"),
    "story": ("حدث", "Story"),
    "story_first": ("أول ما نُشر", "First report"),
    "story_last": ("آخر ما نُشر", "Last report"),
    "story_of_its_day": ("أكبر أحداث ذلك اليوم", "Top stories of that day"),
    "story_elsewhere": ("الحدث نفسه في مصادر أخرى", "The same story elsewhere"),
    "story_all": ("كل ما كُتب عن هذا الحدث ({size})", "All about this story ({size})"),
    # Copies of an article, and how two texts differ
    "copies": ("النص نفسه في مصادر أخرى", "The same text elsewhere"),
    "copies_credit": ("المصدر المشترك: {source}", "Common source: {source}"),
    "copies_first": ("الأقدم", "earliest"),
    "copies_compare": ("قارن النصّين", "Compare the texts"),
    "compare": ("مقارنة نصّين", "Two texts compared"),
    "compare_first": ("الأول", "First"),
    "compare_second": ("الثاني", "Second"),
    "compare_same": ("كلمات النصّين واحدة.", "Both texts have the same words."),
    "compare_share": ("المشترك من الكلمات {percent}٪.", "{percent}% of the words are the same."),
    "compare_removed": ("في الأول فقط", "only in the first"),
    "compare_added": ("في الثاني فقط", "only in the second"),
    "compare_removed_said": ("حُذف:", "removed:"),
    "compare_added_said": ("أُضيف:", "added:"),
    # Reused texts
    "reuse": ("من نشر هذا النص أولًا؟", "Who had this text first?"),
    "reuse_lead": (
        "الصق نصًّا، حتى {most} كلمة، لتجد المقالات التي وردت فيها أجزاء منه، الأقدم أولًا. لا يُحفظ ما تلصقه.",
        "Paste up to {most} words, and see which articles have parts of them, earliest first. Your text isn't stored.",
    ),
    "reuse_label": ("النص", "Text"),
    "reuse_find": ("ابحث عن أصله", "Find its origin"),
    "reuse_results": ("المقالات التي وردت فيها أجزاء من النص", "Articles that have parts of the text"),
    "reuse_none": (
        "لا يوجد في الأرشيف مقال فيه مقطع من هذا النص، أي اثنتا عشرة كلمة متتالية على الأقل.",
        "No article in the archive has a passage of this text, which is at least twelve consecutive words.",
    ),
    "reuse_more": ("هذه أقدم {shown} مقالًا منها.", "These are the earliest {shown} of them."),
    "reuse_legend": (
        "الكلمات المظلَّلة هي التي تختلف بين النصّين.",
        "The highlighted words are those that differ between the two texts.",
    ),
    "reuse_words": ("كلمات مشتركة: {words}", "Words in common: {words}"),
    "reuse_copy": ("نسخة شبه مطابقة من مقال سبق ذكره: {title}", "A near copy of an article above: {title}"),
    "reuse_ours": ("في النص الملصق", "In the pasted text"),
    "reuse_ours_article": ("في هذا المقال", "In this article"),
    "reuse_theirs": ("في المقال", "In the article"),
    "reuse_theirs_other": ("في المقال الآخر", "In the other article"),
    "reuse_passage": ("المقطع {number}", "Passage {number}"),
    "passages": ("مقاطع وردت في مقالات أخرى", "Passages found in other articles"),
    "passages_of": ("مقاطع من «{title}» وردت في مقالات أخرى", "Passages of “{title}” found in other articles"),
    "passages_compare": ("قارن المقاطع جنبًا إلى جنب", "Compare the passages side by side"),
    "passages_none": (
        "لا مقطع من هذا المقال في مقال آخر، سوى نسخه شبه المطابقة.",
        "No other article, other than near copies, has a passage of this one.",
    ),
    "passages_back": ("العودة إلى المقال", "Back to the article"),
    # Errors
    "error_bad_request": ("طلب غير صالح", "Bad request"),
    "error_bad_request_text": ("رابط هذه الصفحة غير صالح.", "The URL of this page is invalid."),
    "error_invalid_parameter": ("قيمة غير صالحة في الرابط", "Invalid value in the URL"),
    "error_without": ("ابحث من دونها", "Search without it"),
    "error_not_found": ("الصفحة غير موجودة", "Page not found"),
    "error_not_found_text": (
        "ربما تغيّر الرابط أو كُتب خطأً. جرِّب البحث.",
        "The URL may have changed, or may be mistyped. Try a search.",
    ),
    "error_article_not_found": ("المقال غير موجود", "Article not found"),
    "error_article_not_found_text": (
        "لا يوجد في الأرشيف مقال بهذا المعرّف، أو أنه سُحب.",
        "The archive has no article with this id, or the article was withdrawn.",
    ),
    "error_method_not_allowed": ("طريقة غير مسموح بها", "Method not allowed"),
    "error_method_not_allowed_text": ("هذه الصفحة للقراءة فقط.", "This page is read-only."),
    "error_index_missing": ("البحث غير متاح حاليًا", "Search is currently unavailable"),
    "error_index_missing_text": (
        "لم يُبنَ فهرس هذا الأرشيف بعد. أعِد المحاولة بعد قليل.",
        "The search index has not been built yet. Please try again later.",
    ),
    "error_index_outdated": ("البحث غير متاح حاليًا", "Search is currently unavailable"),
    "error_index_outdated_text": (
        "يحتاج فهرس البحث إلى إعادة بناء. أعِد المحاولة بعد قليل.",
        "The search index needs to be rebuilt. Please try again later.",
    ),
    "error_index_damaged": ("البحث غير متاح حاليًا", "Search is currently unavailable"),
    "error_index_damaged_text": (
        "تضرّر فهرس البحث وسيُعاد بناؤه. أعِد المحاولة بعد قليل.",
        "The search index is damaged and will be rebuilt. Please try again later.",
    ),
    "error_unavailable": ("الخدمة غير متاحة حاليًا", "Service unavailable"),
    "error_unavailable_text": ("الأرشيف مشغول. أعِد المحاولة بعد قليل.", "The archive is busy. Please try again later."),
    "error_internal": ("حدث خطأ في الموقع", "Something went wrong"),
    "error_internal_text": ("سُجِّل الخطأ. أعِد المحاولة بعد قليل.", "The error was logged. Please try again later."),
    # Invalid parameters: one message for each value of `newsarchive.web.params.Problem`
    "problem_choice": (
        "«{parameter}» لا يقبل القيمة «{value}». القيم الممكنة: {allowed}.",
        "“{parameter}” cannot be “{value}”. It can be: {allowed}.",
    ),
    "problem_unknown": (
        "لا يوجد معامل باسم «{parameter}». المعاملات هي: {allowed}.",
        "There is no parameter “{parameter}”. The parameters are: {allowed}.",
    ),
    "problem_choice_meant": (
        "«{parameter}» لا يقبل القيمة «{value}». هل تقصد «{meant}»؟ القيم الممكنة: {allowed}.",
        "“{parameter}” cannot be “{value}”. Did you mean “{meant}”? It can be: {allowed}.",
    ),
    "problem_unknown_meant": (
        "لا يوجد معامل باسم «{parameter}». هل تقصد «{meant}»؟ المعاملات هي: {allowed}.",
        "There is no parameter “{parameter}”. Did you mean “{meant}”? The parameters are: {allowed}.",
    ),
    "problem_no_parameters": (
        "لا يقبل هذا العنوان أي معامل، ومنها «{parameter}».",
        "This address takes no parameters, so “{parameter}” can't be one.",
    ),
    "problem_number": (
        "يجب أن يكون «{parameter}» عددًا صحيحًا موجبًا، لا «{value}».",
        "“{parameter}” must be a positive whole number, not “{value}”.",
    ),
    "problem_limit": (
        "يجب أن يكون «{parameter}» عددًا من 1 إلى 100، لا «{value}».",
        "“{parameter}” must be a number from 1 to 100, not “{value}”.",
    ),
    "problem_date": (
        "يجب أن يكون «{parameter}» تاريخًا مثل \u20662025-04-30\u2069 أو \u20662025-04\u2069 أو 2025، لا «{value}».",
        "“{parameter}” must be a date such as 2025-04-30, 2025-04 or 2025, not “{value}”.",
    ),
    "problem_order": ("تاريخ البداية «{value}» بعد تاريخ النهاية.", "The start date “{value}” is after the end date."),
    "problem_many": (
        "عدد قيم «{parameter}» يتجاوز الحدّ، وهو 30 قيمة و1000 حرف.",
        "“{parameter}” has too many values. The limit is 30 values and 1,000 characters.",
    ),
    "problem_words": (
        "في النص {value} كلمة، والحدّ 5,000 كلمة. الصق جزءًا منه.",
        "The text has {value} words. The limit is 5,000 words; paste a part of it.",
    ),
    "problem_no_text": ("الصق نصًّا فيه كلمات.", "Paste a text that has words."),
    "footer": (
        "النصوص لناشريها، وهي محفوظة هنا للبحث فيها.",
        "The texts belong to their publishers. They are archived here for searching.",
    ),
    "api": ("الواجهة البرمجية", "API"),
}
"""Key -> (Arabic, English). Fields in braces are replaced by values."""


class Plural(StrEnum):
    """The Unicode CLDR plural categories of Arabic and English."""

    ZERO = "zero"
    ONE = "one"
    TWO = "two"
    FEW = "few"
    MANY = "many"
    OTHER = "other"


COUNTED: dict[str, tuple[dict[Plural, str], dict[Plural, str]]] = {
    "results": (
        {
            Plural.ZERO: "لا توجد نتائج",
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
            Plural.ZERO: "لا توجد مقالات",
            Plural.ONE: "مقال واحد",
            Plural.TWO: "مقالان",
            Plural.FEW: "{n} مقالات",
            Plural.MANY: "{n} مقالًا",
            Plural.OTHER: "{n} مقال",
        },
        {Plural.ZERO: "No articles", Plural.ONE: "1 article", Plural.OTHER: "{n} articles"},
    ),
    "others": (
        {
            Plural.ZERO: "لا غيره",
            Plural.ONE: "ومقال آخر",
            Plural.TWO: "ومقالان آخران",
            Plural.FEW: "و{n} مقالات أخرى",
            Plural.MANY: "و{n} مقالًا آخر",
            Plural.OTHER: "و{n} مقال آخر",
        },
        {Plural.ZERO: "and no other", Plural.ONE: "and 1 more", Plural.OTHER: "and {n} more"},
    ),
    "from_sources": (
        {
            Plural.ZERO: "بلا مصدر معروف",
            Plural.ONE: "من المصدر نفسه",
            Plural.TWO: "من مصدرين",
            Plural.FEW: "من {n} مصادر",
            Plural.MANY: "من {n} مصدرًا",
            Plural.OTHER: "من {n} مصدر",
        },
        {Plural.ZERO: "of unknown source", Plural.ONE: "from the same source", Plural.OTHER: "from {n} sources"},
    ),
    "of_sources": (
        {
            Plural.ZERO: "بلا مصدر معروف",
            Plural.ONE: "من مصدر واحد",
            Plural.TWO: "من مصدرين",
            Plural.FEW: "من {n} مصادر",
            Plural.MANY: "من {n} مصدرًا",
            Plural.OTHER: "من {n} مصدر",
        },
        {Plural.ZERO: "of unknown source", Plural.ONE: "from 1 source", Plural.OTHER: "from {n} sources"},
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
"""Key -> (Arabic, English), each with one form per plural category."""


def plural(n: int, language: Language) -> Plural:
    """The plural category of a count n >= 0.

    Arabic follows the CLDR plural rules. English has an extra form for zero.
    """
    if n < 3 and (language == "ar" or n < 2):
        return (Plural.ZERO, Plural.ONE, Plural.TWO)[n]
    if language == "en":
        return Plural.OTHER
    if 3 <= n % 100 <= 10:
        return Plural.FEW
    return Plural.MANY if n % 100 >= 11 else Plural.OTHER


class Interface:
    """The interface in one language, as templates use it."""

    def __init__(
        self, language: Language, site_title: str | None = None, *, sources: SourceTable = BUILT_IN_SOURCES
    ) -> None:
        self.language = language
        self._sources = sources
        self.direction = "rtl" if language == "ar" else "ltr"
        self.site_title = site_title or self.text("site_title")

    def text(self, key: str, **values: object) -> str:
        """A message as plain text. Raises KeyError for an unknown key."""
        message = MESSAGES[key][LANGUAGES.index(self.language)]
        return message.format(**values) if values else message

    def html(self, key: str, **values: object) -> Markup:
        """A message as HTML. Values are escaped and isolated from the surrounding direction."""
        isolated = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}
        return Markup(MESSAGES[key][LANGUAGES.index(self.language)]).format(**isolated)  # noqa: S704 (the catalogue)

    def count(self, key: str, n: int) -> str:
        """A count with its noun in the right plural form: نتيجتان, 3 نتائج, 11 نتيجة."""
        form = COUNTED[key][LANGUAGES.index(self.language)][plural(n, self.language)]
        return form.format(n=self.number(n))

    def number(self, n: int) -> str:
        """A number with thousands separators."""
        return f"{n:,}"

    def percent(self, share: float) -> str:
        """A share of 1 as a percentage: 83%."""
        return f"{share:.0%}"

    def date(self, value: Published) -> str:
        """A date in the interface language: 21 أبريل/نيسان 2025."""
        return format_date(value, self.language)

    def moment(self, value: Published) -> str:
        """A date, with the time if it is known: 21 أبريل/نيسان 2025، 10:30."""
        return format_datetime(value, self.language) if isinstance(value, datetime) else self.date(value)

    def topic(self, name: str) -> str:
        """The label of a topic or a section, by its canonical name."""
        return topic_label(name, self.language)

    def source(self, name: str) -> str:
        """The display name of a source."""
        return self._sources.label(name, self.language)

    def notice(self, results: SearchResults, notice: Notice) -> Markup:
        """A notice of these results as HTML."""
        return self.html(f"notice_{notice.value}", values=listed_subjects(results, notice, self.text("comma")))
