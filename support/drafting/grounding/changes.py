"""What a clause may not change of the sentence that carries its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from support.drafting.grounding import concepts, courtesy
from support.drafting.grounding.units import nearest

if TYPE_CHECKING:
    from support.drafting.grounding.units import Unit

_REMEDIES: Final = ("refund", "replacement", "reship", "repair")
# A condition up to the end of its clause, and how much of its words may go.
_CONDITIONS: Final = re.compile(rf"(?:{concepts.CONDITION.pattern})[^,;:.?]*")
_MOST_OF_CONDITION: Final = 0.34
_BEGINNING: Final = 4
_OWN: Final = re.compile(
    r"(?<!\w)(?P<whose>nos|notre|our|nuestr[oa]s?|vos|votre|your|sus?)\s+(?P<what>\w{4,})"
)
_OURS: Final = ("n", "o")


# What has happened.
DONE: Final = re.compile(
    r"(?<!\w)(?:a|ont|avons|avez|ai|has|have|had|ha|han|hemos|he|ete|been|sido|was|were)\s+"
    r"(?:bien |deja |ete |been |already |ya |now )*(?P<verb>eu|vu|lu|su|\w{3,}(?:e|ee|es|i|ie|is"
    r"|it|u|ue|ed|ado|ido))"
    r"(?!\w)"
)


def is_changed(unit: Unit, clause: str, sentence: str) -> bool:
    """Whether ``clause`` of ``sentence`` says otherwise what its words say in ``unit``."""
    return any(rule(unit, clause, sentence) for rule in _RULES)


def _is_denied_otherwise(unit: Unit, clause: str, _sentence: str) -> bool:
    denies = bool(concepts.NEGATION.search(concepts.NEUTRAL.sub(" ", clause)))
    beside = concepts.NEUTRAL.sub(" ", nearest(unit, clause))
    theirs = bool(concepts.NEGATION.search(beside))
    return denies != theirs and not (denies and courtesy.UNFULFILLED.search(unit.text))


def _is_unconditional(unit: Unit, _clause: str, sentence: str) -> bool:
    """Whether the condition is gone, or half of it: "according to your wishes and our stock"."""
    if not concepts.CONDITION.search(unit.text):
        return False
    if not concepts.CONDITION.search(sentence):
        return True
    asked = [found for found in _CONDITIONS.findall(unit.text) if "?" not in found]
    return any(
        len(stems - _said_in(sentence, stems)) > len(stems) * _MOST_OF_CONDITION
        for stems in map(_beginnings, asked)
    )


def _beginnings(text: str) -> set[str]:
    return {
        word[:_BEGINNING]
        for word in re.findall(r"[^\W\d_]{4,}", text)
        if word not in courtesy.GRAMMAR and not concepts.CONDITION.fullmatch(word)
    }


def _said_in(sentence: str, stems: set[str]) -> set[str]:
    said = _beginnings(sentence)
    return {stem for stem in stems if stem in said}


def _is_fulfilled(unit: Unit, clause: str, sentence: str) -> bool:
    """Whether what should have happened is told as done."""
    if not re.search(r"aurait du|should have|deberia|كان من المفترض", unit.text):
        return False
    arrives = re.search(r"parv|rec[eu]|arriv|reach|lleg|remis|تصل|وصل", clause)
    return bool(arrives) and not (
        courtesy.UNFULFILLED.search(sentence) or concepts.NEGATION.search(sentence)
    )


def _has_another_agent(unit: Unit, clause: str, _sentence: str) -> bool:
    agent = courtesy.AGENTS.match(clause)
    theirs = {found["agent"] for text in unit.clauses if (found := courtesy.AGENTS.match(text))}
    if agent:
        return agent["agent"] not in theirs
    by_us = courtesy.FIRST_PERSON.search(nearest(unit, clause))
    return bool(by_us and courtesy.THIRD_PERSON.match(clause))


def _narrows_choice(unit: Unit, clause: str, sentence: str) -> bool:
    """Whether of several remedies one is left out, or all are given."""
    theirs = {key for key in _REMEDIES if concepts.CONCEPTS[key].search(unit.text)}
    ours = {key for key in _REMEDIES if concepts.CONCEPTS[key].search(sentence)}
    if len(theirs) < 2 or not any(concepts.CONCEPTS[key].search(clause) for key in theirs):  # noqa: PLR2004 - a choice
        return False
    return ours != theirs or not courtesy.ALTERNATIVE.search(sentence)


def _changes_owner(unit: Unit, clause: str, _sentence: str) -> bool:
    """Whether what is ours became the customer's: "at our expense", "at your expense"."""
    whose = {(found["what"], found["whose"][0] in _OURS) for found in _OWN.finditer(unit.text)}
    return any(
        (found["what"], found["whose"][0] not in _OURS) in whose
        and (found["what"], found["whose"][0] in _OURS) not in whose
        for found in _OWN.finditer(clause)
    )


def _is_done(unit: Unit, clause: str, _sentence: str) -> bool:
    """Whether what will be or is being done is told as done."""
    ours = {found["verb"][:4] for found in DONE.finditer(clause)}
    return not ours <= {found["verb"][:4] for found in DONE.finditer(unit.text)}


_RULES: Final = (
    _is_denied_otherwise,
    _is_unconditional,
    _is_fulfilled,
    _has_another_agent,
    _narrows_choice,
    _changes_owner,
    _is_done,
)
