"""What sources call their documents and the states of them: which are sales, which are not.

Invoices, delivered and confirmed orders are sales, and so are returns; quotations, drafts, what was
cancelled, refused or paid back is none. Of a word that is not here a person decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backoffice.core.text import folded
from crm.mapping.builtin.templates import step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SALES = """
    sale | sales order | sale order | locked | done | bon de commande | commande | verrouillé
    confirmé | confirmée | confirmed | validé | validée | validated | facture | facturé | facturée
    facture client | facture d'acompte | invoice | invoiced | to invoice | posted | comptabilisé
    comptabilisée | payé | payée | paid | paiement accepté | réglé | réglée | soldé | soldée
    livré | livrée | delivered | expédié | expédiée | shipped | fulfilled | en cours de livraison
    en préparation | en cours de préparation | en cours | processing | wc-processing | on-hold
    wc-on-hold | completed | complete | wc-completed | terminé | terminée | closed
    clôturé | clôturée | bon de livraison | bl | bc | fa | fac | fact | fc | ticket
    ticket de caisse | vente | vente directe | avoir | av | credit note | retour | return | auftrag
    rechnung | lieferschein | gutschrift | bezahlt | geliefert | abgeschlossen | fattura
    confermato | pagato | consegnato | factura | pedido | confirmado | pagado | entregado
"""
_OTHERS = """
    quotation | quotation sent | quote | estimate | offer | devis | devis envoyé | devis accepté
    devis refusé | devis en cours | offre | dv | draft | wc-checkout-draft | checkout-draft
    brouillon | proforma | pro forma | pro-forma | facture proforma | facture pro forma
    facture pro-forma | proforma invoice | cancel | cancelled | canceled | wc-cancelled | annulé
    annulée | annulation | void | voided | refusé | refusée | rejected | declined | lost | perdu
    perdue | expired | expiré | expirée | abandoned | abandonné | abandonnée | panier abandonné
    pending | pending payment | wc-pending | attente paiement | en attente de paiement
    en attente du paiement | failed | wc-failed | échoué | échouée | échec | erreur de paiement
    trash | refunded | wc-refunded | remboursé | remboursée | angebot | entwurf | storniert
    abgelehnt | preventivo | bozza | annullato | annullata | rimborsato | presupuesto | borrador
    cancelado | cancelada | anulado | anulada | reembolsado
"""
# What Odoo itself calls the states of an order: "sent" is a quotation.
_ODOO_OTHERS = "sent | envoyé | to approve | à approuver"


def _listed(text: str) -> Iterable[str]:
    return (word.strip() for line in text.split("\n") for word in line.split("|") if word.strip())


_TABLE: Mapping[str, str] = {
    **dict.fromkeys(_listed(_SALES), "yes"),
    **dict.fromkeys(_listed(_OTHERS), "no"),
}
_KNOWN = frozenset(folded(word) for word in _TABLE)


def is_known(cell: str) -> bool:
    """Whether the word is one of these."""
    return " ".join(folded(cell).split()) in _KNOWN


def steps() -> list[dict[str, Any]]:
    """What makes "counts as a sale" of such a column."""
    return [step("map_values", table=dict(_TABLE), otherwise="problem")]


def odoo_steps() -> tuple[dict[str, Any], ...]:
    """The same for Odoo's words."""
    table = {**_TABLE, **dict.fromkeys(_listed(_ODOO_OTHERS), "no")}
    return (step("map_values", table=table, otherwise="problem"),)
