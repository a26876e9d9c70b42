"""Odoo: the technical names of its API and exports, and its headings in English and French."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.mapping.builtin import sale_states
from crm.mapping.builtin.isavigne import NO_VINTAGE, NOTHING, TRIM
from crm.mapping.builtin.templates import Template, step
from crm.models import Entity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOMENT = step("parse_moment", format="yyyy-mm-dd", timezone="UTC")
NUMBER = step("parse_decimal", style="iso")
# "All / Saleable / Rouge" → "Rouge"
LAST_PART = step("split", separator="/", part=-1)
_OPPOSED = step("parse_boolean", inverted=True)
# Nothing in Odoo says so but the name or the variant: "Meursault Demi 2021", "... 150 cl".
SIZE = step(
    "regex_extract",
    pattern=(
        r"\b([0-9]+ ?x ?[0-9]+(?:[.,][0-9]+)? ?(?:cl|l|ml)|[0-9]+(?:[.,][0-9]+)? ?(?:cl|l|ml)"
        r"|magnum|demi|j[ée]roboam|mathusalem|fillette|bib(?: ?[0-9]+ ?l)?|bag-in-box)\b"
    ),
    ignore_case=True,
)
YEAR = step("regex_extract", pattern=r"\b((?:19|20)[0-9]{2})\b")
_ACTIVE = (step("parse_boolean"),)

_CUSTOMERS = (
    Template("key", ("id|external id|id externe|.id",), (TRIM,)),
    Template("name", ("name|nom|display_name|display name",), (NOTHING, TRIM)),
    Template(
        "company",
        (
            (
                "commercial_company_name|company name entity|parent_id|company|société|"
                "related company|société liée"
            ),
        ),
        (NOTHING, TRIM),
    ),
    Template("email", ("email|e-mail|courriel",), (NOTHING, step("parse_email"))),
    Template(
        "phone",
        ("mobile|portable", "phone|téléphone"),
        (NOTHING, step("parse_phone"), step("collect")),
    ),
    Template(
        "address",
        ("street|rue", "street2|street 2|rue 2|rue2"),
        (NOTHING, TRIM, step("join", separator=", ")),
    ),
    Template(
        "postal_code",
        ("zip|code postal", "country_id/code|country_id|country|pays"),
        (step("postal_code"),),
    ),
    Template("city", ("city|ville",), (NOTHING, TRIM)),
    Template(
        "country",
        ("country_id/code", "country_id|country|pays|country_id/name"),
        (step("first_not_empty"), step("country_code")),
    ),
    Template("language", ("lang|language|langue",), (NOTHING, step("language_code"))),
    Template(
        "segment",
        ("category_id|tags|étiquettes|category_id/name",),
        (NOTHING, step("split", separator=",", part=1)),
    ),
    Template("consent_email", ("is_blacklisted|blacklist|liste noire",), (_OPPOSED,)),
    Template(
        "consent_sms",
        ("phone_blacklisted|blacklisted phone is phone|phone_sanitized_blacklisted",),
        (_OPPOSED,),
    ),
    Template("consent_phone", ("phone_blacklisted|phone_sanitized_blacklisted",), (_OPPOSED,)),
    Template("notes", ("comment|notes|remarques",), (step("strip_html"),)),
    Template("is_active", ("active|actif",), _ACTIVE),
    Template("created_on", ("create_date|created on|créé le",), (MOMENT,)),
    Template(
        "changed_at",
        ("write_date|last updated on|dernière mise à jour le|dernière modification le",),
        (MOMENT,),
    ),
)
_PRODUCTS = (
    Template("key", ("id|external id|id externe|.id",), (TRIM,)),
    Template("sku", ("default_code|internal reference|référence interne",), (NOTHING, TRIM)),
    Template("name", ("name|nom|display_name",), (NOTHING, TRIM)),
    Template(
        "category",
        (
            (
                "categ_id|product category|catégorie d'article|catégorie de produits|"
                "categ_id/name|categ_id/complete_name"
            ),
        ),
        (LAST_PART,),
    ),
    Template(
        "list_price",
        ("lst_price|list_price|sales price|public price|prix de vente|prix public",),
        (NUMBER,),
    ),
    Template("cost_price", ("standard_price|cost|coût|coût standard",), (NUMBER,)),
    Template(
        "currency", ("currency_id|currency|devise|currency_id/name",), (step("currency_code"),)
    ),
    Template(
        "unit", ("uom_id|unit of measure|unité de mesure|uom_id/name|unit|unité",), (NOTHING, TRIM)
    ),
    Template(
        "bottles",
        ("product_template_attribute_value_ids", "name|nom|display_name"),
        (step("join"), SIZE, step("bottle_equivalent")),
        "fill_empty",
    ),
    Template("barcode", ("barcode|code-barres|code barre",), (NOTHING, TRIM)),
    Template(
        "description",
        ("description_sale|sales description|description de vente|description pour les ventes",),
        (step("strip_html"),),
    ),
    Template("is_active", ("active|actif",), _ACTIVE),
    Template(
        "vintage",
        ("product_template_attribute_value_ids", "name|nom|display_name"),
        (step("join"), NO_VINTAGE, YEAR, step("parse_integer")),
        "fill_empty",
    ),
    Template(
        "changed_at",
        ("write_date|last updated on|dernière mise à jour le|dernière modification le",),
        (MOMENT,),
    ),
)
_SALES = (
    Template(
        "key",
        ("order lines/external id|order_line/id|lignes de commande/id externe",),
        (TRIM,),
    ),
    # Orders with lines: the order's own id stands on all of them.
    Template(
        "key",
        (
            "id|external id|id externe|.id",
            (
                "order lines/product|order_line/product_id/id|order_line/product_id"
                "|lignes de commande/article"
            ),
        ),
        (TRIM, step("join", separator=" ")),
        whole=True,
    ),
    Template(
        "key",
        (
            (
                "id|external id|id externe|order lines/external id|order_line/id|"
                "lignes de commande/id externe|.id"
            ),
        ),
        (TRIM,),
    ),
    Template(
        "customer_key",
        (
            (
                "order_partner_id/id|order_id/partner_id/id|"
                "order reference/customer/external id|customer/external id|partner_id/id|"
                "client/id externe|order reference/customer|order_id/partner_id|"
                "order_partner_id|customer|client|partner_id"
            ),
        ),
        (NOTHING, TRIM),
    ),
    Template(
        "product_key",
        (
            (
                "product_id/id|product/external id|order_line/product_id/id|"
                "order lines/product/external id|article/id externe|"
                "product/internal reference|product_id/default_code|"
                "article/référence interne|product_id|product|article"
            ),
        ),
        (NOTHING, TRIM),
    ),
    Template(
        "product_key",
        ("order lines/product|order_line/product_id|lignes de commande/article",),
        # "[V0003] Bourgogne Aligoté 2021"
        (step("regex_extract", pattern=r"^\[([^\]]+)\]", otherwise="keep"),),
    ),
    Template(
        "sold_on",
        (
            (
                "order_id/date_order|order reference/order date|date_order|order date|"
                "date de la commande|date de commande|"
                "référence de la commande/date de la commande|create_date|created on"
            ),
        ),
        (MOMENT,),
    ),
    Template(
        "document",
        (
            (
                "order_id|order reference|référence de la commande|référence commande|"
                "order_id/name|name"
            ),
        ),
        (NOTHING, TRIM),
    ),
    Template(
        "quantity",
        (
            (
                "product_uom_qty|quantity|quantité|order lines/quantity|"
                "order_line/product_uom_qty|lignes de commande/quantité"
            ),
        ),
        (NUMBER,),
    ),
    Template(
        "unit",
        ("product_uom_id|product_uom|unit of measure|unité de mesure|unit|unité",),
        (NOTHING, TRIM),
    ),
    Template(
        "unit_price",
        (
            (
                "price_unit|unit price|prix unitaire|order lines/unit price|"
                "order_line/price_unit|lignes de commande/prix unitaire"
            ),
        ),
        (NUMBER,),
    ),
    Template("discount", ("discount|discount (%)|remise (%)|order_line/discount",), (NUMBER,)),
    Template(
        "amount",
        (
            (
                "price_subtotal|subtotal|sous-total|order lines/subtotal|"
                "order_line/price_subtotal|montant ht|tax excl."
            ),
        ),
        (NUMBER,),
    ),
    Template("cost", ("purchase_price/total",), (NUMBER,)),
    Template(
        "currency",
        ("currency_id|currency|devise|order_id/currency_id|currency_id/name",),
        (step("currency_code"),),
    ),
    Template(
        "channel",
        (
            (
                "order_id/channel|order_id/team_id|sales team|équipe commerciale|"
                "order reference/sales team|team_id"
            ),
        ),
        (NOTHING, TRIM),
    ),
    Template(
        "is_sale",
        (
            (
                "order_id/state|order reference/status|order reference/state|state|"
                "order status|status|référence de la commande/statut|statut de la commande|"
                "statut de commande|statut|état"
            ),
        ),
        sale_states.odoo_steps(),
    ),
    Template("changed_at", ("write_date|last updated on|dernière mise à jour le",), (MOMENT,)),
)
_STOCK = (
    Template("key", ("id|external id|id externe|.id",), (TRIM,)),
    Template(
        "product_key",
        (
            (
                "product_id/id|product/external id|product/internal reference|"
                "product_id/default_code|article/référence interne|product_id|product|"
                "article|produit"
            ),
        ),
        (NOTHING, TRIM),
    ),
    Template(
        "warehouse", ("location_id|location|emplacement|warehouse|entrepôt",), (NOTHING, TRIM)
    ),
    Template(
        "quantity",
        (
            (
                "quantity|inventory_quantity_auto_apply|on hand quantity|"
                "quantity on hand|quantité en stock|quantité|quantité disponible|"
                "qty_available"
            ),
        ),
        (NUMBER,),
    ),
    Template("reserved", ("reserved_quantity|reserved quantity|quantité réservée",), (NUMBER,)),
    Template(
        "counted_on",
        ("write_date|last updated on|dernière mise à jour le|inventory_date",),
        (MOMENT,),
    ),
)

TEMPLATES: Mapping[Entity, Sequence[Template]] = {
    Entity.CUSTOMER: _CUSTOMERS,
    Entity.PRODUCT: _PRODUCTS,
    Entity.SALE: _SALES,
    Entity.STOCK: _STOCK,
}
