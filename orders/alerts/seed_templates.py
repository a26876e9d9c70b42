"""The e-mail about new alerts that a new installation starts with; staff change it in the admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backoffice.messaging import templating
from backoffice.messaging.seed_templates import Words

OCCASION = "order_alerts"
PLACEHOLDERS = ("person_name", "summary", "alerts", "link", "company_name")
SAMPLE = {
    "person_name": "Salma",
    "summary": "1 alerte critique, 1 avertissement",
    "alerts": (
        "- [critique] CMD-2026-00042 (Boulangerie Tizi) devait être livrée le 12 mars 2026.\n"
        "  https://commandes.example/admin/orders/order/42/change/"
    ),
    "link": "https://commandes.example/admin/orders/alert/",
    "company_name": "Kraft Atlas Emballage",
}
TEXTS = (
    Words(
        OCCASION,
        "fr",
        "Commandes : {summary}",
        """Bonjour {person_name},

À regarder au bureau des commandes ({summary}) :

{alerts}

Toutes les alertes : {link}

Vous recevez ce message parce que vous êtes abonné aux alertes ; l'abonnement se change dans
l'administration, sous « Abonnements ».

{company_name}""",
    ),
    Words(
        OCCASION,
        "en",
        "Orders: {summary}",
        """Hello {person_name},

To look at on the order desk ({summary}):

{alerts}

All alerts: {link}

You get this message because you subscribed to alerts; change that in the admin, under
“Subscriptions”.

{company_name}""",
    ),
)


def register_occasion() -> None:
    """Let staff edit the text in the admin; called in ``AppConfig.ready``."""
    templating.register_occasion(
        OCCASION, PLACEHOLDERS, SAMPLE, label=_("New alerts, to staff who subscribed")
    )
