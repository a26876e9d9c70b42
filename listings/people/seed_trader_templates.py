"""The words by which we write to a trader first; Meta must approve the same before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEY, CHANNEL = "trader_hello", "wa_cloud"
TEXTS = {
    "fr": (
        "Bonjour {trader_name}, ici {company_name}. Nous souhaitons reprendre contact au sujet de"
        " vos montres : répondez à ce message quand vous voulez."
    ),
    "en": (
        "Hello {trader_name}, this is {company_name}. We would like to get back to you about your"
        " watches: please answer this message whenever it suits you."
    ),
    "it": (
        "Buongiorno {trader_name}, siamo {company_name}. Vorremmo ricontattarla per i suoi"
        " orologi: risponda pure a questo messaggio quando vuole."
    ),
    "de": (
        "Guten Tag {trader_name}, hier ist {company_name}. Wir möchten uns wegen Ihrer Uhren bei"
        " Ihnen melden: Antworten Sie bitte auf diese Nachricht, wann immer es Ihnen passt."
    ),
    "es": (
        "Hola {trader_name}, somos {company_name}. Nos gustaría hablar con usted sobre sus"
        " relojes: responda a este mensaje cuando le venga bien."
    ),
}


def seed(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the texts that are missing; without Meta's name for them they cannot be sent yet."""
    template = apps.get_model("messaging", "MessageTemplate")
    for language, body in TEXTS.items():
        template.objects.get_or_create(
            key=KEY, channel=CHANNEL, language=language, defaults={"body": body}
        )
