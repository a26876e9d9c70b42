"""What the columns of other tools are called: the one place to add a heading.

By entity and slot. A slot is a field, or one of several columns that make a field ("name.first");
its names stand between "|" or line ends, in any case, with or without accents. Slots that begin
with "-" are columns that look like one of ours and are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.mapping.suggest.headings_of_goods import PRODUCT, SALE, STOCK
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
    "mail": "email", "mel": "email", "courriel": "email", "cp": "code postal",
    "comm": "commentaire",
    "obs": "observations", "rem": "remise", "cde": "commande", "cmd": "commande", "fact": "facture",
    "liv": "livraison", "vte": "vente", "soc": "societe", "ste": "societe", "rs": "raison sociale",
    "dt": "date", "crea": "creation", "deg": "degre", "alc": "alcool", "dep": "depot",
    "emplt": "emplacement", "lib": "libelle", "libell": "libelle", "mob.": "mobile",
    "prenoms": "prenom", "emails": "email", "telephones": "telephone", "hors": "ht",
    "kd": "kunden", "anz": "anzahl", "bez": "bezeichnung",
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
        kd nr |
        code client | numero client | reference client | id client | client id
        compte client | client code | code | id | identifiant | customer id | customer code
        customer number | customer no | kundennummer | kunden nr | kundennr | debitor
        code tiers | numero tiers | compte tiers | tiers | cle | key | external id
        id externe | contact id | account id | account number | customer key | source key
        codice cliente | codigo cliente | codigo | codice | numero | numero adherent
        numero de compte
        matricule | reference | uid | client ref | user id | id contact | compte""",
    "name": """
        person name | libelle | nom du contact |
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
    # The rest of a name that did not fit in one column.
    "name.more": "name 2 | nom 2 | suite nom | nom suite | namenszusatz | complement nom",
    "company": """
        trading name |

        societe | raison sociale | entreprise | company | company name | organisation
        organization | firma | azienda | empresa | etablissement | enseigne | nom societe
        nom entreprise | billing company | business name | denomination
        denomination sociale | structure | employer | account name | firmenname
        nom commercial | nom etablissement | ragione sociale | default address company
        nombre fiscal | nombre comercial | razon social | firmenname 1""",
    "email": """
        email | e mail | mail | adresse email | adresse mail | courriel | email address
        billing email | e mail adresse | correo | correo electronico | indirizzo email
        adresse electronique | email client | mail client | email 1 | mail contact
        adresse de messagerie | email contact | posta elettronica""",
    "email.more": """
        email 2 | mail 2 | autre email | email secondaire | secondary email | email pro
        email perso""",
    "phone": """
        contact number | phone no |
        telephone | phone number | telephone fixe | fixe | phone | billing phone
        telefonnummer | telephone 1 | numero de telephone | tel domicile | tel fixe
        telefono | rufnummer | home phone | contact phone | tel client | teléfono fijo
        work phone | business phone | telephone principal""",
    "phone.mobile": """
        portable | mobile | telephone portable | tel portable | telephone mobile | gsm
        mobile phone | cell | cell phone | handy | movil | cellulare | mobil | mobilnummer
        numero portable | smartphone | mobile number | sms | whatsapp""",
    "phone.more": """
        telephone 2 | tel 2 | autre telephone | telephone bureau | tel pro
        telephone professionnel | tel travail | phone 2 | other phone | portable 2
        sms number | telephone contact | default address phone""",
    "address": """
        strasse hausnummer | strasse und hausnummer |

        adresse | address | adresse 1 | address 1 | rue | street | strasse | adresse ligne 1
        address line 1 | billing address 1 | adresse postale | voie | adresse facturation
        direccion | indirizzo | numero et rue | street address | adr1 | anschrift
        adresse client | address1 | adresse1 | calle | via | default address address 1
        default address address1 | domicilio""",
    "address.2": """
        adresse 2 | address 2 | complement | complement adresse | address line 2 | street 2
        street2 | adresse ligne 2 | billing address 2 | batiment | adresse2 | address2
        adresse suite | adresszusatz | default address address 2 | default address address2""",
    "address.3": "adresse 3 | lieu dit | lieudit | adresse ligne 3 | adresse3 | address 3 | bp",
    "postal_code": """
        code postal | postal code | zip | zip code | zipcode | postcode | plz | postleitzahl
        cap | codigo postal | billing postcode | code post | cpostal | npa | post code
        default address zip""",
    "city": """
        post town |
        ville | city | localite | commune | town | ort | stadt | citta | ciudad
        billing city | bureau distributeur | wohnort | poblacion | localidad | localita
        default address city""",
    "country": """
        pays | country | land | paese | pais | code pays | country code | billing country
        country name | country id | default address country code | cc | code iso pays""",
    "language": "langue | language | lang | sprache | lingua | idioma | locale | langue client",
    "segment": """
        categorie | segment | type client | type de client | customer type | groupe | group
        customer group | categorie client | famille client | type | classe | kundengruppe
        tags | profil | typologie | etiquettes | famille tarifaire | categorie tarifaire
        categorie tarif | famille | code famille | famille tiers | code famille tiers
        code tarif | tarif | kundenart | tipo cliente | grupo | role | roles""",
    "consent_email": """
        newsletter | optin | opt in | opt in email | optin email | accepte newsletter
        accepts marketing | emailing | mailing | accepte emailing | email optin
        abonne newsletter | consentement email | email marketing | accepts email marketing
        inscrit newsletter | subscribed | marketing | consent email | rgpd | consentement
        abonne | accepte mailing | lettre d information | lettre information | mailing o n
        offres commerciales | abonnement newsletter | receives newsletter | werbung erlaubt""",
    "consent_email.not": """
        opt out | optout | stop email | stop mailing | desabonne | unsubscribed
        email opt out | refus email | ne pas contacter | is blacklisted | opposition mailing
        desinscrit | stop pub | blacklisted | email blacklisted | email blacklist | liste noire
        email blocklisted | blocklisted | blacklist | unsub time | unsubscribed at
        unsubscribe date | date desinscription | desabonne le | desinscrit le
        no enviar publicidad | keine werbung | werbesperre | refuse newsletter | optedout
        has opted out of email | email opted out | ne pas envoyer | pas de publicite""",
    "consent_sms": """
        sms | optin sms | opt in sms | accepte sms | accepts sms marketing
        consentement sms | sms marketing""",
    "consent_sms.not": """
        stop sms | opt out sms | refus sms | optout sms | sms blacklisted | sms blacklist
        sms blocklisted | sms opt out""",
    "consent_phone": """
        accepte appels | optin telephone | optin tel | consentement telephone
        demarchage accepte | may be called""",
    "consent_phone.not": """
        bloctel | refus appels | ne pas appeler | do not call | opposition telephone
        liste rouge | no llamar | has opted out of calls | pas d appel""",
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
        erstellt am |

        date creation | created | created at | creation date | date de creation | cree le
        client depuis | created on | registered | date inscription | inscrit le
        customer since | premiere commande | date ajout | date entree | angelegt am
        create date | signup date | date d inscription | date added | kunde seit
        user registered | registration date | registered on | inscription | fecha alta
        fecha de alta | added time | date d ajout | first order | date registered
        1 ere commande | 1 ere visite | angelegt | erfasst am | cliente dal""",
    "changed_at": """
        date modification | modified | updated at | last modified | modifie le
        derniere modification | write date | last updated on | date maj | mis a jour le
        derniere mise a jour le | date de mise a jour | last changed | last update
        geandert am""",
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

