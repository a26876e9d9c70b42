"""Words that say what a number is the number of."""

from __future__ import annotations

# Only right before a number: "l'ordre 71013", but "de l'ordre de 1500".
ORDER_ADJACENT = "ordre ordine bestellung auftrag encomenda achat compra purchase achats"
# Right before a number, or before "n°": this is an order.
ORDER = r"""
    comm?[ae]n?des? cmde? cmds? cmande comande comand commade cde cdes cmnd lcommande dcommande
    lcmd koman(?:d|de)? commmande orders? purchase bc pedidos? compra talab\w* talabiya الطلبيه
    الطلب طلب طلبيه طلبيتي طلبي للطلب للطلبيه بالطلب والطلب فالطلب فالطلبيه الطلبيات كوموند
    الكوموند فالكوموند الكوماند كوماند
"""
# These have numbers of their own: "facture 30551", "numéro de suivi : 10455".
OTHER = r"""
    factures? factura invoices? suivi tracking seguimiento expedition shipment devis quotes?
    tickets? transporteur clients? customer cliente articles? items? articulo modeles? model
    modelo series? serial serie lot batch code codes codigo agence agency siren siret ice iban
    isbn rcs tva vat nif cif adeli bordereau reference referencia job casier fidelite membre
    member adherent contrat contract police assurance sinistre immatriculation expediente multa
    (?:n[°o]?|numero|num)\s?(?:de\s+|du\s+)?colis colissimo chronopost dhl ups fedex tel gsm fax
    whatsapp identifiant receipts? recibo (?:cheque|carte|bon)[-\s]cadeau gift\scard id
    utilisateur user bp cs postcode postal cedex cp zip digicode interphone s/n sn ean sku imei
    ending(?:\sin)? finissant\spar (?:se\s)?terminant\spar terminada\sen
    rma sav transaction virement voucher coupon refs? poste parcelle caisse appartement apt appt
    hotline caso case devoluciones الفاتوره فاتوره التتبع تتبع الشحنه شحنه الهاتف هاتف هاتفي
    الارجاع الرمز رمز العميل الزبون nemra nmra
"""
# So have these, where "n°" or a colon says so: "retour n° 88120", but "retour 10412".
OTHER_NUMBERED = r"""
    retours? returns? avoirs? cartes? card tarjeta comptes? account cuenta recus? cheques? avis
    colis paiement payment telephone phone portable mobile dossier compte gift cadeau enquete
    sondage offre annonce refund rembt produits? product box relance
"""
# Between a label and its number.
JOINING = (
    r"n[°o]?|no|num(?:ero)?|number|nb|nr|núm|ref(?:erence)?|رقم|raqm|ra9m|dyal|ديال"
    r"|is|est|c'est|le|la|the|de|mon|ma|my|ids?|code|nro|nbr"
)
# Before a number of four digits: it is a year.
BEFORE_YEARS = r"""
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    january february march april may june july august september october november december
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    noel en fin debut depuis annee since in year promotion collection vers around
"""
# After a number: it counts or measures.
UNITS = r"""
    euros? eur € dh dhs dirhams? mad £ \$ dollars? livres pounds chf درهم kg g gr grammes? km cm
    mm ml cl litres? watts? mah tours rpm lecteurs abonnes followers subscribers seguidores
    personnes people clients? pieces? pcs articles unites exemplaires references points pts mots
    heures? min minutes jours? days? semaines? mois ans years? messages visiteurs pages fois times
    habitants m2 go gb mo salaries employes visites vues views %
"""
