"""The five categories that every installation begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FALLBACK = "Non classé"
# Their names are data that staff see, and the labels of the shipped messages.
CATEGORIES = {
    "Retard de livraison": (
        "La marchandise a dépassé la date annoncée ou le délai habituel, reste bloquée, ou est "
        "« livrée » sans avoir été reçue."
    ),
    "Remboursement": (
        "Le client veut de l'argent : rétractation, retour, double débit, différence de prix, "
        "articles manquants avec demande de remboursement."
    ),
    "Produit défectueux": (
        "Article cassé, en panne ou abîmé, sans demande de remboursement : réparation ou "
        "remplacement."
    ),
    "Information commande": (
        "État d'une commande qui n'est pas en retard, suivi, facture, contenu, paiement, "
        "changement d'adresse ou d'article, annulation avant l'expédition."
    ),
    FALLBACK: (
        "Tout le reste : emploi, partenariat, presse, compte, question avant achat, carte cadeau, "
        "remerciement, publicité, erreur de destinataire."
    ),
}


def seed(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the categories that are missing."""
    category = apps.get_model("support", "Category")
    for position, (name, description) in enumerate(CATEGORIES.items()):
        category.objects.get_or_create(
            key=name,
            defaults={
                "name": name,
                "description": description,
                "position": position,
                "is_fallback": name == FALLBACK,
            },
        )
