"""The language of a message: fr, en, es, ar, or ar-Latn for Darija in Latin letters."""

from __future__ import annotations

import re
from typing import Final, Literal

from backoffice.core.text import folded, word_set

Language = Literal["fr", "en", "es", "ar", "ar-Latn"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en", "es", "ar", "ar-Latn")

# Short words that tell languages apart.
_TELLING: Final = {
    "fr": word_set("""
        le la les des du un une et est je j vous nous mon ma mes votre vos ce cette qui que qu pas
        ne n ai avez dans pour sur avec au aux en il elle on sont ete mais ou bonjour merci
        commande livraison colis facture svp cordialement depuis toujours c d l s y a veux
        voudrais recu suis chez bonsoir jai cest toujour rien encore quand
    """),
    "en": word_set("""
        the is are my i you your we it and to of for with not have has was this that been be in on
        at will please thanks order can could would but from what when where which it's hello hi
        dear still get got just how do does did an me our they there so if any no
        refund money back arrived need broken thx parcel month week day days sorry wrong by been
        number where's haven hasn didn don s t bags regards
    """),
    "es": word_set("""
        el los las un una y es mi mis su sus que no se con por para del al esta este pero he han
        ha hola gracias pedido cuando donde como quiero me lo le ya muy desde hasta buenos buenas
        dias tengo ustedes si mas sin aun todavia paquete roto rota llego dinero enciende funciona
        nada compra tienda cuanto usted necesito sigue hace
    """),
    "ar-Latn": word_set("""
        w wa f fi dyal dyali dyalkom bghit bghina ana 3la 3la m3a men mn li lli had hadi hadchi
        wach ila ma mazal walo walou daba chno chnou fin win imta kifach ghir hir bach 7it 3afak
        3afakom salam khoya khti lina liya lia likom 3endkom 3endi kayn kayna rah rani machi wa7d
        bzaf chokran nhar yam chhal ch7al kan kant ntouma smiti goulo gulto galo flous flousi
        rej3o wslat wsel wselni wselat b d o hadshi khasni khassni ta 7ta wla walakin khdma
        mherres mherrsa mhersa khasra bghina lina ghedda dima kif inchallah
    """),
}
# "3kg", "7eme", "9am": counted or measured, no word of Darija, whose digits stand for letters.
_COUNTED: Final = r"\d(?:[ckm]?[gml]|mm|e[mr]e?s?|ieme|nd|rd|th|am|pm|ctn|pcs|fois|jours?|h|x|k)\b"
# Letters and digits that only one of them is written with.
_SIGNS: Final = {
    "es": re.compile("[ñ¿¡]"),
    "ar-Latn": re.compile(
        rf"\b(?=\w*[379])(?=\d?[a-z]\d?[a-z])(?!\w*\d\d)(?!{_COUNTED}|mp3\b)[a-z\d]+\b"
    ),
}
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_WORD: Final = re.compile(r"[^\W_]+")
# Darija borrows French words for the goods; a few words of its own decide.
_WEIGHTS: Final = {"ar-Latn": 1.6}
_SIGN_WEIGHT: Final = 2.0
# Longer texts do not speak more clearly.
_READ: Final = 4000


def of(text: str) -> Language:
    """Return the language most words speak for, French where none does."""
    text = text[:_READ].lower()
    letters = sum(char.isalpha() for char in text)
    if letters and len(_ARABIC.findall(text)) * 2 > letters:
        return "ar"
    words = _WORD.findall(folded(text))
    scores: dict[Language, float] = dict.fromkeys(LANGUAGES, 0.0)
    for code in LANGUAGES:
        if code in _TELLING:
            scores[code] = sum(word in _TELLING[code] for word in words) * _WEIGHTS.get(code, 1.0)
        if code in _SIGNS:
            scores[code] += _SIGN_WEIGHT * len(_SIGNS[code].findall(text))
    best = max(LANGUAGES, key=lambda code: scores[code])
    return best if scores[best] else "fr"
