"""The texts a new installation starts with; staff change them under “Message templates”.

``ar`` is plain Moroccan Arabic (Darija), as the customers write it.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from backoffice.messaging import templating

VALIDATED = "order_validated"
REJECTED = "order_rejected"
PLACEHOLDERS = (
    "customer_name",
    "order_number",
    "lines",
    "total",
    "delivery_date",
    "reason",
    "company_name",
)
SAMPLE = {
    "customer_name": "Salma Bennani",
    "order_number": "CMD-2026-00042",
    "lines": "- 5 000 sachets fond plat, 24 x 10 x 33 cm\n- 2 000 sacs poignées torsadées",
    "total": "4 850,00 MAD",
    "delivery_date": "12/03/2026",
    "reason": "le format demandé n'existe plus",
    "company_name": "Kraft Atlas Emballage",
}


class Words(NamedTuple):
    key: str
    language: str
    subject: str
    body: str


TEXTS = (
    Words(
        VALIDATED,
        "fr",
        "Votre commande {order_number} est validée",
        """Bonjour {customer_name},

✅ Votre commande {order_number} est validée.

{lines}

Total : {total}
Livraison prévue : {delivery_date}

Merci de votre confiance,
{company_name}""",
    ),
    Words(
        VALIDATED,
        "en",
        "Your order {order_number} is confirmed",
        """Hello {customer_name},

✅ Your order {order_number} is confirmed.

{lines}

Total: {total}
Expected delivery: {delivery_date}

Thank you for your trust,
{company_name}""",
    ),
    Words(
        VALIDATED,
        "ar",
        "تأكدات الطلبية ديالكم {order_number}",
        """السلام عليكم {customer_name}،

✅ الطلبية ديالكم رقم {order_number} تأكدات.

{lines}

المجموع: {total}
موعد التسليم: {delivery_date}

شكرا على الثقة ديالكم،
{company_name}""",
    ),
    Words(
        REJECTED,
        "fr",
        "Votre commande {order_number} n'a pas pu être acceptée",
        """Bonjour {customer_name},

❌ Nous ne pouvons malheureusement pas accepter votre commande {order_number}.
Motif : {reason}

Pour la modifier ou pour toute question, répondez simplement à ce message.

Cordialement,
{company_name}""",
    ),
    Words(
        REJECTED,
        "en",
        "Your order {order_number} could not be accepted",
        """Hello {customer_name},

❌ We are sorry that we cannot accept your order {order_number}.
Reason: {reason}

To change it, or for any question, simply reply to this message.

Kind regards,
{company_name}""",
    ),
    Words(
        REJECTED,
        "ar",
        "ما قدرناش نقبلو الطلبية ديالكم {order_number}",
        """السلام عليكم {customer_name}،

❌ سمحو لينا، ما قدرناش نقبلو الطلبية ديالكم رقم {order_number}.
السبب: {reason}

إلا بغيتو تبدلو شي حاجة ولا عندكم شي سؤال، جاوبو على هاد الرسالة.

مع تحياتنا،
{company_name}""",
    ),
)


def register_occasions() -> None:
    """Declare the occasions of these texts, so that the admin can check and preview them."""
    templating.register_occasion(VALIDATED, PLACEHOLDERS, SAMPLE, label=_("Order validated"))
    templating.register_occasion(REJECTED, PLACEHOLDERS, SAMPLE, label=_("Order rejected"))
