"""What the columns of other tools are called: the one place to add a heading.

By entity and slot. A slot is a field, or one of several columns that make a field ("name.first");
its names stand between "|" or line ends, in any case, with or without accents. Slots that begin
with "-" are columns that look like one of ours and are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import Entity

if TYPE_CHECKING:
    from collections.abc import Mapping

# Words that are written short, whole; compared that way.
SHORT: Mapping[str, str] = {
    "tel": "telephone", "phone": "telephone", "telefon": "telephone", "telefono": "telephone",
    "port": "portable", "mob": "mobile", "qte": "quantite", "qty": "quantity", "qt": "quantite",
    "qtes": "quantite", "ref": "reference", "refs": "reference", "no": "numero", "num": "numero",
    "n": "numero", "nr": "numero", "nbr": "nombre", "nb": "nombre", "art": "article",
    "prod": "produit", "cli": "client", "clt": "client", "cust": "customer", "desig": "designation",
    "mt": "montant", "mnt": "montant", "mtt": "montant", "px": "prix", "pu": "prix unitaire",
    "puht": "prix unitaire ht", "puttc": "prix unitaire ttc", "pv": "prix vente",
    "pvht": "prix vente ht", "pvttc": "prix vente ttc", "pa": "prix achat", "pr": "prix revient",
    "mill": "millesime", "cont": "contenance", "appel": "appellation", "coul": "couleur",
    "cep": "cepage", "cat": "categorie", "fam": "famille", "adr": "adresse", "addr": "address",
    "mail": "email", "mel": "email", "courriel": "email", "cp": "code postal", "comm": "commentaire",
    "obs": "observations", "rem": "remise", "cde": "commande", "cmd": "commande", "fact": "facture",
    "liv": "livraison", "vte": "vente", "soc": "societe", "ste": "societe", "rs": "raison sociale",
    "dt": "date", "crea": "creation", "deg": "degre", "alc": "alcool", "dep": "depot",
    "emplt": "emplacement", "lib": "libelle", "libell": "libelle", "mob.": "mobile",
    "prenoms": "prenom", "emails": "email", "telephones": "telephone", "hors": "ht",
}  # fmt: skip
# Words that say nothing about which field it is.
EMPTY_WORDS = frozenset(
    [
        "de", "du", "des", "la", "le", "les", "l", "d", "the", "of", "der", "die", "das", "del",
        "principal", "principale", "main", "primary", "billing", "facturation", "factu", "en",
        "eur", "euro", "euros", "a", "au", "1", "field", "champ",
        "value", "valeur", "pourcent",
    ]
)  # fmt: skip

CUSTOMER: Mapping[str, str] = {
    "key": """
        code client | numero client | reference client | id client | client id
        compte client | client code | code | id | identifiant | customer id | customer code
        customer number | customer no | kundennummer | kunden nr | kundennr | debitor
        code tiers | numero tiers | compte tiers | tiers | cle | key | external id
        id externe | contact id | account id | account number | customer key | source key
        codice cliente | codigo cliente | numero | numero adherent | numero de compte
        matricule | reference | uid | client ref | user id | id contact | compte""",
    "name": """
        nom complet | nom prenom | nom et prenom | prenom nom | full name | name
        display name | contact | nom client | customer name | client | nom du client
        intitule | contact name | nom contact | kunde | nome completo | nom usuel
        destinataire | nom ou raison sociale | interlocuteur""",
    "name.first": """
        prenom | first name | firstname | given name | vorname | nombre | billing first name
        fname | prenom contact | prenom client | nome""",
    "name.last": """
        nom | last name | lastname | surname | family name | nachname | nom de famille
        apellido | apellidos | cognome | billing last name | lname | nom patronymique
        familienname""",
    "company": """
        societe | raison sociale | entreprise | company | company name | organisation
        organization | firma | azienda | empresa | etablissement | enseigne | nom societe
        nom entreprise | billing company | business name | denomination
        denomination sociale | structure | employer | account name | firmenname
        nom commercial | nom etablissement | ragione sociale""",
    "email": """
        email | e mail | mail | adresse email | adresse mail | courriel | email address
        billing email | e mail adresse | correo | correo electronico | indirizzo email
        adresse electronique | email client | mail client | email 1 | mail contact
        adresse de messagerie | email contact | posta elettronica""",
    "email.more": """
        email 2 | mail 2 | autre email | email secondaire | secondary email | email pro
        email perso""",
    "phone": """
        telephone | phone number | telephone fixe | fixe | phone | billing phone
        telefonnummer | telephone 1 | numero de telephone | tel domicile | tel fixe
        telefono | rufnummer | home phone | contact phone | tel client | teléfono fijo
        work phone | business phone | telephone principal""",
    "phone.mobile": """
        portable | mobile | telephone portable | tel portable | telephone mobile | gsm
        mobile phone | cell | cell phone | handy | movil | cellulare | mobil | mobilnummer
        numero portable | smartphone | mobile number""",
    "phone.more": """
        telephone 2 | tel 2 | autre telephone | telephone bureau | tel pro
        telephone professionnel | tel travail | phone 2 | other phone | portable 2
        sms number | telephone contact""",
    "address": """
        adresse | address | adresse 1 | address 1 | rue | street | strasse | adresse ligne 1
        address line 1 | billing address 1 | adresse postale | voie | adresse facturation
        direccion | indirizzo | numero et rue | street address | adr1 | anschrift
        adresse client | address1 | adresse1 | calle | via""",
    "address.2": """
        adresse 2 | address 2 | complement | complement adresse | address line 2 | street 2
        street2 | adresse ligne 2 | billing address 2 | batiment | adresse2 | address2
        adresse suite | adresszusatz""",
    "address.3": "adresse 3 | lieu dit | lieudit | adresse ligne 3 | adresse3 | address 3 | bp",
    "postal_code": """
        code postal | postal code | zip | zip code | zipcode | postcode | plz | postleitzahl
        cap | codigo postal | billing postcode | code post | cpostal | npa | post code""",
    "city": """
        ville | city | localite | commune | town | ort | stadt | citta | ciudad
        billing city | bureau distributeur | wohnort | poblacion | localidad | localita""",
    "country": """
        pays | country | land | paese | pais | code pays | country code | billing country
        country name | country id""",
    "language": "langue | language | lang | sprache | lingua | idioma | locale | langue client",
    "segment": """
        categorie | segment | type client | type de client | customer type | groupe | group
        customer group | categorie client | famille client | type | classe | kundengruppe
        tags | profil | typologie | etiquettes | famille tarifaire | categorie tarifaire
        categorie tarif""",
    "consent_email": """
        newsletter | optin | opt in | opt in email | optin email | accepte newsletter
        accepts marketing | emailing | mailing | accepte emailing | email optin
        abonne newsletter | consentement email | email marketing | accepts email marketing
        inscrit newsletter | subscribed | marketing | consent email | rgpd | consentement
        abonne | accepte mailing""",
    "consent_email.not": """
        opt out | optout | stop email | stop mailing | desabonne | unsubscribed
        email opt out | refus email | ne pas contacter | is blacklisted | opposition mailing
        desinscrit | stop pub""",
    "consent_sms": """
        sms | optin sms | opt in sms | accepte sms | accepts sms marketing
        consentement sms | sms marketing""",
    "consent_sms.not": "stop sms | opt out sms | refus sms | optout sms",
    "consent_phone": """
        accepte appels | optin telephone | optin tel | consentement telephone
        demarchage accepte | may be called""",
    "consent_phone.not": """
        bloctel | refus appels | ne pas appeler | do not call | opposition telephone
        liste rouge""",
    "notes": """
        notes | note | observations | observation | commentaire | commentaires | remarques
        remarque | comments | comment | memo | bemerkung | bemerkungen | informations
        infos | notizen | note interne | divers""",
    "is_active": """
        actif | active | en activite | statut actif | enabled | is active | aktiv | activo
        attivo""",
    "is_active.not": """
        archive | inactif | bloque | supprime | en sommeil | disabled | archived | deleted
        gesperrt""",
    "created_on": """
        date creation | created | created at | creation date | date de creation | cree le
        client depuis | created on | registered | date inscription | inscrit le
        customer since | premiere commande | date ajout | date entree | angelegt am
        create date | signup date | date d inscription | date added | kunde seit""",
    "changed_at": """
        date modification | modified | updated at | last modified | modifie le
        derniere modification | write date | last updated on | date maj | mis a jour le
        derniere mise a jour le | date de mise a jour""",
    "-": """
        fax | telecopie | siret | siren | tva | numero tva | tva intracommunautaire | vat
        tax id | vat number | naf | ape | date de naissance | naissance | birthday
        birth date | civilite | titre | title | salutation | anrede | solde | encours | ca
        ca total | chiffre affaires | total depense | total spent | orders
        nombre commandes | code naf | derniere commande | date derniere commande
        last order | last order date | representant | commercial | vendeur | mode reglement
        reglement | iban | bic | rib | remise | code tarif | zone | region | departement
        province | state | etat | site web | website | url | facebook | instagram | latitude
        longitude | points | points fidelite | date anniversaire | genre | sexe | gender
        age | customer rank | etat civil | numero rue | ca cumule ttc | condition paiement
        echeance | transporteur | shipping address | adresse livraison | ville livraison
        code postal livraison | pays livraison | is a company | est une societe
        rang client | nombre de points | ca ht | ca ttc | panier moyen | ca n 1 | ca cumule
        fonction | poste | job title | service | mot de passe""",
}

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
        part number | variant sku | reference fournisseur | code court | code wms""",
    "name": """
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
        prix | price | prix ht | prix vente ht | prix de vente | prix vente | tarif
        tarif ht | list price | lst price | sales price | regular price | public price
        prix public | preis | vk | vk preis | prix unitaire ht | prix unitaire | prezzo
        precio | selling price | unit price | prix catalogue | prix particulier
        variant price | nettopreis | tarif particulier | prix ht eur | verkaufspreis""",
    "list_price.tax": """
        prix ttc | prix vente ttc | tarif ttc | prix public ttc | prix unitaire ttc
        price incl tax | bruttopreis""",
    "cost_price": """
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
    "barcode": """
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
        aktiv | is active | sale ok | commercialise | web""",
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
        numero ligne | id ligne | ligne | line id | line number | cle | key | id
        external id | id externe | no ligne | line | numero de ligne | ligne id
        identifiant ligne | line item id | order line id | zeile | order item id | line key
        id ligne facture | reference ligne | rowid""",
    "customer_key": """
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
        numero facture | facture | numero piece | piece | numero document | document
        invoice | invoice number | order | numero commande | commande | order number
        order id | order name | rechnungsnummer | numero ticket | ticket | numero bl
        reference commande | order reference | belegnummer | reference piece | id commande
        transaction id | invoice no | numero de facture | numero de commande | bestellnummer
        numero cde | rechnung | name | reference facture | rechnungsnr | factura""",
    "quantity": """
        quantite | quantity | nombre | menge | anzahl | cantidad | quantita
        quantite vendue | nombre bouteilles | lineitem quantity | product uom qty
        quantite facturee | nombre de bouteilles | units | bouteilles | volume | qty sold
        qty ordered | nombre de cols | cols | quantite commandee | quantite livree
        item quantity""",
    "unit": """
        unite | unit | conditionnement | format | uom | unit of measure | einheit
        unite de vente | contenance""",
    "unit_price": """
        prix unitaire | prix unitaire ht | prix ht | unit price | price unit | prix | price
        prix vente ht | einzelpreis | lineitem price | tarif | prix net | prix unitaire net
        prix net ht | prix vente | stuckpreis | precio unitario | item price
        prezzo unitario | prix bouteille | prix unitaire net ht | preis""",
    "discount": """
        remise | discount | remise pourcent | taux remise | rabatt | sconto | descuento
        reduction | remise ligne | discount percent | rabais""",
    "amount": """
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
        canal | channel | canal de vente | circuit | source | origine | point de vente
        sales channel | circuit de vente | mode de vente | magasin | boutique
        origine vente | vertriebskanal | site | source name | lieu de vente | caisse | kanal
        canal distribution | type de vente""",
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
        subtotal order | taxes | discount amount | montant remise | refunded amount | mwst
        payment status | lot | degre | conditionne""",
}

STOCK: Mapping[str, str] = {
    "key": "cle | key | external id | id externe | id ligne | id",
    "product_key": f"{SALE['product_key']} | reference interne | code | default code | produit id",
    "product_key.name": f"{SALE['product_key.name']} | nom",
    "warehouse": """
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

