"""Derive queries for each kind of match from the ANT corpus, by rules on its raw text.

The rules use neither the index nor the tokens of newsarchive, so they are the same for every checkout that is compared
and don't share its mistakes. Each rule yields all queries that it can; `kinds` takes a random sample of them.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

MOST = 100
"""The maximum number of queries per kind."""

_LETTERS = "ء-غف-ي"
_PROCLITIC = "(?:[وف]?(?:ال|لل|[بلك](?:ال)?)|[وف])ـ?|نحو|حوالي"
_WORD = re.compile(f"[{_LETTERS}]+")
_SPACES = re.compile(r"\s+")

_DIGITS = re.compile(rf"(?:([{_LETTERS}]{{3,}}) )?(?<![{_LETTERS}\w])(?:{_PROCLITIC})(\d{{1,4}})(?![\d.,:/\w-])")
_LATIN = re.compile(rf"(?<![{_LETTERS}\w])(?:{_PROCLITIC})([A-Za-z]{{2,}})(?![A-Za-z0-9])")
_UNIT = re.compile(rf"(?<![\d.,/\w])(\d{{1,4}})([{_LETTERS}]{{1,6}})(?![{_LETTERS}\w])")
_CODE = re.compile(rf"(?<![{_LETTERS}\w])([{_LETTERS}]{{2,6}}|[A-Za-z]{{1,6}})([- ]?)(\d{{1,3}})(?![\d\w.,:/-])")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3}(?:[,٬]\d{3})+)(?![\d.,])")
_CHUNKS = (
    re.compile(r"(?<![\d.,/:-])\d{1,3}\.\d{1,2}(?![\d.,/:-])"),
    re.compile(r"(?<![\d.,/:-])(?:19|20)\d\d-(?:19|20)\d\d(?![\d.,/:-])"),
    re.compile(r"(?<![\d.,/:-])[012]?\d:[0-5]\d(?![\d.,/:-])"),
    re.compile(rf"(?<![\w-])[{_LETTERS}]{{2,8}}-\d{{1,3}}(?![\w-])"),
    re.compile(rf"#[{_LETTERS}]+(?:_[{_LETTERS}]+)+"),
    re.compile(r"(?<!\w)@[A-Za-z]\w{3,}"),
    re.compile(r"(?<![\w.])(?:[A-Z]\.){2,}"),
)
_LONE = re.compile(rf"(?<!\S)([{_LETTERS}]{{3,}}) ([وف]) ([{_LETTERS}]{{3,}})(?!\S)")
_HAMZA_PRONOUN = re.compile(rf"(?<![{_LETTERS}])([{_LETTERS}]{{2,}}ا)[ئؤ](?:ها|هم|هن|ه|نا|كم|ي)(?![{_LETTERS}])")
_JOINED = tuple(
    re.compile(rf"(?<![{_LETTERS}]){before}(?![{_LETTERS}])")
    for before in (
        rf"(عبد) ?([{_LETTERS}]{{3,}})",
        rf"([أا]ب[ويا]) ?([{_LETTERS}]{{3,}})",
        r"([نسخفع][" + _LETTERS + r"]{1,4}) ?(الله)",
        rf"([{_LETTERS}]{{2,5}}) ?(الدين)",
    )
)
_SON = re.compile(rf"(?<![{_LETTERS}])([{_LETTERS}]{{3,}}) (بن|ابن) ([{_LETTERS}]{{3,}})")
_USUAL = str.maketrans("ھہەۀۃۂکڪگڨڤپچژیېےۍںٲٳٱٴ", "هههههههككقفبجزيييين" + "أإاء")
_UNUSUAL = re.compile(r"[ھہەۀۃۂکڪگڨڤپچژیېےۍںٲٳٱ\ufb50-\ufdff\ufe70-\ufefc]")
_RUN = re.compile(r"[^\W\d_]+")
_INVISIBLE = r"\u00ad\u034f\u061c\u0653-\u065f\u0670\u06d6-\u06ed\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_MARKED = re.compile(rf"[^\W\d_]+(?:[{_INVISIBLE}][^\W\d_]+)+")
_ACCENTED = re.compile(r"[A-Za-z\u00c0-\u024f]*[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f][A-Za-z\u00c0-\u024f]*")
_ENDINGS = ("نا", "ان", "ين", "ون", "ات", "يا", "ها", "ته", "يت", "ية", "ي", "ا", "ة")
_AFFIXES = (("", "ال", "وال", "بال", "لل", "و", "ب", "ل"), ("", "ة", "ين", "ون", "ات", "ية", "ها", "هم", "ه"))
_PARTICLES = re.compile(rf"(?<![{_LETTERS}])(?:و?[بلك]|[وف])(?=[{_LETTERS}]{{4,}})")
_PLURALS = (
    "كتاب كتب,مدينة مدن,رئيس رؤساء,فيلم أفلام,وزير وزراء,سفير سفراء,طالب طلاب,عامل عمال,تاجر تجار,كاتب كتاب,"
    "شاعر شعراء,عالم علماء,خبير خبراء,زعيم زعماء,شريك شركاء,صديق أصدقاء,طبيب أطباء,نبي أنبياء,قانون قوانين,"
    "مشروع مشاريع,صاروخ صواريخ,ملف ملفات,سوق أسواق,سعر أسعار,حزب أحزاب,فريق فرق,لاعب لاعبون,هدف أهداف,حق حقوق,"
    "بنك بنوك,سد سدود,جندي جنود,حد حدود,قرض قروض,حرب حروب,جيش جيوش,بيت بيوت,سجن سجون,نجم نجوم,درس دروس,"
    "جسر جسور,قصر قصور,مصنع مصانع,متحف متاحف,مسجد مساجد,مطعم مطاعم,ملعب ملاعب,مدرسة مدارس,جامعة جامعات,"
    "محكمة محاكم,منطقة مناطق,سفينة سفن,جزيرة جزر,قرية قرى,غرفة غرف,صورة صور,دولة دول,فكرة أفكار,رسالة رسائل,"
    "طائرة طائرات,شارع شوارع,حادث حوادث,عاصفة عواصف,جائزة جوائز,قاعدة قواعد,قنبلة قنابل,مجلس مجالس,مركز مراكز,"
    "منزل منازل,مبنى مبان,نهر أنهار,جبل جبال,بلد بلاد,رجل رجال,طفل أطفال,ولد أولاد,عضو أعضاء,جزء أجزاء"
)


@dataclass(frozen=True)
class Texts:
    """The articles as plain text, and how many have each Arabic word."""

    texts: list[str]
    titles: list[str]
    sources: tuple[str, ...]
    topics: tuple[str, ...]
    frequency: Counter[str]
    spellings: list[tuple[str, ...]]

    @classmethod
    def of(cls, rows: list[dict[str, Any]], spellings: Path) -> "Texts":
        """`spellings` is the file of spelling groups that comes with the package."""
        texts = [_SPACES.sub(" ", f"{row['title']} \u00b6 {row['body']}") for row in rows]
        frequency = Counter(word for text in texts for word in set(_WORD.findall(text)))
        lines = [line for line in spellings.read_text().splitlines() if line.strip() and not line.startswith("#")]
        groups = [tuple(form.strip() for form in re.split("[،,]", line)) for line in lines]
        sources, topics = (tuple(sorted({row[key] for row in rows})) for key in ("source", "category"))
        return cls(texts, [row["title"] for row in rows], sources, topics, frequency, groups)


def digits(all_texts: Texts) -> Iterator[str]:
    """Numbers that an article has only attached to letters: 20 for «الـ20», and «مجموعة 20»."""
    for text in all_texts.texts:
        for word, number in _DIGITS.findall(text):
            if not re.search(rf"(?<![\d.,:/\w-]){number}(?![\d.,:/\w-])", text):
                yield f"{word} {number}" if word else number


def latin(all_texts: Texts) -> Iterator[str]:
    """Latin words that an article has only attached to letters: BBC for «الـBBC»."""
    for text in all_texts.texts:
        yield from (word for word in _LATIN.findall(text) if not re.search(rf"(?<!\w){word}(?!\w)", text))


def letters_and_digits(all_texts: Texts) -> Iterator[str]:
    """Numbers before a unit without a space («5كم»), and codes with two of «كوفيد19», «كوفيد-19» and «كوفيد 19»."""
    codes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for text in all_texts.texts:
        yield from (f"{number} {unit}" for number, unit in _UNIT.findall(text))
        for name, sign, number in _CODE.findall(text):
            codes[name, number].add(sign)
    for (name, number), signs in codes.items():
        if signs - {" "} and len(signs) > 1:
            yield from (f"{name}{sign}{number}" for sign in ("", "-", " "))


def thousands(all_texts: Texts) -> Iterator[str]:
    """Numbers with a thousands separator: 1500, 1,500 and ١٬٥٠٠."""
    arabic = str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬")
    for text in all_texts.texts:
        for number in _THOUSANDS.findall(text):
            with_commas = number.replace("٬", ",")
            yield from (with_commas, with_commas.replace(",", ""), with_commas.translate(arabic))


def chunks(all_texts: Texts) -> Iterator[str]:
    """Chunks as they are printed: 3.5, 2018-2019, 10:30, إف-16, #درع_الخليج, @name, U.S."""
    for pattern in _CHUNKS:
        found = dict.fromkeys(chunk for text in all_texts.texts for chunk in pattern.findall(text))
        yield from list(found)[: 2 * MOST]


