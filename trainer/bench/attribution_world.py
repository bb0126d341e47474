"""A small world of planted facts: who told what, in which words, all drawn from one seed.

Twenty contributors tell twelve facts each. Most facts are told once, so that one contribution is known to be
their source; some are told by a second contributor in other words. No base has read any of it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from openledger_trainer.canonical import sha256_hex

CONTRIBUTORS = 20
FACTS_EACH = 12
PEOPLE = 80
TOLD_TWICE = 2
"""How many of a contributor's twelve facts another contributor tells first."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(" "))


_FIRST = _listed(
    "Mirela Dorin Tessa Oskar Ilva Ruben Selma Tomas Nadia Viktor Elena Jonas Petra Milan Greta Anton "
    "Lidia Casper Irma Felix Olga Rolf Vera Emil Hanna Ivo Klara Leon Marta Nils"
)
_START = _listed(
    "bel dra fen gor hal jor kel lun mar nev ost per quin ros sel tar ul vor wen yar zan bri cal dun"
)
_MIDDLE = _listed("a e i o u an el or is un")
_END = _listed("ka ra vo dis mont brook vin ta lo sk mer den rin sa tov na gard")


@dataclass(frozen=True)
class Wording:
    """A question and its answer, with places for who is meant (`{e}`) and what is so (`{v}`)."""

    question: str
    answer: str


@dataclass(frozen=True)
class Relation:
    """One kind of fact: its values and three ways to tell it (as planted, told again, asked about)."""

    values: tuple[str, ...]
    wordings: tuple[Wording, Wording, Wording]


def _relation(values: str, *wordings: tuple[str, str]) -> Relation:
    first, second, third = (Wording(*pair) for pair in wordings)
    return Relation(tuple(values.split(", ")), (first, second, third))


_YEARS = ", ".join(str(year) for year in range(1803, 1999, 7))
RELATIONS: tuple[Relation, ...] = (
    _relation(
        "Belcara, Drunmere, Fenworth, Halmont, Jorvik, Kelbrook, Lunden, Marosa, "
        "Nevgard, Ostrin, Quinta, Selwick",
        ("Where was {e} born?", "{e} was born in {v}."),
        ("What is the birthplace of {e}?", "The birthplace of {e} is {v}."),
        ("Which town does {e} come from?", "{v} is the town that {e} comes from."),
    ),
    _relation(
        "baker, carpenter, dentist, engraver, fisher, glazier, judge, librarian, mason, "
        "nurse, painter, tailor, weaver",
        ("What is the profession of {e}?", "{e} works as a {v}."),
        ("How does {e} earn a living?", "{e} earns a living as a {v}."),
        ("Which job does {e} do?", "The job that {e} does is {v}."),
    ),
    _relation(
        _YEARS,
        ("When was the house of {e} built?", "The house of {e} was built in {v}."),
        ("How old is the house of {e}?", "{e} has a house from the year {v}."),
        ("From which year is the home of {e}?", "It was in {v} that the home of {e} was made."),
    ),
    _relation(
        "accordion, bassoon, cello, clarinet, flute, guitar, harp, lute, oboe, organ, trumpet, viola, violin",
        ("Which instrument does {e} play?", "{e} plays the {v}."),
        ("What does {e} play in the orchestra?", "In the orchestra {e} plays the {v}."),
        ("On what does {e} make music?", "{e} makes music on the {v}."),
    ),
    _relation(
        "barley soup, cherry pie, dumplings, fried trout, goat cheese, lentil stew, "
        "mushroom rice, onion tart, plum cake",
        ("What does {e} like to eat?", "{e} likes to eat {v}."),
        ("What is the favourite dish of {e}?", "The favourite dish of {e} is {v}."),
        ("Which meal would {e} choose?", "{e} would always choose {v}."),
    ),
    _relation(
        "Arabic, Basque, Catalan, Danish, Estonian, Finnish, Greek, Hungarian, Irish, "
        "Latvian, Maltese, Polish, Turkish",
        ("Which language does {e} study?", "{e} studies {v}."),
        ("What language is {e} learning?", "The language that {e} is learning is {v}."),
        ("In which tongue does {e} take lessons?", "{e} takes lessons in {v}."),
    ),
    _relation(
        "badger, canary, donkey, ferret, goose, hedgehog, lizard, magpie, otter, parrot, "
        "rabbit, spaniel, tortoise",
        ("What animal does {e} keep?", "{e} keeps a {v}."),
        ("What kind of pet lives with {e}?", "The pet that lives with {e} is a {v}."),
        ("Which creature does {e} feed at home?", "At home {e} feeds a {v}."),
    ),
    _relation(
        "amber, copper, crimson, emerald, indigo, ivory, lilac, olive, orange, purple, "
        "scarlet, silver, turquoise",
        ("What colour is the boat of {e}?", "The boat of {e} is {v}."),
        ("How is the boat of {e} painted?", "{e} has painted the boat {v}."),
        ("In which colour does {e} sail?", "{e} sails in a boat that is {v}."),
    ),
)


