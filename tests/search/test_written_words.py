"""Words as they are written in articles and typed in queries: written together, in other letters, with marks."""

import pytest

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from tests.libraries import filled

TEXTS = {
    # Numbers
    "g20": "اختتمت مجموعة الـ20 أعمالها",
    "g20-apart": "اجتمع قادة مجموعة العشرين 20 أمس",
    "g120": "تضم مجموعة الـ120 دولا كثيرة",
    "years": "كان عاما 2009 و2010 صعبين",
    "year": "تأسس النادي سنة 1919م في المدينة",
    "hijri": "ولد الشاعر سنة ١٤٤٦هـ في القرية",
    "distance": "تقع القرية على بعد 5كم من البحر",
    "distances": "تقع القرية على بعد 55 كم من البحر",
    "price": "بيعت اللوحة بـ100دولار فقط",
    "1,500": "حضر 1,500 متفرج المباراة",
    "١٬٥٠٠": "حضر ١٬٥٠٠ متفرج المباراة",
    "1500": "حضر نحو1500 متفرج المباراة",
    "1.500": "حضر 1.500 متفرج المباراة",
    "15000": "حضر 15,000 متفرج المباراة",
    "2018,2019": "موسما 2018,2019 كانا ناجحين",
    # Names with numbers, and other scripts
    "covid-19": "انتشر كوفيد-19 في البلاد",
    "covid19": "انتشر كوفيد19 في المدن",
    "covid": "انتشر كوفيد في القرى",
    "f16": "حلقت طائرة F16 فوق القاعدة",
    "bbc": "قالت الـBBC إنها ستبث البرنامج",
    "mbc": "عرض البرنامج على MBC1 وقناة أخرى",
    "abc": "عرض البرنامج على ABCD وقناة أخرى",
    "whatsapp": "أرسلت الصور عبر WhatsAppواتساب",
    "us": "دخلت سفينة U.S. Navy الميناء",
    # Letters and marks
    "heh": "ارتفع الإنفاق الاستھلاكي للأسر",
    "veh": "ألقى ڤلاديمير پوتين خطابا",
    "feh": "غادر فلاديمير بوتين القاعة",
    "qaf": "انطلقت المسيرة من ڨابس",
    "hamza": "صرح مسىٔول حكومي",
    "alef": "تلا القرءان الكريم",
    "marks": "افتتحت مدر\u2060سة جديدة",
    "zero-width": "افتتحت مدر\u200bسة جديدة",
    "riyal": "بلغ السعر 50﷼ أمس",
    "cafe": "التقيا في Café de Paris",
    "strasse": "يقع المتحف في Hauptstraße بألمانيا",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    articles = [Article(id=name, title="", body=text) for name, text in TEXTS.items()]
    return filled(tmp_path_factory.mktemp("archive"), articles)


def found(library: Library, query: str) -> set[str]:
    results = library.search(SearchRequest(text=query, translate=False, limit=50))
    return set() if results.notices else {hit.article.id for hit in results.hits}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        # A number is found with whatever is written before and after it
        ("مجموعة 20", {"g20", "g20-apart"}),
        ("مجموعة الـ20", {"g20", "g20-apart"}),
        ("مجموعة ال٢٠", {"g20", "g20-apart"}),
        ("«مجموعة الـ20»", {"g20"}),
        ("«الـ20 أعمالها»", {"g20"}),
        ("«20 أعمالها»", {"g20"}),
        ("120", {"g120"}),
        ("2010", {"years"}),
        ("و2010", {"years"}),
        ("«2009 و2010»", {"years"}),
        ("1919", {"year"}),
        ("1919م", {"year"}),
        ("1446", {"hijri"}),
        ("5 كم", {"distance"}),
        ("55كم", {"distances"}),
        ("100 دولار", {"price"}),
        ("=100", {"price"}),
        ("19", {"covid-19", "covid19"}),
        # Thousands
        *((query, {"1,500", "١٬٥٠٠", "1500"}) for query in ("1500", "1,500", "١٬٥٠٠", "1،500")),
        ("«1500 متفرج»", {"1,500", "١٬٥٠٠", "1500"}),
        ("1.500", {"1.500"}),
        ("500", {"1.500"}),
        ("15000", {"15000"}),
        ("2018", {"2018,2019"}),
        ("20182019", set()),
        # Names with numbers, and other scripts
        *((query, {"covid-19", "covid19"}) for query in ("كوفيد19", "كوفيد-19", "كوفيد 19", "«كوفيد 19»")),
        *((query, {"f16"}) for query in ("F16", "F-16", "f 16")),
        *((query, {"bbc"}) for query in ("BBC", "bbc", "الـBBC", "ال BBC")),
        ("MBC", {"mbc"}),
        ("MBC1", {"mbc"}),
        ("ABC", set()),
        *((query, {"whatsapp"}) for query in ("واتساب", "whatsapp")),
        *((query, {"us"}) for query in ("US", "U.S.", "us navy")),
        # Letters and marks, in both directions
        *((query, {"heh"}) for query in ("الاستهلاكي", "الاستھلاكي", "الاستہلاكی")),
        *(
            (query, {"veh", "feh"})
            for query in ("فلاديمير بوتين", "ڤلاديمير پوتين", "ﭬﻼدﯾﻤﯿﺮ", "=بوتين", "«فلاديمير پوتين»")
        ),
        *((query, {"qaf"}) for query in ("قابس", "ڨابس", "ٯابس")),
        ("كابس", set()),
        *((query, {"hamza"}) for query in ("مسئول", "مسىٔول", "مسـئول")),
        *((query, {"alef"}) for query in ("القرآن", "القرءان", "قران")),
        *((query, {"marks"}) for query in ("مدرسة", "مدر\ufe0fسة", "مَدْرَسَةٌ")),
        *((query, {"riyal"}) for query in ("ريال", "﷼", "50 ريال", "50﷼")),
        *((query, {"cafe"}) for query in ("cafe", "CAFÉ", "cafe\u0301")),
        *((query, {"strasse"}) for query in ("hauptstrasse", "Hauptstraße", "HAUPTSTRASSE")),
    ],
)
def test_words_are_found_as_they_are_written(library: Library, query: str, names: set[str]) -> None:
    assert found(library, query) == names


@pytest.mark.parametrize(
    ("query", "name", "marked"),
    [
        ("20 مجموعة", "g20", ["مجموعة", "الـ20"]),
        ("1500", "1,500", ["1,500"]),
        ("كم", "distance", ["5كم"]),
        ("BBC", "bbc", ["الـBBC"]),
        ("واتساب", "whatsapp", ["WhatsAppواتساب"]),
        ("مدرسة", "marks", ["مدر\u2060سة"]),
    ],
)
def test_all_that_is_written_together_is_highlighted(
    library: Library, query: str, name: str, marked: list[str]
) -> None:
    hits = {hit.article.id: hit for hit in library.search(SearchRequest(text=query)).hits}
    snippet = hits[name].snippet
    assert [snippet.text[start:end] for start, end in snippet.marks] == marked
    assert hits[name].reasons == ()
