"""How people say in a message who they are: "c'est Hassan du restaurant Dar Zitoun"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.extraction.who import names

if TYPE_CHECKING:
    from orders.extraction.drafts import Span
    from orders.extraction.text.scan import Scan

_LEGAL_FORM = 2  # "sa", "co": too short to begin a name
_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_STOP = (
    r"(?:a|je|j|jveu\w*|jvoudr\w*|bghit\w*|bghina|khass?\w*|khess\w*|on|nous|vous|voudr\w*|veu\w*|"
    r"pour|pr|svp|stp|s'il|merci|et|w|qui|sis\w*|situe\w*|livr\w*|com+and\w*|b|f|"
    r"est|au|aux|avec|sift\w*|3afak\w*|we|i|would|please|for|in|to|need|want|like|il|me|faut|"
    r"faudrait|mets|mettez|besoin|nhar|le|ton|votre|stp|cmd|ici|dans|sur|بغيت|بغينا|خاصني|خاصنا|"
    r"عافاك|صيفط\w*|كيف|نفس|من\s+فضلك\w*|و|في|ب)"
)
_LINK = r"(?:du|de\s+la|de\s+l'|des|d'|de|mn|men|m3a|dyal|from|at|chez|من|ديال|,)"
_I_AM = (
    r"(?:c'?\s?est|c|ici|moi\s+c'est|je\s+suis|(?:ana|hna)(?:\s+houwa)?|this\s+is|it's|it\s+is|"
    r"i'm|i\s+am|m3ak\w*|معك\w*|معاك\w*|انا|هنا|هنايا)"
)
_NAME = r"(?P<name>[^\W\d_](?:\.|[\w'-]*)(?:\s+[^\W\d_](?:\.|[\w'-]*)){0,3}?)"
_FIRM = r"(?P<firm>[^\W\d_][^,.;:!?\n()|\x01]{1,60}?)"
_END = rf"(?=\s*(?:[,.;:!?\n()|\x01+]|$)|\s+{_STOP}{_E}|\s+-\s|\s+\d)"
_FIRM_HEAD = (
    r"(?:"
    + "|".join(sorted((w for w in names.FIRM_WORDS if len(w) > _LEGAL_FORM), key=len, reverse=True))
    + r")"
)

_PERSON_OF_FIRM = re.compile(
    rf"{_B}{_I_AM}\s+{_NAME}\s*,?\s+{_LINK}\s*(?:la\s+|le\s+|l'|les\s+)?"
    rf"(?:(?:magasin|commerce)\s+(?!{_STOP}{_E}))?{_FIRM}{_END}"
)
_FIRM_ALONE = re.compile(
    rf"{_B}{_I_AM}\s+(?:la\s+|le\s+|l'|"
    rf"les\s+)?(?P<firm>{_FIRM_HEAD}{_E}[^,.;:!?\n()|\x01]{{0,50}}?){_END}"
)
# "slt momo du snack chez momo", "ana mn l'épicerie Driss"
_GREETING = r"(?:slt|salut|bonjour|bjr|bonsoir|salam|slm|cc|coucou|hello|hi)"
_GREETED = re.compile(
    rf"{_B}{_GREETING}\s+(?P<name>[^\W\d_]{{3,}})\s+(?:du|de\s+la|de\s+l'|mn|men|dyal|from)\s*"
    rf"(?:la\s+|le\s+|l')?(?P<firm>{_FIRM_HEAD}{_E}[^,.;:!?\n()|\x01]{{0,50}}?){_END}"
)
_FROM_FIRM = re.compile(
    rf"{_B}(?:ana|hna|je\s+suis|c'est|انا|هنا)\s+(?:mn|men|dyal|du|de\s+la|de\s+l'|من|ديال)\s*"
    rf"(?:la\s+|le\s+|l')?(?P<firm>{_FIRM_HEAD}{_E}[^,.;:!?\n()|\x01]{{0,50}}?){_END}"
)
# The last words: "... merci de confirmer. Riad Zitoun"
_LAST_WORDS = re.compile(
    rf"(?:[.!?\n]\s*)(?P<firm>{_FIRM_HEAD}{_E}(?:[ \t]+[^\W\d_][\w'-]*){{1,4}})[\s.]*\Z"
)
# A colleague tells whose order it is: "M. Bennani de la Boulangerie du Soleil".
_TOLD = re.compile(
    rf"{_B}(?:m\.|mr\.?|mme|mlle|monsieur|madame|dr\.?|client\w*\s*:?)\s+{_NAME}\s*,?\s+{_LINK}\s*"
    rf"(?:la\s+|le\s+|l')?{_FIRM}{_END}"
)
_PERSON_ALONE = re.compile(
    rf"{_B}(?:ici|moi\s+c'est|c'est|c|this\s+is|ana|"
    rf"انا)\s+(?P<name>[^\W\d_]{{3,}}(?:\s+[^\W\d_]{{3,}})?)\s*(?=[,.;!\n]|$|\s+{_STOP}{_E})"
)
_ON_BEHALF = re.compile(
    rf"{_B}(?:(?:com+ande|cmd|cde|order|bc|l?command\w*|طلبيه|الطلبيه)\s+(?:pour|"
    rf"de\s+la\s+part\s+de|dyal|du|de\s+la|de\s+l'|for|from|by|ديال|ل)|de\s+la\s+part\s+d[eu]|"
    rf"pour\s+le\s+compte\s+d[eu]|on\s+behalf\s+of|au\s+nom\s+d[eu])\s*(?:la\s+|le\s+|l'|les\s+|"
    rf"the\s+)?{_FIRM}{_END}"
)
_FOR_FIRM = re.compile(
    rf"{_B}(?:pour|pr|chez|for|l|ل)\s+(?:la\s+|le\s+|l'|les\s+|notre\s+|"
    rf"the\s+)?(?P<firm>{_FIRM_HEAD}{_E}[^,.;:!?\n()|\x01]{{0,50}}?){_END}"
)
_HEADING = re.compile(
    r"(?m)^[^\w\x01]*(?:(?:bon\s+de\s+)?(?:com+ande|cmd|cde|bc|order|po)(?![^\W_])|\x01+)\s*"
    r"(?:(?:fournisseur|client|d'achat|urgente)\s+)?"
    r"(?:n°\s*)?(?:\x01+|[\w/-]*\d[\w/-]*)?\s*[-:/]?\s*"
    r"(?P<firm>[^\W\d_][^,;:!?\n()|\d\x01]{2,50}?)\s*(?=:?\s*$)"
)
_NO_FIRM = re.compile(
    rf"{_B}(?:sacs?|sachets?|urgent\w*|suivante?|client\w*|livraison|jointe?|photo|nouvelle|"
    rf"demain|aujourd'hui|semaine|mois|lundi|mardi|mercredi|jeudi|vendredi|samedi|"
    r"dimanche|reappro\w*|moi|nous|le|la|les|ce|cette|mon|ma|notre|votre|annee|stock|svp|stp|"
    r"fournisseur|bags?|torsad\w*|plates?|poignees?|ramadan|noel|aid|papier|emballage\w*|"
    r"ce\s+matin|hier|dernier\w*|new|the|prix|demain|vous)" + _E
)
# "pour la pharmacie interne", "commande ferme et définitive": no names.
_COMMON = re.compile(
    rf"{_B}(?:internes?|externes?|principale?|definitive|jusqu'?\s?au|en\s+ligne|habituel\w*|"
    r"complementaire|mensuelle|hebdomadaire|entiere?|a\s+cote|d'en\s+(?:face|haut|bas))" + _E
)
_CITY_TAIL = re.compile(r"\s+(?:a|f|في)\s+\S+(?:\s+\S+)?$")


# The surest first.
_PATTERNS = (
    _PERSON_OF_FIRM,
    _GREETED,
    _FROM_FIRM,
    _FIRM_ALONE,
    _ON_BEHALF,
    _FOR_FIRM,
    _HEADING,
    _LAST_WORDS,
    _PERSON_ALONE,
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """Name and firm as the text has them; spans in the folded text."""

    name: str = ""
    name_span: Span | None = None
    firm: str = ""
    firm_span: Span | None = None


def find(scan: Scan, *, told: bool = False) -> Introduction:
    """Return who the author's own words say is writing, and for which firm.

    ``told``: the author is one of us and speaks of the customer.
    """
    name, name_span, firm, firm_span = "", None, "", None
    for start, end in scan.regions():
        for pattern in (*((_TOLD,) if told else ()), *_PATTERNS):
            for match in pattern.finditer(scan.masked[:end], start):
                groups = match.groupdict()
                if not firm and groups.get("firm") and _is_firm(scan, match, pattern):
                    firm_span = _without_city(match["firm"], match.span("firm"))
                    firm = scan.folded.source_text(*firm_span)
                    if groups.get("name") and not name and _is_name(match["name"]):
                        name_span = match.span("name")
                        name = scan.folded.source_text(*name_span)
                elif (
                    not name
                    and groups.get("name")
                    and "firm" not in groups
                    and _is_name(match["name"])
                ):
                    name_span = match.span("name")
                    name = scan.folded.source_text(*name_span)
    return Introduction(name, name_span, firm, firm_span)


def _without_city(text: str, span: Span) -> Span:
    tail = _CITY_TAIL.search(text)
    return (span[0], span[0] + tail.start()) if tail else span


_SMALL = frozenset({"du", "de", "des", "la", "le", "les", "d", "a", "au", "et", "of", "the"})


def _is_firm(scan: Scan, match: re.Match[str], pattern: re.Pattern[str]) -> bool:
    text = match["firm"]
    words = text.split()
    if not words or len(words) > 6 or "\x01" in text:  # noqa: PLR2004 - a sentence
        return False
    telling = [word for word in words if word not in _SMALL]
    if len(telling) < len(words) and words[-1] in _SMALL:
        return False  # "pour l'event du 5 septembre"
    if len(words) == 1 and words[0] in names.FIRM_WORDS:
        return False  # "pour notre boutique"
    if names.kind_of(text) == "department" or _COMMON.search(text):
        return False
    known = any(word.strip("'.") in names.FIRM_WORDS for word in re.split(r"[\s']+", text))
    if pattern in (_PERSON_OF_FIRM, _TOLD):
        return not _NO_FIRM.search(text) or known
    # A name nobody knows as a firm at least begins with a capital.
    capital = scan.folded.source_text(*match.span("firm"))[:1].isupper()
    return known or (capital and pattern in (_ON_BEHALF, _HEADING) and not _NO_FIRM.search(text))


def _is_name(text: str) -> bool:
    return names.kind_of(text) == "person" and not _NOT_A_NAME.search(text)


_NOT_A_NAME = re.compile(
    rf"{_B}(?:pour|bon|possible|urgent\w*|ok|d'accord|une?|le|la|les|des|pas|tres|bien|toujours|"
    rf"encore|que|qui|quoi|combien|parfait|super|moi|nous|mes|ma|mon|notre|"
    r"com+ande\w*|sacs?|sachets?|l'|interesse\w*|client\w*|nouveau|nouvelle|joint|vrai|noté|note|"
    r"demain|a|bghit|bghina|khass\w*|baghi\w*|li|dyal|m9ell9\w*|desole\w*|sur|ce|ca|"
    r"responsable|gerant\w*|le\s+\w+|prete?|dispo\w*|absent\w*|votre|your|the|for|not|so|very|"
    r"looking)" + _E
)