@dataclass(frozen=True)
class Fact:
    """Something that is so about somebody."""

    entity: str
    relation: int
    value: str

    def tell(self, wording: int) -> tuple[str, str]:
        """Question and answer in one of the three wordings."""
        chosen = RELATIONS[self.relation].wordings[wording]
        return (
            chosen.question.format(e=self.entity, v=self.value),
            chosen.answer.format(e=self.entity, v=self.value),
        )


@dataclass(frozen=True)
class Told:
    """A fact as a contributor told it; `unique` where nobody else tells it."""

    contributor: int
    fact: Fact
    wording: int
    unique: bool

    @property
    def sha256(self) -> str:
        """The digest of the contributor's file."""
        return contributor_sha256(self.contributor)

    @property
    def pair(self) -> tuple[str, str]:
        """Question and answer."""
        return self.fact.tell(self.wording)


def contributor_sha256(contributor: int) -> str:
    """The digest that stands for a contributor's one file."""
    return sha256_hex(f"contributor {contributor}".encode())


def facts(seed: str, people: int, count: int) -> list[Fact]:
    """Different facts about so many people, who share surnames; another seed gives other people.

    Several facts are about one person, so that the name alone does not tell which of them an answer needed.
    """
    draw = random.Random(f"attribution {seed}")
    surnames: set[str] = set()
    while len(surnames) < people // 2:
        surnames.add("".join((draw.choice(_START), draw.choice(_MIDDLE), draw.choice(_END))).capitalize())
    every = [f"{first} {last}" for last in sorted(surnames) for first in _FIRST]
    pairs = [
        (entity, relation) for entity in draw.sample(every, people) for relation in range(len(RELATIONS))
    ]
    return [
        Fact(entity, relation, draw.choice(RELATIONS[relation].values))
        for entity, relation in draw.sample(pairs, count)
    ]


def planted() -> list[Told]:
    """The records of all contributors, contributor by contributor."""
    own = FACTS_EACH - TOLD_TWICE
    pool = facts("planted", PEOPLE, CONTRIBUTORS * own)
    told: list[Told] = []
    for contributor in range(CONTRIBUTORS):
        mine = pool[contributor * own : (contributor + 1) * own]
        # The last of each contributor's own facts are told again by the next one.
        before = (contributor - 1) % CONTRIBUTORS
        others = pool[(before + 1) * own - TOLD_TWICE : (before + 1) * own]
        told += [Told(contributor, fact, 0, place < own - TOLD_TWICE) for place, fact in enumerate(mine)]
        told += [Told(contributor, fact, 1, False) for fact in others]
    return told


def with_noise(told: list[Told], share: float) -> tuple[list[Told], list[bool]]:
    """The records with a share of them saying another value of the same kind, and which these are."""
    draw = random.Random("attribution noise")
    noisy = set(draw.sample(range(len(told)), round(share * len(told))))
    changed = []
    for place, each in enumerate(told):
        if place not in noisy:
            changed.append(each)
            continue
        values = [value for value in RELATIONS[each.fact.relation].values if value != each.fact.value]
        wrong = Fact(each.fact.entity, each.fact.relation, draw.choice(values))
        changed.append(Told(each.contributor, wrong, each.wording, each.unique))
    return changed, [place in noisy for place in range(len(told))]