def lone_letters(all_texts: Texts) -> Iterator[str]:
    """Two words with a lone و or ف between them, if the corpus has the second word with it attached."""
    for text in all_texts.texts:
        for first, letter, second in _LONE.findall(text):
            if all_texts.frequency[letter + second]:
                yield f"{first} {letter} {second}"


def hamza_nouns(all_texts: Texts) -> Iterator[str]:
    """Nouns in اء that the corpus also has with a pronoun: حلفاء for «حلفائها»."""
    for text in all_texts.texts:
        yield from (word + "ء" for word in _HAMZA_PRONOUN.findall(text) if all_texts.frequency[word + "ء"] > 2)


def joined_names(all_texts: Texts) -> Iterator[str]:
    """Names of two parts that the corpus has joined and apart, and بن and ابن between two names."""
    seen: set[tuple[str, str]] = set()
    sons: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for text in all_texts.texts:
        for pattern in _JOINED:
            seen |= set(pattern.findall(text))
        for first, son, second in _SON.findall(text):
            sons[first, second].add(son)
    apart = {(first, second) for text in all_texts.texts for first, second in _apart(text) if (first, second) in seen}
    for first, second in sorted(apart):
        if all_texts.frequency[first + second]:
            yield from (f"{first} {second}", first + second)
    for (first, second), found in sons.items():
        if len(found) > 1:
            yield from (f"{first} {son} {second}" for son in ("بن", "ابن"))


