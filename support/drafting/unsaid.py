"""Words for what is not known: in each language of replies, said instead of inventing."""

from __future__ import annotations

import re
from typing import Final

GREETING: Final = {
    "fr": "Bonjour",
    "en": "Hello",
    "es": "Hola",
    "ar": "السلام عليكم",
    "ar-Latn": "Salam",
}
# To a customer whose order we did not find; true whether they named a number or not.
ASK_FOR_NUMBER: Final = {
    "fr": "Pour retrouver votre commande, pouvez-vous nous indiquer son numéro ou le vérifier ? "
    "Si vous l'avez passée avec une autre adresse e-mail, merci de nous écrire depuis celle-ci.",
    "en": "So that we can find your order, could you give us its number, or check it? "
    "If you placed it with another e-mail address, please write to us from that one.",
    "es": "Para encontrar su pedido, ¿puede indicarnos su número o comprobarlo? "
    "Si lo hizo con otra dirección de correo, escríbanos desde esa dirección.",
    "ar": "لنتمكن من العثور على طلبيتكم، هل يمكنكم إرسال رقمها إلينا أو التأكد منه؟ "
    "إذا قمتم بها من عنوان بريد إلكتروني آخر، فالمرجو مراسلتنا منه.",
    "ar-Latn": "Bach nl9aw la commande dyalkom, 3afakom 3tiwna rra9m dyalha wla t2ekkdo mnno. "
    "Ila dertoha b adresse e-mail khra, ktbo lina mnha.",
}
NO_DELIVERY_DATE: Final = {
    "fr": "Nous n'avons pas encore de date de livraison enregistrée.",
    "en": "We have no delivery date on record yet.",
    "es": "Todavía no tenemos una fecha de entrega registrada.",
    "ar": "ليس لدينا بعد تاريخ تسليم مسجل.",
    "ar-Latn": "Mazal ma 3ndnach date de livraison.",
}
NOT_YET_KNOWN: Final = {
    "fr": "pas encore connue",
    "en": "not known yet",
    "es": "todavía no se conoce",
    "ar": "غير معروف بعد",
    "ar-Latn": "mazal ma m3roufach",
}

# "Dear {customer_name}" without a name is nobody's greeting.
ADDRESS: Final = re.compile(
    r"^[ \t]*(?:ch[eè]re?|cher\(e\)|ch[eè]r·e|dear|estimad[oa](?:/a)?|querid[oa]|عزيزي|عزيزتي)\b"
    r"(?:[ \t]+(?:client|cliente|customer|madame|monsieur))?[ \t]*",
    re.IGNORECASE,
)
TITLE: Final = r"(?:(?:M|Mr|Mrs|Ms|Dr)\.?|Mme|Mlle|Sr\.|Sra\.|Si|Lalla)[ \t]+"
# What stands between a word for the order and its number.
NUMBER_SIGN: Final = (
    r"(?:n[°ºo]\.?|no\.|nr\.?|num\.|núm\.|#|réf\.?|ref\.?|(?:numéro|number|número|référence"
    r"|reference|رقم|ra9m|numero)(?:[ \t]+(?:de|:))?)"
)
ORDER_NOUN: Final = (
    r"(?:commandes?|orders?|pedidos?|achats?|purchase|colis|parcel|paquete|الطلبية|طلبية"
    r"|طلبيتكم|الطلب|طلبكم|طلبك|ديالكم|ديالك|dyalkom|dyalk|livraison)"
)
# "concernant la commande 12" is "concernant votre commande" where there is no number.
YOURS: Final = {
    "la": "votre",
    "de la": "de votre",
    "the": "your",
    "el": "su",
    "del": "de su",
    "al": "a su",
    "الطلبية": "طلبيتكم",
    "الطلب": "طلبكم",
}
# English needs no article before a number.
BARE_NOUNS: Final = frozenset({"order", "parcel", "purchase"})
# A text that asks for the number itself needs no second request.
ASKS_ALREADY: Final = re.compile(
    r"(?:indiqu|communiqu|donn|precis|envoy|confirm|verifi|rappel|transmett)\w*[^.!?\n]{0,60}"
    r"\bnumero"
    r"|(?:give|tell|send|reply|provide|confirm|check|share)\b[^.!?\n]{0,60}\bnumber"
    r"|(?:indi|envi|confirm|comprob|responda|facilit)\w*[^.!?\n]{0,60}\bnumero"
    r"|(?:عطيونا|عافاكم|ارسال|ارسلوا|ارسلو|جاوبو|صيفطو|3tiwna|siftou|jawbo)[^.!?\n]{0,60}(?:رقم|ra9m|numero)"
)
