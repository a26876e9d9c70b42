"""iSaVigne's exports, by the headings that cellars give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.mapping.builtin.templates import Template, step
from crm.models import Entity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TRIM = step("trim")
NOTHING = step("null_to_empty")
# "Pinot Noir 100%", "60 % Grenache", "Syrah (40%)" without the share.
WITHOUT_SHARE = step(
    "regex_extract",
    pattern=(
        r"^(?:[0-9]+(?:[.,][0-9]+)? ?% ?(?:de )?)?([^\s0-9%(].*?)"
        r"(?:[ :(]*[0-9]+(?:[.,][0-9]+)? ?%\)?)?$"
    ),
)
NO_VINTAGE = step(
    "null_to_empty", also="NM, N.M., SA, S.A., NV, N.V., non millésimé, sans année, multi, 0, 0000"
)
COLOURS = step(
    "map_values",
    table={
        "blc": "Blanc", "bl": "Blanc", "b": "Blanc", "white": "Blanc", "weiss": "Blanc",
        "rge": "Rouge", "rg": "Rouge", "r": "Rouge", "red": "Rouge", "rot": "Rouge",
        "rse": "Rosé", "rs": "Rosé", "rose": "Rosé", "rosé": "Rosé",
        "blanc": "Blanc", "rouge": "Rouge", "eff": "Effervescent", "effervescent": "Effervescent",
        "blanche": "Blanc", "blancs": "Blanc", "rouges": "Rouge", "rosés": "Rosé",
    },
)  # fmt: skip
CODE_CLIENT = (
    "code client|code_client|n° client|no client|num client|numéro client|réf client|ref client"
    "|référence client|id client|client id|compte client|code tiers"
)
CODE_ARTICLE = (
    "code article|code_article|code produit|produit_key|réf article|ref article|référence article"
    "|référence|référence produit|réf produit|id article|article|code art"
)

_CUSTOMERS = (
    Template("key", (f"{CODE_CLIENT}|code",), (TRIM,)),
    Template(
        "name",
        ("prénom|prenom", "nom|nom client|nom de famille"),
        (NOTHING, TRIM, step("join"), step("capitalize")),
    ),
    Template("company", ("raison sociale|société|societe|entreprise|enseigne",), (NOTHING, TRIM)),
    Template(
        "email",
        ("e-mail|email|mail|adresse mail|adresse e-mail|courriel", "e-mail 2|email 2|mail 2"),
        (NOTHING, step("parse_email"), step("collect")),
    ),
    Template(
        "phone",
        (
            "portable|mobile|tél portable|téléphone portable|téléphone mobile|gsm",
            "téléphone|telephone|tél|tel|téléphone fixe|tél fixe|téléphone 1|tél domicile",
            "téléphone 2|tél 2|tél bureau|tél professionnel",
        ),
        (NOTHING, step("parse_phone"), step("collect")),
    ),
    Template(
        "address",
        (
            "adresse 1|adresse|adresse1|rue|adresse ligne 1",
            "adresse 2|adresse2|complément|complément d'adresse|adresse ligne 2",
            "adresse 3|adresse3|lieu-dit",
        ),
        (NOTHING, TRIM, step("join", separator=", ")),
    ),
    Template(
        "postal_code", ("code postal|cp|code_postal", "pays|code pays"), (step("postal_code"),)
    ),
    Template("city", ("ville|localité|commune",), (NOTHING, TRIM, step("capitalize"))),
    Template("country", ("pays|code pays",), (NOTHING, step("country_code"))),
    Template("language", ("langue",), (NOTHING, step("language_code"))),
    Template(
        "segment",
        ("catégorie|categorie|type client|catégorie client|famille client|famille|segment",),
        (NOTHING, TRIM, step("capitalize")),
    ),
    Template(
        "consent_email",
        (
            (
                "newsletter|optin email|optin mail|accepte mailing|e-mailing|emailing|"
                "mailing|opt-in email|opt-in"
            ),
        ),
        (step("parse_boolean"),),
    ),
    Template("consent_sms", ("optin sms|sms|accepte sms|opt-in sms",), (step("parse_boolean"),)),
    Template(
        "consent_phone",
        ("optin téléphone|accepte appels|démarchage|opt-in téléphone",),
        (step("parse_boolean"),),
    ),
    Template(
        "notes",
        ("observations|observation|remarques|commentaire|commentaires|notes|mémo",),
        (TRIM,),
    ),
    Template("is_active", ("actif|active",), (step("parse_boolean"),)),
    Template(
        "is_active", ("archivé|inactif|bloqué|supprimé",), (step("parse_boolean", inverted=True),)
    ),
    Template(
        "created_on",
        ("date création|date de création|créé le|client depuis|date creation",),
        (NOTHING, step("parse_date")),
    ),
    Template(
        "changed_at",
        ("date modification|date de modification|modifié le|dernière modification",),
        (NOTHING, step("parse_moment")),
    ),
)
_PRODUCTS = (
    Template("key", (f"{CODE_ARTICLE}|code",), (TRIM,)),
    Template(
        "name",
        ("désignation|designation|libellé|libelle|nom|nom du produit|libellé article",),
        (NOTHING, TRIM),
    ),
    Template("category", ("famille|catégorie|famille article|sous-famille",), (NOTHING, TRIM)),
    Template("price_segment", ("gamme|segment prix|gamme de prix",), (NOTHING, TRIM)),
    Template(
        "list_price",
        (
            (
                "prix ht|prix de vente ht|pv ht|tarif ht|prix unitaire ht|pu ht|"
                "prix vente ht|tarif|prix ttc|pv ttc|prix"
            ),
        ),
        (NOTHING, step("parse_currency")),
    ),
    Template(
        "cost_price",
        ("prix de revient|prix revient|pr ht|prix d'achat|prix achat ht|pa ht|coût",),
        (NOTHING, step("parse_currency")),
    ),
    Template("currency", ("devise",), (NOTHING, step("currency_code"))),
    Template("unit", ("unité|unité de vente|unite",), (NOTHING, TRIM)),
    Template("bottles", ("contenance|format|volume|cont",), (NOTHING, step("bottle_equivalent"))),
    Template(
        "barcode",
        ("code ean|ean|ean13|gencod|gencode|code barre|code barres|code-barres",),
        (NOTHING, step("remove_special_chars", keep="")),
    ),
    Template(
        "description",
        ("description|commentaire|notes de dégustation|descriptif",),
        (step("strip_html"),),
    ),
    Template("is_active", ("actif|active|en vente",), (step("parse_boolean"),)),
    Template(
        "grape_varieties",
        ("cépages|cépage|cepages|cepage|encépagement",),
        (NOTHING, step("split", separator=", ; / +"), WITHOUT_SHARE, step("capitalize")),
    ),
    Template("aromas", ("arômes|aromes|arome",), (NOTHING, step("split", separator=", ; /"), TRIM)),
    Template("vintage", ("millésime|millesime|mill|année",), (NO_VINTAGE, step("parse_integer"))),
    Template("region", ("région|region|vignoble",), (NOTHING, TRIM)),
    Template("appellation", ("appellation|aoc|aop|appellation contrôlée",), (NOTHING, TRIM)),
    Template("colour", ("couleur|color",), (NOTHING, TRIM, COLOURS)),
    Template(
        "alcohol",
        ("degré|degre|degré alcool|alcool|tav|titre alcoométrique|% vol",),
        (NOTHING, step("parse_decimal")),
    ),
    Template("body", ("corps",), (NOTHING, TRIM)),
    Template("tannins", ("tanins|tannins",), (NOTHING, TRIM)),
    Template("sugar", ("sucre|sucrosité|dosage|sucre résiduel",), (NOTHING, TRIM)),
)
_SALES = (
    Template(
        "key",
        ("n° ligne|num_ligne|numéro ligne|id ligne|no ligne|num ligne|numéro de ligne",),
        (TRIM,),
    ),
    Template("customer_key", (CODE_CLIENT,), (NOTHING, TRIM)),
    Template("product_key", (CODE_ARTICLE,), (NOTHING, TRIM)),
    Template(
        "sold_on",
        (
            (
                "date pièce|date|date facture|date vente|date document|date de pièce|"
                "date commande|date de facture"
            ),
        ),
        (NOTHING, step("parse_date")),
    ),
    Template(
        "document",
        ("n° pièce|numéro pièce|n° facture|pièce|facture|n° document|num pièce|no pièce",),
        (NOTHING, TRIM),
    ),
    Template(
        "quantity", ("quantité|quantite|qté|qte|qté vendue",), (NOTHING, step("parse_decimal"))
    ),
    Template("unit", ("unité|unite|conditionnement",), (NOTHING, TRIM)),
    Template(
        "bottles",
        ("quantité|quantite|qté|qte", "unité|unite|conditionnement"),
        (step("bottles_sold"),),
        whole=True,
    ),
    Template(
        "unit_price",
        ("pu ht|p.u. ht|prix unitaire ht|prix_unitaire|prix unitaire|prix ht|pu",),
        (NOTHING, step("parse_currency")),
    ),
    Template(
        "discount",
        ("remise %|remise|taux remise|% remise|remise (%)",),
        (NOTHING, step("parse_decimal")),
    ),
    Template(
        "amount",
        ("montant ht|total ht|montant ligne ht|net ht|montant net ht|ca ht",),
        (NOTHING, step("parse_currency")),
    ),
    Template(
        "cost", ("coût|prix de revient total|montant revient",), (NOTHING, step("parse_currency"))
    ),
    Template("currency", ("devise",), (NOTHING, step("currency_code"))),
    Template("channel", ("canal|canal de vente|circuit|origine|mode de vente",), (NOTHING, TRIM)),
)
_STOCK = (
    Template("product_key", (CODE_ARTICLE,), (NOTHING, TRIM)),
    Template("warehouse", ("dépôt|depot|entrepôt|emplacement|chai|lieu",), (NOTHING, TRIM)),
    Template(
        "quantity",
        ("quantité|quantite|qté|stock|stock réel|qté en stock|stock physique",),
        (NOTHING, step("parse_decimal")),
    ),
    Template(
        "reserved",
        ("réservé|qté réservée|quantité réservée|stock réservé",),
        (NOTHING, step("parse_decimal")),
    ),
    Template(
        "counted_on",
        ("date inventaire|date d'inventaire|inventorié le|date stock|date",),
        (NOTHING, step("parse_date")),
    ),
)

TEMPLATES: Mapping[Entity, Sequence[Template]] = {
    Entity.CUSTOMER: _CUSTOMERS,
    Entity.PRODUCT: _PRODUCTS,
    Entity.SALE: _SALES,
    Entity.STOCK: _STOCK,
}
