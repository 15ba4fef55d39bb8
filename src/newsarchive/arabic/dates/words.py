"""The words that newsrooms and their pages write in and around a date, and what each of them says."""

from collections.abc import Mapping
from types import MappingProxyType

from newsarchive.arabic.dates.kinds import Kind, Meaning, Span
from newsarchive.arabic.dates.zones import OFFSET_NAMES, PLACES
from newsarchive.arabic.fold import fold
from newsarchive.arabic.months import MONTHS_IN_DATES, ORDINAL_DAYS, WEEKDAYS, name_key
from newsarchive.arabic.stop_words import STOP_WORDS

_MORNING, _EVENING = frozenset(range(12)), frozenset(range(12, 24))
_PERIODS = {
    **dict.fromkeys(("ص", "صباحا", "صباح", "صباحاً", "قبل الظهر", "AM", "a m", "du matin"), _MORNING),
    **dict.fromkeys(("مساء", "بعد الظهر", "PM", "p m", "مساءا", "عشاء"), _EVENING),
    **dict.fromkeys(("فجرا", "فجر", "الفجر"), frozenset(range(1, 7))),
    **dict.fromkeys(("ظهرا", "ظهر", "الظهر", "ظهيرة", "noon"), frozenset(range(11, 16))),
    **dict.fromkeys(("عصرا", "عصر", "العصر"), frozenset(range(14, 19))),
    **dict.fromkeys(("ليلا", "ليل"), frozenset((*range(18, 24), *range(5)))),
    "بعد منتصف الليل": frozenset(range(6)),
    "قبل منتصف الليل": frozenset(range(18, 24)),
}
"""Part of the day -> the possible hours, 0 to 23."""

_ERA_IS_HIJRI = {
    **dict.fromkeys(("هـ", "هجري", "هجرية", "للهجرة", "الهجري", "AH"), True),
    **dict.fromkeys(("ميلادي", "ميلادية", "للميلاد", "الميلادي", "AD", "CE"), False),
}

