"""The {names} that templates may use, under which other names, and what they look like filled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.errors import DomainError
from backoffice.core.text import folded

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What stands for a fact. ``of_order``: it has a value only where the order is known.

    ``others`` are the names that templates written elsewhere use for it, blank-separated.
    """

    name: str
    label: _StrOrPromise
    others: str = ""
    of_order: bool = False


ALL: Final = (
    Placeholder(
        "customer_name",
        gettext_lazy("customer's name"),
        "nom_client client nom_prenom nom_complet full_name name nombre_cliente",
    ),
    Placeholder(
        "customer_first_name",
        gettext_lazy("customer's first name"),
        "prenom prenom_client first_name nombre",
    ),
    Placeholder(
        "customer_last_name", gettext_lazy("customer's last name"), "nom last_name apellido"
    ),
    Placeholder(
        "order_number",
        gettext_lazy("order number"),
        "numero_commande commande id_commande no_commande num_commande reference"
        " reference_commande order order_id numero_pedido",
        of_order=True,
    ),
    Placeholder(
        "order_status",
        gettext_lazy("order status"),
        "statut_commande statut status etat_commande estado_pedido",
        of_order=True,
    ),
    Placeholder(
        "delivery_date",
        gettext_lazy("delivery date"),
        "date_livraison livraison date_de_livraison fecha_entrega",
        of_order=True,
    ),
    Placeholder(
        "order_date",
        gettext_lazy("order date"),
        "ordered_on date_commande date_achat date_de_commande fecha_pedido",
        of_order=True,
    ),
    Placeholder(
        "order_total",
        gettext_lazy("order total"),
        "montant montant_total montant_commande total prix importe",
        of_order=True,
    ),
    Placeholder(
        "items",
        gettext_lazy("articles"),
        "articles produits produit article liste_articles articulos",
        of_order=True,
    ),
    Placeholder(
        "order_summary",
        gettext_lazy("summary of the order"),
        "recapitulatif recap recapitulatif_commande resume_commande details_commande summary",
        of_order=True,
    ),
    Placeholder(
        "carrier", gettext_lazy("carrier"), "transporteur livreur transportista", of_order=True
    ),
    Placeholder(
        "tracking_number",
        gettext_lazy("tracking number"),
        "numero_suivi suivi num_suivi tracking seguimiento",
        of_order=True,
    ),
    Placeholder(
        "shop_name",
        gettext_lazy("shop's name"),
        "boutique nom_boutique entreprise societe magasin company_name shop tienda",
    ),
    Placeholder(
        "team_name",
        gettext_lazy("signature"),
        "signature equipe service_client agent conseiller agent_name nom_agent",
    ),
)

BY_NAME: Final = {placeholder.name: placeholder for placeholder in ALL}
NAMES: Final = tuple(BY_NAME)
OF_ORDER: Final = frozenset(placeholder.name for placeholder in ALL if placeholder.of_order)
OF_PERSON: Final = frozenset({"customer_name", "customer_first_name", "customer_last_name"})

_KNOWN: Final = {
    other: placeholder.name
    for placeholder in ALL
    for other in (placeholder.name, *placeholder.others.split())
}
# {name}, and {{name}} of other systems; nothing else than a name is ever looked up.
BRACES: Final = re.compile(r"\{\{([^{}\n]{0,80})\}\}|\{([^{}\n]{0,80})\}")


def canonical(written: str) -> str:
    """The placeholder's own name for what stands between braces; empty where there is none.

    Case, accents, spaces and dashes do not matter: {Numéro de commande} is known.
    """
    plain = re.sub(r"[\s'-]+", "_", folded(written.strip()))
    return _KNOWN.get(plain) or _KNOWN.get(re.sub(r"_(?:de|du|la|le|l)(?=_)", "", plain), "")


def used_in(text: str) -> list[str]:
    """The placeholders that ``text`` uses, each once and by its own name."""
    names = (canonical(between(match)) for match in BRACES.finditer(text))
    return list(dict.fromkeys(name for name in names if name))


def unknown_in(text: str) -> list[str]:
    """What stands between braces in ``text`` and is no placeholder, as it is written."""
    found = (match for match in BRACES.finditer(text) if not canonical(between(match)))
    return list(dict.fromkeys(match.group() for match in found))


def between(match: re.Match[str]) -> str:
    """What stands between the braces of a match of ``BRACES``."""
    return match[2] if match[1] is None else match[1]


def needs_order(text: str) -> bool:
    """Whether ``text`` states something of an order."""
    return not OF_ORDER.isdisjoint(used_in(text))


def check(text: str, *, field: str = "body") -> None:
    """Raise ``DomainError`` where braces hold something else than a placeholder.

    ``{order.total}``, ``{total!r}`` and ``{0}`` are unknown names like any other: nothing but
    the facts of the table above can be reached.
    """
    unknown = unknown_in(text)
    if unknown:
        raise DomainError(
            _("%(name)s is not known here. Use one of: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(f"{{{name}}}" for name in NAMES)},
            code="unknown_placeholder",
            field=field,
            value=unknown[0],
        )
    if re.search(r"[{}]", BRACES.sub("", text)):
        raise DomainError(
            _("A brace is open or closed alone: placeholders are written {order_number}."),
            code="stray_brace",
            field=field,
            value=text,
        )
