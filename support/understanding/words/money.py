"""Money the customer wants back, and what he gives back for it."""

from __future__ import annotations

WORDS = {
    "refund": """
        rembours*, rembour*, rmbours*, rembousr*, remb, recredit*, re credit*, restitu*, (rend|
        rends|rendez|rendre|rendu|rendus) .. (argent|sous|sommes?|monnaie|#|fric|thune*|paiement|
        centime*|euros), (recuper*|revoir|ravoir|retrouver|reprendre|rendre|recup) .. (argent|
        sous|fric|thune*|somme|mise|acompte|euros|ce que j ai paye|paye), (recuper*|
        ravoir|revoir|reavoir|recup) (mes|les|ces|nos|ses)? ?# (€|e|euro*|dh|dhs|balles|dollar*|
        francs?|chf)?, (mon|mes|notre|son|l) (argent|fric|sous|thune*|ronds),
        (reverse*|revers*) .. (somme|montant|argent|moi|nous)?,
        (retour|remise|restitution) .. (de l argent|des fonds|de la somme), annul* .. (rembours*|
        argent|rend*), (remettre|remettez|recreditez|creditez|crediter) .. (compte|carte|argent),
        (virer|virement|virez|versez|verser|rendez) .. (compte|carte|#|euros|rembours*|somme|
        montant)?, (doi|dois|devez|doivent|devoir) .. (#|euros|dh|argent|somme), (somme|montant|
        trop percu|difference) .. (du|due|rendu*|restitue*|rembours*), refund*, reimburs*, (money|
        cash|payment|penny|pounds|price|cost) back, (pay|paid|give|send|want|get|put|return) ..
        (me |us )?(back|money|my money), (return|give) .. (my|the|our) (money|payment|cash|
        charge), my money, credit .. (card|account|statement|back), (owe|owed|owes) (me|us),
        (money|payment|sum|amount) returned, credit back, reembols*, (devolv*|devuelv*|devolu*|
        devuelt*) .. (dinero|importe|cargo|pago|euros|#|costo|pagu*|pagado), (mi|el) dinero,
        (mi|la) plata,
        (revers*|devuelv*|reembols*) .. (cargo|pague|pagado|que pagu*),
        (rembourse*|rends?|rendez) moi, (serai*|serais|sera|suis|serons) .. (credite*|rembours*),
        (ravoir|rendre|rendez|reverser|recuper*|revoir) .. ce (que|
        qu) (j|je|on|nous), (have|get|give|want|return) .. what (i|we) (have )?paid, what (i|we)
        (have )?paid .. back, (recuperar|devolver|devuelvan*) .. (dinero|lo que),
        (abon*|ingres*|reintegr*) .. (importe|dinero|cuenta|#)?, (me deben|dinero de vuelta),
        (ردوا|اعيدوا|ارجعوا|استرجاع|استرجع|رجعوا) .. (نقودي|فلوسي|مالي|ما (دفعت*|دفعناه|اديت*)),
        (استرجاع|استرداد|اعاده|ارجاع|رد|استرجع|ارجعوا|يعود|اعيدوا) .. (مبلغ|ثمن|مال|اموال|نقود|
        فلوس|مدفوع|درهم|حسابي|زاءد|زايد), (فلوسي|نقودي|مالي|اموالي|مبلغي), تعويض
    """,
    # Money that is named only to be declined; it denies "refund" in its clause.
    "money_declined": """
        (rembours*|remboursement|avoir|argent|fric|sous) .. (interesse pas|convient pas|suffit pas|
        sert a rien|m est egal|non merci), (veux|veu|souhaite|demande|cherche|reclame|voulons|
        demandons|desire|attends|exige|tiens) (pas|pa|ni|nullement|aucun|aucunement|rien) ..
        (rembours*|argent|avoir|fric|sous|thune*|recredit*), (veux|veu) (pas|pa) .. (etre|me faire|
        qu on me|que vous me) .. rembours*, (pas besoin|pas question|surtout pas|hors de question|
        aucun besoin|nul besoin|loin de moi|ne s agit pas|n est pas pour|est pas pour|est pas) (de|
        d|un|l idee d) .. (rembours*|argent|avoir), inutile (de|d) .. rembours*, (ne me|ne nous)
        (remboursez|parlez) pas, ni (avoir|argent|echange) ni rembours*, (plutot|au lieu|a la
        place) (que|qu|de|d) .. (rembours*|argent|avoir), gardez .. (argent|fric|sous|
        remboursement), (que faire|refuse*|decline*) .. rembours*, contre de l argent .. non,
        pas (d argent|de remboursement) (svp|s il|merci|juste|je prefere), (refund|money back|my
        money) .. (no use|no good|not enough|doesn t help), (don t|do not|not|didn t) (want|need|
        after|asking for|ask for|looking for|interested in|seeking|chasing) .. (refund|money|cash|
        reimburs*), no refund (please|needed|necessary|thanks|thank), keep (the|your|my) (refund|
        money), (instead of|rather than|refuse|decline) .. (refund|money|cash), no (quiero|pido|
        necesito|busco|deseo|me interesa|hace falta|queremos|solicito) .. (reembols*|dinero|
        devolucion|devuelvan), (en vez|en lugar) (de|del) .. (reembolso|dinero), (reembolso|dinero)
        .. (no me interesa|no me sirve), (لا|لست|لم) (اريد|نريد|اطلب|نطلب|ارغب|احتاج|اود|ابحث) ..
        (استرجاع|استرداد|تعويض|نقودي|فلوسي|فلوس|مال|مبلغ|نقود), (بدل|عوض) .. (استرجاع|استرداد|
        تعويض|مبلغ)
    """,
    "money_word": """
        (argent|fric|sous|thune*|money|cash|dinero|importe|مبلغ|ثمن|نقود|فلوس|مال|somme)
    """,
    "amount": "# (e|eur|euro*|dh|dhs|mad|£|dollar*|balles|درهم*|pounds), £ ?#, € ?#, (quid|pounds)",
    "charged_twice": """
        (debit*|prelev*|encaiss*|factur*|paye*|pay|compte*|tire*|preleve*|regle*|pris) .. (deux
        fois|2 fois|double|doublon|2x|fois 2|seconde fois|deuxieme fois|trop|en trop|x2), (double|
        second|deuxieme|doublon|2e) .. (debit*|prelev*|paiement|encaiss*|payement|achat|montant|
        transaction), (deux|2) (fois|debits|prelevements|paiements|encaissements), (trop|surplus)
        .. (percu|paye|verse|preleve*|debite*|encaisse*|rembours*), en trop, (charged|charge|
        billed|paid|payment|debited|taken|took|rang) .. (twice|double|again|two times|second time|
        too much|extra), (duplicate|double|second|extra) (charge*|payment|transaction|debit),
        (debit*|prelev*|encaiss*|pris*|charged|billed|taken|took|cobr*) .. (alors que|although|
        though|even though|aunque|pero) .. (annul*|cancel*|echoue*|failed|anul*), (debit*|prelev*|
        encaiss*) .. (echoue*|annule*), (two|both|deux|dos) .. (payments|charges|debits|
        prelevements|cargos|paiements), overcharged, por duplicado, doble cobro, (cobr*|
        cargo*|pag*) .. (dos veces|doble|duplicad*|segundo|de mas), (dos
        veces|segundo cargo), (مرتين|خصم .. مرتين|مضاعف*|مبلغ زايد|زاءد*)
    """,
    "charge_fault": """
        (debit*|prelev*|encaiss*|factur*|paye*|compte*) .. (au lieu|alors que|a tort|par erreur|
        sans raison|express), (soit|remise|promo|reduction|code|solde*|gratuit*|offert*) .. (pas
        (ete )?(applique*|deduit*|pris*|deduite)|non applique*|pas passe*|pas deduit),
        (difference|ecart) .. (de prix|prix|tarif|rendre|rembours*)?, (prix|baisse|baisse de|
        price) .. (baisse|dropped|plus bas|moins cher), (instead of|au lieu de|en vez de) #,
        (price|diff*) .. (drop*|match), frais .. (retenu*|factur*|comptes|compte*|preleve*|rendre|
        rembours*), (me|m) (factur*|debit*|preleve*|compte*), acompte, caution, deposit, (retenez|
        retenu|retient|keep* my)
    """,
    "not_credited": """
        (rien|pas|aucun*|jamais|toujours) .. (sur mon compte|sur ma carte|sur le compte|releve|
        credite*|rembours*|touche|un centime|virement|verse*|recredite*), (compte|releve|carte|
        banque) .. (rien|vide|pas|toujours), (attend*|patient*) .. (rembours*|virement|argent|
        sous|recredit*), (rembours*|virement|argent|avoir) .. (toujours|pas|attend*|jamais|n est|
        ou|retard|quand|semaine*|jours|tard*|traine), (no|nothing|not|hasn*|still) .. (credit|
        credited|refunded|back to my account|in my account|on my card|on my statement|refund),
        (refund|money|credit) .. (where|not|still|hasn*|yet|when|waiting), (sin|no|todavia) ..
        (reembolso|dinero|ingresad*|abonad*|devuelt*|ver el), (cuenta|حساب*) .. (vac*|لم|nada|ما)
    """,
    "sent_back": """
        (ai|avons|a|j ai|jai|g|viens de|avais|ont|ete) .. (renvoye*|retourne*|rendu*|rapporte*|
        redepose*|depose*|reexpedi*|ramene*), (retour|colis retour|mon retour) .. (recu|arrive|
        effectue*|enregistre*|valide*|depuis|chez vous|depose*|receptionne*|fait|envoye), vous (l|
        les) avez (recu*|recupere*|depuis|eu), (avez|a) (bien )?(recu|receptionne*|recupere*) ..
        (mon|le|ma|notre)? ?(retour|renvoi), bordereau de retour, (bon|etiquette|numero|preuve) de
        retour, (sent|posted|shipped|returned|dropped|mailed) .. (back|return*|off), (returned)
        (it|them|the|my), (you|warehouse) .. (got|received|have) .. back, (devolvi|he devuelto|
        envie de vuelta|devuelto), (ارجعت|رجعت|اعدت)
    """,
    "give_back": """
        (renvoyer|renvoi|renvoie|renvoye*|retourner|retourne|retour|retours|rendre|rends|rend|
        rapporter|reprenez|reprendre|reprise|repreniez|reprenn*|ramener|restituer|recuperez|
        recuperiez), (return|returning|returns|send back|sending back|send it back|give back|take
        it back|take back|collect it|send .. back|sending .. back), (devolver*|devolucion|
        devuelvo|devolvo|recojan*|recoger*|recojanl*), (ارجاع|اعاده|ارجع|استرجاع)
    """,
    "changed_mind": """
        retract*, (changer?|change) d avis, (plus|pas) (besoin|envie|utilite|usage|l usage),
        (plus) (en |l |le |la |les |de )?(veux|veut|voulons|souhaite|interesse*|utile), (ne me|me|
        nous|lui) (plait|plai|plaisent|convient|conviennent|va|vont|sert|correspond*) (pas|plus),
        (ne|n) .. (plu|plait|convient|va) pas, (trop) (grand*|petit*|large*|court*|long*|juste|
        serre*|fonce*|clair*|haut*), (ne me va|me va pas|pas a ma taille|mauvaise taille|pas la
        bonne taille|trompe* de (taille|modele|dimension*|couleur|pointure)), (droit|delai) de
        (retract*|retour|renonciation), (14|quatorze) jours, (jamais|pas) (porte*|ouvert*|
        utilise*|servi|deballe*), (encore|toujours) (emballe*|sous (blister|plastique|emballage|
        film)|dans (son|sa|leur|le|l)), (etiquette*|emballage d origine|etat neuf|neuf*), (en
        double|doublon|deja (un|une|le|la)), (deu|decu*|decev*), (pas comme|pas ce que|ne
        ressemble|pas la couleur) .. (photo|attend*|imagin*)?, (achete|trouve|pris|commande*)
        (ailleurs|autre part|moins cher|mieux), inutile maintenant, cadeau .. (plait|plu|double),
        (changed my mind|change of mind|don t want|no longer (need|want)|don t need|doesn t (suit|
        fit)|does not (suit|fit)|too (big|small|large|long|tight|short|dark|bright)|wrong size|
        never (worn|used|opened)|unused|unopened|unworn|still (sealed|boxed|in|wrapped)|not what
        i|cooling off|bought (it |one )?elsewhere|don t like|didn t like|doesn t like|not for me),
        (cambiado de (idea|opinion)|ya no (lo|la|los|las|me|quiero|necesito)|no me (gusta|queda|
        sirve|vale|convence)|desist*|sin estrenar|no le gusta|demasiado (grande|pequen*)|me he
        arrepentido|otra tienda), (غيرت راي*|تراجع*|لا يناسب*|لم يعجب*|لم تعجب*|لا تناسب*|لم اعد
        .. (احتاج|اريد|ارغب)|لا احتاج|كبير جدا|صغير جدا|المقاس كبير|مقاس صغير|لم استعمل*)
    """,
    "cancel": """
        annul*, resili*, (cancel*), (anul*), (الغاء|الغي*|الغو*|الغيت), (stopper|stop|arreter|
        bloquer) .. (commande|envoi|expedition|achat)
    """,
    "voucher": """
        (avoir|avoirs|bon d achat|bons d achat|bon de #|bon de reduction|bon cadeau|credit
        boutique), (voucher|store credit|credit note), (vale|cupon), (قسيمه|رصيد)
    """,
    "missing": """
        (manque|manquait|manquaient|manquant*|manquent|manqu*), (incomplet*|absent du|absente du|
        pas dans le (carton|colis|paquet)), (sur|au lieu de) (#|deux|trois|quatre|cinq|six) ..
        (recu*|seul*), (qu un|qu une|que #|que deux|que trois) (sur|des|au lieu|articles?|dans),
        rupture, (missing|short by|out of stock|discontinued), (faltab*|falta|faltan|faltaron|
        agotad*), (ناقص*|غير موجود*|نفد*|نفذ*)
    """,
    "pay_means": """
        (carte|cb|rib|iban|paypal|virement|banque|bancaire|compte|releve|cheque|card|bank|account|
        statement|tarjeta|cuenta|banco|بطاق*|حساب*|بنك*|بنكي)
    """,
    "law": """
        (loi|legal*|droit*|avocat|plainte|mediateur|dgccrf|tribunal|code de la consommation|vol|
        escroc*|arnaque*|voleur*|huissier|mise en demeure|lawyer|court|scam|theft|law|trading
        standards|ley|denuncia|consumo|estafa|قانون|محام*|شكايه|نصب)
    """,
}

