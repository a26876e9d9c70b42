"""Words as learning keeps and compares them, and which of them are worth keeping."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backoffice.core.text import folded, word_set, words
from crm.names import ARTICLES, LEGAL_FORMS
from orders.extraction.catalogue import stems
from orders.extraction.lines.products import sign_of
from orders.extraction.text.bag_words import FILLERS
from orders.extraction.text.units import UNITS
from orders.extraction.who.names import FIRM_WORDS

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from orders.reading import OrderReading

_SHORTEST = 3
_MOST_WORDS = 6
_WORDS_OF_A_PERSON = 2
_HEAD = 600
# What stands in messages of everybody and names nobody.
_GREETINGS = word_set(
    "bonjour bonsoir salut salam slm salamo alaykoum 3likom hello hi hey cc coucou merci svp stp "
    "cordialement commande commandes order client clients service services contact info admin "
    "direction achats compta comptabilite commercial logistique vous nous moi toi lui elle eux "
    "lina lia liya likom nous-memes whatsapp iphone samsung user test livraison lundi mardi "
    "mercredi jeudi vendredi samedi dimanche demain aujourd hui ce soir matin السلام عليكم سلام "
    "مرحبا شكرا صباح الخير"
)
_PLACES = word_set(
    "casablanca casa rabat sale kenitra tanger tetouan fes fez meknes oujda agadir marrakech "
    "essaouira safi settat berrechid mohammedia khouribga nador larache temara maroc morocco paris "
    "lyon marseille france الرباط الدارالبيضاء مراكش فاس طنجه اكادير"
)
_CALLED = re.compile(
    r"(?<![^\W_])(?i:chez|de\s+la\s+part\s+d[eu']|m[ae]?n\s+3[ae]?nd|من\s+عند)"
    r"\s+(?P<name>[^\W\d_][\w'’&-]*(?:[ ]+[^\W\d_a-z][\w'’&-]*){0,3})"
)
_FOLLOWING = re.compile(r"\s*(?P<words>[^\W\d_]+(?:[ '][^\W\d_]+){0,4})")
_PARTS = re.compile(r"[()\[\]|/•·@,;]|\s[-–—]\s")
_MEASURE = re.compile(
    r"(?<![\w.])\d+(?:[.,]\d+)?(?:\s?[x*×]\s?\d+)+\s?(?:cm|mm)?|\d+\s?(?:g|gr|gsm|cm|mm|kg)\b"
)
# What may follow a number without being goods.
_NO_GOODS = word_set(
    "pour avec sans par plus moins sur sous dans chez vers avant apres entre jusqu que qui est "
    "sont dh dhs mad euro euros eur usd tva ttc prix total jour jours semaine mois heure heures "
    "fois matin soir merci svp stp livr livre livrer urgent vite demain ghedda nhar dyal dial and "
    "for with the per before after من الى على مع"
)
_LEADING = word_set("le la les l de des du d un une the a of en dyal diyal x et")


def names_in(content: MessageContent, reading: OrderReading) -> tuple[str, ...]:
    """What the sender is called in the message, each as it would be learned; most telling first."""
    said = reading.customer
    heard = [called for doc in content.documents[:2] for called in _called(doc.own_text()[:_HEAD])]
    firms = [*heard, said.company.value or ""]
    people = [said.name.value or "", content.author.name]
    phrases = [name_phrase(part) for text in firms for part in _with_parts(text)]
    phrases += [name_phrase(part, person=True) for text in people for part in _with_parts(text)]
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def name_phrase(text: str, *, person: bool = False) -> str:
    """The name without articles and legal forms; empty where it could be anybody's.

    Of a firm one word suffices that is no trade, town or greeting; a first name alone is
    many people's, so a person's name takes two.
    """
    kept = [word for word in words(text) if word not in ARTICLES and word not in LEGAL_FORMS]
    kept = [word for word in kept if word != "chez"]
    common = _GREETINGS | _PLACES | FIRM_WORDS
    telling = [word for word in kept if word not in common and len(word) >= _SHORTEST]
    telling = [word for word in telling if not word.isdecimal()]
    needed = _WORDS_OF_A_PERSON if person and not FIRM_WORDS & set(kept) else 1
    is_name = len(telling) >= needed and len(kept) <= _MOST_WORDS
    return " ".join(kept) if is_name and not _GREETINGS & set(kept) else ""


def product_phrase(text: str) -> str:
    """The words for goods without measures and articles; empty where they name nothing.

    "les marron moyens" -> "marron moyens", "zif 18x35" -> "zif", "kraft" -> "".
    """
    kept = words(_MEASURE.sub(" ", folded(text)))
    while kept and kept[0] in _LEADING:
        kept.pop(0)
    telling = [word for word in kept if len(word) > 1 and not word.isdecimal()]
    vague = all(word in FILLERS or word in UNITS for word in telling)
    if not telling or len(kept) > _MOST_WORDS or (vague and len(telling) < 2):  # noqa: PLR2004 - "kraft" alone
        return ""
    return " ".join(kept)


def is_vague(name: str) -> bool:
    """Whether a name of goods stands in messages that mean other goods, or none: "sac", "12"."""
    telling = [word for word in words(name) if len(word) > 1 and not word.isdecimal()]
    said = [word for word in telling if word not in UNITS.keys() | _NO_GOODS | _GREETINGS | _PLACES]
    return not said or (len(telling) == 1 and (said[0] in FILLERS or bool(sign_of(said[0]))))


def phrase_after(number_end: int, text: str) -> str:
    """The words for goods right behind a number of a folded text: "200 cartons de zif svp"."""
    following = _FOLLOWING.match(text, number_end)
    kept = following["words"].split() if following else []
    while kept and (kept[0] in UNITS or kept[0] in _LEADING):
        kept.pop(0)
    # One word says enough unless it is as vague as "marron".
    for count in (1, 2):
        said = kept[:count]
        if any(word in _NO_GOODS or word in _GREETINGS or word in _PLACES for word in said):
            return ""
        phrase = product_phrase(" ".join(said)) if len(said) == count else ""
        if phrase and len(phrase) >= _SHORTEST:
            return phrase
    return ""


def is_only_signs(phrase: str) -> bool:
    """Whether the phrase says no more than words for bags in general: "sacs carrés"."""
    return all(sign_of(word) or word in FILLERS for word in phrase.split())


def stands_in(phrase: str, text: str) -> bool:
    """Whether the words stand in the text one after the other, plural or not."""
    wanted, given = stems(phrase), stems(text)
    return bool(wanted) and any(
        given[start : start + len(wanted)] == wanted for start in range(len(given))
    )


def _called(text: str) -> list[str]:
    return [match["name"] for match in _CALLED.finditer(text)]


def _with_parts(text: str) -> list[str]:
    """A name and the parts of it: "Snack Atlas (Momo)" is "Snack Atlas" and "Momo" too."""
    parts = [part for part in _PARTS.split(text) if part.strip()]
    return [text, *parts] if len(parts) > 1 else [text]
