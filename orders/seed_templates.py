"""What customers are told of a change they asked for; staff edit it under “Message templates”.

``ar`` is plain Moroccan Arabic (Darija), as the customers write it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backoffice.messaging import templating
from backoffice.messaging.seed_templates import Words

CANCELLED = "order_cancelled"
CHANGED = "order_changed"
PLACEHOLDERS = ("customer_name", "order_number", "changes", "company_name")
SAMPLE = {
    "customer_name": "Salma Bennani",
    "order_number": "CMD-2026-00042",
    "changes": "- Sachets fond plat : 2 000 → 3 000",
    "company_name": "Kraft Atlas Emballage",
}

TEXTS = (
    Words(
        CANCELLED,
        "fr",
        "Votre commande {order_number} est annulée",
        """Bonjour {customer_name},

Comme vous l'avez demandé, votre commande {order_number} est annulée.

Pour toute question, répondez simplement à ce message.

Cordialement,
{company_name}""",
    ),
    Words(
        CANCELLED,
        "en",
        "Your order {order_number} is cancelled",
        """Hello {customer_name},

As you asked, your order {order_number} is cancelled.

If you have any question, simply reply to this message.

Kind regards,
{company_name}""",
    ),
    Words(
        CANCELLED,
        "ar",
        "تلغات الطلبية ديالكم {order_number}",
        """السلام عليكم {customer_name}،

كيفما طلبتو، الطلبية ديالكم رقم {order_number} تلغات.

إلا كان عندكم شي سؤال، جاوبو على هاد الرسالة.

مع تحياتنا،
{company_name}""",
    ),
    Words(
        CHANGED,
        "fr",
        "Votre commande {order_number} : modification enregistrée",
        """Bonjour {customer_name},

La modification de votre commande {order_number} est bien enregistrée :

{changes}

Pour toute question, répondez simplement à ce message.

Cordialement,
{company_name}""",
    ),
    Words(
        CHANGED,
        "en",
        "Your order {order_number}: change noted",
        """Hello {customer_name},

We have noted the change to your order {order_number}:

{changes}

If you have any question, simply reply to this message.

Kind regards,
{company_name}""",
    ),
    Words(
        CHANGED,
        "ar",
        "التغيير فالطلبية ديالكم {order_number} تسجل",
        """السلام عليكم {customer_name}،

التغيير فالطلبية ديالكم رقم {order_number} تسجل:

{changes}

إلا كان عندكم شي سؤال، جاوبو على هاد الرسالة.

مع تحياتنا،
{company_name}""",
    ),
)


def register_occasions() -> None:
    """Declare the occasions of these texts, so that the admin can check and preview them."""
    labels = {CANCELLED: _("Order cancelled"), CHANGED: _("Change of an order noted")}
    for key, label in labels.items():
        templating.register_occasion(key, PLACEHOLDERS, SAMPLE, label=label)
