"""The shapes of the objects in the API's responses."""

from newsarchive.web.api.description import (
    ADDRESS,
    COUNT,
    DAY,
    DAY_OR_MOMENT,
    FLAG,
    MOMENT,
    NUMBER,
    RANGE,
    STRING,
    ListOf,
    OrNull,
    Shape,
    key,
    one_of,
)

ID = key(STRING, "معرّف المقال", "the id of an article")
PAGE_ADDRESS = key(ADDRESS, "العنوان الكامل لصفحته هنا", "the full address of its page here")
NEXT = key(
    OrNull(ADDRESS), "عنوان الصفحة التالية، أو null في آخر صفحة", "the address of the next page, or null on the last"
)
COUNTED = key(COUNT, "عدد المقالات", "the number of articles")

TOPIC = Shape(
    "Topic",
    {
        "name": key(STRING, "الاسم المعتمد للموضوع", "the canonical name of a topic"),
        "label": key(STRING, "اسمه بلغة الجواب", "its name in the language of the response"),
        "id": key(STRING, "معرّفه في IPTC، أو نص فارغ", "its IPTC id, or an empty string"),
        "kind": key(
            one_of("given", "assigned"),
            "أعطاه الناشر (given) أو أسنده النموذج (assigned)",
            "whether the outlet gave it or the model assigned it",
        ),
        "confidence": key(
            OrNull(NUMBER),
            "احتمال صحة الإسناد من 0 إلى 1، أو null لموضوع أعطاه الناشر",
            "how likely an assigned one is right, from 0 to 1; null for a given one",
        ),
    },
)
ASSIGNED = Shape(
    "AssignedTopic",
    {
        "topic": key(STRING, "موضوع أسنده النموذج", "a topic that the model assigned"),
        "confidence": key(NUMBER, "احتمال صحته من 0 إلى 1", "how likely it is right, from 0 to 1"),
        "words": key(ListOf(STRING), "كلمات المقال التي حسمت الأمر", "the words of the article that decided"),
    },
)
_SUBJECTS = {
    "all_topics": key(ListOf(TOPIC), "مواضيع المقال", "the topics of the article"),
    "assigned_topics": key(ListOf(ASSIGNED), "المواضيع التي أسندها النموذج", "the topics that the model assigned"),
    "sections": key(ListOf(STRING), "أقسامه بأسمائها المعتمدة", "its sections, by their canonical names"),
}
_ACCESS = {
    "access": key(
        one_of("snippet", "metadata"),
        "ما يظهر من نص لا يُعرض كاملًا",
        "what is shown of a text that the reader doesn't see in full",
        optional=True,
    ),
    "free_from": key(DAY, "متى يُعرض نصه كاملًا", "from when on its full text is shown", optional=True),
}
_LANGUAGE = key(STRING, "لغته برمز ISO 639", "its language, as an ISO 639 code")
_TITLE = key(STRING, "عنوانه، وقد يكون فارغًا", "its title; it can be empty")
_BRIEF = {
    "id": ID,
    "title": _TITLE,
    "url": key(STRING, "عنوانه الأصلي، أو نص فارغ", "its original address, or an empty string"),
    "source": key(STRING, "مصدره، أو نص فارغ", "its source, or an empty string"),
    "topics": key(ListOf(STRING), "المواضيع التي أعطاها الناشر", "its given topics, by their canonical names"),
    **_SUBJECTS,
    "published": key(OrNull(DAY_OR_MOMENT), "تاريخ نشره أو وقته", "the date or time of publication, or null"),
    "language": _LANGUAGE,
    "page_url": PAGE_ADDRESS,
    **_ACCESS,
}
GIVEN = Shape(
    "GivenTopic",
    {
        "name": key(STRING, "الموضوع كما ورد", "a topic, as given"),
        "assigned_by": key(STRING, "من أين ورد", "who gave it: `feed`, `field`, `page`, `option` or `text`"),
    },
)
ORIGIN = Shape(
    "Origin",
    {
        "kind": key(STRING, "الصيغة التي قُرئ منها", "the format it was ingested from"),
        "location": key(STRING, "العنوان أو اسم الملف", "the address it was ingested from, or the name of the file"),
        "fetched_at": key(MOMENT, "متى جُلب", "when it was fetched", optional=True),
        "record": key(STRING, "ملف WARC وسجلّ صفحته", "the WARC file and record of its page", optional=True),
    },
)
_STORED = {
    "type": key(one_of("article"), "نوع السجل", "the type of the record: `article`"),
    "id": ID,
    "revision": key(COUNT, "رقم النسخة، من 1", "the number of the revision, from 1"),
    "title": _TITLE,
    "title_derived": key(FLAG, "هل استُخرج العنوان من النص", "whether the title was made from the text"),
    "summary": key(STRING, "ملخصه", "its summary"),
    "body": key(STRING, "نصه، كل فقرة في سطر", "its text, one paragraph per line"),
    "headings": key(ListOf(STRING), "الفقرات التي هي عناوين فرعية", "the paragraphs that are section headings"),
    "source": key(STRING, "الجهة التي صدر عنها النص", "the outlet or agency that the text comes from"),
    "publisher": key(STRING, "ناشره إن كان غير المصدر", "who printed it, if that isn't the source"),
    "authors": key(ListOf(STRING), "أسماء كتّابه", "the names of the authors"),
    "topics": key(ListOf(GIVEN), "المواضيع كما وردت", "the topics as given"),
    "given_topics": key(ListOf(STRING), "ما تعنيه هذه المواضيع", "what these mean, by their canonical names"),
    **_SUBJECTS,
    "published": key(DAY_OR_MOMENT, "تاريخ نشره أو وقته", "the date or time of publication"),
    "published_precision": key(one_of("day", "moment", "relative"), "دقة التاريخ", "how precise that is"),
    "published_raw": key(STRING, "نص التاريخ كما ورد", "the text the date was read from, or that could not be read"),
    "language": _LANGUAGE,
    "url": key(STRING, "عنوانه الأصلي", "its original address"),
    "guid": key(STRING, "معرّفه في خلاصة الناشر", "what its feed calls it, if that is more than the address"),
    "image_credit": key(STRING, "نسبة الصورة", "the credit of the image"),
    "origin": key(ORIGIN, "من أين أُخذ", "where it was taken from"),
    "archived_at": key(MOMENT, "متى حُفظت هذه النسخة", "when this revision was archived, in UTC"),
    "page_url": PAGE_ADDRESS,
    **_ACCESS,
}
ARTICLE = Shape("Article", _STORED, selectable=True)
_FULL = {
    "revision": _STORED["revision"],
    **{
        name: _STORED[name]
        for name in (
            *("title_derived", "summary", "body", "headings", "publisher", "authors", "given_topics"),
            *("published_precision", "published_raw", "guid", "image_credit", "origin", "archived_at"),
        )
    },
}
"""The keys of a full article that an article in a list has if `fields` names them."""
BRIEF = Shape("BriefArticle", {**_BRIEF, **_FULL}, selectable=True)

