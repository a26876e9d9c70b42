"""Orders as sheets: one row per order, or one row per line.

Export only. Earlier orders come in through ``history.load``, and decisions are
never imported: they go through ``workflow``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field

from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Day, Number, Text, YesNo
from orders.models import STATUS_WORDS, Order, OrderLine

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

# Columns of the order that both sheets begin with: the first system's words where it had any.
ORDER_COLUMNS = ("numero_commande", "statut", "date_reception", "client", "email", "telephone")


class OrderResource(Resource):
    """One row per order, as the list shows them."""

    numero_commande = Field("number", "numero_commande", Text())
    statut = Field("status", "statut", Text())
    date_reception = Field("created_at", "date_reception", Day())
    client = Field("customer", "client", Text())
    email = Field("email", "email", Text())
    telephone = Field("phone", "telephone", Text())
    canal = Field("channel", "canal", Text())
    lignes = Field(column_name="lignes", widget=Text())
    prix_total = Field("total", "prix_total", Number())
    devise = Field("currency", "devise", Text())
    date_livraison = Field("delivery_date", "date_livraison", Day())
    renouvellement = Field("is_renewal", "renouvellement", YesNo())
    double_de = Field("duplicate_of__number", "double_de", Text())
    confiance = Field("confidence", "confiance", Number())
    a_verifier = Field("attention", "a_verifier", Text())
    validated_by = Field("decided_by__username", "validated_by", Text())
    validated_at = Field("decided_at", "validated_at", Day())
    motif_rejet = Field("rejection_reason", "motif_rejet", Text())

    class Meta:
        model = Order
        name = _("Orders, one row each")
        fields = (
            *ORDER_COLUMNS,
            "canal",
            "lignes",
            "prix_total",
            "devise",
            "date_livraison",
            "renouvellement",
            "double_de",
            "confiance",
            "a_verifier",
            "validated_by",
            "validated_at",
            "motif_rejet",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[Order], **_options: object) -> QuerySet[Order]:
        related = queryset.select_related("customer", "decided_by", "duplicate_of")
        return related.prefetch_related("lines__product")

    def dehydrate_statut(self, order: Order) -> str:
        return STATUS_WORDS[order.status]

    def dehydrate_date_reception(self, order: Order) -> dt.date:
        return timezone.localdate(order.created_at)

    def dehydrate_client(self, order: Order) -> str:
        return _client(order)

    def dehydrate_lignes(self, order: Order) -> str:
        return "; ".join(_words(line) for line in order.lines.all())

    def dehydrate_validated_at(self, order: Order) -> dt.date | None:
        return timezone.localdate(order.decided_at) if order.decided_at else None


class OrderLineResource(Resource):
    """One row per line; orders without a line have none."""

    numero_commande = Field("order__number", "numero_commande", Text())
    statut = Field("order__status", "statut", Text())
    date_reception = Field("order__created_at", "date_reception", Day())
    client = Field("order__customer", "client", Text())
    email = Field("order__email", "email", Text())
    telephone = Field("order__phone", "telephone", Text())
    code_produit = Field("product__sku", "code_produit", Text())
    nature_produit = Field("description", "nature_produit", Text())
    quantite = Field("quantity", "quantite", Number())
    unite = Field("unit", "unite", Text())
    prix_unitaire = Field("unit_price", "prix_unitaire", Number())
    prix_total = Field("total", "prix_total", Number())
    devise = Field("order__currency", "devise", Text())
    date_livraison = Field("order__delivery_date", "date_livraison", Day())

    class Meta:
        model = OrderLine
        name = _("Lines, one row each")
        fields = (
            *ORDER_COLUMNS,
            "code_produit",
            "nature_produit",
            "quantite",
            "unite",
            "prix_unitaire",
            "prix_total",
            "devise",
            "date_livraison",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[Order], **_options: object) -> QuerySet[OrderLine]:
        """The page selects orders; their lines are the rows, in the orders' order."""
        lines = OrderLine.objects.filter(order__in=queryset.order_by().values("pk"))
        related = lines.select_related("order__customer", "product")
        return related.order_by("-order__created_at", "-order", "position", "pk")

    def dehydrate_statut(self, line: OrderLine) -> str:
        return STATUS_WORDS[line.order.status]

    def dehydrate_date_reception(self, line: OrderLine) -> dt.date:
        return timezone.localdate(line.order.created_at)

    def dehydrate_client(self, line: OrderLine) -> str:
        return _client(line.order)


def _client(order: Order) -> str:
    return str(order.customer) if order.customer else order.company or order.contact_name


def _words(line: OrderLine) -> str:
    quantity = "?" if line.quantity is None else f"{line.quantity.normalize():f}"
    return f"{quantity} {line.unit} {line.description}".strip()
