"""Towns and branches that goods may be delivered to, as customers name them."""

from __future__ import annotations

import re

from backoffice.core.text import word_set

TOWNS = word_set(
    "casablanca casa dar-el-beida rabat sale temara skhirat kenitra tanger tetouan larache asilah"
    " fes fez meknes ifrane azrou taza oujda nador berkane hoceima chefchaouen agadir inezgane"
    " taroudant tiznit marrakech kech benguerir essaouira safi jadida settat berrechid khouribga"
    " mohammedia bouskoura khemisset errachidia ouarzazate zagora guelmim laayoune dakhla"
    " bouznika paris lyon marseille lille nantes bordeaux toulouse nice strasbourg montpellier"
    " rennes grenoble bruxelles madrid barcelone"
    " الدارالبيضاء كازا كازابلانكا الرباط سلا طنجه تطوان فاس مكناس وجده اكادير مراكش اسفي الجديده"
    " القنيطره المحمديه سطات"
)
_TWO_WORDS = r"el jadida|al hoceima|beni mellal|sidi kacem|sidi slimane|ain sebaa|الدار البيضاء"
_TOWN = (
    rf"(?:{_TWO_WORDS}|"
    + "|".join(re.escape(town) for town in sorted(TOWNS, key=len, reverse=True))
    + ")"
)
_BRANCH = (
    r"(?:magasin|boutique|depot|entrepot|agence|succursale|filiale|usine|atelier|site|"
    r"point\s+de\s+vente|restaurant|cafe|hotel|boulangerie|branch|shop|store|warehouse|l?7anout|"
    r"l?mahal|محل|فرع|مخزن)"
)
_TO = (
    r"(?:(?:livraison|a\s+livrer|livrer|livrez|adresse(?:\s+de\s+livraison)?|expedition|"
    r"deliver(?:y|ed)?|ship)\s*:?\s*(?:a|au|sur|pour|to|for|في|الى)?|pour|a\s+destination\s+de|"
    r"for|to|dyal|ديال|الى|لل?|[=-]+>|→|➡️?)"
)
_BEGINS = r"(?:^|(?<=[\n;.,:])|(?<= / )|(?<=\bet )|(?<=\band ))"
_START = _BEGINS + r"[^\w\n]*(?:(?:et|puis|and|w|\d{1,2}[.)])\s+)?"
_END = r"(?![^\W_])"
_NAME = r"[^\W_][\w'-]*"
# "Pour Casablanca ...", "Magasin Agdal :", "Livraison dépôt Aïn Sebaa". A firm's own line of
# address has no list below it, so it makes no part.
HEADING = re.compile(
    _START
    + rf"(?:{_TO}\s*(?:l[ae]s?\s+|l'|notre\s+|the\s+|our\s+)?)?"
    + rf"(?:(?P<branch>{_BRANCH}\s+(?:d[eu]s?\s+|d'|of\s+|n°\s*)?"
    + rf"(?:{_NAME}(?:\s+{_NAME}){{0,2}}(?=\s*[:\n])|{_NAME}(?:\s+\d+(?!\d*\s*[^\W\d_]))?))"
    + rf"|(?P<town>{_TOWN}))"
    + _END
)
# "... 2000 sachets pour Casablanca"
DESTINATION = re.compile(rf"(?<![^\W_]){_TO}\s*(?<![^\W_])(?P<town>{_TOWN}){_END}")
# A town or branch, wherever it stands.
ANYWHERE = rf"(?<![^\W_])(?:{_TOWN}|{_BRANCH}){_END}"
_SHORT = {"casa": "casablanca", "kech": "marrakech", "fez": "fes", "كازا": "casablanca"}


def known_as(place: str) -> str:
    """One name for a place that goes by several."""
    return _SHORT.get(place, place)
