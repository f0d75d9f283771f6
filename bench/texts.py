"""Texts for generated archives: real stories where there are some, else a salad of invented words, and what names are made of."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MARKUP = str.maketrans({"<": "(", ">": ")", "*": "", "_": " ", "#": "", "`": "'", "[": "(", "]": ")", "\\": "/"})
"""What Markdown or HTML would take for its own."""
PARAGRAPHS, TITLES, VOCABULARY = {"en": 4_000}, {"en": 1_500}, {"en": 6_000}
FEWER_PARAGRAPHS, FEWER_TITLES, SMALLER_VOCABULARY = 400, 150, 1_500
"""Of the salad, by language, and of languages that are not named."""

STARTS = ("Al", "Bar", "Cor", "Dun", "Ed", "Fal", "Gar", "Hal", "Ing", "Jar", "Kel", "Lam", "Mar", "Nor", "Os", "Pen",
          "Quar", "Ros", "Sal", "Tor", "Ul", "Ver", "Wen", "Yar")  # fmt: skip
ENDS = (
    "bridge",
    "by",
    "combe",
    "dale",
    "field",
    "ford",
    "ham",
    "ley",
    "low",
    "mere",
    "mouth",
    "port",
    "stead",
    "ton",
    "wick",
    "worth",
)
PAPERS = ("Post", "Herald", "Gazette", "Courier", "Times", "Observer", "Echo", "Mercury", "Chronicle", "Star", "Argus")
FIRST = ("Ada", "Amir", "Ana", "Ben", "Björn", "Carla", "Chidi", "Cora", "Dan", "Diego", "Edith", "Elif", "Emeka", "Farah", "Finn",
         "Greta", "Hana", "Hugo", "Ida", "Ines", "Ivan", "Jo", "Jun", "Kaja", "Karim", "Lea", "Lin", "Lucía", "Mats", "Mei", "Mila",
         "Nadia", "Nils", "Olga", "Omar", "Paula", "Per", "Rosa", "Sami", "Sara", "Tariq", "Tess", "Tom", "Uma", "Vera", "Wen", "Zoë")  # fmt: skip

LANGUAGES: dict[str, tuple[str, str, str]] = {
    "en": (
        "the of and to in a that for on was is with as by at from it be were has not said after he she",
        "a e i o u ai ea ou",
        "b bl br c ch cl d dr f fl g gr h l m n p pr r s sh st t tr v w",
    ),
    "de": (
        "der die und in den von zu das mit sich auf für ist im nicht ein eine als auch es nach bei aus dem",
        "a e i o u ä ö ü au ei ie",
        "b d f g h k l m n p r s sch st t w z kr tr gl",
    ),
    "es": (
        "de la que el en y a los se del las un por con una su para es al lo como más",
        "a e i o u ie ue ó á",
        "b c d f g j l ll m n ñ p r s t v z tr br",
    ),
    "fr": (
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se",
        "a e i o u é è ou ai eau",
        "b c ch d f g j l m n p r s t v br tr pl",
    ),
    "ru": (
        "и в не на что с по как из у за от так для о же но это к",
        "а е и о у ы я ю",
        "б в г д ж з к л м н п р с т х ц ч ш ст пр",
    ),
    "ar": (
        "في من على إلى أن عن مع هذا التي بعد كان قد ما لا",
        "ا و ي",
        "ب ت ث ج ح خ د ذ ر ز س ش ص ط ع غ ف ق ك ل م ن ه",
    ),
    "zh": (
        "的 在 是 了 和 有 不 与 为 对 将 也 就 年",
        "",
        "山 水 人 市 城 大 小 中 国 学 生 日 月 工 业 电 车 海 河 路 新 老 东 西 南 北 金 木 火 土 天 地 风 云 花 桥 门 船 港 湾 报 书 米 鱼 茶",
    ),
}
"""Of each language: short words that are everywhere, and what the others are made of, vowels and consonants."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What stories are made of, by language, and words for tags and sections, the most frequent first."""

    paragraphs: dict[str, list[str]]
    titles: dict[str, list[str]]
    words: list[str]