INTERACTION: Mapping[str, str] = {
    "key": "cle | key | id | external id | identifiant | activity id | id action | message id",
    "customer_key": f"{SALE['customer_key']} | contact id",
    "customer_key.name": "client | customer | contact | nom | nom client | societe",
    "customer_key.email": """
        email | email address | destinataire | recipient | mail | to | email client""",
    "occurred_at": """
        date | date heure | occurred at | date contact | envoye le | sent at | timestamp
        when | created at | date envoi | date et heure | date action | open time | datum
        send time | date appel | event time | date de contact | horodatage""",
    "channel": """
        canal | channel | type | media | moyen | type action | type contact
        type de contact | mode de contact | activity type | kanal | action""",
    "campaign": """
        campagne | campaign | campaign name | nom campagne | operation | mailing | kampagne
        nom de la campagne | campaign title""",
    "subject": """
        objet | subject | sujet | titre | title | motif | betreff | intitule | asunto
        theme""",
    "status": "statut | status | etat | resultat | result | event | evenement | ouvert | state",
    "response": """
        reponse | response | commentaire | compte rendu | notes | contenu | message
        commentaires | cr | antwort | note | observations""",
    "-": """
        commercial | user | utilisateur | duree | duration | telephone | ville | opens
        clicks | nombre ouvertures | ip | device""",
}

NAMES: Mapping[Entity, Mapping[str, str]] = {
    Entity.CUSTOMER: CUSTOMER,
    Entity.PRODUCT: PRODUCT,
    Entity.SALE: SALE,
    Entity.STOCK: STOCK,
    Entity.INTERACTION: INTERACTION,
}
# What headings of an entity may add to any name: "nom client", "customer email".
OWN_WORDS: Mapping[Entity, frozenset[str]] = {
    Entity.CUSTOMER: frozenset(["client", "customer", "contact", "kunde", "kunden", "clients", "cliente"]),
    Entity.PRODUCT: frozenset(["produit", "product", "article", "vin", "wine", "item", "artikel", "variant", "attribute", "pa"]),
    Entity.SALE: frozenset(["ligne", "line", "lineitem", "vente", "sale", "order", "lines", "facture"]),
    Entity.STOCK: frozenset(["produit", "article", "product"]),
    Entity.INTERACTION: frozenset(["contact", "action", "interaction"]),
}  # fmt: skip
