"""Goods that are no bags but stand in an order: "50 rouleaux de ruban satin"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backoffice.core.text import word_set

if TYPE_CHECKING:
    from orders.extraction.drafts import Span
    from orders.extraction.text.mentions import Quantity
    from orders.extraction.text.scan import Scan

# Things a packaging customer buys; a number beside one is a line.
GOODS = word_set(
    "ruban rubans rouleau rouleaux bobine bobines boite boites gobelet gobelets etiquette "
    "etiquettes barquette barquettes serviette serviettes papier papiers film ficelle adhesif "
    "scotch couvercle couvercles pot pots bouteille bouteilles assiette assiettes paille pailles "
    "emballage emballages coffret coffrets caisse caisses carton cartons enveloppe enveloppes "
    "autocollant autocollants sticker stickers feuille feuilles plateau plateaux bol bols cups "
    "cup box boxes tape ribbon ribbons label labels napkin napkins tissue straw straws lid lids "
    "pochette pochettes cornet cornets caissette caissettes mandrin mandrins agitateur agitateurs "
    "couverts fourchette fourchettes cuillere cuilleres nappe nappes dentelle dentelles "
    "intercalaire caja cajas vaso vasos etiqueta etiquetas rollo rollos servilleta servilletas "
    "علب علبه كؤوس كاس ملصقات مناديل ورق شريط"
)
_NO_GOODS = word_set(
    "jour jours heure heures mois semaine semaines an ans fois client clients personne personnes "
    "couleur couleurs modele modeles format formats magasin magasins boutique boutiques rue avenue "
    "boulevard bd route km zone lot bloc etage appartement pieces piece unite unites u pcs ht ttc "
    "tva exemplaires point points page pages bonjour salam merci svp stp dh dhs mad euros pour a "
    "le la les de des du et ou avec sans dans sur par au aux en que qui est sont livr livraison "
    "avant apres plus moins minimum maximum min max environ total commande commandes autres "
    "w f b dyal li lina lia 3afak ghedda nhar avril mai juin juillet cm mm "
    "places jrs h quai ville rabat casablanca casa fes tanger agadir marrakech meknes"
)
_NOUN = re.compile(r"\s*(?:(?:de|d'|of|dyal|x|des|ديال)\s*)?(?P<noun>[^\W\d_]{2,})")
_TAIL = re.compile(r"[^\n,;.:()|+\x01\d]{0,60}")
_BREAK = re.compile(r"\s(?:et|w|and|pour|a|avec livraison|livr\w*|svp|stp|merci|و)\s")
_LIST_START = re.compile(r"(?:^|\n)[ \t]*(?:[^\w\s]+|\x01+)?[ \t]*$")
_JOINED = re.compile(r"(?:(?<![^\W_])(?:et|w|and|plus|و)|[+,&])\s*(?:de\s+|aussi\s+)?$")
_LEADERS = re.compile(
    r"(?:^|\n)[ \t]*(?:[^\w\s]+[ \t]*)?(?P<name>[^\W\d_][^\n:.|]{2,50}?)\s*(?::|\.{2,}|-|=|x)\s*$"
)


def goods_after(scan: Scan, quantity: Quantity) -> Span | None:
    """Return the words after a quantity when they name goods, else None."""
    first = quantity.start if quantity.unit_word in GOODS else quantity.end
    match = _NOUN.match(scan.masked, quantity.end)
    noun = match["noun"] if match else ""
    if quantity.unit_word in GOODS and quantity.unit == "piece":
        first = quantity.end - len(quantity.unit_word)
    elif not match or noun in _NO_GOODS:
        return None
    else:
        first = match.start("noun")
    known = noun in GOODS or quantity.unit_word in GOODS
    before = scan.masked[max(0, quantity.start - 30) : quantity.start]
    listed = _LIST_START.search(before) or _JOINED.search(before)
    if not known and not listed:
        return None
    return _trimmed(scan, first)


def goods_before(scan: Scan, quantity: Quantity, among_lines: bool) -> Span | None:  # noqa: FBT001 - one caller
    """Return the words that lead to a quantity ("Gobelets 20 cl : 500"), else None."""
    before = scan.masked[max(0, quantity.start - 70) : quantity.start]
    match = _LEADERS.search(before)
    if match is None:
        return None
    first = match["name"].split()[0]
    if first not in GOODS and not (among_lines and first not in _NO_GOODS and quantity.unit_word):
        return None
    offset = quantity.start - len(before)
    return offset + match.start("name"), offset + match.end("name")


def _trimmed(scan: Scan, start: int) -> Span:
    """From the noun on, up to the next separator."""
    match = _TAIL.match(scan.masked, start)
    end = match.end() if match else start
    stop = _BREAK.search(scan.masked, start, end)
    if stop:
        end = stop.start()
    while end > start and scan.masked[end - 1].isspace():
        end -= 1
    return start, end