REASON = Shape(
    "Reason",
    {
        "word": key(STRING, "كلمة من البحث لا يظهر سبب مطابقتها", "a word of the query whose match isn't obvious"),
        "forms": key(ListOf(STRING), "صيغها في المقال", "the forms of it in the article"),
        "missing": key(FLAG, "هل يخلو المقال منها", "whether the article lacks the word"),
    },
)
FOLDED = Shape(
    "Folded",
    {
        "group": key(STRING, "معرّف أول مقال في المجموعة", "the id of the first article of the group"),
        "others": key(COUNT, "عدد المقالات الأخرى في المجموعة", "the number of other articles in the group"),
        "sources": key(COUNT, "عدد مصادر هذه المقالات", "the number of sources that these others name"),
    },
)
HIT = Shape(
    "Hit",
    {
        **_BRIEF,
        "snippet": key(STRING, "أنسب فقرة، نصًّا", "the passage that matches best, as plain text"),
        "marks": key(
            ListOf(RANGE),
            "مواضع الكلمات المطابقة في الفقرة [البداية، النهاية)",
            "the ranges `[start, end)` of the words in the snippet that match, in characters",
        ),
        "score": key(NUMBER, "درجته، للمقارنة في الجواب نفسه", "its score, comparable within one response only"),
        "reasons": key(ListOf(REASON), "لماذا طابق المقال", "why the article matches"),
        "folded": key(
            OrNull(FOLDED), "مع fold: المجموعة التي يمثلها", "only with `fold`: the group that the hit stands for"
        ),
        **_FULL,
    },
    selectable=True,
)