_HOURS = (
    *("الواحدة", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة"),
    *("الحادية عشرة", "الثانية عشرة"),
)
_FRACTIONS = {
    "النصف": 30,
    "الربع": 15,
    "الثلث": 20,
    **dict.fromkeys(("إلا ربعا", "إلا الربع"), -15),
    **dict.fromkeys(("إلا ثلثا", "إلا الثلث"), -20),
}
"""Part of an hour, after the hour -> its minutes."""

_UNITS = {
    "second": ("ثانية | second | sec", "ثانيتين | ثانيتان", "ثوان | ثواني | seconds"),
    "minute": ("دقيقة | minute | min | mn", "دقيقتين | دقيقتان", "دقائق | دقايق | minutes | mins"),
    "hour": ("ساعة | hour | hr | heure", "ساعتين | ساعتان", "ساعات | hours | hrs | heures"),
    "day": ("يوم | يوما | day | jour", "يومين | يومان", "أيام | days | jours"),
    "week": ("أسبوع | أسبوعا | week | semaine", "أسبوعين | أسبوعان", "أسابيع | weeks | semaines"),
    "month": ("شهر | شهرا | month", "شهرين | شهران", "أشهر | شهور | months | mois"),
    "year": ("سنة | عام | عاما | year | an", "سنتين | عامين", "سنوات | أعوام | سنين | years | ans"),
}
"""Unit -> its singular, dual and plural."""
_COUNTS = (1, 2, 0)

_NUMBERS = {
    0.25: "ربع",
    0.5: "نصف | half",
    1: "واحد | واحدة | a | an | one | une",
    2: "اثنين | اثنتين | two",
    3: "ثلاث | ثلاثة | three",
    4: "أربع | أربعة | four",
    5: "خمس | خمسة | five",
    6: "ست | ستة | six",
    7: "سبع | سبعة | seven",
    8: "ثماني | ثمان | ثمانية | eight",
    9: "تسع | تسعة | nine",
    10: "عشر | عشرة | ten",
    20: "عشرين",
    30: "ثلاثين",
}

_WORDS: Mapping[Kind, str] = {
    Kind.PUBLISHED: """
        نشر | نشرت | ينشر | النشر | تم النشر | تاريخ النشر | وقت النشر | نشر في | نشر بتاريخ | المنشور | كتب في |
        كتبت في | كتب بتاريخ | حرر في | حرر بتاريخ | حررت في | أضيف في | أضيف بتاريخ | تاريخ الإضافة |
        تاريخ الإنشاء | تاريخ الخبر | تاريخ المقال | تاريخ الكتابة | أرسل في | نزل في | صدر في | تاريخ النشرة |
        published | posted | publication date | date published | created | first published | publié | publié le |
        release date | issued | written | نشرت بتاريخ | تم نشره | تم نشره في | نشر يوم | منشور | منشور في |
        تاريخ الإصدار | أدرج في | تم الإدراج | تاريخ التحرير | وضع في
        """,
    Kind.UPDATED: """
        تحديث | آخر تحديث | التحديث | تم التحديث | محدث | محدثة | حدث في | حدثت في | عدل في | آخر تعديل | تعديل |
        التعديل | تم التعديل | تاريخ التحديث | تاريخ التعديل | وقت التحديث | حدث | حدث بتاريخ | updated |
        last updated | last update | modified | last modified | edited | update | mis à jour | mis à jour le |
        modifié | آخر تحديث في | تاريخ آخر تحديث | تم تحديثه | تم تحديثه في | جرى تحديثه | التحديث الأخير |
        آخر التحديثات
        """,
    Kind.WORD: "أ ف ب | د ب أ | أ ش أ | ي ب أ",
    Kind.LABEL: """
        على | في | ل | ال | تاريخ | بتاريخ | التاريخ | ليوم | on | at | date | the | le | du | à | التوقيت | الخبر |
        المقال | الوقت | وقت | time | posted on | مباشر | عاجل | لل | بيوم | اليومية | الطبعة | طبعة | حسب |
        بحسب | وفق | مدينة | dated | news | أخبار
        """,
    Kind.SAME_DAY: "الموافق | الموافق ل | المصادف | المصادف ل | الموافق في | corresponding to",
    Kind.HOUR_WORD: "الساعة | سا | س | على الساعة | في الساعة | في تمام الساعة | عند الساعة | بالساعة | تمام الساعة",
    Kind.IN_TIME_OF: "بتوقيت | توقيت | بالتوقيت | حسب توقيت | بحسب توقيت | وفق توقيت | بتوقيت مدينة",
    Kind.LOCAL_TIME: """
        بالتوقيت المحلي | التوقيت المحلي | توقيت محلي | بتوقيت محلي | حسب التوقيت المحلي | local time |
        بحسب التوقيت المحلي | المحلي | وفق التوقيت المحلي
        """,
    Kind.OF: "من | of | de",
    Kind.AND: "و | and",
    Kind.MONTH_WORD: "لشهر | من شهر",
    Kind.YEAR_WORD: "عام | سنة | لعام | لسنة | للعام | للسنة | من عام | من سنة | العام | السنة | in the year",
    Kind.COUNT: """
        فرانس | france | كوردستان | كردستان | قناة |
        العدد | عدد | رقم العدد | رقم | العدد رقم | الرقم | issue | no | number | vol | مشاهدة | مشاهدات |
        المشاهدات | عدد المشاهدات | قراءة | قراءات | عدد القراءات | القراءات | زيارة | زيارات | عدد الزيارات |
        عدد القراء | قارئ | القراء | تعليق | تعليقات | التعليقات | عدد التعليقات | views | view | comments |
        comment | reads | مشاركة | مشاركات | إعجاب | shares | زائر | المجلد | الصفحة | صفحة | page | مدة القراءة |
        وقت القراءة | دقائق قراءة | دقائق للقراءة | دقيقة قراءة | دقيقة للقراءة | min read | minutes read |
        minute read | hits | السنة رقم
        """,
    Kind.BY: """
        بقلم | بواسطة | من قبل | من طرف | كتب | كتبت | كتبه | المحرر | الكاتب | by | إعداد | المصدر | source |
        par
        """,
    Kind.AGO: "منذ | قبل | مضى | مضت | قبل حوالي | منذ حوالي | قبل نحو | منذ نحو | il y a",
    Kind.PASSED: "ago | مضت | مضى",
    Kind.TODAY: "اليوم | today | aujourd hui | هذا اليوم",
    Kind.JUST_NOW: """
        الآن | للتو | قبل قليل | منذ قليل | قبل لحظات | منذ لحظات | منذ لحظة | قبل لحظة | now | just now |
        منذ ثوان | قبل ثوان | منذ ثواني | قبل ثواني | moments ago | a moment ago
        """,
    Kind.RUNNING_TEXT: """
        حتى | إلى | بين | ولد | مواليد | توفي | المقبل | القادم | الماضي | الجاري | المقبلة | الماضية | تنتهي |
        ينتهي | يبدأ | موعد | انتهاء | صلاحية | ابتداء | اعتبارا | قتل | مقتل | قتيل | قتيلا | قال | قالت | أعلن |
        أعلنت | يصادف | ذكرى | منتصف | مطلع | أواخر | أوائل | بداية | نهاية | غدا | غد | بعد | خلال | الأسبوع |
        until | till | to | between | before | after | since | born | died | from | during | expires | deadline |
        tomorrow | next | هاتف | تلفون | جوال | فاكس | tel | phone | fax | نسخة | الإصدار | إصدار | version | v |
        دولار | دولارا | ريال | درهم | دينار | جنيه | جنيها | يورو | usd | sar | aed | egp | eur | ليرة | قرش |
        قتلى | جريح | جريحا | جرحى | شخصا | شخص | هدف | أهداف | نقطة | نقاط | كيلومتر | كم | متر | حتي | كأس
        """,
}
"""Kind -> its words and phrases, separated by bars."""

_YESTERDAY = {
    **dict.fromkeys(("أمس", "البارحة", "يوم أمس", "بالأمس", "yesterday", "hier", "الأمس", "امبارح"), 1),
    **dict.fromkeys(("أول أمس", "أول من أمس", "أمس الأول", "أول البارحة"), 2),
}
"""Word -> how many days before today it is."""


def _vocabulary() -> dict[str, Meaning]:
    """Folded words without spaces -> their meaning. Where a word has two, the later line wins."""
    found = {word: Meaning(Kind.RUNNING_TEXT) for word in STOP_WORDS if len(word) > 1}
    for kind, words in _WORDS.items():
        found |= {_key(word): Meaning(kind) for word in words.split("|")}
    for unit, forms in _UNITS.items():
        for count, names in zip(_COUNTS, forms, strict=True):
            found |= {_key(name): Meaning(Kind.UNIT, Span(unit, count)) for name in names.split("|")}
    for number, words in _NUMBERS.items():
        found |= {_key(word): Meaning(Kind.QUANTITY, number) for word in words.split("|")}
    found |= {_key(name): Meaning(Kind.HOUR_NAME, hour) for hour, name in enumerate(_HOURS, 1)}
    found |= {_key(name): Meaning(Kind.FRACTION, minutes) for name, minutes in _FRACTIONS.items()}
    found |= {_key(word): Meaning(Kind.RELATIVE_DAY, days) for word, days in _YESTERDAY.items()}
    found |= {_key(name): Meaning(Kind.PERIOD, hours) for name, hours in _PERIODS.items()}
    found |= {_key(name): Meaning(Kind.ERA, hijri) for name, hijri in _ERA_IS_HIJRI.items()}
    found |= {key: Meaning(Kind.PLACE, zone) for key, zone in PLACES.items()}
    found |= {key: Meaning(Kind.ZONE, offset) for key, offset in OFFSET_NAMES.items()}
    found |= {key: Meaning(Kind.ORDINAL, day) for key, day in ORDINAL_DAYS.items()}
    found |= {key: Meaning(Kind.WEEKDAY, number) for key, number in WEEKDAYS.items()}
    found |= {key: Meaning(Kind.MONTH, month) for key, month in MONTHS_IN_DATES.items()}
    # With its space, because without one it is Wednesday.
    found[fold("إلا ربعا")] = Meaning(Kind.FRACTION, _FRACTIONS["إلا ربعا"])
    return found | {"م": Meaning(Kind.M, _EVENING)}


def _key(name: str) -> str:
    return name_key(fold(name))


VOCABULARY: Mapping[str, Meaning] = MappingProxyType(_vocabulary())
"""Folded words without spaces between them -> what they say. A key with spaces is looked up first."""
LONGEST_NAME = 5
"""Words of the longest entry of the vocabulary."""
FIRST_DAY = frozenset(map(_key, ("فاتح", "الفاتح")))
"""Words for the first day of a month in the Maghreb, and الفاتح, which was Libya's name for September."""
SUFFIXES = frozenset(("st", "nd", "rd", "th", "er"))
NARROW_WEEKDAYS = {"ن": 0, "ث": 1, "ر": 2, "خ": 3, "ج": 4, "س": 5, "ح": 6}
"""The one-letter weekdays of CLDR."""
EVENING = _EVENING
