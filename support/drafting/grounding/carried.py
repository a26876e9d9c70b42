"""Whether each clause of a reply is carried by what was given; what is not, is refused.

A clause may stand for three reasons: all its words are those of one sentence of the template,
under the same condition and denied alike; it tells one fact as what it is (a status as the
status, a day as the delivery date); or it is a courtesy, which states nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from backoffice.core.text import folded
from support.drafting.grounding import concepts, courtesy
from support.drafting.grounding.changes import DONE, is_changed
from support.drafting.grounding.spelled import in_digits
from support.drafting.grounding.units import (
    MARKED,
    SENTENCES,
    TOKENS,
    Unit,
    clauses_of,
    plain,
    stem_of,
    stems_of,
    unit_of,
    units_of_facts,
    values_of,
    windows,
)

if TYPE_CHECKING:
    from support.drafting.grounding.given import Given

_ITS_SUBJECT: Final = re.compile(r"(?:le|la|les|the|el|los|las)\s|l'")
_GOES_ON: Final = re.compile(
    r"(?:qu[ei]|which|that|que|because|parce que|porque|face a|a la vue)(?!\w)|qu'"
    # What it is for, but nothing else: "especially as it will arrive" is a promise.
    r"|(?:d'autant (?:plus )?qu[e']|surtout (?:si|qu[e'])|especially (?:as|since|when|if)"
    r"|sobre todo (?:porque|si)) ?(?:\w+ ){0,3}?(?:est destin\w+|is meant|vous (?:en )?(?:avez"
    r" besoin|attend\w+)|you (?:need|are waiting)|necesita|espera)(?!\w)"
)
# Facts that may be mentioned in a courtesy; and of words of the template, no more than so many.
_FREE: Final = frozenset({"§order_number", "§items", "§item", "§shop_name", "§customer_name"})
_MOST_MENTIONED: Final = 4
_NEEDING_A_ROLE: Final = frozenset({"§delivery_date", "§order_total"})
_HAPPENED: Final = re.compile(
    DONE.pattern.replace(
        "(?:a|", "(?:avoir|ait|aient|ayez|soit|soient|est|sont|is|are|having|haya|esta|a|", 1
    )
)


@dataclass(frozen=True, slots=True)
class _Ground:
    """All that carries, in the language of the reply."""

    language: str
    units: tuple[Unit, ...]
    verbatim: frozenset[str]
    # Words of the template, of the goods, of the customer, of the agent's instructions.
    said: frozenset[str]
    goods: frozenset[str]
    lent: frozenset[str]
    asked: frozenset[str]
    facts: tuple[tuple[str, str], ...]


def uncarried(text: str, given: Given) -> str:
    """The first sentence of ``text`` that nothing carries; empty where all are carried."""
    if given.language not in courtesy.SMALL:
        return ""
    ground = _ground_of(given)
    for sentence in SENTENCES.split(text):
        if sentence.strip() and not _is_carried(sentence, ground):
            return sentence.strip()
    return ""


def _ground_of(given: Given) -> _Ground:
    facts = tuple(given.facts.items())
    return _ground(given.template, facts, given.language, given.instructions, given.customer)


@lru_cache(maxsize=8)
def _ground(
    template: str, facts: tuple[tuple[str, str], ...], language: str, asked: str, customer: str
) -> _Ground:
    values = tuple(sorted(values_of(dict(facts)), key=lambda pair: -len(pair[0])))
    sentences = [*SENTENCES.split(template), *SENTENCES.split(asked)]
    said = [plain(sentence, values, language) for sentence in sentences if sentence.strip()]
    units = tuple(unit_of(sentence, language) for sentence in said) + units_of_facts(language)
    return _Ground(
        language=language,
        units=units,
        verbatim=frozenset(said),
        said=frozenset().union(*(unit.all for unit in units)),
        goods=stems_of(folded(dict(facts).get("items", "")), language),
        lent=stems_of(folded(customer), language),
        asked=stems_of(in_digits(folded(asked), language), language),
        facts=values,
    )


def courteous(text: str, given: Given) -> list[str]:
    """The sentences of ``text`` that state nothing, and do not repeat the template."""
    if given.language not in courtesy.SMALL:
        return []
    ground = _ground_of(given)
    return [
        sentence.strip()
        for sentence in SENTENCES.split(text)
        if sentence.strip() and _only_feels(sentence, ground)
    ]


def _only_feels(sentence: str, ground: _Ground) -> bool:
    text = plain(sentence, ground.facts, ground.language)
    stems = stems_of(text, ground.language)
    is_echo = False
    for clause in clauses_of(text):
        begins = courtesy.ECHO[ground.language].match(clause)
        is_echo = bool(begins) or (is_echo and _goes_on(clause, ground))
        if not _is_courtesy(clause[begins.end() if begins else 0 :], ground, is_echo=is_echo):
            return False
    return len(stems & ground.said) * 2 < len(stems)


def _is_carried(sentence: str, ground: _Ground) -> bool:
    text = plain(sentence, ground.facts, ground.language)
    if text in ground.verbatim:
        return True
    is_echo = False
    for clause in clauses_of(text):
        begins = courtesy.ECHO[ground.language].match(clause)
        # "We understand that the mirror is broken and that you are waiting."
        is_echo = bool(begins) or (is_echo and _goes_on(clause, ground))
        if not (
            _is_courtesy(clause[begins.end() if begins else 0 :], ground, is_echo=is_echo)
            or any(_carries(unit, clause, text, ground) for unit in ground.units)
            or _is_asked(clause, ground)
        ):
            return False
    return True


def _goes_on(clause: str, ground: _Ground) -> bool:
    """Whether a clause goes on telling what the customer wrote, in the customer's words."""
    if _GOES_ON.match(clause):
        return True
    stems = {
        courtesy.stem(token, ground.language)
        for token in TOKENS.findall(clause)
        if not courtesy.is_soft(token, ground.language)
    }
    return bool(_ITS_SUBJECT.match(clause)) and stems <= ground.lent


