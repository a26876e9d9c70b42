"""What is none of the other four: work, offers, accounts, advertising, thanks, before buying."""

from __future__ import annotations

WORDS = {
    "job": """
        (emploi|stage*|stagiaire*|cv|candidat*|recrut*|embauch*|poste a pourvoir|alternance|
        apprentissage|job|travailler (chez|dans|avec|pour)|lettre de motivation|offre d emploi|
        saisonnier*|cherche (un|une|du) (travail|place|poste|emploi|stage)|vacanc*|internship|
        hiring|apply|applying|resume|work for you|position|trabajo|empleo|vacante*|practicas|
        curriculum|عمل|وظيف*|توظيف|تدريب|شغل|سيره ذاتيه)
    """,
    "partner": """
        (partenari*|partenaire*|collabor*|sponsor*|parrain*|mecen*|blog*|influenc*|abonnes|
        followers|instagram|tiktok|youtube|chaine|podcast|affiliation|partner*|sponsor*|collab*|
        subscribers|patrocin*|colabor*|seguidores|شراكه|شريك|شركاء|رعايه|متابع*|تعاون)
    """,
    "press": """
        (journal*|presse|magazine|redaction|interview*|article sur|reportage|dossier de presse|
        these|memoire|etudiant*|questionnaire|etude|sondage|enquete|tournage|press|journalist|
        reporter|editor|dissertation|student|survey|thesis|revista|periodista|entrevist*|encuesta|
        prensa|tesis|estudiante|صحافي*|صحفي*|مجله|جريده|طالب*|بحث|استبيان)
    """,
    "supplier": """
        (nos (services|produits|solutions|tarifs|prestations)|notre (societe|entreprise|agence|
        gamme|catalogue|solution|cabinet)|nous (proposons|fabriquons|sommes|accompagnons|
        commercialisons|realisons|organisons|fournissons)|fournisseur*|grossiste|demarch*|
        prospection|devis|demo|rendez vous telephonique|referencement|seo|votre site web|
        visibilite|leads|we (offer|provide|manufacture|supply|help|specialise)|our (services|
        products|company|agency|catalogue|solution)|supplier|wholesale|quote|boost|traffic|somos
        (una|un)|ofrecemos|fabricamos|nuestra (empresa|gama)|proveedor|mayorista|نحن (شركه|جمعيه)|
        نقدم|مورد*|جمله|عروضنا)
    """,
    "association": """
        (association|asso|benevol*|caritati*|tombola|lots|don de|dons|kermesse|club|ecole|
        collecte|ong|charity|charities|raffle|fundrais*|donat*|school|nonprofit|ong|asociacion|
        benefic*|جمعيه|خيري*|تبرع*)
    """,
    "account": """
        (mot de passe|mdp|identifiant*|connexion|connecter|connecte|me connecter|compte client|mon
        compte|espace client|inscri*|creer un compte|supprim* .. compte|login|code (sms|de
        verification|de confirmation)|reinitialis*|double authentification|pirat*|password|
        passcode|log in|sign in|signin|locked out|reset|my account|account|username|verification
        code|hacked|contrasena|iniciar sesion|mi cuenta|usuario|acceder|كلمه (السر|المرور)|حسابي
        علي|دخول|تسجيل الدخول|رمز (التاكيد|التحقق))
    """,
    "newsletter": """
        (newsletter*|desabonn*|desinscri*|pub|pubs|publicit*|spam|promotionnel*|mails? commerc*|
        offres? commerc*|vos (mails|courriels|sms|messages|offres)|liste de diffusion|fichier*|
        rgpd|cnil|relance*|(arret*|cess*|stop*) .. (envo*|appel*|ecri*|contact*|relanc*)|(ne|n) ..
        (ecri*|envo*|appel*|contact*) plus|donnees personnelles|demarchage|prospectus|
        unsubscribe|mailing list|marketing|
        promotional|offers|texting|emailing|spamming|gdpr|my data|personal data|boletin|baja|
        publicidad|correos (todos|cada)|datos personales|اشهار*|اعلان*|رسايل*|لايحه|لاءحه|رساءل|
        حذف رقمي|الغاء الاشتراك)
    """,
    "before_buying": """
        (avant de|avant d|avant que) .. (command*|achet*|me decider|me lancer|valider|passer|
        payer), (hesit*|j hesite|envisag*|pense acheter|compte acheter|aimerais acheter|voudrais
        acheter|souhaite acheter|interesse* par|projet d achat|me decid*|comparer|compare),
        (vendez|proposez|faites|livrez|expediez|acceptez|avez|fabriquez|louez|reprenez|organisez|
        offrez) vous, (est ce que vous|vous|vs) (vendez|proposez|faites|livrez|avez|acceptez|
        fabriquez|louez|avé|fete|livré), (existe|existent|disponible*|dispo|en stock|reassort|
        retour en stock|de retour en|rupture de stock|prochaine collection|sera t il|reviendra) ..
        (en|dans|taille|bleu|stock|?)?, (quel|quels|quelle|quelles) (est le|sont les|sont vos|est
        votre) (prix|tarif*|delai*|dimension*|frais|difference|horaire*|matiere|politique|
        condition*), (combien) .. (coute*|coutent|vaut|faut il|frais), (pas|rien) encore
        (command*|achet*|client), (rien|jamais) (command*|achet*), (do|does|can|could|will) you
        (sell|ship|deliver|have|make|stock|offer|do|accept|carry|take|price), (is|are) ..
        (available|in stock|back in stock|suitable|waterproof|washable|compatible), before (i|we|
        ordering|buying|placing), (thinking (of|about)|considering|deciding|looking to|interested
        in|planning to) .. (buy*|order*|purchas*)?, (how much|what is the price|what s the price|
        price of|shipping cost*|delivery cost*|return policy|opening hours|haven t (ordered|
        bought)|not ordered|not a customer), (hacen|tienen|venden|envian|aceptan|disponen|teneis|
        haceis), (antes de (comprar|pedir)|estoy mirando|pensando en|me interesa|aun no me decido|
        cuanto (cuesta|vale|cuestan)|disponible*|en stock|no he (pedido|comprado)|no soy cliente),
        (هل (عندكم|لديكم|توصلون|يوجد|تبيعون|متوفر*|يتوفر|يمكن الشراء)|كم (ثمن|سعر|يكلف|تكلفه)|قبل
        ان (اطلب|اشتري)|افكر في|اريد شراء|متوفر*|لم اطلب)
    """,
    "promo": """
        (promo*|solde*|black friday|code promo|code de reduction|code (bienvenue|avantage)|
        reduction*|remise|remises|rabais|parrainage|fidelite|points de fidelite|carte de fidelite|
        vente privee|panier|discount*|promo code|coupon*|sale|loyalty|points|basket|descuento*|
        rebajas|oferta*|puntos|تخفيض*|خصم*|عروض|بروموسيون|كود)
    """,
    "gift_card": """
        (carte* cadeau*|cheque* cadeau*|bon* cadeau*|gift card*|gift voucher*|tarjeta* regalo|
        بطاقه هديه|بطاقه الهدايا|liste de (naissance|mariage))
    """,
    "thanks": """
        (merci|remerci*) .. (pour (votre|la|le|les|tout|cette|ce)|beaucoup|infiniment|mille fois|
        encore|a toute|au livreur|a votre|a l equipe|sincerement), (bravo|felicit*|compliment*|
        chapeau|au top|nickel|super (service|travail|boutique|bien)|impeccable|formidable|
        magnifique|ravi*|enchant*|tres (content*|satisfait*|heureu*)|satisfait*|parfait*|sublime|
        adore*|superbe|merveill*|continuez|dire merci|aucune reponse|pas besoin de reponse|
        conquis*|recommand*), (thank you|thanks) .. (so much|for|to|again|a lot|team), (love|
        loved|lovely|beautiful*|wonderful|brilliant|great (service|job|work)|amazing|perfect*|
        delighted|thrilled|happy with|very happy|well done|excellent|no reply needed|fantastic|
        keep it up|gorgeous|over the moon|compliments), (gracias|encantad*|precios*|perfect*|
        enhorabuena|felicidades|felicit*|contenta|contento|maravill*|genial|excelente), (شكرا
        جزيلا|راءع*|رايع*|ممتاز*|جميل*|الله يعطيكم|بارك الله|تبارك الله|سعيد*|ممتن*|احسنتم|زوين*)
    """,
    "solved": """
        (c est|cest|tout est|est|probleme|souci|affaire) (maintenant |finalement |enfin )?
        (arrange*|regle|resolu*|rentre dans l ordre|en ordre|tout bon|retrouve*), (plus|pas)
        (besoin|la peine) de (repondre|chercher|vous deplacer), desole* (du|pour le) derangement,
        rien d autre a (signaler|ajouter), (fausse alerte|autant pour moi|au temps pour moi),
        sorted, (all|now) (good|fine|sorted|solved), (problem|issue) (solved|sorted|fixed),
        (never|nevermind) ?mind?, (turned up|found it) .. (after all|neighbour|neighbor|sorry)?,
        no further action, (ya esta|esta) (solucionad*|arreglad*|resuelt*), (aparecio|aparecido)
        .. (vecin*|porter*)?, (تم الحل|حلت|انحلت|تم حل)
    """,
    "wrong_recipient": """
        (trompe* de (numero|destinataire|adresse|boite|mail|service|personne|magasin)|erreur de
        (destinataire|numero|adresse)|mauvais (numero|destinataire|mail)|message .. (pas pour
        vous|par erreur|pour (mon|ma|quelqu))|adress* par erreur|par erreur .. (message|mail|
        courrier)|ignorez|ne tenez pas compte|ne pas tenir compte|est ce bien (la|le|l)|suis je
        bien|wrong (number|person|address|email|shop|company)|not for you|ignore (this|my)|sent by
        mistake|is this the|equivocado de (direccion|numero|persona)|el mensaje era para|بالخطا|
        خطا في الرقم|تجاهل*|رساله تجريبيه|message test|ceci est un test|test)
    """,
    "shop": """
        (horaire*|ouvert* (le|demain|dimanche|samedi|lundi|aujourd hui|les)|boutique*|magasin*|
        showroom|parking|vendeu*|vitrine|ouverture|fermeture|dimanche|opening|store|shop|showroom|
        parking|horario*|abiert*|محل|متجر|توقيت)
    """,
    "site_bug": """
        (votre (site|appli|application|page)|le site|page .. (erreur|blanche|404|plante)|bug|
        bogue|lien mort|faute d orthographe|paiement impossible|panier .. (vide|bug*|bloque)|404|
        website|your app|broken link|page doesn|web|pagina|الموقع)
    """,
    "not_customer": """
        (pas (client*|encore client)|jamais (rien )?(commande*|achete*)|rien (commande*|achete*|a
        reclamer)|n ai (rien|pas|jamais) .. (command*|achet*)|simple visiteur|not a customer|never
        (bought|ordered)|haven t (bought|ordered)|no soy cliente|no he (pedido|comprado)|nunca he
        comprado|لست زبون*|لم اشتر*|لم اطلب)
    """,
    "general": """
        (en general|d habitude|d ordinaire|de maniere generale|quelle est votre politique|vos
        conditions|comment (ca|cela) (se )?(passe|marche|fonctionne)|in general|generally|usually|
        policy|en general|normalmente|بشكل عام|عاده)
    """,
    "security": """
        (arnaque|phishing|hameconnage|faux (site|sms|mail|compte)|frauduleu*|contrefacon*|usurp*|
        fake|fraud*|scam|counterfeit|impersonat*|falso|fraude|estafa|تزوير|احتيال|نصب)
    """,
    "neighbour": """
        (votre (camion|camionnette|chauffeur|enseigne|vitrine|climatisation|alarme|poubelle*)|
        stationn*|gare|garee|nuisance*|klaxon*|bloque (mon|ma|la|le) (garage|sortie|rue|portail|
        entree)|your (van|truck|driver|lorry|sign|alarm)|parked|noise|su (furgoneta|camion)|
        aparcad*)
    """,
    "review": "(avis|commentaire|note|etoiles|review|reviews|stars|feedback|resena|opinion|تقييم)",
    "callback": """
        (rappel* (moi|me|nous)|numero de telephone du service|a qui (dois je|puis je|m adresser|s
        adresser)|qui (contacter|dois je contacter)|mettre en relation|parler a (un|quelqu)|who
        (should|do|can) i|speak to|con quien|a quien|مع من|الاتصال)
    """,
}