def _apart(text: str) -> Iterator[tuple[str, str]]:
    return pairwise(text.split(" "))


def letters(all_texts: Texts) -> Iterator[str]:
    """Words with a letter that stands for another, as printed and with the usual letters."""
    for text in all_texts.texts:
        for word in _RUN.findall(text) if _UNUSUAL.search(text) else ():
            if len(word) > 2 and _UNUSUAL.search(word):
                yield from (word, unicodedata.normalize("NFKC", word).translate(_USUAL))


def marks(all_texts: Texts) -> Iterator[str]:
    """Words with an invisible character or a rare mark inside, as printed and without it."""
    for text in all_texts.texts:
        for word in _MARKED.findall(text):
            yield from (word, "".join(_RUN.findall(word)))


def spelling_pairs(all_texts: Texts) -> Iterator[str]:
    """Inflected forms of the spelling groups, in all spellings if the corpus has one of them."""
    for group in all_texts.spellings:
        for before in _AFFIXES[0]:
            for after in _AFFIXES[1]:
                inflected = [before + form + after for form in group if " " not in form]
                if (before or after) and any(all_texts.frequency[form] for form in inflected):
                    yield from inflected


def accents(all_texts: Texts) -> Iterator[str]:
    """Latin words with accents, as printed and without them."""
    for text in all_texts.texts:
        for word in _ACCENTED.findall(text):
            if len(word) > 2:
                plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
                yield from (word, plain.replace("ß", "ss"))


def uncut_names(all_texts: Texts) -> Iterator[str]:
    """Words whose ending looks like an affix and leaves at most three letters, with and without ال."""
    for word, articles in all_texts.frequency.items():
        is_short = any(word.endswith(end) and 2 <= len(word) - len(end) <= 3 for end in _ENDINGS)
        if is_short and 10 <= articles <= 400 and all_texts.frequency["ال" + word] >= 3:
            yield from (word, "ال" + word)


def plurals(all_texts: Texts) -> Iterator[str]:
    """Nouns with a broken plural, in both numbers."""
    for pair in _PLURALS.split(","):
        one, many = pair.split(" ")
        if all_texts.frequency[one] and all_texts.frequency[many]:
            yield from (one, many)


def phrases(all_texts: Texts) -> Iterator[str]:
    """Two words of a title as a phrase, if an article has them only with a particle before the first."""
    for title in all_texts.titles:
        for first, second in _apart(title):
            bare = _PARTICLES.sub("", first)
            if (
                bare != first
                and all_texts.frequency[bare] > max(5, all_texts.frequency[first])
                and _WORD.fullmatch(second)
                and len(second) > 3
            ):
                yield f'"{bare} {second}"'


def field_values(all_texts: Texts) -> Iterator[str]:
    """Sources and topics as they are stored, in other cases, and in quotes, each with a word of medium frequency."""
    common = sorted(all_texts.frequency.items(), key=lambda item: (-item[1], item[0]))
    words = cycle([word for word, articles in common if len(word) > 4 and articles <= 400][:40])
    for name, values in (("source", all_texts.sources), ("topic", all_texts.topics)):
        for value, word in zip(values, words, strict=False):
            for spelled in dict.fromkeys((value, value.lower(), value.upper(), value.title())):
                yield from (f"{name}:{spelled} {word}", f'{name}:"{spelled}" {word}')


KINDS: dict[str, Callable[[Texts], Iterator[str]]] = {
    "words attached to digits": digits,
    "words attached to Latin": latin,
    "letters and digits": letters_and_digits,
    "thousands": thousands,
    "parts of a chunk": chunks,
    "lone letters": lone_letters,
    "nouns in ء": hamza_nouns,
    "joined names": joined_names,
    "letters": letters,
    "ignorable marks": marks,
    "spelling pairs": spelling_pairs,
    "Latin accents": accents,
    "names not cut": uncut_names,
    "broken plurals": plurals,
    "phrase particles": phrases,
    "sources and topics": field_values,
}
"""The name of each kind, and the rule that derives its queries."""
