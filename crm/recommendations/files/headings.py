"""What the columns are called, in French and in English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.text import word_set, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def _called(names: str) -> tuple[str, ...]:
    return tuple(names.split())


# Folded and without signs; keys come before names, and what is sure before what is likely.
PURCHASES: Mapping[str, tuple[str, ...]] = {
    "customer": _called(
        "customerid clientid idcustomer idclient codeclient clientcode customercode numeroclient"
        " numclient noclient nclient customernumber customerno customerkey refclient"
        " referenceclient customerref custid custno userid iduser householdkey householdid"
        " household memberid membernumber member buyerid shopperid visitorid cardid carte"
        " customer client cust user acheteur buyer shopper membre adherent"
        " customeruniqueid email courriel mail customeremail emailclient mailclient"
        " customername nomclient clientname nomduclient"
    ),
    "product": _called(
        "productid idproduct idproduit produitid codeproduit produitcode productcode refproduit"
        " referenceproduit productref productreference articleid idarticle codearticle refarticle"
        " referencearticle articleno numarticle numeroarticle sku skuid codesku stockcode itemid"
        " iditem itemcode itemno itemnumber ean ean13 gtin upc asin codebarre barcode"
        " reference ref produit product article item cuvee vin wine productname nomproduit"
        " nomduproduit itemname itemdescription productdescription designation libelle"
        " libelleproduit libellearticle description"
    ),
    "date": _called(
        "date datecommande commandedate dateachat datedachat datevente datedevente datefacture"
        " datefacturation datedecommande datedefacture orderdate invoicedate purchasedate"
        " saledate salesdate transactiondate dateofpurchase dateoforder datetransaction"
        " datelivraison jour day orderday datetime dateheure datetimestamp orderdatetime"
        " transactiontime purchasetime ordertime orderedat orderedon purchasedat purchasedon"
        " boughton soldon createdat creele orderpurchasetimestamp timestamp time tdat"
    ),
    "quantity": _called(
        "quantity qty qte quantite quantities quantites quantitevendue quantiteachetee"
        " quantitecommandee qtevendue qteachetee qtecommandee qtefacturee quantitefacturee"
        " quantitysold soldquantity salesquantity salesqty orderquantity orderqty"
        " quantityordered qtyordered itemquantity units unites unitssold nombre nb"
        " nbbouteilles nombredebouteilles bouteilles bottles pieces count"
    ),
}
PRODUCTS: Mapping[str, tuple[str, ...]] = {
    "product": PURCHASES["product"],
    "name": _called(
        "name nom productname nomproduit nomduproduit title titre designation libelle description"
        " itemname label"
    ),
    "family": _called(
        "family famille category categorie productcategory categorieproduit categoryname"
        " department rayon type typeproduit producttype couleur colour color"
    ),
    "price": _called(
        "price prix unitprice prixunitaire pu prixttc prixht pvttc listprice tarif"
        " sellingprice prixdevente"
    ),
}
# Read as lists of words: "Riesling, Sylvaner".
WORDS: Mapping[str, frozenset[str]] = {
    "grapes": word_set("grape grapes cepage cepages variety varietal"),
    "region": word_set("region vignoble origin origine country pays"),
    "appellation": word_set("appellation aoc aop appellationdorigine"),
    "aromas": word_set("aroma aromas arome aromes tags motscles keywords"),
    "colour": word_set("couleur colour color"),
    "text": word_set("text texte description longdescription commentaire notes"),
}


# What a heading has to speak of, and which words may stand beside that: "CustKey", "Code art.".
_KEYS = word_set(
    "id ids key code no num nr nbr number numero n ref reference sk uid uuid cle de du d l"
)
_OCCASIONS = word_set(
    "order invoice purchase sale sales transaction shipping delivery commande facture achat vente"
    " livraison facturation cde de d la du utc local iso"
)
_AMOUNTS = word_set(
    "order ordered sold sales shipped delivered invoiced purchased total net livree livrees livre"
    " commandee commandees commande vendue vendues facturee facturees achetee achetees expediee"
    " expediees cdee cde nette de d en article produit line ligne of items item"
)
_LIKELY: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "customer": (
        word_set("customer customers client clients cust cli acheteur buyer member account compte"),
        _KEYS,
    ),
    "product": (
        word_set(
            "product products produit produits prod article articles art item items stock sku"
        ),
        _KEYS,
    ),
    "date": (word_set("date dates dt jour day"), _OCCASIONS),
    "quantity": (
        word_set(
            "quantity quantities qty qte qtes quantite quantites unites units bottles bouteilles"
        ),
        _AMOUNTS,
    ),
}
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain(heading: str) -> str:
    """As the names above are written."""
    return "".join(words(heading))


def found(headings: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The place of each column that is there; a column serves once.

    By its whole name, else by the words that it is made of.
    """
    names = [plain(heading) for heading in headings]
    places: dict[str, int] = {}
    for column, called in known.items():
        for name in called:
            if name in names and names.index(name) not in places.values():
                places[column] = names.index(name)
                break
    for column in known:
        likely = (place for place, one in enumerate(headings) if _is_likely(one, column))
        left = [place for place in likely if place not in places.values()]
        if column not in places and left:
            places[column] = left[0]
    return places


def _is_likely(heading: str, column: str) -> bool:
    subjects, beside = _LIKELY.get(column, (frozenset(), frozenset()))
    said = set(words(_HUMP.sub(" ", heading)))
    return bool(said & subjects) and said <= subjects | beside


def required(
    headings: Sequence[str], known: Mapping[str, Sequence[str]], needed: Sequence[str], file: str
) -> dict[str, int]:
    """As :func:`found`; raises DomainError ``missing_column`` that names the one to add."""
    places = found(headings, known)
    for column in needed:
        if column not in places:
            sentence = _(
                "“%(file)s” has no column “%(column)s”; it has: %(columns)s. Call a column"
                " “%(column)s” (or %(others)s)."
            )
            told = {
                "file": file,
                "column": column,
                "columns": ", ".join(headings)[:300],
                "others": ", ".join(f"“{name}”" for name in _EXAMPLES[column]),
            }
            raise DomainError(sentence % told, code="missing_column", field=column)
    return places


_EXAMPLES = {
    "customer": ("client", "customer_id"),
    "product": ("produit", "sku"),
    "date": ("date_commande", "InvoiceDate"),
}