DARIJA = {
    "job": "khedma, khdma, bghit nkhdem, nkhdem m3akom, stage, cv, wdifa, tkhdm*, recrut*",
    "partner": """
        partenariat, n3awno, nt3amlo*, influenc*, page instagram, collaboration, sponsor*, charaka
    """,
    "press": "ba7t, b7t, étudiante, etudiant, mémoire, s7afi",
    "supplier": """
        katbi3o b jomla, jomla, ljomla, fournisseur, n3erdo 3likom, ta3rifa, charika dyalna, prix
        de gros, b nbi3*, tchriw, kanbi3o
    """,
    "association": "jam3iya, jm3iya, association, lkhir, sadaqa, tabaro3",
    "account": """
        mot de passe, mdp, compte dyali, nconnect*, ndkhol l compte, code sms, nsit code, login,
        ma kandkhlch, ma b9itch kandkhol
    """,
    "newsletter": """
        pub, publicité, messages d promo, 7ydou*, 7aydou* ismi, lista, sms d promo, spam,
        désabonn*, iche3ar*
    """,
    "before_buying": """
        wach katwsl* l, wach kat*, wach 3endkom, wach kayn*, kayn 3endkom, bch7al, bchhal, chhal
        taman, taman, mazal ma chrit*, ma chritch, ba9i ma tlbt, baghi nchri, bghit nchri*, nchri,
        9bel ma nchri, 9bel ma nkommandi, katdiro, wach mtwfr*
    """,
    "promo": "solde*, promo, takhfid*, black friday, code promo, remise, lpromo",
    "gift_card": "carte cadeau, bon cadeau",
    "thanks": """
        tbarkellah, tbarklah, tbark allah, llah ya3tikom, lah y3tikom, lah ykhlef, chokran bzaf,
        top, zwina bzaf, zwin bzaf, 3jbatni*, 3jbni, merci bzaf, hamdollah, bravo
    """,
    "wrong_recipient": """
        ghlet f numéro, ghlt f nmra, smhouliya ghlet, kan 3la wd, machi likom, mochkil f nmra
    """,
    "shop": """
        7anout, magasin, boutique, lmagasin, wa9tach katfeth*, katfto7o, ma7al, m7al, fin ja
        lmagasin, fin kayn lmagasin
    """,
    "not_customer": """
        ma chari*, ma chrit walo, ma 3endi ta commande, ma tlbt walo, ma chritch, 3mri chrit,
        ma3ndi ta commande
    """,
    "security": "nsab*, chfar*, kaytleb flous mn nas, arnaque, faux",
    "neighbour": "camion dyalkom, tomobil dyalkom, wa9ef 9eddam, sdd* 3liya",
}
