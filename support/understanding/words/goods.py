"""Goods that are broken, faulty or spoilt, and what should be done about it."""

from __future__ import annotations

WORDS = {
    "broken": """
        (casse|cassee|casses|cassees|cassait|cassent), brise*, fele*, fendu*, fendille*, fissur*,
        (raye|rayee|rayes|rayees|rayure*), ebrech*, ecaill*, ecorn*, (troue*|trou|trous), dechir*,
        (tordu*|tord), (abime*|abim*), cabosse*, enfonc*, eclate*, ecrase*, arrach*, decoll*,
        decous*, descell*, desserr*, detach*, (deforme*|deform*), gondol*, (voile|voilee|voiles),
        (rouill*|oxyd*), (tache|tachee|taches|tachees), moisi*, pourri*, perime*, renvers*, fuit,
        fuient, fuite*, fuyait, (coule|goutte) .. (partout|dessous|par|au), delav*, deteint*,
        (deteindre|deteint|destein*), retreci*, bouloch*, effiloch*, craquel*, craque*, (miettes|
        morceaux|eclats|debris|mille morceaux), bris de glace, vitre .. (cass*|fend*|fel*),
        bosse*, bossel*, ecaille*, tombe* en, tombent, (s est|se sont|c est) .. (casse*|brise*|
        decolle*|decousu*|arrache*|dechire*|fendu*|detache*|ouvert*|dessoude*), ouvert* et, (mal|
        pas) (monte|visse|cousu|colle|assemble|perce|coupe|taille|soude|imprime|regle)*, perce* de
        travers, de travers, bancal*, (branlant*|branle), (instable|penche|pas stable*), pete*,
        niqu*, explos*, foutu*, naze, hs, mort*, (a|ont) lache*, defonce*, abimer, ebreche*,
        (broken|broke|breaks|crack|cracked|cracks|chipped|chip|chips|scratch*|dent|dented|dents|
        torn|tear|tore|ripped|rip|snapped|snap|shatter*|smashed|bent|warped|split|leak*|stain*|
        damag*|dead|mouldy|moldy|rotten|rust*|spoiled|spoilt|expired|crushed|ruined|peel*|flak*|
        fell apart|falling apart|came apart|came off|fallen off|come off|coming off|unstitched|
        frayed|shrunk|shrank|faded|wobbl*|hole|holes|pieces|missing (a )?(screw*|leg|part)),
        (rot[oa]s?|rompi*|rompe*|raj*|grieta*|agriet*|ray(on|ad)*|aranaz*|abollad*|manchad*|
        astillad*|agujero*|rasgad*|desgarr*|descos*|destei*|destin*|gote*|pierde|perdia|doblad*|
        torcid*|caducad*|danad*|estropead*|pedazos|trozos|desencol*|despeg*), (مكسور*|انكسر*|
        تكسر*|كسر|مشقوق*|شقوق|متشقق*|مخدوش*|خدش*|خدوش|ممزق*|تمزق*|مثقوب*|ثقب|ثقوب|ثقبه|معوج*|
        تالف*|تلف*|متضرر*|صدا|صدي|فاسد*|متعفن*|يتسرب|تسرب*|تسريب|منسل*|بقع*|بقعه|ناشف*|مفتوح*|
        منتهي*|مهشم*|محطم*|مقطوع*|مفكوك*|مخروم*|يسرب)
    """,
    "faulty": """
        (en|une|est|tombe* en) panne*, (ne|n|il|elle|ca|y|qui|bouton|ecran|appareil) .. (marche|
        fonctionne|s allume|demarre|charge|chauffe|tourne|tient|ferme|repond|s ouvre|se ferme|
        refroidit|aspire|coupe|s eteint|clignote|capte|lit|affiche|imprime|sonne|mousse|eclaire|s
        arrete|pompe|connecte|tiennent|marchent|fonctionnent|ferment|chargent) (plus|pas|mal|rien|
        que|jamais|une fois|aucun*|pa|tjrs pas|tout seul*), (marche|fonctionne|demarre|s allume|
        charge|chauffe|tourne|ferme|tient|marchent|fonctionnent|refroidit|aspire) (plus|pas|mal|
        pa|tjrs pas|toujours pas|meme pas|que dun|que d un), defectu*, (defaut*|defaillan*|
        default), (vice|malfacon*), disfonction*, dysfonction*, court circuit, disjonct*, (fume|
        brule*|surchauff*|grille|grillee|crame*|etincelle*), gresill*, gripp*, grince*, (vibre|
        bruit|boucan|vacarme), (ecran noir|ecran .. (noir|fige|bleu)|ligne* sur l ecran), (s
        eteint|s arrete|se coupe|plante|bloque|se bloque|beugue*|bug*) .. (tout seul*|sans|apres|
        au bout|tout le temps|toutes les)?, (erreur|code) e ?#, (batterie|pile) .. (tient|dure|
        gonfl*|vide|morte), (odeur|pue|sent) .. (brule|moisi|plastique|bizarre|fort|mauvais*|
        essence)?, (camelote|qualite deplorable|mauvaise qualite|merde|pourri|daube), non
        conform*, (inutilisable*|inservable|dangereu*), (allergi*|irrit*|boutons|demange*), (does|
        do|did|is|it|won|doesn|don|didn|isn|not|never|stopped|no longer|can) t? ?(not )?(even
        )?(work*|turn on|switch on|charge|charging|heat*|start*|close|open|fit together|hold|spin|
        run|light|print|connect|power|respond|stand|lock|inflate|turn), (stopped|quit) .. ing?,
        stopped (working|charging|heating|turning|spinning), (faulty|defect*|malfunction*|fault|
        flaw*|broken down|died|overheat*|short circuit|spark*|sparks|smok*|burn*|buzz*|rattl*|
        grind*|jam|jams|jammed|flicker*|blank screen|black screen|dead pixel*|cuts out|switches
        off|turns off|loses time|runs slow|smells|unsafe|dangerous|poor quality|bad quality), no
        (funciona*|enciende|carga|arranca|calienta|cierra|va|gira|enfria|responde|abre|sirve|
        para), (defect*|averia*|averiad*|estropead*|fallo|falla|falla*|quemad*|chispa*|humo|huele|
        ruido|distorsion*|se apaga|se para|se bloquea|parpadea|dejo de funcionar|ya no carga|mala
        calidad|peligros*), (لا يعمل|لا تعمل|لم يعد يعمل|لم تعد تعمل|لا يشتغل|لا تشتغل|لا يشحن|لا
        يسخن|توقف*|يتوقف|معطل*|عطل*|معطوب*|عطب*|عيب*|خلل*|معيب*|خسر*|خاسر*|تحترق|احترق*|دخان|
        راءحه|رايحه|ضجيج|صوت غريب|ينطفي*|ينقطع|لا يغلق|لا يفتح|جوده رديءه|رديي*|خطير*)
    """,
    "replace": """
        remplac*, remplacement*, (echang*), (un|une|le|la|en|m en|des) (autre|autres|neuf|neuve|
        neufs|neuves|nouveau|nouvelle|nouveaux|intact*|correct*|bon|bonne) .. (exemplaire|piece|
        modele|qui|sans|entier)?, (renvo*|envo*|expedi*|livr*|voudrais|veux|faut) .. (un|une|des)
        (autre*|nouveau*|nouvelle*|neu*|piece*|bon*|correct*), (piece|pieces) de rechange,
        (replace*|swap*|exchange*|another one|new one|a working|one that works|one that|send ..
        new), (cambi*|reemplaz*|sustitu*|otro nuevo|otra nueva|uno nuevo|una nueva|uno que|una
        que|repon*), (استبدال*|تبديل*|بدل*|تعويضه*|اخر|اخري|جديد|جديده|سليم*)
    """,
    "repair": """
        repar*, depann*, (remettre|remis|remise) en (etat|marche), technicien*, sav, (sous|la|de|
        garantie|en) garantie*, garanti*, warranty, guarantee, repair*, fix, fixed, fixing, mend*,
        technician, service centre, repar*, arregl*, garantia, tecnico, (اصلاح*|ضمان*|تصليح*|
        صيانه|تقني)
    """,
    "usage": """
        (premier|premiere|1er|1ere|deux|trois|#|quelques) (usage|utilisation*|lavage*|essai*|jour|
        jours|cuisson|sortie*|mois|charge), (au bout de|apres) .. (jour*|semaine*|mois|
        utilisation*|lavage*|usage*|minute*|heure*|fois), (first|one|two|three|after) (use|wash|
        time|day|week|month), (primer|primera) (lavado|uso|vez|dia), (en le|en la|quand je|des que
        je|des qu on|lorsque je) .. (branche*|allume*|pose*|mont*|ouvr*|lav*|port*), (اول استعمال|
        اول مره|من اول|بعد غسله)
    """,
    "photos": """
        (photo|photos|pj|piece jointe|pieces jointes|ci joint|video|pics|picture*|foto|fotos|صور*|
        فيديو)
    """,
    "packaging": """
        (emballage|carton|papier bulle|mousse|mal emballe|packaging|box|embalaj*|caja|تغليف|
        كرطون*|علبه)
    """,
    "part": """
        (pied|pieds|poignee*|anse|roue*|vis|couvercle|bouchon|porte|tiroir|ecran|bouton|fermeture|
        zip|couture*|semelle*|verre|vitre|tissu|batterie|cable|prise|moteur|lame*|plateau|panneau|
        charniere*|ampoule|leg|legs|handle|wheel*|lid|screen|zip|seam|button|glass|drawer|hinge|
        battery|motor|blade*|pata|asa|tapa|pantalla|cremallera|rueda*|شاشه|بطاريه|رجل|باب|غطاء|
        مقبض)
    """,
}