NOTICE_NAME = key(STRING, "تنبيه", "a notice about how the request was understood")
SUBJECT = Shape(
    "Subject",
    {
        "notice": NOTICE_NAME,
        "values": key(ListOf(STRING), "ما يخصّه التنبيه كما كُتب", "what the notice is about, as typed"),
    },
)
READING = Shape(
    "OtherReading", {"notice": NOTICE_NAME, "query": key(STRING, "البحث بالقراءة الأخرى", "the query of the reading")}
)
EXPANSION = Shape(
    "Expansion",
    {
        "word": key(STRING, "كلمة من البحث كما كُتبت", "a word of the query, as typed"),
        "forms": key(ListOf(STRING), "صيغ أخرى بُحث عنها", "its other spellings and forms that were searched too"),
    },
)
_FACET = {
    "value": key(STRING, "القيمة التي تُستعمل في التصفية", "a value to filter by, in its commonest spelling"),
    "label": key(STRING, "اسمها بلغة الجواب", "its name in the language of the response"),
    "count": key(COUNT, "عدد النتائج التي لها هذه القيمة", "the number of hits with it"),
}
FACET = Shape("Facet", _FACET)
TOPIC_FACET = Shape(
    "TopicFacet",
    {
        **_FACET,
        "name": TOPIC.keys["name"],
        "id": TOPIC.keys["id"],
        "assigned": key(COUNT, "كم منها بالإسناد", "how many of `count` have the topic by assignment"),
    },
)
FACETS = Shape(
    "Facets",
    {
        "source": key(ListOf(FACET), "حسب المصدر", "by source"),
        "topic": key(ListOf(TOPIC_FACET), "حسب الموضوع", "by topic"),
        "section": key(ListOf(FACET), "حسب القسم", "by section"),
    },
)
TRANSLATED_FORM = Shape(
    "TranslatedForm",
    {
        "text": key(STRING, "كلمات عربية بُحث عنها", "Arabic words that were searched for"),
        "query": key(STRING, "البحث عنها وحدها", "the query that searches only them for the word"),
    },
)
TRANSLATION = Shape(
    "Translation",
    {
        "word": key(STRING, "كلمة بلغة أخرى كما كُتبت", "a word or phrase of another language, as typed"),
        "forms": key(ListOf(TRANSLATED_FORM), "ما بُحث عنه بالعربية", "what was searched in Arabic, likeliest first"),
        "is_searched": key(FLAG, "هل بُحث عن الكلمة نفسها أيضًا", "whether the word itself was searched too"),
        "query": key(STRING, "البحث عن الكلمة كما كُتبت", "the query that searches only the word as typed"),
    },
)
RESULTS = Shape(
    "SearchResults",
    {
        "total": key(COUNT, "العدد الدقيق للنتائج", "the exact number of hits"),
        "took_ms": key(NUMBER, "مدة البحث بالملّي ثانية", "the time the search took, in milliseconds"),
        "page": key(COUNT, "رقم هذه الصفحة", "the number of this page"),
        "pages": key(COUNT, "عدد الصفحات", "the number of all pages"),
        "next": NEXT,
        "notices": key(ListOf(STRING), "كيف فُهم الطلب", "how the request was understood"),
        "subjects": key(ListOf(SUBJECT), "ما تخصّه التنبيهات", "what notices are about"),
        "dates": key(
            OrNull(ListOf(DAY)),
            "أول يوم وآخر يوم إن كان البحث تاريخًا فقط",
            "the first and last day that the query means if it is nothing but a date",
        ),
        "other_readings": key(ListOf(READING), "قراءات أخرى للبحث", "other readings of the query"),
        "expansions": key(ListOf(EXPANSION), "كلمات وُسِّع البحث عنها", "words that were searched in more forms"),
        "translations": key(ListOf(TRANSLATION), "كلمات بُحث عنها بالعربية", "words that were searched in Arabic"),
        "suggestion": key(OrNull(STRING), "البحث بعد تصحيح إملائه", "the query with its misspelled words corrected"),
        "hits": key(ListOf(HIT), "النتائج", "the hits"),
        "facets": key(FACETS, "عدد النتائج حسب القيم", "the numbers of hits by value"),
    },
)

PROBLEM = Shape(
    "Problem",
    {
        "type": key(ADDRESS, "عنوان يشرح نوع الخطأ", "an address that explains this kind of error"),
        "title": key(STRING, "اسم الخطأ", "the name of the error"),
        "status": key(COUNT, "رمز الحالة", "the status"),
        "detail": key(STRING, "ما الخطأ وما العمل", "what was wrong, and what to do"),
        "error": key(
            Shape(
                "Error",
                {
                    "code": key(STRING, "رمز الخطأ", "the code of the error"),
                    "message": key(STRING, "مثل detail", "the same as `detail`"),
                    "parameter": key(STRING, "المعامل الخاطئ", "the parameter that is wrong", optional=True),
                    "withdrawn_at": key(
                        MOMENT,
                        "مع article_withdrawn: متى سُحب المقال",
                        "with `article_withdrawn`, when the article was withdrawn",
                        optional=True,
                    ),
                },
            ),
            "الخطأ كما عرفته نسخ سابقة",
            "the error in the form that it always had",
        ),
    },
)
