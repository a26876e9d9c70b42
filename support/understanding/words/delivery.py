"""Where the goods are, when they were promised, and whether they came."""

from __future__ import annotations

WORDS = {
    "not_arrived": """
        (pas|jamais|rien|toujours pas|tjs pas|pas encore) .. (recu|recue|recus|recues|arrive*),
        (rien|pas) (vu|eu) .. (arriver|venir|colis|paquet), (toujours|tjs|tjrs|encore) rien, rien
        (dans|a|chez|au|en|sur) .. (boite|lettres|porte|voisin*|gardien*|relais|palier|local), (n
        est|est|ne sont|sont|es) (toujours|tjs|tjrs)? ?(pas|jamais|pa) (la|venu*|passe*|arrive*),
        (toujours|tjs|tjrs) (pas|pa), (n arrive*|n est|vient|viens|arrive) (toujours )?(pas|pa|
        jamais), sans (aucune )?(nouvelle*|livraison), (aucune|aucun|pas de|zero|plus de)
        (nouvelle*|livraison|colis|paquet), (absence|defaut) .. (de livraison|de colis), personne
        (n est|ne s est|n a|est) .. (venu|passe|presente|sonne|livre*|vu), (rien|jamais) (n a|n
        est|ne) .. (ete )?(livre*|bouge*|venu|arrive*|arrivait), (manque|manquent) (toujours|
        encore), (pas|jamais|toujours pas|rien) .. (livre|livree|livres|livrees), non (livre*|
        recu*), attend* (toujours|encore|tjs), (introuvable|perdu|perdue|egare*|disparu*|
        volatilise*|evapore*|fantome), (jamais|pas) vu .. (couleur|ombre|trace), (rien|pas) (recu|
        recue|eu|vu), (pas|rien) entre les mains, ai rien, (pas|plus) de (trace|signe), (has|have|
        had|is|it s|was|s) (still |yet )?(not|nt|t) .. (arrived|come|here|received|delivered|
        shown|turned up|reached), (hasn|haven|didn|isn|wasn|not|never) t? ?(yet |ever |even
        )?(arrived|come|received|receive|delivered|shown|turn*|reach*|here|got|seen), still (not|
        no|nothing|waiting|hasn*|haven*), no (parcel|package|delivery|sign|sight|trace|news),
        nothing (has|yet|came|arrived|on|in|so far), (nobody|no one) (came|has come|turned|
        showed), never (came|showed|turned|made it|reached), (missing|lost) (parcel|package|
        order), no (ha|han|he|hemos|me ha|me han|lo he|la he) .. (llegado|recibido|recibi|
        aparecido|entregado|visto), sigue* sin .. (llegar|aparecer|recibir*|noticias|venir),
        (todavia|aun) (no|nada|sin), no (llega|llego|aparece|recibo|recibi|viene|vino|esta), nada
        de nada, sin noticias, y nada, (nadie) (ha|vino|viene) .. (venido|pasado|llamado)?, لم ..
        (يصل*|تصل*|استلم*|اتسلم*|اتوصل*|يظهر|يات|توصل*|نتوصل*), لا .. (خبر|اثر|شيء|وجود), لا احد,
        دون .. (توضيح|خبر|جواب), (لم|ما) يصل*, مازال* .. (ما|لم), ما (زال|زلت) .. (انتظر|ننتظر)
    """,
    "arrived": """
        (est|sont|es) (bien |deja |enfin |finalement )?(arrive|arrivee|arrives|arrivees|la|venu|
        venue), (bien|deja|tout|parfaitement|bonne|enfin) (recu|recue|recus|recues|arrive*|livre|
        livree|reception), (a|ai|avons|as) (bien |enfin |finalement )?(recu|receptionne*|
        deballe*), (j ai|jai|g|ai) recu, (recu|recue|recus|livre|livree|arrive|arrivee) (hier|ce
        matin|lundi|mardi|mercredi|jeudi|vendredi|samedi|ce jour|aujourd hui|le #|en bon etat|ce
        midi|intact*|cassee?|abimee?), deballe*, (en ouvrant|a l ouverture|au deballage|ouvert
        le), (a ete|m a ete) (livre*|remis*), (m avez|vous m avez|m a) .. (livre|envoye|vendu|
        expedie), (arrived|received|delivered) .. (fine|safely|yesterday|today|on time|this
        morning|broken|damaged|cracked), (has|have) (arrived|come|received|turned up), (turned up|
        came|got it|got them|unpacked|unwrapped|opened the box), (i|we) (received|got|opened),
        (ha|han) llegado, (llego|llegaron|recibi|recibimos|vino|vinieron|me llego), (وصل|وصلت|
        وصلني|وصلتني|وصلوني|استلمت|توصلت|تسلمت)
    """,
    "late": """
        retard*, (en|a|au|du|de|1|#) retar*, tard*, depass*, traine*, trainent, (hors|passe|
        passee|expire*) .. (delai*|date|echeance), en souffrance, (delai|delais|date|echeance) ..
        (depass*|ecoule*|passe*|expire*|revolu*), (interminable|escargot|tortue), lent, lente,
        lenteur, (de plus que|au dela de|apres la date|apres l echeance|passe la date|apres le
        delai), (late|later|delay*|overdue|behind|belated*), (past|after|beyond) .. (date|due|
        deadline), (should|was supposed|were supposed|was meant|was due|was promised|meant) ..
        (been|be|arrive|come|reach|here|to), (retraso*|retrasa*|tarda*|tarde|demora*), (mas de lo|
        fuera de plazo|plazo .. (pasado|vencido)), متاخر*, تاخر*, تاخير*, تجاوز*, (فات|مر|مرت|مضي|
        مضت) .. (موعد|وقت|اجل|ايام|اسبوع*|شهر|مده)
    """,
    "promised": """
        (devai*|deviez|devez|devrai*|aurai*) .. (arriver|arrive|etre|livre*|la|recevoir|venir|
        recu*|partir|chez|m etre|nous etre|me livrer|avoir|prendre|mettre|passer|parvenir),
        (promis*|promett*|garanti*|assure*|engage*) .. (pour|avant|le|sous|dans|livraison|delai|
        mardi|lundi|jeudi|vendredi|samedi), (prevu|prevue|prevus|prevues|annonce*|attendu*|
        promis*|fixe*|programme*|convenu*|estime*) .. (le|pour|hier|au|avant|depuis|du|sous|en|
        lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche), (date|delai|echeance) .. (prevu*|
        annonce*|promis*|indique*|convenu*), (censee?s?|suppose*) .. (arriver|etre|livre*|
        recevoir|avoir|venir|partir), (vous|on|votre mail|site|tu|ils) .. (disai*|disiez|aviez
        dit|avait dit|avaient dit|m avait dit|m aviez|annoncai*|annonciez|parliez|indiqui*|
        promett*|promis), (on m a|on m avait|vous m avez|vous m aviez|vous aviez|on nous a) (dit|
        promis|annonce|assure|garanti|parle|indique), etait (prevu*|attendu*|annonce*|promis*),
        (was|were) (due|promised|expected|told|quoted|supposed|meant), (promised|quoted|estimated|
        guaranteed), (you|they|site|page|website) .. (said|promised|quoted|told|says), (tenia que|
        debia|deberia|tendria que|iba a|habia*) .. (llegar|haber|estar|entregar*|recibir),
        (prometid*|prometi*|previst*|anunci*|dijeron|dijisteis|ponia|decia), se suponia, (كان|
        كانت) .. (المفترض|مفترض|المفروض|مفروض|مقرر*|منتظر*), (وعدتم*|وعدوني|قلتم|موعد*|مقرر*|
        المحدد*|محدد*|اكدتم)
    """,
    "waiting": """
        (attend|attends|attendons|attendre|attendu|atend*|attente|attendait), patient*, (ca|cela|
        voila|voici) (fait|va faire) .. (#|jour*|semaine*|mois|un|deux|trois|dix|quinze|
        longtemps), depuis (le|#|hier|un|une|deux|trois|quatre|cinq|six|dix|quinze|plus|lundi|
        mardi|mercredi|jeudi|vendredi|samedi|des|plusieurs|fin|debut), (waiting|waited|wait),
        (been|for|after) (#|a|two|three|four|five|six|ten|over|nearly|almost|more) .. (days|weeks|
        week|month|months), (#|two|three|four|five|six|nine|ten) (working )?(days|weeks|months)
        (ago|later|late|now|on|after), (il y a|y a|ya) .. (jour*|semaine*|mois), (llevo|llevamos|
        esperando|espero|espera|hace) .. (dias|semanas|mes|meses|semana)?, (انتظر*|ننتظر|انتظار*|
        منذ|قبل)
    """,
    "where": """
        (ou est|ou sont|ou se|ou il est|ou en est|ou elle est|ou il es|ou c est|il est ou|elle est
        ou|c est ou|ce ou|est ou|ou reste*|ou sont|ou a|ou est passe*|ou ca en est), (il|elle|y)
        es ou, dou vient, (ou) .. (passe|passee|passes|disparu), (retrouv*|localis*|recherch*|
        cherchez|enquete), (where is|where s|where are|where has|whereabouts|where it|find my|
        locate|trace my|track down|chase), (donde|localic*|localiz*|encuentr*|busquen), اين, وين,
        (في اين)
    """,
    "when": """
        quand .. (arrive*|recev*|livr*|sera*|part*|expedi*|vien*|va|vais|vont|comptez|aurai|
        pense*|compte|est), (quel|quelle) (jour|date|heure|delai), (c est|cest|ce sera|pour) (pr |
        pour )?quand, (une|la) (nouvelle )?date, pour quand, (when will|when is|when can|when
        does|when are|when do|what date|which day|what day|what time|eta), (cuando|que dia|para
        cuando|fecha), متي, (امتي|ايمتي), quand
    """,
    "duration": """
        # (jour*|j|jrs|jr|semaine*|sem|mois|heure*|h|ans), (un|une|deux|trois|quatre|cinq|six|
        sept|huit|neuf|dix|onze|douze|treize|quinze|vingt|trente|plusieurs|quelques) .. (jour|
        jours|semaine|semaines|mois|quinzaine), # (day|days|week|weeks|month|months), (a|one|two|
        three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|few) (working )?(day|days|
        week|weeks|month|months|fortnight), # (dia|dias|semana*|mes|meses), (un|una|dos|tres|
        cuatro|cinco|seis|siete|ocho|nueve|diez|quince|veinte) (dia|dias|semana*|mes|meses),
        quinzaine, fortnight, # (يوم*|ايام|اسبوع*|شهر|اشهر|شهور), (يوم*|ايام|اسبوع*|اسابيع|شهر*|
        شهور)
    """,
    "stuck": """
        (bloqu*|coinc*|immobil*|fige*|enlise*|stagn*), (n avance|ne bouge|n a pas bouge|n a plus
        bouge|ne bouge plus|bouge|bougent|bouger|avance) (pas|plus), (plus|pas) (rien )?(ne
        )?(bouge*|avance), (dort|croupi*|moisit|tourne en rond|fait le tour), stuck, (has|hasn|
        not) .. (moved|updated|budged), (parad*|bloquead*|atascad*|retenid*|detenid*), (عالق*|
        متوقف*), (douane*|customs|aduana|جمارك)
    """,
    "said_delivered": """
        (marque*|indiqu*|affich*|dit|note|statut|status|suivi|mail|site|considere|soi disant|
        declare|prete*|mention*|pretend*|comme|apparai*|ecrit) .. (livre|livree|livrer|distribue*|
        remis*|delivered|depose*), livre a qui, (say*|said|show*|mark*|status|claim*|tracking) ..
        delivered, (pone|dice|consta|figura|seguimiento|aparece|marca*) .. entregad*, (تم التسليم|
        تم التوصيل|مسلم*), (pas|rien|jamais) signe, signature .. (pas|inconnu*), avis de passage
    """,
    "postponed": """
        (report|reports|reporte|reportee|reporter|repouss*|decale|decalee|ajourn*|re report*),
        (toujours|encore) .. demain, (demain demain|lundi puis|mardi puis|jour en jour),
        (postpon*|pushed back|rescheduled|moved again|put back), (aplaz*|pospon*|retrasado otra),
        (chaque|tous les) (jour*|matin*) .. (demain|memes?|repouss*)
    """,
    "failed_visit": """
        (livreur|chauffeur|transporteur|facteur) .. (pas|jamais|venu|passe|sonne|absent|disparu|
        refuse), (absent|absente) .. (alors|j etais|faux|avis), (n a|a) (pas )?sonne, (missed|
        attempted) .. (me|delivery|you), (driver|courier) .. (never|didn*|not|missed),
        (repartidor|mensajero|transportista) .. (no|ni|nunca), السائق .. (لم|ما|اختفي)
    """,
    "carrier": """
        (livreur*|transport*|chauffeur*|coursier*|facteur*|colissimo|chronopost|dhl|ups|fedex|dpd|
        gls|poste|amana|mondial relay|relais|courier|carrier|driver|postman|repartidor*|
        transportista|mensajer*|correos|شركه نقل|ساءق|سايق|موزع)
    """,
    "goods_ordered": """
        (colis|paquet|commande*|livraison|cmd|cde|expedition|envoi|parcel|package|order|shipment|
        delivery|pedido|paquete|envio|entrega|طلب|طلبيه|طرد|شحنه|توصيل|كوليس|كوموند)
    """,
    "future": """
        (demain|apres demain|la semaine prochaine|lundi prochain|le mois prochain|prochain|
        prochaine|bientot|a venir|ce soir|dans (#|deux|trois|quelques) (jours|semaines)), (prevu*|
        attendu*|annonce*|programme*|convenu*|fixe*|arrive*|livr*|livraison|vien*|attend*) ..
        (demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|la semaine prochaine|prochain*|apres
        demain), (que|qu) (lundi|mardi|mercredi|jeudi|vendredi|samedi|demain|le #|la semaine
        prochaine), (tomorrow|next (week|month|monday|tuesday|wednesday|thursday|friday|saturday)|
        isn t due|is due|due (on|next|tomorrow|thursday|friday|monday)|not due|only due|in # days|
        until (monday|tuesday|wednesday|thursday|friday|saturday|the)), (manana|proxim*|la semana
        que viene|para el (lunes|martes|miercoles|jueves|viernes|sabado)|llega (el|manana)), (غدا|
        بكره|القادم*|قادم*|بعد اسبوع|المقبل*|مقبل*)
    """,
    "not_urgent": """
        (pas|plus|rien|aucune) (du tout )?(d |de )?(presse*|urgen*|inquiet*|panique|hate|retard),
        (avant l heure|en avance|d avance|a l heure|dans les temps|a temps|pile|ponctuel*|temps et
        en heure|dans les delais|plus tot que), (je sais que|normal) .. (pas encore|tot), (par
        curiosite|simple question|petite question|juste une question|simple curiosite|prends?
        votre temps|tranquille*|rassure*), (no rush|no hurry|on time|ahead of|early|in good time|
        not chasing|not complaining|just checking|just wondering|quick question|quick one|out of
        curiosity), (no corre prisa|sin prisa|puntual*|a tiempo|antes de lo previsto|por
        curiosidad|no hay prisa|adelanta*), (في الوقت|في موعد*|لست مستعجل*|لا استعجل*|لم استعجل*|
        قبل موعد*|غير مستعجل)
    """,
    "just_ordered": """
        (passe*|command*|achete*|paye*|regle*|valide*|achat|commande) .. (hier|ce matin|a l
        instant|tout a l heure|aujourd hui|cet apres midi|ce soir|cette nuit|il y a (# |une |deux
        |dix |vingt )?(minute*|heure*)), (viens|venons|vien) de (passer|commander|payer|valider|
        regler|faire), (hier soir|ce matin|a l instant|tout a l heure), just .. (ordered|placed|
        paid|bought), (this morning|last night|yesterday|minutes ago|an hour ago|today), (ordered|
        placed|paid|bought) .. (yesterday|this morning|today|last night|just now|minutes ago),
        acabo de, (anoche|esta manana|ayer|hoy), (اليوم|امس|هذا الصباح|الصباح|البارحه)
    """,
}