DARIJA = {
    "broken": """
        mherre*, mherrs*, mhrs*, mkesser*, mksr*, therre*, therres*, mche99e*, mchqq*, mcherre9*,
        mcherreg*, mte9b*, mt9oub*, te9ba, tqba, mqette3*, tgett3*, tget3*, mfergga, mferga3,
        m3wej*, 3wej*, meslokh*, t9let*, tq3*, mkhrb*, mkhdouch*, mghchouch*, kaysil*, katsil*,
        kaytsreb*, tses*, mssedi*, khamj*, rtouba, khanz*, senslatto t7yd*, t7ydat, t7yd*,
        tqlla3*, mberrda, l9it* mherre*, mfrg*, mt3wj*, mkhsr*
    """,
    "faulty": """
        ma kaykhdem*, ma katkhdem*, makhdam*, makaykhdem*, ma bqa* kaykhdem, ma kaych3el*, ma
        katch3el*, ma kaychargi*, ma katchargi*, ma kaysekhen*, ma kayberre*, ma kaydor*, ma
        katdor*, ma kaytsedd*, khasr*, khaser*, tkhesser*, khser*, mkhesser*, defaut, 3ayb, 3ib*,
        mouchkil fih*, kat tfa, kaytfa, tfat, t7er9*, kaytbloq*, kayweqqef, katwe99ef, waqef,
        riha, dekhan, kat7bes, kayhbs, ma khdam*, panne, mpanni*, kat9te3, kayqta3, ghalta fih
    """,
    "replace": """
        tbeddl*, beddl*, nbeddl* b, nbedl*, bddlo*, wa7d akhor, wa7da khra, wa7da okhra, wa7d
        jdid*, wa7da jdida, bghit jdid*, échange, echang*, wa7d khddam, wa7ed sale7, wahd khdam,
        jdid*, sahi7a
    """,
    "repair": """
        tsel7*, tsle7*, sl7o*, tesli7, slah, garantie, damana, technicien, reparation, ysl7*
    """,
    "usage": "mn awel, men nhar lwel, nhar lwel, awel merra, awel ghsla, merra wa7da",
    "photos": "tsawer, tswir*, photo*, tsswer*",
}
