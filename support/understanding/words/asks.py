"""What customers ask for: deeds that somebody has to do, and facts that a reply may tell.

Beside these the concepts of the other tables count, see :mod:`support.understanding.asks`.
"""

from __future__ import annotations

DEEDS = """
    (supprim*|retir*|enlev*|ajout*|rajout*|change*|modifi*|corrig*|rectifi*|remplac*|decal*|
    report*|repouss*|avanc*|regroup*) .. (article*|produit*|ligne*|quantite*|couleur*|
    taille*|coloris|date|livraison|adresse|nom|commande|colis), (un|une|deux|trois|#) .. (de
    plus| en plus|supplementaire*), en plus dans (ma|la|cette), meme (commande|colis) ..
    ajout*, (duplicata|double|copie) .. (facture|bon|recu|commande), (facture*|avoir sur|note
    de credit), (renvoy*|renvoi*|reexpedi*|reenvoy*) ..
    (moi|nous|colis|commande|facture|lien|mail), (appel*|rappel*|telephon*|joindre|contact*) ..
    (moi|nous|au #|par telephone|livreur| transporteur), (me|nous)
    (rappel*|appel*|telephon*|recontact*|joindre), (tel|telephone) (svp|stp),
    (etiquette|bon|bordereau) .. retour, comment .. (renvoy*|retourn*|rendre),
    (reclamation|litige|enquete|relanc*|geste commercial|dedommag*|indemnis*|compens*),
    (accelerer|depecher|prioriser|en urgence|plus vite|plus tot|au plus vite|livraison
    express), (bloqu*|arret*|stopp*|suspend*|mettre en attente|mettez en attente|pause) ..
    (commande|envoi| colis|livraison|expedition|paiement), (livr*|depos*|laiss*|remett*|remis*)
    .. (voisin*| gardien*|relais|bureau|devant|autre adresse|ailleurs|matin|apres
    midi|soir|samedi|avant|apres), (creneau|point relais|mot cadeau|papier cadeau|emballage
    cadeau|carte cadeau|code promo), absent*, (en|vacances) (vacances|deplacement|conges),
    serai pas (la|chez), (voisin*|gardien*| concierge*), stopp*, (un|une|deux|trois|#) de trop,
    (au lieu|a la place) (de|d|du|des), (plus| plus du tout) (en |l |la |le |les |de |du
    )?(veux|veut|voulons|besoin|envie), ne (veux|veut| voulons) plus, (mets|mettez|mettre) ..
    (au nom|de plus|au lieu), (autre|nouveau|mauvais| changer|corriger|modifier|mon) .. (numero
    de (tel*|portable|mobile)|telephone|portable), (demenag*|nouvelle adresse|mauvaise
    adresse|autre adresse|bonne adresse),
    (suis|serai|serons|sommes) .. (la|chez moi|chez nous|disponible*|libre*|present*|maison|
    domicile), (quelqu un|personne|ma femme|mon mari) ..
    (la|maison|domicile), n est la (qu|que), n est .. (chez|maison|disponible*),
    pas la (lundi|mardi|mercredi|jeudi|vendredi|samedi|avant|apres|entre|demain|le),
    (i|we) .. (at home|home|available|around), (won
    t|not|only) .. (home|around|available), someone .. (home|in), (estoy|estare|estamos|estaremos|
    estar) .. (casa|disponible|libre), (solo|no) .. en casa, (kan*|nkoun*|ghadi nkoun) .. (dar|
    ddar), (في) (البيت|المنزل|الدار),
    (add|remove|swap|change|amend|replace|include|delete|hold|pause|postpone|combine|
    upgrade|downgrade|correct) .. (order|address|item*|colour|color|size|date|delivery|
    name|number|one|another|more|extra|box|it|them|to), (call|ring|phone|text) .. (me|us),
    (give) (me|us) a (call|ring), (return|prepaid|shipping) (label|slip|form), how ..
    (return|send .. back), (complaint|complain|claim|compensat*|goodwill|expedite|speed
    up|hurry|rush|sooner| faster|urgently|asap), (chase|investigat*|look into|contact) ..
    (it|this|carrier|courier| them|driver), (copy|duplicate|resend|invoice*|receipt*|vat),
    (moved house|new address|wrong address|different address|another address),
    (leave|deliver|drop) .. (neighbour|neighbor| porch|safe
    place|office|work|before|after|morning|afternoon|saturday|elsewhere), (won t|will not|not
    going to) be (home|there|in), on holiday, (neighbour*|neighbor*|doorman), (no longer|don
    t|do not|doesn t) (want|need), (instead of|too many|one too), (new|wrong| different) ..
    (phone|mobile|number), stop (the|my|it),
    (anad*|agreg*|quit*|elimin*|cambi*|modific*|corrij*|corregir|sustitu*|aplaz*|
    adelant*|aument*) .. (pedido|articulo*|producto*|direccion|fecha|color|talla|cantidad|
    entrega|nombre|otro|otra|uno|una|mas), (llam*|telefone*) (me|nos|al), (llamenme|llameme|
    llamame|llamar|llamada), (factura*|duplicado|copia|recibo|iva), etiqueta .. devolucion,
    (reclamacion|queja|indemniz*|compens*|urgente*|cuanto antes), (vecin*|porter*|vacaciones|en
    vez de|en lugar de|ya no (lo|la|los|las)? ?quiero), (mudad*|mudo|nueva direccion| otra
    direccion|direccion equivocada), como .. (devolver|devuelvo), اتصل*,
    (غير*|تغيير*|اضف|اضيف*|اضافه|احذف*|حذف|بدل*|تبديل*|صحح*|تصحيح|تعديل*|عدل*|اجل*|تاجيل*|
    اوقف*|ايقاف), (فاتوره*|فواتير|وصل الاداء), (شكايه|شكوي|تعويض*), (عنوان .. جديد|العنوان
    الجديد), (الغاء|الغوا|الغي|الغيو)
"""
DARIJA_DEEDS = """
    3ayto*, 3aytou*, 3eyto*, 3eytou*, 3ayt liya, 3eyet liya, ma b9itch, ma bqitch, jar,
    nbeddel*, nbdel*, nbedel*, beddlo*, bdlo*, bedlou*, nzid, zidou*, zido*, n7eyed*, 7eydo*,
    7iydo*, nlghi*, lghiw*, lghi*, annul*, facture*, fatoura*, fatura*, l3onwan jdid, 3onwan
    akhor, adresse jdida, n3awed*, rej3o*, nrej3*, nrejje3*, redd*, chikaya*, reclamation*
"""

