"""What a text promises, decides or claims, whatever the words and the language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backoffice.core.text import folded, word_set
from support.drafting.grounding import concepts
from support.drafting.grounding.figures import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SENTENCES: Final = re.compile(r"[.!…]+(?:\s|$)|(?<=[?؟])\s|\n\s*\n|\n(?=\s*[-•*])|(?<=[,،:])\n")
_CLAUSES: Final = re.compile(
    r"[,;:()،؛\n]|(?<!\w)(?:mais|but|pero|however|toutefois|et|and|y|que|qui|that|which|لكن"
    r"|ولكن)(?!\w)"
)
# States that a customer complains are not so: saying it after them is no claim of ours.
_ECHOED: Final = frozenset({"delivered", "arrives", "shipped", "resolved"})
# In these the word of negation is part of the claim.
_NEGATIVE_BY_NATURE: Final = frozenset({"refusal", "assurance", "cause"})

_FUTURE_FR: Final = re.compile(
    r"(?<!\w)(?P<verb>\w{2,}?)(?:er|ir|dr|vr|tr|rr|r)(?:ai|as|a|ons|ez|ont)(?!\w)"
)
_FIRST_FR: Final = re.compile(
    r"(?<!\w)(?:nous|on)\s+(?:n'|ne\s+)?(?:(?:nous|vous|le|la|les|lui|leur|en|y)\s+|l'|vous\s+)*"
    r"(?P<verb>\w{2,}?)ons(?!\w)"
)
_DONE: Final = re.compile(
    r"(?<!\w)(?:nous (?:vous )?(?:l'|les |le |la )?avons(?: bien| deja| egalement)?"
    r"|j'ai(?: bien| deja)?"
    r"|we have(?: already| now| just)?|we've(?: already| now| just)?|i have|i've|hemos|he)"
    r"\s+(?P<verb>\w{3,})"
)
_FUTURE_EN: Final = re.compile(
    r"(?:(?<!\w)(?:will|shall|going to|gonna)|'ll)\s+(?:not\s+|then\s+|also\s+|gladly\s+|always\s+"
    r"|now\s+|personally\s+|happily\s+|do everything\s+|be able to\s+)*(?P<verb>\w+)"
)
_NOW_EN: Final = re.compile(
    r"(?<!\w)(?:we are|we're|i am|i'm)\s+(?:now\s+|already\s+|currently\s+)?(?P<verb>\w+)ing(?!\w)"
)
_FUTURE_ES: Final = re.compile(
    r"(?<!\w)(?P<verb>\w{2,}?)(?:[aei]re(?:mos|is)?|[aei]ran?|dr(?:a|an|emos))(?!\w)"
    r"|(?<!\w)(?:vamos|voy|va|van)\s+a\s+(?P<verb2>\w+)"
)
_FUTURE_AR: Final = re.compile(
    r"(?<!\w)(?:سوف|غادي|غاديين|راه غا)\s+(?P<verb>\w+)|(?<!\w)(?:س|غ)(?P<verb2>[نتيا]\w{2,})"
)
_FUTURES: Final = {
    "fr": (_FUTURE_FR, _FIRST_FR, _DONE),
    "en": (_FUTURE_EN, _NOW_EN, _DONE),
    "es": (_FUTURE_ES, _DONE),
    "ar": (_FUTURE_AR,),
}
# Words that look like a future and are none.
_NO_VERBS: Final = word_set(
    "vrai para sera seran sea ahora era eran pour cara espera hora compra manera primera"
    " cualquiera nuestra nuestras vuestra otra muestra letra cifra obra sobre siempre entre"
    " madera fuera nevera environs plaira plairont opera extra camera caramel seront mirara"
    " contra cobra tijera tetera quisiera pudiera fueran quisieran pudieran hubiera hubieran"
    " horas tarjeta entera enteran serie bueran zebra libra cafetera verdadera cristalera"
    " lampara cuchara cortara estanteria jamais gras bras tiroirs correcto siguiera debera"
    " podra podran podremos sintiera encimera"
)
_DONE_HARMLESS: Final = re.compile(
    r"recu|pris|lu|compris|note|receiv|read|noted|understood|seen|taken|recibid|leid|tomad|entendid"
    r"|visto|ete|been|bien|conscience|connaissance|constate|eu|had|sido"
)
_STEM: Final = 5
# Different stems of one verb, and verbs that promise the same.
_ALIKE: Final = (
    "reven revie repon indiq recon recont conta tenir tiend tenon infor ecrir ecriv ecris write"
    " reply"
    " respo answe retur get come conte escri volve pondr mante updat keep تواصل نجاوب رد"
    "|verif check exami revie look revis compr contr"
    "|envoi envoy enver send envia mandar exped ship adres"
    "|propo offer ofrec suger"
    "|organ arran traite proce gest occup"
    "|inter deman ask conta pregu consu"
    "|aider help ayuda"
    "|prend take toma"
)
_GROUPS: Final = {
    stem: place for place, words in enumerate(_ALIKE.split("|")) for stem in words.split()
}


def found(text: str, language: str) -> set[str]:
    """What ``text`` promises, decides, claims or sets a time for, in words comparable by ``==``.

    "refund" is in it, or "not refund" where it is denied, "if refund" under a condition; times
    as "when tomorrow", verbs of doing as "does reven". Two texts with the same set bind us
    to the same, as far as this is known; figures are not among it.
    """
    return {_told(claim) for claim in find(text, language)}


def _told(claim: Claim) -> str:
    if claim.kind != "says":
        return f"{claim.kind} {claim.value[0]}"
    key, denied, conditional = claim.value
    return f"{'if ' if conditional else ''}{'not ' if denied else ''}{key}"


def find(text: str, language: str) -> list[Claim]:
    """What ``text`` says that would bind us, each with whether it is denied or conditional."""
    claims: list[Claim] = []
    for sentence in _SENTENCES.split(folded(text)):
        plain = concepts.NEUTRAL.sub(" ", sentence)
        is_conditional = bool(concepts.CONDITION.search(sentence))
        for clause in filter(None, _CLAUSES.split(plain)):
            claims += _of_clause(clause, is_conditional=is_conditional)
        claims += _verbs(plain, language)
    return claims


def _of_clause(clause: str, *, is_conditional: bool) -> Iterator[Claim]:
    for key, pattern in concepts.TIMES.items():
        for match in pattern.finditer(clause):
            yield Claim("when", (key,), match.group())
    for key, pattern in concepts.CONCEPTS.items():
        found = pattern.search(clause)
        if found:
            # Without what was found: "sans frais" denies nothing.
            rest = f"{clause[: found.start()]} {clause[found.end() :]}"
            denied = key not in _NEGATIVE_BY_NATURE and bool(concepts.NEGATION.search(rest))
            yield Claim("says", (key, denied, is_conditional), found.group())


def _verbs(sentence: str, language: str) -> Iterator[Claim]:
    for pattern in _FUTURES.get(language, _FUTURES["fr"]):
        for match in pattern.finditer(sentence):
            groups = match.groupdict()
            verb = groups.get("verb") or groups.get("verb2") or ""
            if match.group() in _NO_VERBS or _is_harmless(verb, match):
                continue
            kind = "did" if pattern is _DONE else "does"
            yield Claim(kind, (_stem(verb),), match.group())


def _is_harmless(verb: str, match: re.Match[str]) -> bool:
    if match.re is _DONE:
        return bool(_DONE_HARMLESS.match(verb))
    # The whole word, as the table has it: "restons", not "rest", which begins more.
    whole = match.group() if match.re is _FUTURE_FR else verb
    word = f"{verb}ons" if match.re is _FIRST_FR else whole
    return word.startswith(concepts.HARMLESS)


def _stem(verb: str) -> str:
    # "reviendrons" is "revenons" later; without it, it would be taken for "review".
    return verb.replace("vien", "ven", 1)[:_STEM]


def given(texts: Iterable[str], language: str) -> tuple[list[Claim], frozenset[str]]:
    """What the given texts claim, and the beginnings of all their words: verbs they license."""
    claims: list[Claim] = []
    stems: set[str] = set()
    for text in texts:
        claims += find(text, language)
        found = re.findall(r"\w{2,}", folded(text))
        # Arabic writes "will" and "so" at the beginning of a verb.
        found += [re.sub(r"^ف?[سغ]", "", word) for word in found]
        stems |= {word[:_STEM] for word in found}
    return claims, frozenset(stems)


def is_given(claim: Claim, claims: list[Claim], stems: frozenset[str]) -> bool:
    """Whether the given texts say the same, at least as firmly."""
    if claim.kind == "does":
        return _is_licensed(str(claim.value[0]), stems)
    same = [other.value for other in claims if other.kind == claim.kind]
    if claim.kind in {"when", "did"}:
        return claim.value in same
    key, denied, conditional = claim.value
    if denied and key in _ECHOED:
        return not any(theirs[0] == key and not theirs[1] for theirs in same)
    return any(
        theirs[0] == key and theirs[1] == denied and (conditional or not theirs[2])
        for theirs in same
    )


def _is_licensed(stem: str, stems: frozenset[str]) -> bool:
    if any(ours.startswith(stem) or stem.startswith(ours) for ours in stems if len(ours) > 3):  # noqa: PLR2004 - "voi" begins too much
        return True
    group = next((place for begin, place in _GROUPS.items() if stem.startswith(begin)), None)
    if group is None:
        return False
    return any(_GROUPS.get(ours, -1) == group for ours in stems) or any(
        ours.startswith(begin)
        for begin, place in _GROUPS.items()
        if place == group
        for ours in stems
    )
