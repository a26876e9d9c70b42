"""What columns of products, sales and stock are called; see :mod:`crm.mapping.suggest.headings`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PRODUCT: Mapping[str, str] = {
    "key": """
        code article | code produit | reference article | reference produit | id produit
        article id | product id | product code | reference | ref | code | numero | id | item
        item code | item number | artikelnummer | artikel nr | artikelnr | article
        numero article | cle | key | external id | id externe | produit id | product key
        id article | codice articolo | codigo articulo | variant id | code vin
        reference vin | handle | product reference""",
    "sku": """
        sku | ugs | code interne | internal reference | reference interne | default code
        part number | variant sku | reference fournisseur | code court | code wms | reference""",
    "name": """
        item description |

        weinname | nom du produit web |
        designation | nom | libelle | name | title | product name | nom produit
        nom du produit | post title | product title | bezeichnung | artikelbezeichnung
        intitule | item name | description courte | produit | vin | cuvee | nom du vin
        wine | wine name | nom article | denominazione | descripcion | libelle article
        product | nom de la cuvee | nome | nombre | designation article | descrizione | wein""",
    "category": """
        categorie | famille | category | categories | product category | type produit
        type de produit | product type | rayon | gruppe | warengruppe | famille article
        product categories | categ id | collection | type vin | type de vin | type
        categoria | sous famille | nature | genre""",
    "price_segment": """
        segment prix | gamme | gamme prix | gamme de prix | price segment | price range
        positionnement""",
    "list_price": """
        retail price |

        prix depart cave | prix caveau | preis netto |
        prix | price | prix ht | prix vente ht | prix de vente | prix vente | tarif
        tarif ht | list price | lst price | sales price | regular price | public price
        prix public | preis | vk | vk preis | prix unitaire ht | prix unitaire | prezzo
        precio | selling price | unit price | prix catalogue | prix particulier
        variant price | nettopreis | tarif particulier | prix ht eur | verkaufspreis""",
    "list_price.tax": """
        preis brutto | prix depart cave ttc | prix caveau ttc | prix particulier ttc |
        prix ttc | prix vente ttc | tarif ttc | prix public ttc | prix unitaire ttc
        price incl tax | bruttopreis""",
    "cost_price": """
        cout achat | cout de production |
        prix achat | prix de revient | prix revient | cout | cost | cost price
        standard price | cost per item | prix achat ht | cout unitaire | ek | ek preis
        einkaufspreis | prix de revient unitaire | purchase price | costo | coste
        wholesale price | cout de revient | pmp | pump | cump""",
    "currency": """
        devise | currency | monnaie | wahrung | valuta | moneda | currency id | code devise""",
    "unit": """
        unite | unit | unite de vente | unit of measure | uom | uom id | einheit
        conditionnement de vente | unite vente""",
    "bottles": """
        contenance | volume | format | capacite | size | bottle size | inhalt | taille
        flaconnage | cl | centilitres | formato | bouteille | volume cl | contenance cl
        flasche | capacity | contenant | volume nominal | flaschengrosse""",
    # Where it says a size: "carton de 6"; a bare number is of something else.
    "bottles.packing": "conditionnement | colisage | packaging | packing | emballage | pack",
    "barcode": """
        upc code |

        code barre | code barres | ean | ean13 | ean 13 | gencod | gencode | barcode | gtin
        code ean | upc | variant barcode | codebarre | codebarres | strichcode | ean code
        codice a barre | code ean13 | code barres ean | gtin13 | codigo de barras""",
    "description": """
        description | descriptif | post content | body html | long description
        beschreibung | texte | description longue | notes de degustation
        note de degustation | commentaire de degustation | tasting notes | short description
        sales description | post excerpt | commentaire | body | presentation | texte web
        fiche | content""",
    "is_active": """
        actif | active | en vente | published | publie | status | statut | visible
        onsale web | on sale web | en ligne | disponible a la vente | vente web | enabled
        aktiv | is active | sale ok | commercialise | web | etat | dispo | disponible | activo""",
    "is_active.not": """
        archive | inactif | en sommeil | supprime | arrete | discontinued | archived
        bloque | sommeil""",
    "changed_at": """
        date modification | modified | updated at | last modified | write date
        last updated on | date maj | post modified | derniere modification | modifie le
        post modified gmt""",
    "grape_varieties": """
        cepage | cepages | encepagement | grape | grapes | grape variety | grape varieties
        rebsorte | rebsorten | vitigno | uve | variedad | variedades | assemblage | varietal
        cepage s | uva""",
    "aromas": """
        arome | aromes | aromas | nez | bouquet | aroma | notes aromatiques
        profil aromatique""",
    "vintage": """
        millesime | vintage | annee | jahrgang | annata | anada | year | annee de recolte
        recolte | cosecha | millesim""",
    "region": """
        region | vignoble | region viticole | wine region | anbaugebiet | regione
        bassin viticole | provenance | origine""",
    "appellation": """
        appellation | aoc | aop | aoc aop | denomination | appellation origine
        denominazione | igp | appellation controlee""",
    "colour": "couleur | color | colour | farbe | colore | robe | weinfarbe | couleur vin",
    "alcohol": """
        alkoholgehalt vol | degre alcoolique vol | alcool vol |
        degre | alcool | degre alcool | alcohol | abv | tav | titre alcoometrique | alkohol
        alkoholgehalt | alcohol volume | vol | degre alcoolique | alcool vol
        titre alcoometrique volumique | taux alcool | gradazione | grado | tavv
        teneur en alcool | alcohol content""",
    "body": "corps | body | structure | puissance | korper | corpo",
    "tannins": "tanins | tannins | tanin | tannin | tannine | tannini",
    "sugar": """
        sucre | sucres | sugar | dosage | sucrosite | sucre residuel | residual sugar
        restzucker | sucres residuels | zucchero""",
    "-": """
        tva | taux tva | tax | code tva | taxe | stock | quantite | quantity on hand
        stock quantity | poids | weight | image | images | url | slug | post name
        permalink | fournisseur | supplier | vendor | date creation | created at | longueur
        sold individually
        largeur | hauteur | ventes | sales | id parent | parent | position | tags
        code douane | nomenclature | meta title | meta description | conditionnement
        colisage | pcb | units per case | total sales | tax class | tax status
        stock status | backorders | seuil alerte | stock mini | marge | remise | seo title
        post status | post type | post date | featured | menu order | sale price
        prix promo | prix barre | compare at price | inventory qty | poids net | droits
        accises | crd | average rating | rating count | rating value | virtual
        downloadable | guid | comment status | emplacement | bouteilles par carton
        nombre de bouteilles | uvc | garde | temperature | accords | mets | cote | note""",
}

SALE: Mapping[str, str] = {
    "key": """
        order item | item id |
        numero ligne | id ligne | ligne | line id | line number | cle | key | id
        external id | id externe | no ligne | line | numero de ligne | ligne id
        identifiant ligne | line item id | order line id | zeile | order item id | line key
        id ligne facture | reference ligne | rowid""",
    "customer_key": """
        member id |

        code client | numero client | reference client | id client | client id
        compte client | compte tiers | customer id | customer code | customer number
        customer no | kundennummer | kunden nr | kundennr | code tiers | customer key
        numero tiers | order partner id | partner id | debitor | customer ref | id contact
        account number | code du client | codice cliente | codigo cliente | user id""",
    "customer_key.name": """
        client | customer | nom client | customer name | tiers | acheteur | kunde
        raison sociale | nom du client | partner""",
    "customer_key.email": """
        email | email client | customer email | billing email | mail client | courriel""",
    "product_key": """
        code article | code produit | reference article | reference produit | reference
        article id | product id | product code | sku | item code | artikelnummer
        artikel nr | artikelnr | ref | id produit | lineitem sku | product key | code vin
        item number | article | product internal reference | ugs | numero article
        id article | lineitem id | code art | codice articolo | codigo articulo | ean
        gencod | code barre""",
    "product_key.name": """
        produit | product | designation | libelle | lineitem name | item name | product name
        description | item | vin | cuvee | bezeichnung | libelle article | nom produit
        nom du produit""",
    "sold_on": """
        date | date facture | date vente | date commande | date piece | order date
        invoice date | date document | datum | sold on | sale date | date de facture
        date de vente | date de commande | rechnungsdatum | bestelldatum | fecha | data
        date order | created at | date mouvement | date operation | date ticket | jour
        date de piece | belegdatum | date bl | transaction date | date ecriture
        date created""",
    "document": """
        beleg nr | beleg |
        numero facture | facture | numero piece | piece | numero document | document
        invoice | invoice number | order | numero commande | commande | order number
        order id | order name | rechnungsnummer | numero ticket | ticket | numero bl
        reference commande | order reference | belegnummer | reference piece | id commande
        transaction id | numero transaction | numero de transaction | receipt number
        numero recu | invoice no | numero de facture | numero de commande | bestellnummer
        numero cde | rechnung | name | reference facture | rechnungsnr | factura""",
    "quantity": """
        units sold |

        quantite | quantity | nombre | menge | anzahl | cantidad | quantita
        quantite vendue | nombre bouteilles | lineitem quantity | product uom qty
        quantite facturee | nombre de bouteilles | units | bouteilles | volume | qty sold
        qty ordered | nombre de cols | cols | quantite commandee | quantite livree
        item quantity""",
    "unit": """
        unite | unit | conditionnement | format | uom | unit of measure | einheit
        unite de vente | contenance""",
    "unit_price": """
        vk netto | vk preis |
        prix unitaire | prix unitaire ht | prix ht | unit price | price unit | prix | price
        prix vente ht | einzelpreis | lineitem price | tarif | prix net | prix unitaire net
        prix net ht | prix vente | stuckpreis | precio unitario | item price
        prezzo unitario | item cost | prix bouteille | prix unitaire net ht | preis""",
    "discount": """
        remise | discount | remise pourcent | taux remise | rabatt | sconto | descuento
        reduction | remise ligne | discount percent | rabais""",
    "amount": """
        net sales |

        row total | netto betrag |
        montant | montant ht | total ht | total | amount | line total | subtotal
        sous total | price subtotal | net amount | montant net | montant net ht | ca ht
        betrag | nettobetrag | total ligne | montant ligne | valeur | gesamtpreis
        total net | total hors taxe | ca | chiffre affaires | montant hors taxe | net ht
        montant total ht | line subtotal | umsatz | importe | total line | netto
        total ligne ht | summe | gesamt | importo""",
    "cost": """
        cout | cost | cout total | prix revient | prix de revient | cout revient
        total cost | prix achat total | cogs""",
    "currency": """
        devise | currency | monnaie | wahrung | valuta | moneda | currency id | code devise""",
    "channel": """
        location |

        store | circuit distribution | shop |
        canal | channel | canal de vente | circuit | source | origine | point de vente
        sales channel | circuit de vente | mode de vente | magasin | boutique
        origine vente | vertriebskanal | site | source name | lieu de vente | caisse | kanal
        canal distribution | type de vente""",
    "is_sale": """
        statut | status | etat | type piece | type de piece | type document | type de document
        nature piece | nature document | statut commande | statut de la commande | etat commande
        etat de la commande | order status | order state | statut document | statut piece
        etat piece | etat document | statut facture | document type | state | belegart
        bestellstatus | stato | estado""",
    "changed_at": """
        date modification | modified | updated at | last modified | write date
        last updated on""",
    "-": """
        tva | taux tva | montant tva | montant ttc | total ttc | prix ttc
        prix unitaire ttc | tax | taxe | echeance | date echeance | date livraison
        reglement | mode reglement | mode de paiement | payment method | vendeur
        representant | commercial | type piece | type document | type | statut | status
        etat | marge | margin | poids | frais de port | port | shipping | acompte | email 2
        ville | pays | code postal | adresse | telephone | millesime | couleur | appellation
        famille | categorie | paid at | financial status | fulfillment status | notes
        commentaire | depot | entrepot | discount code | code promo | due date | price total
        total tax | lineitem requires shipping | price tax | billing name | shipping name
        lineitem discount
        subtotal order | taxes | discount amount | montant remise | refunded amount | mwst
        payment status | lot | degre | conditionne""",
}

STOCK: Mapping[str, str] = {
    "key": "cle | key | external id | id externe | id ligne | id",
    "product_key": f"{SALE['product_key']} | reference interne | code | default code | produit id",
    "product_key.name": f"{SALE['product_key.name']} | nom",
    "warehouse": """
        warehouse name | nom depot |
        depot | entrepot | emplacement | warehouse | location | lieu | chai | lager
        magasin | site | stock location | cave | lagerort | location id | almacen
        magazzino | zone | boutique | lieu de stockage""",
    "quantity": """
        quantite | quantity | stock | stock reel | stock physique | quantite en stock
        on hand | quantity on hand | bestand | qty on hand | nombre | qty available
        stock quantity | inventory quantity | stock actuel | en stock | quantite stock
        stock final | nombre de bouteilles | bouteilles | menge | giacenza | existencias
        lagerbestand | available quantity | available | qte physique | quantite reelle
        quantite inventoriee""",
    "reserved": """
        reserve | reserves | quantite reservee | reserved | reserved quantity
        stock reserve | alloue | allocated | commande client | reserviert | committed
        qte reservee""",
    "counted_on": """
        date inventaire | inventorie le | counted on | date stock | date | inventory date
        date comptage | stichtag | date d inventaire | date de stock | last count | au
        date maj | as of | inventurdatum | derniere mise a jour""",
    "-": """
        stock mini | seuil | designation longue | pmp | valeur | valeur stock | value | lot
        dluo | unite | unit | prix | stock disponible | stock theorique | a recevoir
        en commande | incoming""",
}