INTERACTION: Mapping[str, str] = {
    "key": "cle | key | id | external id | identifiant | activity id | id action | message id",
    "customer_key": f"{SALE['customer_key']} | contact id",
    "customer_key.name": "client | customer | contact | nom | nom client | societe",
    "customer_key.email": """
        email | email address | destinataire | recipient | mail | to | email client""",
    "occurred_at": """
        date | date heure | occurred at | date contact | envoye le | sent at | timestamp
        when | created at | date envoi | date et heure | date action | open time | datum
        send time | date appel | event time | date de contact | horodatage
        send date | sent date | date d envoi | sent on""",
    "occurred_at.time": "heure | time | uhrzeit | hora | ora | heure envoi | heure appel",
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
    Entity.CUSTOMER: frozenset(
        ["client", "customer", "contact", "kunde", "kunden", "clients", "cliente"]
    ),
    Entity.PRODUCT: frozenset(
        [
            "produit",
            "product",
            "article",
            "vin",
            "wine",
            "item",
            "artikel",
            "variant",
            "attribute",
            "pa",
        ]
    ),
    Entity.SALE: frozenset(
        ["ligne", "line", "lineitem", "vente", "sale", "order", "lines", "facture"]
    ),
    Entity.STOCK: frozenset(["produit", "article", "product"]),
    Entity.INTERACTION: frozenset(["contact", "action", "interaction"]),
}
