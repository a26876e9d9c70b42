"""Which column of somebody's sheet is which of the seven figures, by the names people give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from backoffice.core.text import words
from scoring.engine import clients
from scoring.engine.tables import IDENTIFIER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# As :func:`key` writes them: no case, accents or marks. English, then French; of the identifier
# the surest first.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    IDENTIFIER: (
        "customer id", "client id", "customer code", "customer number", "customer no",
        "id client", "code client", "identifiant client", "numero client", "numero de client",
        "numero du client", "num client", "n client", "no client", "reference client",
        "ref client", "contact id", "lead id", "id", "identifiant", "code", "reference",
        "customer", "client",
    ),
    "days_since_last_contact": (
        "days since last contact", "days since the last contact", "recency", "recency days",
        "last contact days", "days without contact",
        "jours depuis dernier contact", "jours depuis le dernier contact",
        "nb jours depuis dernier contact", "nombre de jours depuis le dernier contact",
        "dernier contact jours", "dernier contact en jours", "recence", "recence jours",
        "jours sans contact",
    ),
    "total_contacts": (
        "total contacts", "contacts", "number of contacts", "contact count", "contacts so far",
        "frequency", "exchanges",
        "nombre de contacts", "nb contacts", "nb de contacts", "total des contacts",
        "contacts au total", "frequence", "echanges", "nombre d echanges", "nb echanges",
    ),
    "total_spent": (
        "total spent", "spent", "amount spent", "total amount", "monetary", "revenue", "turnover",
        "total purchases", "spent so far",
        "total depense", "depense totale", "depenses totales", "montant depense",
        "montant total", "montant total depense", "total des achats", "total achats",
        "montant des achats", "ca", "ca total", "ca cumule", "ca client",
        "chiffre d affaires", "chiffre d affaires total", "montant",
    ),
    "emails_sent": (
        "emails sent", "sent emails", "mails sent", "mailings sent", "number of emails sent",
        "emails envoyes", "nombre d emails envoyes", "nb emails envoyes", "nb d emails envoyes",
        "mails envoyes", "nb mails envoyes", "courriels envoyes", "nombre de courriels envoyes",
    ),
    "emails_opened": (
        "emails opened", "opened emails", "mails opened", "mailings opened", "email opens",
        "number of emails opened", "opens",
        "emails ouverts", "nombre d emails ouverts", "nb emails ouverts", "nb d emails ouverts",
        "mails ouverts", "nb mails ouverts", "courriels ouverts", "nombre de courriels ouverts",
        "ouvertures",
    ),
    "website_visits": (
        "website visits", "visits", "web visits", "site visits", "visits to the website",
        "number of visits", "number of website visits",
        "visites du site", "visites site", "visites site web", "visites du site web",
        "visites web", "visites", "visites sur le site", "nombre de visites", "nb visites",
        "nb visites site", "nombre de visites du site",
    ),
    "customer_age_days": (
        "customer age days", "customer age", "tenure", "tenure days", "days as customer",
        "customer for days", "age days", "days since first contact",
        "anciennete", "anciennete jours", "anciennete en jours", "anciennete client",
        "anciennete du client", "anciennete client jours", "anciennete du client en jours",
        "age client", "age du client", "age client jours", "client depuis jours",
        "jours depuis premier contact", "jours depuis le premier contact",
    ),
}  # fmt: skip
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
_KNOWN: Final = {name: field for field, names in NAMES.items() for name in names}
_MAIL: Final = re.compile(r"\be mails?\b")
_EMAIL: Final = {"e mail": "email", "e mails": "emails"}


def places(headings: Sequence[str]) -> dict[str, int]:
    """Where each figure stands, by its name; the identifier too where there is one.

    Raises:
        DomainError: a figure has no column, or two.

    """
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        field = _KNOWN.get(key(heading))
        if field is None:
            continue
        if field not in found or _is_surer(field, heading, headings[found[field]]):
            found[field] = place
        elif not _is_surer(field, headings[found[field]], heading):
            raise _twice(field, headings[found[field]], heading)
    missing = [field for field in clients.NAMES if field not in found]
    if missing:
        raise _missing(missing)
    return found


def key(heading: str) -> str:
    """A heading as it is compared: "Nb d'e-mails envoyés (total)" has no marks left."""
    text = " ".join(words(heading.replace("_", " ")))
    return _MAIL.sub(lambda found: _EMAIL[found[0]], text)


def _is_surer(field: str, heading: str, other: str) -> bool:
    """Whether a heading means the field before another does: "Code client" before "Client"."""
    one, two = key(heading), key(other)
    if field != IDENTIFIER:
        plain = key(field)
        return one == plain and two != plain
    return NAMES[field].index(one) < NAMES[field].index(two)


def _twice(field: str, first: str, second: str) -> DomainError:
    sentence = _(
        "The columns “%(first)s” and “%(second)s” both stand for %(field)s: rename or remove one."
    )
    values = {"first": first, "second": second, "field": field}
    return DomainError(sentence % values, code="column_twice", field=field, value=second)


def _missing(missing: Sequence[str]) -> DomainError:
    sentence = ngettext(
        "This column is missing: %(names)s. Name it so, as in the empty file.",
        "These columns are missing: %(names)s. Name them so, as in the empty file.",
        len(missing),
    )
    return DomainError(
        sentence % {"names": ", ".join(missing)}, code="missing_column", field=missing[0]
    )
