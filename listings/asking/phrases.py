"""The words of answers, in the five languages in which traders ask.

Not gettext's: an answer speaks the language of its question, whatever the reader's pages speak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listings.asking.words import Language

# One and many of what is counted.
COUNTED: Final[Mapping[Language, Mapping[str, tuple[str, str]]]] = {
    "en": {
        "sale": ("offer for sale", "offers for sale"),
        "wanted": ("request", "requests"),
        "trade": ("offer to trade", "offers to trade"),
        "question": ("question", "questions"),
        "sold": ("watch sold", "watches sold"),
        "any": ("listing", "listings"),
    },
    "fr": {
        "sale": ("offre à la vente", "offres à la vente"),
        "wanted": ("recherche", "recherches"),
        "trade": ("proposition d’échange", "propositions d’échange"),
        "question": ("question", "questions"),
        "sold": ("montre vendue", "montres vendues"),
        "any": ("annonce", "annonces"),
    },
    "de": {
        "sale": ("Verkaufsangebot", "Verkaufsangebote"),
        "wanted": ("Gesuch", "Gesuche"),
        "trade": ("Tauschangebot", "Tauschangebote"),
        "question": ("Frage", "Fragen"),
        "sold": ("verkaufte Uhr", "verkaufte Uhren"),
        "any": ("Anzeige", "Anzeigen"),
    },
    "it": {
        "sale": ("offerta in vendita", "offerte in vendita"),
        "wanted": ("richiesta", "richieste"),
        "trade": ("proposta di permuta", "proposte di permuta"),
        "question": ("domanda", "domande"),
        "sold": ("orologio venduto", "orologi venduti"),
        "any": ("annuncio", "annunci"),
    },
    "es": {
        "sale": ("oferta en venta", "ofertas en venta"),
        "wanted": ("búsqueda", "búsquedas"),
        "trade": ("propuesta de cambio", "propuestas de cambio"),
        "question": ("pregunta", "preguntas"),
        "sold": ("reloj vendido", "relojes vendidos"),
        "any": ("anuncio", "anuncios"),
    },
}

SENTENCES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "none": "Nothing found: no listing on the market fits (%(what)s).",
        "unclear": "I found no watch, price or other feature in the question to look for.",
        "found": "%(count)s %(counted)s: %(what)s.",
        "all": "%(count)s %(counted)s.",
        "spread": "Prices from %(low)s [%(low_id)s] to %(high)s [%(high_id)s], median %(median)s,"
        " average %(average)s.",
        "one_price": "Price: %(low)s [%(low_id)s].",
        "unpriced": "None of them names a price in euros or a currency with a known rate.",
        "partly": "%(priced)s of %(count)s name a price.",
        "cheapest": "The cheapest: %(line)s",
        "dearest": "The most expensive: %(line)s",
        "newest": "The newest: %(line)s",
        "traders": "From: %(names)s.",
        "unheard": "No listing mentions: %(words)s.",
        "more": "And %(more)s more.",
    },
    "fr": {
        "none": "Rien trouvé : aucune annonce du marché ne correspond (%(what)s).",
        "unclear": "Je n’ai trouvé dans la question ni montre, ni prix, ni autre critère à chercher.",
        "found": "%(count)s %(counted)s : %(what)s.",
        "all": "%(count)s %(counted)s.",
        "spread": "Prix de %(low)s [%(low_id)s] à %(high)s [%(high_id)s], médiane %(median)s,"
        " moyenne %(average)s.",
        "one_price": "Prix : %(low)s [%(low_id)s].",
        "unpriced": "Aucune n’indique de prix en euros ou dans une devise au cours connu.",
        "partly": "%(priced)s sur %(count)s indiquent un prix.",
        "cheapest": "La moins chère : %(line)s",
        "dearest": "La plus chère : %(line)s",
        "newest": "La plus récente : %(line)s",
        "traders": "De : %(names)s.",
        "unheard": "Aucune annonce ne mentionne : %(words)s.",
        "more": "Et %(more)s de plus.",
    },
    "de": {
        "none": "Nichts gefunden: Keine Anzeige auf dem Markt passt (%(what)s).",
        "unclear": "In der Frage steht keine Uhr, kein Preis und kein anderes Merkmal.",
        "found": "%(count)s %(counted)s: %(what)s.",
        "all": "%(count)s %(counted)s.",
        "spread": "Preise von %(low)s [%(low_id)s] bis %(high)s [%(high_id)s], Median %(median)s,"
        " Durchschnitt %(average)s.",
        "one_price": "Preis: %(low)s [%(low_id)s].",
        "unpriced": "Keine nennt einen Preis in Euro oder in einer Währung mit bekanntem Kurs.",
        "partly": "%(priced)s von %(count)s nennen einen Preis.",
        "cheapest": "Die günstigste: %(line)s",
        "dearest": "Die teuerste: %(line)s",
        "newest": "Die neueste: %(line)s",
        "traders": "Von: %(names)s.",
        "unheard": "Keine Anzeige erwähnt: %(words)s.",
        "more": "Und %(more)s weitere.",
    },
    "it": {
        "none": "Nessun risultato: nessun annuncio sul mercato corrisponde (%(what)s).",
        "unclear": "Nella domanda non c’è nessun orologio, prezzo o altra caratteristica da cercare.",
        "found": "%(count)s %(counted)s: %(what)s.",
        "all": "%(count)s %(counted)s.",
        "spread": "Prezzi da %(low)s [%(low_id)s] a %(high)s [%(high_id)s], mediana %(median)s,"
        " media %(average)s.",
        "one_price": "Prezzo: %(low)s [%(low_id)s].",
        "unpriced": "Nessuno indica un prezzo in euro o in una valuta con cambio noto.",
        "partly": "%(priced)s su %(count)s indicano un prezzo.",
        "cheapest": "Il più economico: %(line)s",
        "dearest": "Il più caro: %(line)s",
        "newest": "Il più recente: %(line)s",
        "traders": "Da: %(names)s.",
        "unheard": "Nessun annuncio menziona: %(words)s.",
        "more": "E altri %(more)s.",
    },
    "es": {
        "none": "Nada encontrado: ningún anuncio del mercado corresponde (%(what)s).",
        "unclear": "En la pregunta no hay ningún reloj, precio u otra característica que buscar.",
        "found": "%(count)s %(counted)s: %(what)s.",
        "all": "%(count)s %(counted)s.",
        "spread": "Precios de %(low)s [%(low_id)s] a %(high)s [%(high_id)s], mediana %(median)s,"
        " media %(average)s.",
        "one_price": "Precio: %(low)s [%(low_id)s].",
        "unpriced": "Ninguno indica un precio en euros o en una moneda con cambio conocido.",
        "partly": "%(priced)s de %(count)s indican un precio.",
        "cheapest": "El más barato: %(line)s",
        "dearest": "El más caro: %(line)s",
        "newest": "El más reciente: %(line)s",
        "traders": "De: %(names)s.",
        "unheard": "Ningún anuncio menciona: %(words)s.",
        "more": "Y %(more)s más.",
    },
}

# What was asked for, and what a listing has.
FACTS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        **{"new": "new", "excellent": "excellent", "good": "good", "used": "used"},
        **{"vintage": "vintage", "automatic": "automatic", "manual": "manual wind"},
        **{"quartz": "quartz", "box": "with box", "no_box": "without box"},
        **{"papers": "with papers", "no_papers": "without papers", "or": "or"},
        **{"below": "below %s", "above": "above %s", "most": "at most %s", "least": "at least %s"},
        **{"from_year": "from %s", "to_year": "up to %s", "no_price": "no price"},
        **{"between_days": "%s to %s", "anything": "everything", "unnamed": "unnamed watch"},
    },
    "fr": {
        **{"new": "neuve", "excellent": "excellent état", "good": "bon état", "used": "occasion"},
        **{"vintage": "vintage", "automatic": "automatique", "manual": "remontage manuel"},
        **{"quartz": "quartz", "box": "avec boîte", "no_box": "sans boîte"},
        **{"papers": "avec papiers", "no_papers": "sans papiers", "or": "ou"},
        **{"below": "moins de %s", "above": "plus de %s", "most": "%s au plus"},
        **{"least": "%s au moins", "from_year": "à partir de %s", "to_year": "jusqu’à %s"},
        **{"no_price": "sans prix", "between_days": "du %s au %s", "anything": "tout"},
        **{"unnamed": "montre sans nom"},
    },
    "de": {
        **{"new": "neu", "excellent": "neuwertig", "good": "guter Zustand", "used": "gebraucht"},
        **{"vintage": "Vintage", "automatic": "Automatik", "manual": "Handaufzug"},
        **{"quartz": "Quarz", "box": "mit Box", "no_box": "ohne Box"},
        **{"papers": "mit Papieren", "no_papers": "ohne Papiere", "or": "oder"},
        **{"below": "unter %s", "above": "über %s", "most": "höchstens %s"},
        **{"least": "mindestens %s", "from_year": "ab %s", "to_year": "bis %s"},
        **{"no_price": "ohne Preis", "between_days": "%s bis %s", "anything": "alles"},
        **{"unnamed": "Uhr ohne Namen"},
    },
    "it": {
        **{"new": "nuovo", "excellent": "ottimo stato", "good": "buono stato", "used": "usato"},
        **{"vintage": "vintage", "automatic": "automatico", "manual": "carica manuale"},
        **{"quartz": "quarzo", "box": "con scatola", "no_box": "senza scatola"},
        **{"papers": "con garanzia", "no_papers": "senza garanzia", "or": "o"},
        **{"below": "meno di %s", "above": "più di %s", "most": "al massimo %s"},
        **{"least": "almeno %s", "from_year": "dal %s", "to_year": "fino al %s"},
        **{"no_price": "senza prezzo", "between_days": "dal %s al %s", "anything": "tutto"},
        **{"unnamed": "orologio senza nome"},
    },
    "es": {
        **{"new": "nuevo", "excellent": "excelente estado", "good": "buen estado", "used": "usado"},
        **{"vintage": "vintage", "automatic": "automático", "manual": "cuerda manual"},
        **{"quartz": "cuarzo", "box": "con caja", "no_box": "sin caja"},
        **{"papers": "con papeles", "no_papers": "sin papeles", "or": "o"},
        **{"below": "menos de %s", "above": "más de %s", "most": "como máximo %s"},
        **{"least": "al menos %s", "from_year": "desde %s", "to_year": "hasta %s"},
        **{"no_price": "sin precio", "between_days": "del %s al %s", "anything": "todo"},
        **{"unnamed": "reloj sin nombre"},
    },
}