def _is_courtesy(clause: str, ground: _Ground, *, is_echo: bool) -> bool:
    """Whether a clause states nothing: feelings, and what they are about."""
    language = ground.language
    tokens = TOKENS.findall(clause)
    hard = {
        token for token in tokens if token[0] in MARKED or not courtesy.is_soft(token, language)
    }
    if not is_echo and not any(courtesy.is_heart(token, language) for token in tokens):
        return not hard
    marks = {token for token in hard if token[0] in MARKED}
    stems = {courtesy.stem(token, language) for token in hard - marks}
    known = ground.said | ground.goods | (ground.lent if is_echo else frozenset())
    return (
        marks <= _FREE
        and stems <= known
        and (is_echo or len(stems) <= _MOST_MENTIONED)
        and not _tells_as_done(clause, ground)
        and not courtesy.AFFIRMED.search(clause)
        and not courtesy.speaks_of_others(clause, language)
    )


def _tells_as_done(clause: str, ground: _Ground) -> bool:
    """Whether something has happened that the customer did not write of: "merci d'avoir payé"."""
    if concepts.NEGATION.search(clause):
        return False
    return any(
        not courtesy.is_soft(found["verb"], ground.language)
        and courtesy.stem(found["verb"], ground.language) not in ground.lent
        for found in _HAPPENED.finditer(clause)
    )


def _carries(unit: Unit, clause: str, sentence: str, ground: _Ground) -> bool:
    """Whether the sentence that was given says what the clause says."""
    words = stems_of(clause, ground.language)
    hard = {
        stem_of(token, ground.language)
        for token in TOKENS.findall(clause)
        if token[0] in MARKED or not courtesy.is_manner(token, ground.language)
    }
    rest = hard - ground.goods - {"§shop_name", "§customer_name"}
    if (unit.mark and unit.mark not in words) or not (rest or words & unit.all):
        return False
    rest -= courtesy.ORDER | {"§order_number"}
    is_said = any(rest <= window for window in windows(unit, clause))
    return is_said and _have_their_roles(unit, words) and not is_changed(unit, clause, sentence)


def _have_their_roles(unit: Unit, words: frozenset[str]) -> bool:
    """Whether a day and an amount stand beside a word that says of what they are."""
    plain_words = {word for word in words if word[0] not in MARKED} - courtesy.ORDER
    return all(
        any(mark in stems and plain_words & stems for stems in unit.stems)
        for mark in _NEEDING_A_ROLE & words
    )


def _is_asked(clause: str, ground: _Ground) -> bool:
    """Whether the agent asked for it, in words of their own."""
    stems = stems_of(clause, ground.language)
    return bool(stems & ground.asked) and stems <= ground.asked | ground.said | ground.goods
