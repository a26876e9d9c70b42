"""How a customer is greeted: what they say they are called, made safe to be written to them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from backoffice.core.text import folded, word_set

_LONGEST: Final = 60
_MOST_WORDS: Final = 6
# A name that holds a link, an address or a number is none: it was made to be read in our mail.
_UNFIT: Final = re.compile(
    r"[\d@/\\{}<>\[\]|=_*#%$€£+~^]|www|\w\.\w{2,}|:|;|!|\?|\"", re.IGNORECASE
)
_TITLES: Final = word_set(
    "m mr mme mlle mrs ms miss madame monsieur mademoiselle dr docteur me maitre pr sir dona don"
    " sr sra senor senora السيد السيده الاستاذ الدكتور"
)
_LEGAL_FORMS: Final = word_set(
    "sarl sas sasu sa eurl sci snc scop selarl scp gie ei eirl auto-entrepreneur ltd limited llc"
    " inc plc gmbh ag ug bv nv sl slu srl spa sprl sprl sarlau au corp co company cie"
)
# A firm, a house or a role rather than a person.
_FIRM_WORDS: Final = word_set(
    "societe ste ets etablissements etablissement atelier ateliers cabinet agence hotel riad"
    " restaurant cafe boulangerie patisserie pharmacie boutique magasin maison groupe group"
    " association mairie ecole lycee college universite entreprise clinique garage studio bureau"
    " editions transports cooperative domaine chateau librairie epicerie traiteur salon"
    " shop store office school company team empresa tienda hotel شركه مكتب فندق مطعم"
)
_ROLE_WORDS: Final = word_set(
    "service client clients contact info infos commande commandes compta comptabilite achats achat"
    " gestion support admin administration administrateur accueil secretariat direction facturation"
    " logistique noreply no-reply postmaster webmaster customer care sales orders billing"
    " accounting undefined null none unknown inconnu anonyme test client-e user utilisateur"
)
_PARTICLES: Final = word_set(
    "de du des d la le les el al ben bin bint ibn von van der den da dos y"
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name to greet with; each part is empty where it is not known."""

    full: str = ""
    first: str = ""
    last: str = ""


def of_writer(known: str, company: str, written: str) -> PersonName:
    """Who wrote: as they are known where that is the same person, else as the message says.

    A firm's customer has one name, but several people write for it.
    """
    told, message = of(known), of(written)
    if told.first and message.first and not _same_person(told, message):
        return message
    found = (told, message, of(company))
    return next((name for name in found if name.first), None) or next(
        (name for name in found if name.full), PersonName()
    )


def _same_person(one: PersonName, other: PersonName) -> bool:
    return not set(folded(one.full).split()).isdisjoint(folded(other.full).split())


def of(written: str) -> PersonName:
    """A name in its parts; empty where it is none, or holds what has no place in a name.

    "ROUSSEL Camille", "Roussel, Camille" and "Mme camille roussel" are Camille Roussel.
    "Boréal SARL" has no first name.
    """
    plain = _plain(written)
    if not plain:
        return PersonName()
    words = _in_order(plain)
    keys = [folded(word).strip(".") for word in words]
    if any(key in _ROLE_WORDS for key in keys):
        return PersonName()
    has_title = bool(keys) and keys[0] in _TITLES
    if has_title:
        words, keys = words[1:], keys[1:]
    if not words:
        return PersonName()
    if any(key.replace(".", "") in _LEGAL_FORMS for key in keys[1:]) or not _FIRM_WORDS.isdisjoint(
        re.split(r"['\s-]", " ".join(keys))
    ):
        return PersonName(full=" ".join(words))
    cased = _cased(words)
    if len(cased) == 1:
        # After a title it is a surname.
        return PersonName(cased[0], "", cased[0]) if has_title else PersonName(cased[0], cased[0])
    return PersonName(" ".join(cased), cased[0], " ".join(cased[1:]))


def _plain(written: str) -> str:
    """``written`` without signs, line breaks and marks of direction; empty where it is unfit."""
    spaced = " ".join(
        "".join(char for char in written if unicodedata.category(char) not in {"Cf", "Co", "Cs"})
        .replace("\u2019", "'")
        .split()
    )
    # Pictures around a name are harmless; a parenthesis says what is no part of it.
    text = re.sub(r"\([^()]*\)", " ", spaced)
    text = "".join(char for char in text if unicodedata.category(char) not in {"So", "Sk", "Cc"})
    text = " ".join(text.strip(" '\"«»“”.,-").split())
    if len(text) > _LONGEST or len(text.split()) > _MOST_WORDS or _UNFIT.search(text):
        return ""
    return text if any(char.isalpha() for char in text) else ""


def _in_order(text: str) -> list[str]:
    """The words with the first name in front."""
    last, comma, first = text.partition(",")
    if comma:
        return f"{first} {last}".split() if "," not in first else []
    words = text.split()
    shouted = [len(word) > 1 and word.isupper() for word in words]
    if shouted[0] and not all(shouted) and not shouted[-1]:
        leading = next(place for place, is_shouted in enumerate(shouted) if not is_shouted)
        return [*words[leading:], *words[:leading]]
    return words


def _cased(words: list[str]) -> list[str]:
    """Words as names are written, where they came in capitals or without any."""
    return [_written(word, is_first=not place) for place, word in enumerate(words)]


def _written(word: str, *, is_first: bool) -> str:
    if not (word.islower() or (word.isupper() and len(word) > 1)):
        return word
    if not is_first and folded(word) in _PARTICLES:
        return word.lower()
    return re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), word)
