"""Sentences of a reply that tell something in words nobody gave.

A model may add courtesy: that the wait is annoying, that the message was read. What else it
tells it must take from the template, the facts or the customer's words. So a sentence with
several words that are in none of these is not used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backoffice.core.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

# Beginnings of words, folded: feelings, thanks, apologies, and the small words of each language.
_FRENCH: Final = (
    "comprehen compren compris inqui impatien agac decep decu decev desagreab penib difficil"
    " frustr legitim normal mecontent coler ennu embarr gene geno occasionn regret desol navr"
    " excus pardon sincer vraiment profond patien confian fidel remerc merc temps ecri ecrir"
    " messag attentio lectur lire note prise connaiss signal expli precis partag situat experi"
    " atten question repon aide aider souhait esper heureu ravi plais plair plai bonne belle"
    " journe soire semain bien avance hesit besoin ecout dispos reste egalem aussi ainsi"
    " toujours encore malheur tout toute tous votre notre cette quel soyez certain assur"
    " conscien mesur combien sach savoir savon realis import serieu mieux surpris mauvais vecu"
    " vivez subi traite traita dossier deman retenu gentil mot mots intere cher chere appren"
    " appris preoccup contrari dommage satisf insatis attir pouv pourr peut puiss voulo volon"
    " etre avoir etes sommes sont etait avez avons avait ayez aurai fait faire faut dans pour"
    " avec sans chez vers depuis jusqu pendant comme lorsqu quand mais donc aupr cela celui"
    " celle ceux dont leur leurs elle elles nous vous plus moins tres trop assez deja jamais"
    " rien aucun autre meme entre selon apres avant arriv ici la-dess autour alors afin parce"
    " puisq bonjour bonsoir madam monsieu cordial salut distingu agre expres jour aupres faite"
    " toucha utile utiles photo propos sujet concern conven convi recev recu regl apport meill"
    " autant vrai prion port bouti aurio devrio dit dites dire remarq imagin ouvert paquet"
    " securi compt"
)
_ENGLISH: Final = (
    "this that with have been from your what when they them would could about there their which"
    " while were will also very much more than into only over such some since after before"
    " during still even just like both each here these those then once other ours does done must"
    " should shall being well upon until again ever every most many give giving given understand"
    " understood frustrat annoy disappoint upset worr concern inconven troubl sorry apolog"
    " regret sincer truly really deepl thank patien writ wrote messag read touch contact"
    " experien expect want hope glad happy pleas appreciat reason feel know aware realis realiz"
    " importan serious attenti matter wait long time question answer repl help assist need free"
    " hesitat situation explain explanat letting tell telling told share sharing notic note care"
    " kind regard warm best dear hello good morning afternoon wish sure certainl bother unpleas"
    " difficult hard possib soon better caused cause suit suited that's bring brought product"
    " item order parcel deliver mirror purchas custom team shop store servic trust loyal"
    " understanda sympath look forward wonder lovel word interest ask where said say mention"
    " value feedback imagin moved packag safe"
)
_SPANISH: Final = (
    "esta este esto estos estas estar estam para como pero desde hasta sobre entre cuando donde"
    " usted ustedes nosotros nuestr vuestr suya suyo porque aunque tambien muy mucho mas menos"
    " todo toda todos algo nada cada otra otro mismo misma tanto tan bien hemos habe haber tiene"
    " tener puede poder quere quier gracias graci agradec lament sent senti siento disculp"
    " perdon molest inconven entend entien comprend comprens enfad preocup frustr decepc pacien"
    " espera mensaj escrib carta pregun respues respond ayud atenc interes situac experienc"
    " import serio salud cordial atent estimad hola buen dias tarde confianz consciente lamentab"
    " dificil tiempo pedid articul product paquet clien tienda equip servici encant gust valor"
    " saber sabem"
)
_TABLES: Final = {
    language: tuple(words.split())
    for language, words in (("fr", _FRENCH), ("en", _ENGLISH), ("es", _SPANISH))
}
_SENTENCES: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
_STEM: Final = 5
_SHORT: Final = 3
# So many strange words make a statement; one alone may be a synonym.
_MOST: Final = 1


def strange_sentence(text: str, given: Iterable[str], language: str) -> str:
    """The first sentence of ``text`` with more strange words than courtesy needs; empty if none.

    Only for languages whose small words are known here; Arabic is judged by its claims alone.
    """
    courtesy = _TABLES.get(language)
    if courtesy is None:
        return ""
    stems = {word[:_STEM] for words in given for word in _content(words)}
    for sentence in _SENTENCES.split(text):
        strange = [
            word
            for word in _content(sentence)
            if word[:_STEM] not in stems and not word.startswith(courtesy)
        ]
        if len(set(strange)) > _MOST:
            return sentence.strip()
    return ""


def _content(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", folded(text)) if len(word) > _SHORT]
