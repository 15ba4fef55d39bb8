"""The texts of notices, in Arabic and English, for the pages and the command line."""

from collections.abc import Mapping

from newsarchive.search.door import Notice, SearchResults
from newsarchive.search.listing import Counted

NOTICE_TEXTS: Mapping[Notice, tuple[str, str]] = {
    Notice.ANY_INSTEAD_OF_ALL: (
        "لا يضمّ أيُّ مقال كلَّ كلمات البحث. المقالات التالية تضمّ بعضها.",
        "No article contains all of these words. These articles contain some of them.",
    ),
    Notice.TRANSLATED_ANY: (
        "بحثنا عن كلماتك بالعربية، وتكفي أيّ كلمة منها.",
        "Your words were searched in Arabic, and any of them is enough.",
    ),
    Notice.PARTS_APART: (
        "لا يضمّ أيُّ مقال ما كتبته متصلًا. المقالات التالية تضمّ أجزاءه متفرقة.",
        "No article contains the parts of what you typed together. These articles contain them apart.",
    ),
    Notice.OR_WORD: (
        "قرأنا «أو» على أنها اختيار: تكفي إحدى الكلمتين حولها.",
        "The Arabic word for “or” was read as OR: either of the words around it is enough.",
    ),
    Notice.LETTERS_JOINED: (
        "قرأنا الحرف المنفصل جزءًا من الكلمة التالية: {values}",
        "The letter that stands alone was read as part of the next word: {values}",
    ),
    Notice.STAR_IGNORED: (
        "لا تعمل «*» إلا في آخر الكلمة: أهملناها في أولها، وإن كانت في وسطها بحثنا عمّا يبدأ بما قبلها.",
        "* works only at the end of a word: a leading * was ignored, and a * inside was moved to the end.",
    ),
    Notice.SIGNS_IGNORED: (
        "أهملنا «~» و«^» بعد الكلمة: لا يعمل «~» إلا بعد عبارة بين علامتي اقتباس.",
        "~ and ^ after a word were ignored: ~ works only after a quoted phrase.",
    ),
    Notice.NO_WORDS: (
        "لا يحتوي البحث على كلمات، لذا تظهر كل المقالات.",
        "The query contains no words, so all articles are shown.",
    ),
    Notice.QUERY_CUT: (
        "نص البحث أطول من الحدّ المسموح به، فبحثنا عن أوله فقط.",
        "The query is too long, so only its beginning was searched for.",
    ),
    Notice.PLAIN_WORDS: (
        "تعذّر فهم صيغة البحث، فبحثنا عن كلماته كما هي.",
        "The query could not be parsed, so it was searched as plain words.",
    ),
    Notice.UNREADABLE_DATE: (
        "تعذّرت قراءة التاريخ {values}، فلم يُؤخذ في البحث.",
        "This date could not be read and was left out of the search: {values}",
    ),
    Notice.UNKNOWN_SOURCE: ("لا يوجد في الأرشيف مصدر بهذا الاسم: {values}", "The archive has no such source: {values}"),
    Notice.UNKNOWN_TOPIC: ("لا يوجد في الأرشيف موضوع بهذا الاسم: {values}", "The archive has no such topic: {values}"),
    Notice.UNKNOWN_SECTION: (
        "لا يوجد في الأرشيف قسم بهذا الاسم: {values}",
        "The archive has no such section: {values}",
    ),
    Notice.UNKNOWN_AUTHOR: ("لا يوجد في الأرشيف كاتب بهذا الاسم: {values}", "The archive has no such author: {values}"),
    Notice.UNKNOWN_PUBLISHER: (
        "لا يوجد في الأرشيف ناشر بهذا الاسم: {values}",
        "The archive has no such publisher: {values}",
    ),
    Notice.UNKNOWN_LANGUAGE: (
        "لا يوجد في الأرشيف مقال بهذه اللغة: {values}",
        "The archive has no article in this language: {values}",
    ),
    Notice.UNKNOWN_ADDRESS: (
        "لا يوجد في الأرشيف مقال من هذا الرابط أو الموقع: {values}",
        "The archive has no article from this address or site: {values}",
    ),
}
"""Notice -> (Arabic, English). `{values}` stands for what the notice is about."""


def listed_subjects(results: SearchResults | Counted, notice: Notice, separator: str) -> str:
    """The values that a notice of these results is about."""
    return separator.join(results.subjects.get(notice, ()))
