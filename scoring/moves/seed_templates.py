"""The morning e-mail about leads that a new installation starts with; staff change it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backoffice.messaging import templating
from backoffice.messaging.seed_templates import Words

OCCASION = "lead_digest"
PLACEHOLDERS = (
    "person_name",
    "summary",
    "newly_hot",
    "no_longer_hot",
    "by_model",
    "drift",
    "to_contact",
    "link",
    "company_name",
)
SAMPLE = {
    "person_name": "Salma",
    "summary": "2 prospects devenus chauds",
    "newly_hot": (
        "2 prospects devenus chauds :\n"
        "- Boulangerie Tizi : score 84, valeur attendue 1 250,00 MAD\n"
        "  Dernier contact il y a 3 jours · 12 contacts jusqu'ici\n"
        "  https://commandes.example/admin/scoring/leadscore/42/change/\n"
        "- Café Atlas : score 71, valeur attendue 480,00 MAD\n"
        "  https://commandes.example/admin/scoring/leadscore/57/change/"
    ),
    "no_longer_hot": "1 prospect n'est plus chaud : Riad Sahel (Tiède)",
    "by_model": "Une nouvelle version du modèle a changé le segment de 31 clients.",
    "drift": "",
    "to_contact": "37 prospects sont à contacter aujourd'hui.",
    "link": "https://commandes.example/admin/scoring/leadscore/",
    "company_name": "Kraft Atlas Emballage",
}
TEXTS = (
    Words(
        OCCASION,
        "fr",
        "Prospects à contacter : {summary}",
        """Bonjour {person_name},

{newly_hot}

{no_longer_hot}

{by_model}

{drift}

{to_contact}
La liste du jour : {link}

Vous recevez ce message les matins où il y a du nouveau, parce que vous y êtes abonné. Pour ne plus
le recevoir, ouvrez la liste des prospects.

{company_name}""",
    ),
    Words(
        OCCASION,
        "en",
        "Leads to contact: {summary}",
        """Hello {person_name},

{newly_hot}

{no_longer_hot}

{by_model}

{drift}

{to_contact}
Today's list: {link}

You get this message on mornings with news because you subscribed to it; the page of the list is
where you stop it.

{company_name}""",
    ),
)


def register_occasion() -> None:
    """Let staff edit the text in the admin; called in ``AppConfig.ready``."""
    templating.register_occasion(
        OCCASION, PLACEHOLDERS, SAMPLE, label=_("Leads each morning, to staff who subscribed")
    )
