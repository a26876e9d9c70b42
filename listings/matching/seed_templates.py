"""What the two sides of a match are written, as a new installation has it; staff change it.

Neither text has a placeholder for the other side: who they are, what they wrote and what a buyer
would pay is said by people only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from backoffice.messaging import templating

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SELLER, BUYER = "match_seller", "match_buyer"
CHANNEL = "wa_cloud"
SELLER_NAMES = ("watch", "price", "company_name")
BUYER_NAMES = ("wanted", "watch", "details", "price", "company_name")
_SAMPLE = {
    "wanted": "Rolex Submariner",
    "watch": "Rolex Submariner 126610LN",
    "details": "2022, excellent, full set",
    "price": "10 900 EUR",
    "company_name": "Kraft Atlas Emballage",
}

TEXTS: dict[tuple[str, str], str] = {
    (SELLER, "fr"): """Bonjour,

Nous avons un acheteur qui recherche une montre comme la vôtre : {watch}
Votre prix : {price}

Est-elle toujours disponible ? Répondez simplement à ce message.

{company_name}""",
    (SELLER, "en"): """Hello,

We have a buyer who is looking for a watch like yours: {watch}
Your price: {price}

Is it still available? Simply reply to this message.

{company_name}""",
    (SELLER, "it"): """Buongiorno,

abbiamo un acquirente che cerca un orologio come il Suo: {watch}
Il Suo prezzo: {price}

È ancora disponibile? Basta rispondere a questo messaggio.

{company_name}""",
    (SELLER, "de"): """Guten Tag,

wir haben einen Käufer, der eine Uhr wie Ihre sucht: {watch}
Ihr Preis: {price}

Ist sie noch verfügbar? Antworten Sie einfach auf diese Nachricht.

{company_name}""",
    (SELLER, "es"): """Buenos días:

Tenemos un comprador que busca un reloj como el suyo: {watch}
Su precio: {price}

¿Sigue disponible? Basta con responder a este mensaje.

{company_name}""",
    (BUYER, "fr"): """Bonjour,

Vous recherchez : {wanted}
Nous pouvons vous proposer : {watch}
Détails : {details}
Prix : {price}

Cela vous intéresse-t-il ? Répondez simplement à ce message.

{company_name}""",
    (BUYER, "en"): """Hello,

You are looking for: {wanted}
We can offer you: {watch}
Details: {details}
Price: {price}

Are you interested? Simply reply to this message.

{company_name}""",
    (BUYER, "it"): """Buongiorno,

Lei cerca: {wanted}
Possiamo proporLe: {watch}
Dettagli: {details}
Prezzo: {price}

Le interessa? Basta rispondere a questo messaggio.

{company_name}""",
    (BUYER, "de"): """Guten Tag,

Sie suchen: {wanted}
Wir können Ihnen anbieten: {watch}
Einzelheiten: {details}
Preis: {price}

Haben Sie Interesse? Antworten Sie einfach auf diese Nachricht.

{company_name}""",
    (BUYER, "es"): """Buenos días:

Usted busca: {wanted}
Podemos ofrecerle: {watch}
Detalles: {details}
Precio: {price}

¿Le interesa? Basta con responder a este mensaje.

{company_name}""",
}


def register_occasions() -> None:
    """Declare the occasions of these texts, so that the admin can check and preview them."""
    labels = {SELLER: _("Match: to the seller"), BUYER: _("Match: to the buyer")}
    for key, names in ((SELLER, SELLER_NAMES), (BUYER, BUYER_NAMES)):
        sample = {name: _SAMPLE[name] for name in names}
        templating.register_occasion(key, names, sample, label=labels[key])


def seed(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the texts that are missing; what staff changed stays."""
    template = apps.get_model("messaging", "MessageTemplate")
    for (key, language), body in TEXTS.items():
        template.objects.get_or_create(
            key=key, channel=CHANNEL, language=language, defaults={"body": body}
        )
