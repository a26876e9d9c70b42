"""Words that say what a number is the number of: one table for every kind of owner.

The words of a table are separated by blanks, those of a phrase joined by a regular expression.
"""

from __future__ import annotations

# Right before a number, or a few words away in the same sentence: this is an order.
ORDER = r"""
    comm?[ae]n?des? cmde? cmds? cmande comande comand commade cde cdes cmnd lcommande dcommande lcmd
    koman(?:d|de)? commmande orders? purchase bc pedidos? compra talab\w* talabiya الطلبيه الطلب طلب
    طلبيه طلبيتي طلبي للطلب للطلبيه بالطلب والطلب فالطلب فالطلبيه الطلبيات كوموند الكوموند فالكوموند
    الكوماند كوماند
"""
# Only right before a number: "l'ordre 71013", but "de l'ordre de 1500".
ORDER_ADJACENT = "ordre ordine bestellung auftrag encomenda achat compra purchase achats"
# Right before a number these have numbers of their own: "facture 30551", "suivi : 10455".
_PAPERS = r"""
    factures? factura invoices? devis quotes? presupuestos? cotizacion estimates? budget proforma
    contrat contract contrato licence license permis permit passeport passport pasaporte licencia
    bordereau bl bon\sde\sreception albaran receipts? recibo recibos? courriers? lettre letter
    recommande reponse reply respuesta plainte complaint queja caso case expediente job candidat\w*
    annonces? enquete sondage offres? oferta (?:appel\sd')?offres tenders? bidder vendor decision
    petition loi decret jugement assignation convocation amende multa infraction penalty procedure
    audit folio tramite file tickets? rma sav hotline devoluciones catalogue pages? chapitre chapter
    episode listing annuaire directory
"""
_PARCELS = r"""
    suivi tracking seguimiento expedition shipment transporteur
    (?:n[°o]?|numero|num)\s?(?:de\s+|du\s+)?colis colissimo chronopost dhl ups fedex tournees? round
    tour ronde ruta fleet flotte camion truck van vehicules? vehicle vehiculo matricula
    immatriculation quai guichet locker consigne casier badge parking stationnement
"""
_GOODS = r"""
    articles? items? articulo modeles? model modelo series? serial serie lot lote batch s/n sn ean
    sku imei isbn reference referencia refs?
    ref(?:erence)?\.?\s(?:produits?|product|article|fabricant|catalogue|modele) inventaire inventory
    asset version firmware code\sbarre fournisseur supplier interne internal interna iso normes?
"""
_PEOPLE = r"""
    clients? customer cliente id identifiant utilisateur user membre member adherent fidelite
    abonn\w* abonnement suscripcion subscription subscri\w+ suscriptor inscri\w+ socio socia
    participants? dossards? dorsal bib concours loterie parrainage parrain sponsor lead prospect
    campaign campagne campana agence agency agrement kbis siren siret ice rcs tva vat nif cif adeli
    matricule police poliza assurance sinistre siniestro
"""
_MONEY = r"""
    iban bancaires? bank bancaria mandats? sepa prelevements? debit virement transaction caisse
    cartes? card cb visa mastercard tarjeta fini\w*\spar termin\w+\s(?:par|en|por)
    acab\w+\s(?:en|por) end(?:ing|s)?(?:\s(?:in|with|by))? finish(?:es|ing) last\sdigits
    (?:cheque|carte|bon)[-\s]cadeau gift\scard voucher coupon reduction remise promo(?:tion)?
    forfait
"""
_PLACES = r"""
    bp cs postcode postal cedex cp zip digicode interphone acces access poste parcelle appartement
    apt appt chambre room salle vol flight train billet turno cita rdv rendez-vous
    appointment
"""
_MACHINES = r"""
    tel gsm fax whatsapp erreurs? errors? fallo averia session formulaire form
    contador pdl
"""
_DARIJA = r"""
    nemra nmra lmilaf milaf dosi fatora fatoura lfacture lcarte الفاتوره فاتوره التتبع تتبع الشحنه
    شحنه الهاتف هاتف هاتفي الارجاع الرمز رمز العميل الزبون العضويه عضويه العقد عقد الملف ملف التامين
    الحساب حساب البطاقه بطاقه الموعد الخطا خطا القسيمه
"""
OTHER = f"{_PAPERS} {_PARCELS} {_GOODS} {_PEOPLE} {_MONEY} {_PLACES} {_MACHINES} {_DARIJA}"
# So have these, where "n°" or a colon says so: "retour n° 88120", but "retour 10412".
OTHER_NUMBERED = r"""
    retours? returns? avoirs? comptes? account cuenta recus? cheques? avis colis paiement payment
    telephone phone portable mobile dossier compte gift cadeau refund rembt produits? product box
    relance reclamations? claims? reclamo mission demandes? request solicitud
"""
# So have these in a message that speaks of strangers who give numbers: swindlers, mediators.
OTHER_OF_STRANGERS = r"""
    dossiers? colis paquets? parcels? packages? paquetes? lcolis envois? envio shipment livraison
    delivery الطرد\w* طرد\w*
"""
# The number of these may stand a few words away: "le code de connexion, j'ai tapé 482913".
OTHER_AFAR = r"""
    codes? codigos? lcode passwords? passcode mot\sde\spasse mdp contrasena claves? pin otp
    (?:derniers|ultimos)\s\w{0,8}\s?(?:chiffres|digitos) last\s(?:four|4)(?:\sdigits)? chiffres
    digits digitos mediateur tribunal رمز الرمز كود الكود
"""
# "Numéro de socio", "membership number": whatever it is, unless one of these.
NUMBER_OF_ORDER = r"""
    confirmation confirmacion achat compra purchase order reference referencia ref the my your our
    this that new right correct wrong following same phone el la le ma mon votre vos notre un une
"""
# Between a label and its number.
JOINING = (
    r"n[°o]?|no|num(?:ero)?|number|nb|nr|núm|ref(?:erence)?|رقم|raqm|ra9m|dyal|dyali|ديال|ديالي"
    r"|is|est|es|c'est|cest|c|le|la|the|el|de|du|con|mon|ma|my|ids?|code|nro|nbr|euh|heu|hum"
    r"|suivante?|siguiente|following|portant|porte|carrying|sous|under|qui|au|referencee?s?"
    r"|numerotee?s?|hiya|howa|huwa|hia|هو|هي"
)
# Sticks to the number of an order: "annuler10402svp", "suivi10402".
STUCK_BEFORE = r"""
    annul\w* anul\w* cancel\w* rembours\w* refund\w* reembols\w* suivi
    suivre tracking livraison livre[rz]? recu pas reponse ou\w? where for pour pr sur de of l[ae]
    n[°o]? num(?:ero)? mon ma my mi modifie[rz]? change\w? retour\w* status statut etat nannuler
    bghit fin dyal
"""
# Letters before a number of these: "FA-20455", "RET-10402", "SKU-20455".
PREFIXES_OF_OTHERS = r"""
    f fa fac fact fc fv inv in av avoir cn dev devis bl br re ret rma rtn sav trk tr track lp sku
    ref art mod ean sn t tk tck tkt tic ticket cas case dos dossier cli client cust id iso en pay
    po tx txn gift promo bon nc tva vat ice rc cp bp
"""
# After a number comes what is said of the order, not what is counted: "commande 10400 pas reçue".
SAYING = r"""
    est sont a ont ete etait sera n ne pas non toujours toujour tjr tjrs tjs jamais svp stp merci
    qui que qu dont depuis et ou mais car donc alors pour par chez dans avec sans sur il elle elles
    on je j vous nous c ce cette cest encore deja bien rien quand comment pourquoi en avant apres du
    de des le la les au aux d l mon ma mes son sa votre vos notre plus hier suite voila is was has
    have had are were still please pls plz thanks thx not never and or but for from with which that
    i it arrived came the my your when where why to in at by no ni ha han es esta estaba era fue por
    para porque y o pero llego llega sigue gracias con sin desde hasta cuando donde mi su lo el ya
    aun todavia nunca 3afak 3afakom mazal w f fin wslat wselat wslatni 3la 9bel 7bibi 7it dyal dyali
    li wach chno walakin baqi rah kayn ghadi khoya من في على ما لم لا و عفاك وصل وصلت وصلات فين الي
    هو هي مازال باقي ديالي واش
"""
# Before a number of four digits: it is a year.
BEFORE_YEARS = r"""
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre january
    february march april may june july august september october november december enero febrero
    marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre noel en fin debut
    depuis annee since in year promotion collection vers around
"""
# Before a quantity.
ABOUT = r"""
    environ a\speu\spres pres\sde plus\sde moins\sde jusqu'a presque au\smoins about around approx
    nearly over under above more\sthan less\sthan at\sleast up\sto unos unas mas\sde menos\sde hasta
    al\smenos minimum maximum حوالي اكثر\sمن chi
"""
# Whoever says so wants goods yet to be ordered: "commander 1200 serviettes".
BUYING = r"""
    commander (?:re)?commandons commanderons commanderions commandera ordering pedir comprar
    encargar acheter buy purchase ncommand\w+ nchri nchriw ntlob ntlbo شراء نشتري نطلب اطلب
    (?:to|will|could|would|can|we|i|they)\sorder (?:نريد|اريد|نود|بغينا|بغيت|ارغب\sفي)\sطلب
    (?:ai|as|avons|avez|ont|avait|avais|avions)\s(?:\w+\s)?commande[es]{0,2}
    (?:we|i|have|has)\sordered hemos\spedido
"""
# After a number: it counts or measures.
UNITS = r"""
    euros? eur € dh dhs dirhams? mad £ \$ dollars? livres pounds chf درهم kg g(?!\s(?!de?\b)\w) gr
    grammes? km cm mm ml cl litres? watts? mah tours rpm lecteurs abonnes followers subscribers
    seguidores personnes people clients? pieces? pcs articles unites exemplaires references points
    pts mots heures? min minutes jours? days? semaines? mois ans years? messages visiteurs pages
    fois times habitants m2 go gb mo salaries employes visites vues views units unidades %
"""
# The strangers.
STRANGERS = r"""
    mediateur mediation tribunal huissier prefecture mairie assureur ombudsman court sms textos?
    text texts texted texting arnaque\w* phishing hameconnage escroc\w* fraud\w* scam\w* suspect\w*
    suspicious estafa\w* fraude douane customs aduana nssb nasb نصب احتيال رساله الجمارك whatsapp
    usurp\w* pretendu\w* soi-disant supposed n'attends\spas rien\scommande
    jamais\s(?:rien\s)?command\w+ never\s(?:bought|ordered|shopped)
    (?:didn't|did\snot|haven't)\s(?:buy|order)(?:ed)? nunca\she no\she\s(?:comprado|pedido) mefi\w+
    in\syour\sname en\svotre\snom a\svotre\snom en\ssu\snombre
"""
# Whoever speaks of this and of no order has none: "je me connecte, il affiche 50412".
ELSEWHERE = r"""
    before\si\sbuy before\sbuying before\sordering avant\sd'acheter
    avant\sde\scommander antes\sde\scomprar connecter connexion connecte reconnecter login log\sin
    logged logging sign\sin signing authenti\w+ identification captcha mot\sde\spasse mdp password
    passwords contrasena sesion inscription inscrire registration registering candidature\w* cv
    recrut\w+ embauche internship curriculum candidatura partenariat partnership colaboracion
    desinscri\w+ desabonn\w+ unsubscribe تسجيل\sالدخول
"""
# What is ordered, paid or on its way: here "réf. 10402" is the order's.
ABOUT_ORDERS = r"""
    tournees? livr\w+ colis paquets? commande\w* command\w+ achat\w* achet\w+ recu\w* recois
    arriv\w+ rembours\w+ facture\w* retard\w* casse\w* manqu\w+ transporteur annul\w+ expedi\w+
    retour\w* deliver\w+ parcels? package orders? ordered bought purchase\w* refund\w* invoice
    broken missing cancel\w* pedid\w+ entreg\w+ paquete compr\w+ lleg\w+ reembols\w+ rot[oa]
    enciende funciona defect\w+ wslat\w* wsel\w* tlebt chrit الطلب طلب وصل\w* توصيل
"""
# What is for sale: here it is the article's.
ABOUT_GOODS = r"""
    stock dispo\w* catalogue coloris garantie existe\w* reappro\w* vendez prix\sde available
    availability catalog restock warranty disponible catalogo garantia
"""


def one_of(table: str) -> str:
    """Return a regular expression that matches any word of a table."""
    return "|".join(table.split())
