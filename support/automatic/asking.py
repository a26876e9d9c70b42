"""How much a message asks for, and whether only in some case: an answer of ours tells one thing.

Stricter than what decides the category: whoever asks "where is it, and if it is late, cancel"
is answered by a person. Politeness ("if you please", "and thank you") asks for nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from support.automatic.obstacles import Obstacle
from support.understanding.phrases import Phrases
from support.understanding.words import grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.understanding.clauses import Clause, Reading

# Words; who writes more says more than one answer of ours tells.
MOST_WORDS: Final = 45
_SEVERAL: Final = 2
_ASKS: Final = """
    ou (en|est|sont|se|ca|s|puis|peut), ou .. (commande|colis), quand, quel, quelle, quels, quelles,
    combien, comment, pourquoi, qui (livre|va|est|s), est ce, qu est ce, avez vous, y a t il,
    est (elle|il), (sera|arrive|arrivera|a|va) t (elle|il), when, where, what, which, who, why, how,
    whether, (has|is|are|was|will|did|does|do) (it|my|the|you|they|there), (tell|let|give|send) me,
    cuando, donde, cual, cuales, cuanto, cuanta, cuantos, quien, como, que (dia|hora|pasa|empresa),
    (imta|wa9tach|fo9ach|chkoun|chno|achno|chnou|ch7al|bch7al|finhiya|kifach|3lach|wach), fin (w*|
    hiya|howa|rah*|kayn*), متي, ومتي, امتي, وامتي, اين, واين, وين, فين, وفين, كم, وكم, هل, وهل, ما
    هي, ما هو, وما, ماهي, لماذا, ولماذا, كيف, وكيف, شحال, وشحال, واش, شنو, وشنو, من هي, اي شركه
"""
_POLITE: Final = """
    s il (vous|te) plait, svp, stp, please, por favor, 3afak*, من فضلك*, رجاء, if you please, merci
    (d avance|par avance|beaucoup|pour), si possible
"""
# "Tell me whether", which is a question and no case.
_WHETHER: Final = re.compile(
    r"\b(?:savoir|dire|confirmer|verifier|regarder|voir|indiquer|preciser|saber|decirme|decir"
    r"|demande) s(?:i|(?= il))\b|\b(?:know|tell me|see|check|wonder|wondering|confirm) if\b"
)
_IF: Final = re.compile(
    r"\b(?:si|s ils?|s elles?|sinon|sauf|autrement|sans quoi|faute de|(?:a|par) defaut|au cas ou"
    r"|en cas|auquel cas|(?:le|ce|dans ce) cas|a (?:condition|moins)|tant que|pourvu|quitte a"
    r"|supposons|if|unless|otherwise|else|in case|failing|provided|as long as|should (?:it|that|you"
    r"|the|this)|were (?:it|you)|caso|contrario|a menos|siempre que|salvo|ila|ida|law|wla|ولا ف"
    r"|اذا|واذا|فاذا|لو|ولو|والا|ان لم|وان|في حال|في حاله)\b"
)
_TOO: Final = re.compile(
    r"\b(?:et|and|also|aussi|egalement|ainsi que|ensuite|puis|then|tambien|asi como|w|wa|7ta"
    r"|ايضا|كذلك|و|و(?:متي|امتي|كم|هل|اين|فين|كيف|شحال|ماذا|لماذا))\b"
)
_AND: Final = {"es": re.compile(r"\b[ye]\b"), "ar-Latn": re.compile(r"\b(?:o|ou|u)\b")}
_SIGN: Final = re.compile(r"\w\s*[&+]\s*\w")


def obstacles(reading: Reading) -> Iterator[Obstacle]:
    """What of the way a message asks is too much for an answer without a person."""
    lines = [_plain(clause) for clause in reading.clauses]
    if sum(len(line.split()) for line in lines) > MOST_WORDS:
        yield Obstacle.LONG
    is_threat = any(clause.is_threat for clause in reading.clauses)
    if not is_threat and any(_IF.search(_WHETHER.sub(" ", line)) for line in lines):
        yield Obstacle.CONDITION
    asking = sum(any(True for _match in _table().find(line)) for line in lines)
    if asking >= _SEVERAL or _SIGN.search(reading.text) or _goes_on(lines, reading.language):
        yield Obstacle.QUESTIONS


def _goes_on(lines: list[str], language: str) -> bool:
    """Whether something is joined to what was said: "and when does it come"."""
    also = [_TOO, *filter(None, [_AND.get(language)])]
    return any(
        found.end() < len(line.rstrip())
        for line in lines
        for one in also
        for found in one.finditer(line)
    )


def _plain(clause: Clause) -> str:
    """The clause's words without politeness."""
    line = " ".join(clause.words)
    for match in sorted(_polite().find(line), key=lambda one: -one.start):
        line = line[: match.start] + " " * (match.end - match.start) + line[match.end :]
    return " ".join(line.split())


@lru_cache(maxsize=1)
def _table() -> Phrases:
    return Phrases({"ask": _ASKS, "wish": grammar.WISHES, "darija": grammar.DARIJA_WISHES})


@lru_cache(maxsize=1)
def _polite() -> Phrases:
    return Phrases({"polite": f"{grammar.POLITE}, {_POLITE}"})
