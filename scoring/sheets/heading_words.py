"""The words of which people make headings, English and French, and what together they mean.

A heading is known when its words are those of a meaning, in any order; words that change nothing
may stand beside them, any other word makes it another column: "Days since last contact" is known,
"Days since last order" is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.engine.tables import IDENTIFIER

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of the identifier, the surest first: here order decides, and each is written out.
IDENTIFIERS: Final = (
    "customer id", "client id", "customer code", "customer number", "customer no", "customer ref",
    "customer reference", "id client", "code client", "identifiant client", "numero client",
    "numero de client", "numero du client", "num client", "n client", "no client",
    "reference client", "ref client", "contact id", "id contact", "lead id", "person id",
    "record id", "account id", "account number", "code tiers", "id", "identifiant", "code",
    "reference", "ref", "customer", "client",
)  # fmt: skip
# What a word stands for; words that are not here stand for themselves.
_WORDS: Final[Mapping[str, str]] = {
    "day": "day days jour jours j",
    "last": "last dernier derniere derniers dernieres latest",
    "first": "first premier premiere",
    "since": "since depuis ago",
    "without": "without sans",
    "contact": "contact contacted contacte activity activite interaction echange exchange",
    "contacts": "contacts interactions echanges exchanges",
    "activities": "activities activites",
    "count": "count number nombre nb nbr nbre num qty",
    "total": "total totale totales totaux cumul cumule cumulee cumulative lifetime",
    "spent": "spent spend spending depense depenses depensee revenue revenues turnover ca monetary",
    "amount": "amount montant",
    "purchases": "purchases achats sales ventes",
    "email": "email emails mail mails mailing mailings courriel courriels newsletter newsletters",
    "sent": "sent delivered envoye envoyes envoyees delivres delivre",
    "opened": "opened ouvert ouverts ouvertes",
    "opens": "opens ouverture ouvertures",
    "visits": "visits visites sessions",
    "visit": "visit visite session",
    "site": "site website web internet",
    "client": "client clients customer customers lead leads prospect prospects",
    "age": "age",
    "tenure": "tenure anciennete",
    "recency": "recency recence",
    "frequency": "frequency frequence",
    "created": "created creation create cree",
    "done": "done realisees",
    "share": "rate taux percent percentage pourcentage pct ratio share",
    # What a figure is in, and words that bind others.
    "": "a as au aux by d de des du en for in la les of par sur le the to so far until delai times"
    " eur euro euros usd chf gbp mad dh dhs ttc ht marketing unique uniques messages logged",
}
MEANS: Final = {word: meaning for meaning, texts in _WORDS.items() for word in texts.split()}
# Any one of them, as words of above; beside them may stand what is said below.
MEANINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "days_since_last_contact": (
        "day last contact", "day last contacts", "day last activities", "day without contact",
        "recency",
    ),
    "total_contacts": (
        "contacts", "count contact", "total contact", "count activities", "total activities",
        "done activities",
        "frequency",
    ),
    "total_spent": ("spent", "amount", "amount spent", "amount purchases", "total purchases"),
    "emails_sent": ("email sent",),
    "emails_opened": ("email opened", "email opens", "opens"),
    "website_visits": ("visits", "count visit", "total visit", "site visit"),
    "customer_age_days": (
        "age client", "age day", "tenure", "client day", "day first contact", "day created",
    ),
}  # fmt: skip
BESIDE: Final[Mapping[str, str]] = {
    "days_since_last_contact": "since count day client",
    "total_contacts": "count total client",
    "total_spent": "total client",
    "emails_sent": "count total",
    "emails_opened": "count total",
    "website_visits": "site count total",
    "customer_age_days": "since count day client",
}
# Columns that exports have in a figure's place: a moment, or a share.
INSTEAD: Final[Mapping[str, tuple[str, ...]]] = {
    "days_since_last_contact": ("last contact", "last contacts", "last activities"),
    "customer_age_days": ("client since", "first contact", "created"),
    "emails_opened": ("open share", "opened share", "opens share"),
}
# Before the heading itself, as Pipedrive and Salesforce write: "Person - Total spent".
OWNERS: Final = r"(?:person|personne|contact|account|compte|lead|client|customer)"
# What the page says that a column may be called as well.
SHOWN: Final[Mapping[str, str]] = {
    IDENTIFIER: "Customer ID, Code client, N° client",
    "days_since_last_contact": "Recency, Jours depuis dernier contact, Récence",
    "total_contacts": "Contacts, Nombre de contacts",
    "total_spent": "Total spent, Total dépensé, Chiffre d’affaires, CA",
    "emails_sent": "E-mails sent, E-mails envoyés",
    "emails_opened": "E-mails opened, E-mails ouverts",
    "website_visits": "Visits, Visites du site",
    "customer_age_days": "Customer age, Ancienneté (jours)",
}
