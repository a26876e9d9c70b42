"""Whether two answers say the same to a customer.

They do where nothing but case, accents, punctuation and blanks differ; or where nearly all
words are the same and nothing that weighs differs: numbers, dates, amounts, addresses,
negations, and what the drafts' own check finds promised, decided or claimed
(``support.drafting.grounding.promises``). "Under 5 days" and "under 8 days" are nearly equal
and not the same.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from backoffice.core.text import folded
from support.drafting.grounding import promises
from support.understanding.words import grammar

# Share of the words: a greeting with the name, or another polite ending, in an answer of 40 words.
NEARLY: Final = 0.9
# Words compared; an answer of the machine is never so long.
_MOST: Final = 2000
_WORD: Final = re.compile(r"[^\W_]+")
_ADDRESS: Final = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+")
_NUMBER: Final = re.compile(r"\d+(?:[ .,:/-]?\d+)*")
# Said to be polite, with a "not" that denies nothing.
_POLITE: Final = re.compile(
    r"\bn(?:e |')?(?:hesitez|manquerons|manquerai) pas|\b(?:do not|don't) hesitate|\bno dude"
)
_NEGATORS: Final = frozenset(" ".join(grammar.NEGATORS.values()).split())
_DATE_WORDS: Final = """
    lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin
    juillet aout septembre octobre novembre decembre aujourd hui demain hier midi soir matin
    monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december today tomorrow yesterday tonight
    lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio
    julio agosto septiembre octubre noviembre diciembre hoy manana ayer
    deux trois quatre cinq six sept huit neuf dix quinze vingt trente quarante cinquante cent
    two three four five seven eight nine ten fifteen twenty thirty fifty hundred
    dos tres cuatro cinco seis siete ocho nueve diez quince veinte treinta cien
    heure heures jour jours semaine semaines mois hour hours day days week weeks month months
    hora horas dia dias semana semanas mes meses غدا اليوم امس الاثنين الثلاثاء الاربعاء الخميس
    الجمعه السبت الاحد ghedda lyoum lbare7 simana
"""
_DATES: Final = frozenset(_DATE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Comparison:
    """``similarity``: 1 where all words are the same, in their order."""

    similarity: float
    is_same: bool


def compare(ours: str, theirs: str, language: str) -> Comparison:
    """The machine's answer beside the one that a person sent, in the language of both."""
    before, after = _words(ours), _words(theirs)
    if before == after:
        return Comparison(1.0, is_same=True)
    ratio = SequenceMatcher(None, before[:_MOST], after[:_MOST], autojunk=False).ratio()
    is_same = ratio >= NEARLY and weights(ours, language) == weights(theirs, language)
    return Comparison(round(ratio, 4), is_same)


def weights(text: str, language: str) -> tuple[frozenset[str], Counter[str]]:
    """What an answer commits us to: figures, dates, promises; and how often it denies."""
    bound = promises.found(text, language)
    plain = folded(text)
    addresses = {found.group().rstrip(".,;:)>") for found in _ADDRESS.finditer(plain)}
    plain = _ADDRESS.sub(" ", plain)
    numbers = {re.sub(r"\D", "", found.group()) for found in _NUMBER.finditer(plain)}
    words = _WORD.findall(_POLITE.sub(" ", plain))
    dates = _DATES.intersection(words)
    denied = Counter(word for word in words if word in _NEGATORS)
    return frozenset(addresses | numbers | bound | dates), denied


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))