DARIJA = {
    "money_declined": """
        ma bghit* flous*, mabghit* flous*, mabghitch remb*, ma bghitch remb*, machi flous*, bla
        flous, bla remb*
    """,
    "refund": """
        rej3* flous, rej3* liya, rej3o*, rj3o*, raj3ouli, rje3* flous, rejj3* l*, trej3* flous*,
        flousi, flous*, drahmi, drahem, rzqi, rez9i, tredou* flous, reddo* liya, ta3wid, 3tiwni
        flousi, kherjo flous, nrj3 flous, yrej3* flous
    """,
    "charged_twice": """
        merrat, jouj merrat, 2 merrat, merrtin, mertayn, jouj mrat, doubl*, khlest jouj, qt3tou*,
        t9ta3*, tqet3*, tkhsm*
    """,
    "not_credited": """
        ma dkhl* flous, flous* ma, flous* mazal, ma rej3*, ma rje3*, mazal ma rej3*, ma t7et
    """,
    "sent_back": """
        rje3t, rej3t, rje3tha, b3tht, b3atht, reddit, sift* lcolis, sifttha, redditha, retour kan
    """,
    "give_back": """
        nrejje3*, nrej3*, nredd*, nrdd*, rejje3*, hzzou*, hezzo*, reddo*, retour, nrj3*, tredd*
    """,
    "changed_mind": """
        ma 3jb*, ma 3jebni*, beddelt ray*, ma b9it*, ma bqit*, ma jatni*, ma jatch, kbir bzaf,
        sghir bzaf, kbira 3liya, sghira, ma m9asi*, rétractation, ma khasni*, ma 7tajit*, ma
        met7taj*, lqit* b *, lwn ma
    """,
    "cancel": "annuler, annule*, nannul*, lghi*, nlghi*, lghiw, canceler, 7bso",
    "voucher": "bon d achat, lbon, bon, avoir",
    "missing": "na9s*, naqs*, ma kan* f, ma kayn* f lcarton, salaw, sala stock, khass* 3, na9es",
    "amount": "* dh, * dhs, * drhm, * derhem, * rial",
    "pay_means": "carte, la carte, compte, lcompte, banka, lbanka",
}
