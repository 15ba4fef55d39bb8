import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.citing import Body, Contributor, Person, contributors_of
from tests.citing.samples import hostile

PERSONS = {
    "ليلى حسن": Person("حسن", "ليلى"),
    "مها بن عبد العظيم": Person("بن عبد العظيم", "مها"),
    "محمد بن سلمان آل سعود": Person("آل سعود", "محمد بن سلمان"),
    "عبد الله العالي": Person("العالي", "عبد الله"),
    "تامر عز الدين": Person("عز الدين", "تامر"),
    "حسن نصر الله": Person("نصر الله", "حسن"),
    "رندة أبو العزم": Person("أبو العزم", "رندة"),
    "د. أحمد علي": Person("علي", "أحمد"),
    "الدكتورة منى سالم": Person("سالم", "منى"),
    "John Smith": Person("Smith", "John"),
    "Ludwig van der Berg": Person("van der Berg", "Ludwig"),
    "Martin Luther King, Jr.": Person("King", "Martin Luther", "Jr."),
    "Henry Ford II": Person("Ford", "Henry", "II"),
    "Smith, John": Person("Smith", "John"),
    "Dr. Jane Doe": Person("Doe", "Jane"),
    "Jean-Luc Martin": Person("Martin", "Jean-Luc"),
    "Omar bin Laith": Person("bin Laith", "Omar"),
}
BODIES = (
    *(
        "رويترز",
        "Reuters",
        "أ ف ب",
        "AFP",
        "وكالة أنباء النهر",
        "صحيفة النهر",
        "فريق التحرير",
        "العربية.نت",
        "فرانس 24",
    ),
    *(
        "صحيفة وموقع النهر",
        "River News Agency",
        "Staff Reporters",
        "Dow Jones & Company, Inc.",
        "example.com",
        "@river",
    ),
)
BYLINES: dict[str, tuple[Contributor, ...]] = {
    "دبي - أحمد المصعبي": (Person("المصعبي", "أحمد"),),
    "لندن – رويترز": (Body("رويترز"),),
    "باريس -فرانس برس": (Body("فرانس برس"),),
    "مدينة النهر - د ب أ": (Body("د ب أ"),),  # a place that no list knows
    "الحدود اليمنية - هاني الصفيان": (Person("الصفيان", "هاني"),),
    "العربية.نت - محمد جراح": (Person("جراح", "محمد"),),
    "العربية.نت - وكالات": (Body("العربية.نت"), Body("وكالات")),
    "فرانس 24 / أ ف ب": (Body("فرانس 24"), Body("أ ف ب")),
    "منى سالم - بيروت": (Person("سالم", "منى"),),
    "اليمن-أحمد علي": (Person("علي", "أحمد"),),
    "باريس (فرنسا) - منى سالم (تصوير أحمد علي)": (Person("سالم", "منى"),),
    "أحمد علي - منى سالم": (Person("علي", "أحمد"), Person("سالم", "منى")),
    "John Smith - Reuters": (Person("Smith", "John"),),
    "موسكو": (),
    "القاهرة: منى سالم": (Person("سالم", "منى"),),
    "منى سالم من بيروت": (Person("سالم", "منى"),),
    "أحمد علي ومنى سالم": (Person("علي", "أحمد"), Person("سالم", "منى")),
    "دبي - أحمد علي ومنى سالم وخالد حسن": (Person("علي", "أحمد"), Person("سالم", "منى"), Person("حسن", "خالد")),
    "علاوة مزياني ومنى سالم": (Person("مزياني", "علاوة"), Person("سالم", "منى")),
    "رويترز ووكالات": (Body("رويترز"), Body("وكالات")),
    "لندن - رويترز وفرانس برس": (Body("رويترز"), Body("فرانس برس")),
    "فؤاد وليد": (Person("وليد", "فؤاد"),),
    "أحمد علي - مراسل صحيفة النهر": (Person("علي", "أحمد"),),
}


@pytest.mark.parametrize("name", PERSONS)
def test_persons_have_family_and_given_names(name: str) -> None:
    assert contributors_of([name]) == (PERSONS[name],)


@pytest.mark.parametrize("name", BODIES)
def test_the_names_of_bodies_are_never_split(name: str) -> None:
    assert contributors_of([name]) == (Body(name),)


@pytest.mark.parametrize("byline", BYLINES)
def test_bylines_with_places_and_outlets(byline: str) -> None:
    assert contributors_of([byline]) == BYLINES[byline]


def test_the_source_of_the_article_is_no_person() -> None:
    assert contributors_of(["ليالي الحي"], ["ليالي الحي"]) == (Body("ليالي الحي"),)


def test_everybody_is_named_once() -> None:
    assert contributors_of(["ليلى حسن", "دبي - ليلى حسن"]) == (Person("حسن", "ليلى"),)


def test_the_name_of_a_person_in_its_natural_order() -> None:
    assert Person("King", "Martin Luther", "Jr.").name == "Martin Luther King Jr."


@given(st.lists(hostile, max_size=3))
def test_no_author_is_empty(authors: list[str]) -> None:
    found = contributors_of([" ".join(author.split()) for author in authors])
    assert all(one.name.strip() for one in found)
