"""Whether a search is after offers or after buyers.

"Qui cherche une Daytona ?" is after buyers, "je cherche une Daytona" and "qui vend" after offers:
the same words mean the contrary in a message. Where only the words of an advertisement stand
there ("WTB Daytona"), such advertisements are meant. Folded text; the first that fits counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WHO = (
    r"(?:qui|quelqu'?un|des gens qui|ceux qui|who(?: is|'s| are|s)?|anyone|anybody|someone|somebody"
    r"|people|traders|clients?|customers?|wer|jemand|leute die|chi|qualcuno|quien(?:es)?|alguien)"
)
_SEEKS = (
    r"(?:re)?cherch(?:e|ent|ait)|veu(?:t|lent)|voudrai(?:t|ent)|achete(?:nt|rait)?|demande(?:nt)?"
    r"|(?:is |are )?(?:looking|searching|hunting) (?:for|to buy)|seek(?:s|ing)?"
    r"|wants?|needs?|buy(?:s|ing)?"
    r"|sucht|suchen|kauft|kaufen|will|mochte|cerca(?:no)?|compra(?:no|n)?|vuole|vorrebbe"
    r"|busca(?:n)?|quiere(?:n)?|necesita(?:n)?"
)
_OFFERS = (
    r"vend(?:ent|rait)?|propose(?:nt)?|a une|aurait|sell(?:s|ing)?"
    r"|(?:is |are )?(?:selling|offering)"
    r"|offers?|has|have|got|verkauft|verkaufen|hat|bietet|vende|vendono|venden|ha"
    r"|offre|tiene(?:n)?|ofrece(?:n)?"
)
_I = (
    r"je (?:re)?cherche|je veux|je voudrais|j'?aimerais|j'?ai besoin|nous cherchons|on cherche"
    r"|i(?:'?m| am) (?:looking|searching|hunting)|i want|i need|i would like"
    r"|i'?d like|we(?:'re| are) looking"
    r"|looking for|find me|show me|help me find|ich suche|ich mochte|ich hatte gern"
    r"|ich will|wir suchen"
    r"|sto cercando|vorrei|voglio|mi serve|cerco|estoy buscando|quiero|quisiera|necesito|busco"
    r"|montre[ -]moi|trouve[ -]moi|zeig mir|finde|mostrami|trovami|muestrame|enseñame|ensename"
)
_PATTERNS: tuple[tuple[str, bool, re.Pattern[str]], ...] = (
    ("wanted", True, re.compile(rf"\b{_WHO}\s(?:\w+\s)?(?:{_SEEKS})\b")),
    ("sale", True, re.compile(rf"\b{_WHO}\s(?:\w+\s)?(?:{_OFFERS})\b")),
    (
        "wanted",
        True,
        re.compile(
            r"\b(?:acheteurs?|acquereurs?|buyers?|kaufer|interessenten|acquirent[ei]|compratori"
            r"|comprador(?:es)?|interesados|demandes? d(?:e|'achat)"
            r"|recherches? (?:en cours|actuelles)"
            r"|wanted|wanted (?:ads?|listings?)|wtb|w\.t\.b|iso|gesuche?|gesucht|suchanfragen"
            r"|ankauf|cercasi|richieste|se busca|demandas?|annonces? de recherche|avis de recherche"
            r"|buy(?:ing)? requests?|kaufgesuche?|recherchee?s?)\b"
        ),
    ),
    (
        "sale",
        True,
        re.compile(
            r"\b(?:a vendre|en vente|vends|vend|vente|annonces? de vente|disponibles?|dispo|offres?"
            r"|for sale|on sale|selling|wts|fs|offers?|offered|available|in stock"
            r"|zu verkaufen|zum verkauf|verkaufe|verkauft|angebote?|biete|im angebot|verfugbar"
            r"|in vendita|vendo|vendesi|vendita|disponibil[ei]|offerte"
            r"|en venta|a la venta|se vende|venta|ofertas?)\b"
        ),
    ),
    (
        "trade",
        True,
        re.compile(
            r"\b(?:echang(?:es?|er)|troc|trades?|swaps?|part exchange|px|tausch(?:en|e)?"
            r"|scambi[oa]?"
            r"|permut[ae]|intercambios?|cambiar)\b"
        ),
    ),
    (
        "question",
        True,
        re.compile(
            r"\b(?:questions?|fragen?|domande|preguntas?|qui demande|who asks|asking about"
            r"|avis sur|opinions? (?:on|about)|legit check)\b"
        ),
    ),
    ("sale", False, re.compile(rf"\b(?:{_I})\b")),
    (
        "sale",
        False,
        re.compile(
            r"\b(?:cherche|recherche|suche|compro|achete|kaufe|acquisto|buy|acheter|kaufen)\b"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Intent:
    """``type`` of the listings meant; ``is_sure`` where the words leave no doubt."""

    type: str = ""
    is_sure: bool = False


def read(low: str) -> Intent:
    """What kind of listings a folded search is after."""
    for kind, is_sure, pattern in _PATTERNS:
        if pattern.search(low):
            return Intent(kind, is_sure)
    return Intent()
