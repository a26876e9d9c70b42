"""Is a message to the support mailbox a new order? Only where nothing speaks against it.

An order taken for a question costs a person one click; a complaint taken for an order is read
by nobody who could answer it. So the order desk's own rules must find goods with a quantity and
be sure of it, and the words must not speak of an order that was placed before.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from backoffice.core.text import folded
from orders import catalogue, extraction
from orders.extraction import rules
from orders.extraction.text import recalled
from orders.models import Order
from support.incoming import said

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from orders.reading import OrderReading
    from support.incoming.writers import Writer

# How sure the order desk must be.
SURE: Final = 0.8
# What people say of goods they ordered before, of prices, and of what is wrong; folded words.
_SPEAKS_OF_ANOTHER: Final = (
    r"(?:j ?ai|a|avons|avez|ai|ayant) (?:bien |deja |recu )*(?:commande|passe|recu|achete)e?s?",
    r"recue?s?",
    r"livree?s?(?! en)",
    r"commandee?s? (?:le|hier|lundi|mardi|mercredi|jeudi|vendredi)",
    r"m(?:a|es) commandes?|notre commande (?:n|du|de la|d hier|passee)",
    r"votre facture|la facture d",
    r"rembours\w*|annul\w*|echang\w*|remplac\w*|retour(?:n\w*)?|renvo\w*|reclam\w*",
    r"manqu\w*|solde|casse\w*|abime\w*|dechire\w*|defect\w*|mouille\w*|decale\w*",
    r"erreur|au lieu|toujours (?:rien|pas)|retard\w*",
    r"devis|tarifs?|prix pour|quel prix|avant de commander|conseill\w*",
    r"i (?:have )?(?:ordered|received|got|bought)|my order",
    r"refund\w*|return\w*|broken|missing|replac\w*|damaged|cancel\w*|late|quote|instead of",
    r"(?:hice|hicimos) (?:un|el) pedido|(?:ha|han) llegado|llegaron|falta\w*|cuanto|precios?",
    r"presupuesto|pedi|compre|recibi\w*|(?:mi|nuestro) pedido",
    r"devolv\w*|reembols\w*|rot[oa]s?|cambi\w*",
    r"t[ie]?lebt|we?sl\w*|finah\w*|mahrou?s\w*|mherr?es\w*|rejj?e3\w*",
    r"وصل\w*|طلبت|طلبيتي|ناقص\w*|مكسور\w*|رجع\w*|فين",
)
# "commande 45120", "order #981", "CMD-2026-00311": one that exists. Not "commande 2000 sachets".
_NUMBER: Final = re.compile(
    r"(?:(?<!bon de )commande|(?<!purchase )order|pedido|طلب)\W{0,3}"
    r"(?:n|no|num|numero|nr|number)?\W{0,4}\d{3,}(?!\d|\s*[^\W\d_])"
    r"|#\s?\d{3,}|(?<!\w)(?:cmd|cde|ord)-?\d{2,}"
)

# What people say who order now; folded words.
_ORDERS: Final = (
    r"(?:voudr\w+|souhait\w+|veux|voulons|aimer\w+|puis je) (?:\w+ )?(?:commander|acheter)",
    r"passer (?:une |la |cette |ma )?commande",
    r"(?:je|nous|on) (?:vous )?(?:passe|passons|commande|commandons)",
    r"nouvelle commande|bon de commande",
    r"(?:like|want|wish) to (?:order|buy|place)|new order|purchase order",
    r"(?:quier\w+|querem\w+|quisier\w+|necesit\w+|dese\w+|gustaria) (?:pedir|comprar|encargar)",
    r"(?:quiero|queremos|necesit\w+) \d+",
    r"(?:lanz|pas)\w+ el pedido|مطلوب|نريد طلب|نود طلب|بغينا نطلبو?|نريد شراء",
    r"bghi\w* n?(?:commander|chri|kommandi)|بغيت نشري|بغيت نطلب",
)

# An offer of ours that is taken, and the word that sets us to work: then no price is asked for.
_OFFER: Final = r"(?:devis|offre|quote|quotation|offer|presupuesto|oferta)"
_ACCEPTS: Final = (
    rf"(?:ok|accord|d accord|oui) (?:pour|sur|avec) (?:le|votre|ce) {_OFFER}",
    rf"{_OFFER}(?: \S+){{0,2}} (?:est )?(?:accepte|valide|signe|(?:nous|me) convient)e?",
    rf"(?:je|nous|on|i|we) (?:accept|valid)\w* (?:le|votre|ce|your|the) {_OFFER}",
    rf"acept\w+ (?:el|su) {_OFFER}",
)
_STARTS: Final = (
    r"lance[rz]|prepare[rz]|produi(?:re|sez)|fabriquer|demarrer",
    r"go ahead|proceed|start|lanzar|preparar",
)
_HESITATES: Final = (
    r"mais|but|pero|depuis|il y a|deja|quand|rien|toujours|not|n ai|n avons|si|if|sauf|avant",
)

# Questions that order.
_ORDERS_POLITELY: Final = (
    r"(?:pouvez|pourriez|peux) (?:vous|tu) (?:me |nous )?(?:envoyer|preparer|livrer|noter|fournir)",
    r"(?:can|could|would) you (?:please )?(?:send|book|prepare|ship|supply|deliver)",
    r"(?:wa[cs]h )?(?:momkin|mumkin|ymken|yemken)|s[ie]f[ei]t\w* (?:lia|liya|lina)",
    r"(?:podrian?|pueden?|puedes) (?:enviar|preparar|mandar)\w*",
)


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(words)})(?![^\W_])")


_ANOTHER: Final = _any_of(_SPEAKS_OF_ANOTHER)
_NOW: Final = _any_of(_ORDERS)
_PLEASE: Final = _any_of(_ORDERS_POLITELY)
_TAKEN: Final = _any_of(_ACCEPTS)
_SETS_TO_WORK: Final = _any_of(_STARTS)
_DOUBTS: Final = _any_of(_HESITATES)
_ANY_OFFER: Final = _any_of((_OFFER,))


def is_order(content: MessageContent, writer: Writer) -> bool:
    """Whether the message is to become an order: goods and quantities, and no older order in it.

    By local rules alone: no model is asked. The order desk reads the message in full.
    """
    text = " ".join(folded(f"{content.subject}\n{said.text_of(content)}").split())
    plain = _plain(text)
    if _ANOTHER.search(_without_taken_offer(plain)) or _NUMBER.search(text):
        return False
    # "Do they leave tomorrow?" asks; "could you send us 500?" orders.
    asks = bool(re.search(r"[?؟]", text))
    if asks and not (_NOW.search(plain) or _PLEASE.search(plain)):
        return False
    us = extraction.our_company()
    # Whether a machine may order was asked before; here only what is said counts.
    own = replace(recalled.without_ours(content, us), is_automatic=False)
    reading = rules.read(own, company=us, catalogue=catalogue.current())
    if not reading.is_order.value or reading.is_order.confidence < SURE:
        return False
    told = [line for line in reading.lines if line.quantity.value is not None]
    if any(line.product.value for line in told) or _is_repeated(reading, writer):
        return True
    # Goods that no table knows may be anything: then the words must say that they are ordered.
    named = any(line.description.value for line in told)
    return named and bool(_NOW.search(plain)) and not asks


def _without_taken_offer(plain: str) -> str:
    """The words without our offer, where they accept it and have us begin."""
    if not (_TAKEN.search(plain) and _SETS_TO_WORK.search(plain)) or _DOUBTS.search(plain):
        return plain
    return _ANY_OFFER.sub(" ", plain)


def _is_repeated(reading: OrderReading, writer: Writer) -> bool:
    """Whether it says "as always", and its writer has ordered here before."""
    customers = [one.pk for one in (*writer.customers, *writer.learnt)]
    return bool(reading.is_renewal.value) and Order.objects.filter(customer__in=customers).exists()


def _plain(text: str) -> str:
    return re.sub(r"['’-]", " ", text)