def load_texts(data: Path | None) -> Texts:
    """Return texts: English ones of `data`, the folder `search_dev`, if there is one; all others are salad."""
    made = {language: _make_salad(language) for language in LANGUAGES if data is None or language != "en"}
    if data is not None:
        made["en"] = _read_stories(data)
    return Texts(
        {language: paragraphs for language, (paragraphs, _) in made.items()},
        {language: titles for language, (_, titles) in made.items()},
        _count_words(made["en"][1]),
    )


def _read_stories(data: Path) -> tuple[list[str], list[str]]:
    paragraphs: list[str] = []
    titles: list[str] = []
    with gzip.open(data / "corpus_20k.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            paragraphs += [part for part in row["body"].translate(MARKUP).split("\n") if len(part) > 60]
            titles.append(row["title"].translate(MARKUP).replace('"', "'"))
    return paragraphs, titles


def _count_words(titles: list[str]) -> list[str]:
    counts: dict[str, int] = {}
    for word in (word for title in titles for word in title.lower().split()):
        if word.isalpha() and len(word) > 4:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))


def _make_salad(language: str) -> tuple[list[str], list[str]]:
    """Return paragraphs and titles of invented words, as frequent as Zipf has it, with figures and names among them."""
    chance = random.Random(f"salad {language}")
    common, vowels, consonants = (letters.split() or [""] for letters in LANGUAGES[language])
    size = VOCABULARY.get(language, SMALLER_VOCABULARY)
    invented = list(dict.fromkeys(_invent_word(chance, vowels, consonants) for _ in range(size)))
    words = [*common, *invented]
    steps = [0.0]
    for rank in range(1, len(words) + 1):
        steps.append(steps[-1] + 1 / (rank + 3))
    del steps[0]
    gap, stop = ("", "。") if language == "zh" else (" ", ". ")

    def make_sentence(least: int, most: int) -> str:
        chosen = chance.choices(words, cum_weights=steps, k=chance.randint(least, most))
        if chance.random() < 0.3:
            chosen[-1] = make_place(chance.randrange(400))
        if chance.random() < 0.15:
            chosen.insert(1, str(chance.randint(2, 90)))
        sentence = gap.join(chosen)
        return sentence[0].upper() + sentence[1:]

    paragraphs = [
        stop.join(make_sentence(7, 20) for _ in range(chance.randint(2, 5))) + stop.strip()
        for _ in range(PARAGRAPHS.get(language, FEWER_PARAGRAPHS))
    ]
    return paragraphs, [make_sentence(4, 9) for _ in range(TITLES.get(language, FEWER_TITLES))]


def _invent_word(chance: random.Random, vowels: Sequence[str], consonants: Sequence[str]) -> str:
    return "".join(chance.choice(consonants) + chance.choice(vowels) for _ in range(chance.choice((1, 2, 2, 3, 3, 4))))


def make_place(number: int) -> str:
    """Return the name of a place.

    >>> make_place(0), make_place(25), make_place(25 + 384)
    ('Albridge', 'Barmouth', 'Barmouth')
    """
    return STARTS[number % len(STARTS)] + ENDS[(number + number // len(STARTS)) % len(ENDS)]


def make_paper(number: int) -> str:
    """Return the name of a newspaper; the first 4,224 differ.

    >>> make_paper(0), make_paper(1)
    ('The Albridge Post', 'The Barby Herald')
    """
    return f"The {make_place(number)} {PAPERS[number % len(PAPERS)]}"


def make_person(number: int) -> str:
    """Return the name of a person; the first 18,048 have no middle initial, and 450,000 differ.

    >>> make_person(1), make_person(18049)
    ('Amir Barby', 'Amir B. Barby')
    """
    middle = number // (len(FIRST) * len(STARTS) * len(ENDS)) % 26
    return f"{FIRST[number % len(FIRST)]} {f'{chr(65 + middle)}. ' if middle else ''}{make_place(number)}"