# By the placeholder that tells it; "other" is what no reply tells.
FACTS = {
    "tracking_number": """
        (suivi|suivre|tracking|traking|tracker|numero d expedition|numero de colis|n de colis|
        track|trace|seguimiento|rastre*|localizador), (numero|num|lien|code) ..
        (colis|transport*| envoi|expedition), (تتبع|تعقب|رقم الشحن*|رقم الطرد|رقم الارساليه)
    """,
    "carrier": """
        (quel|quelle|quels|qui|le nom|nom) .. (transporteur|transporteurs|livreur|societe de
        livraison|compagnie|coursier|messagerie), (transporteur|livreur) (est ce|s il|c est
        qui), par qui, qui (me )?(livre|le livre|transporte|l achemine|achemine|s occupe de la
        livraison), (c est|est ce|est il) ..
        (colissimo|chronopost|dhl|ups|fedex|dpd|gls|amana|mondial relay|la poste),
        (which|what|who|name) .. (carrier|courier|delivery (company|firm)|shipper|postal), who
        (is|s) (delivering|shipping|bringing), (by|with) (which|whom|who), (carrier|courier)
        (is|are) (it|you), (que|cual|quien) ..
        (transportista|empresa|mensajer*|agencia|compania| trae|reparte|entrega), (اي|ما|اسم)
        .. (شركه|ناقل|موزع), (شركه) (النقل|التوصيل|الشحن)
    """,
    "delivery_date": """
        quand, (quel|quelle|a quelle) (jour|date|heure|moment), combien de temps,
        (date|jour|heure) (de|d) (livraison|arrivee|reception|passage), (date|delai) ..
        (prevu*|estime*|livraison), delai*, (arriv*|livr*|recev*|sera|vient) .. (avant|bien
        le|demain|aujourd hui|cette semaine|lundi|mardi|mercredi|jeudi|vendredi|samedi),
        (when|eta|how long|what (day|date| time)|which day|(delivery|arrival|due)
        (date|day|time)), (arriv*|deliver*|here|come) .. (by|before|today|tomorrow|this week|on
        (monday|tuesday|wednesday|thursday|friday| saturday)), (cuando|fecha|que dia|cuanto
        tiempo|cuanto tarda*), (متي|امتي|ايمتي|تاريخ|موعد| كم يوم*)
    """,
    "order_total": """
        (montant|total|somme|prix), combien ..
        (paye*|regle*|coute*|debite*|dois|doit|facture*|du| reste*|en tout),
        (amount|total|price|how much|cost|sum), (importe|total|precio|cuanto
        (cuesta|vale|pague|he pagado|es|debo)), (مبلغ|ثمن|مجموع|اجمالي*|كم (دفعت|اديت|ثمن|سعر|
        كلف*)|سعر)
    """,
    "items": """
        (quels|quelles|liste|detail*|recapitulatif|recap|contenu|contient|contiennent|compose*|
        inclus|comprend) .. (article*|produit*|commande*|colis|choses)?, qu (est ce que|ai je)
        .. (commande*|achete*|pris), ce que j ai (commande|pris|achete), (dans|sur) (ma|la)
        commande .. (bien|aussi|y a), (what|which) .. (did i|have i|i)
        (order*|buy|bought|pick*), what .. (is|s) in .. (order|parcel|box|package),
        (contents|items|summary|details|included| contain*), (que|cuales) ..
        (articulo*|producto*|pedi|compre|contiene|incluye), (contenido| detalle*|resumen),
        (محتوي*|تفاصيل|ماذا طلبت|المنتجات)
    """,
    "order_status": """
        (statut|etat|avancement|infos?|information*|renseignement*|nouvelles|point|suite|ou en
        (est|sont)|ou ca en est|expediee?|expedies|expediees|partie?| partis|en
        route|prete?|preparee?|enregistree?|validee?|confirmee?|bien (recu|recue|passe|
        passee|note|notee)|prise en compte), ou (est|se trouve|elle est|il est|sont|c est),
        (status|update|news|information|info|progress|where|shipped|dispatched|sent|processed|confirmed|on
        (its|the) way|left|ready|gone through|gone out),
        (estado|informacion|noticias|novedades|donde|enviad*|salido|confirmad*|preparad*|en
        camino|registrad*), (حاله|وضعيه|معلومات|جديد|اخبار|اين|وين|فين|ارسل*|شحن*|جاهز*|تاكيد*)
    """,
    "order_date": """
        (date|jour) .. (commande*|achat), quand .. (j ai|ai je|avais je)
        (commande*|achete*|passe*), when did i (order|buy|place), (order|purchase) date, cuando
        (pedi|compre|hice), تاريخ الطلب*
    """,
    "other": """
        (dimension*|taille|tailles|couleur*|coloris|matiere|composition|poids|hauteur|largeur|
        longueur|profondeur|notice|mode d emploi|manuel|montage|garantie|compatible*|entretien|
        lavable|stock|disponib*|reassort), combien de (colis|cartons|paquets|pieces),
        (paiement|reglement|virement|cheque|carte|prelevement|debite*|paypal|acompte), (a
        quelle| quelle|quel) .. (adresse|nom|mode), (horaire*|signature|etage|assurance),
        (size*|
        colour*|color*|material|weight|height|width|dimensions|manual|instructions|warranty| in
        stock|available|washable|compatible), how many (parcels|boxes|packages|pieces),
        (payment|paid|card|charged|transfer|deposit), (which|what) .. (address|name), (talla*|
        color*|medida*|peso|material|garantia|instrucciones|pago|tarjeta|cobrad*|transferencia|
        direccion|cuantos (paquetes|bultos)), (مقاس*|لون|الوان|وزن|ضمان|دفع|اداء|بطاقه|عنوان|كم
        عدد)
    """,
}
# Missed wherever it is named.
MISSED = {
    "tracking_number": """
        (numero|num|lien|code) .. (suivi|tracking|traking|colis|expedition), tracking
        (number|link| code|id), (numero|codigo|enlace) .. (seguimiento|rastreo), رقم
        (التتبع|الشحن*|تتبع)
    """,
}
DARIJA_FACTS = {
    "tracking_number": "numero de suivi, suivi, tracking, nemra d suivi, tatabo3, numero d colis",
    "carrier": "chkoun (moul|lli|li), chmen livreur, achmen charika, chkon livreur, ina charika",
    "delivery_date": "imta, wa9tach, wqtach, fo9ach, emta, ina nhar, chmn nhar, ch7al d lwe9t",
    "order_total": "ch7al (khlest|khlsst|taman|lprix|ltaman), bch7al, bchhal, taman, lmontant",
    "items": "chno (fiha|tlebt|tlbt|kayn), achno (fiha|tlebt), chnou fiha",
    "order_status": "fin (wsl*|hiya|howa|rah*|kayn*), finhiya, fayn, wach (khrj*|mchat|tsift*)",
    "other": "lgyas, lqiyas, lon, lkhlass, lkhlas, garantie",
}