DARIJA = {
    "not_arrived": """
        ma wsla*, mawsla*, ma wsel*, ma wessl*, mazal* ma, ba9i ma, ma ja, ma jat*, ma jawni,
        majach, ma ban*, ma chaf, ma chft, mazal walo, w walo, walou, ta wa7d, 7ta wa7d, ma kayn
        walo, ma tal, tlfat, tlef, twdder*, ma t9al*, 7ta 7aja
    """,
    "arrived": """
        wslat, wslatni, wsel, wselni, wsselni, jatni, jani, t7ell*, 7llit, lqit*, tsellemt,
        twsselt
    """,
    "late": "m3ttel*, m3ettl*, t3ttel*, t3etl*, fat lwe9t, fayta, fatet, daz l3id, retard, ta2khir",
    "promised": """
        kan khas*, kant khas*, khasha t*, khasso y*, khassha tw*, gulto*, goulto*, 9olto*,
        9altou*, galo liya, galou, goultou, w3dto*, promise
    """,
    "waiting": """
        kantsenna*, kanstenna*, kntsnna*, nestenna*, ntsenna, kanchouf, sber, hadi * (yam|simana|
        chher|youm), chher hadi, 3ndha * youm, rahom
    """,
    "where": """
        fin, fin wsl*, fin hiya, fin huwa, fin rah*, finhiya, fayn, win, wayn, fin kayn*, fin
        mcha*, fin smik*
    """,
    "when": "imta, imta ghadi, wa9tach, fo9ach, emta, wqtach",
    "duration": """
        * (yam|yawm|youm|yom|yum|iyam|ayam), (simana*|smana|semana|jem3a|jom3tin|simantin),
        (chher|chhour|chahr*)
    """,
    "future": """
        ghedda, ghda, nhar (ltnin|tlata|larb3|lkhmis|jem3a|sebt|l7ed), simana jaya, men daba, jay,
        jaya
    """,
    "not_urgent": """
        marani zarban, ma zarban*, machi zarban*, f lwe9t, flwe9t, ma m3ttla*, machi m3ttla*, ma
        fatch*, 3la khatr*, ghir so2al, ghi so2al
    """,
    "just_ordered": "lyoum, had sba7, hadsbah, lbare7, daba ghir, lbarh, derti, drt, dert",
    "carrier": "livreur, moul twsil, transporteur, chifor, l facteur, amana",
    "goods_ordered": """
        lcolis, colis, commande, lcommande, talab, talabiya, sel3a, koli, coliyat, lkoliyat
    """,
    "stuck": "7abs*, wa9f*, bloqu*, ma kayt7erk*, ma t7erk*",
    "said_delivered": "kaygoul* wsel, kaygoul* livre, katb* wsel, livre, kayn* livre",
}
