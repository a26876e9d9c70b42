"""Words after which a person answers; the notation is that of ``support.understanding.words``.

A word too many costs a person half a minute, a word too few an automatic reply to somebody
in trouble: so what is denied or merely quoted counts like the rest.
"""

from __future__ import annotations

from support.automatic.obstacles import Obstacle

WORDS = {
    Obstacle.ANGRY: """
        exig*, bravo (champion*|les|pour), je reve, serieusement, incapable*, odieu*, insult*,
        inconscient*, camelote, catastroph*, mensong*, illegal*, pourri, pourrie, pourris,
        pourries, de la merde, plus vite que ca, bougez vous, bougez, j en ai assez, assez d
        attendre, en ai .. assez, oui ou non, vous .. (croyez|attendiez|moquez), quand meme pas
        sorcier, c est quoi ce*, vous vendez .. quoi, (deuxieme|troisieme|quatrieme|cinquieme|#
        eme) fois, (trois|quatre|cinq|dix) fois que, (deux|trois|quatre|cinq|dix|#)
        (mails|appels|relances|emails), (zero|aucune|sans|jamais de) reponse, personne ne
        (repond|reponds), (j ai|je vous ai|on a) deja (ecrit|appele|relance|contacte|demande), je
        (relance|reitere|repete), (deuxieme|troisieme|seconde|nouvelle|ma) relance, toujours aucune
        (reponse|nouvelle), inacceptabl*, arretez, cessez, junk, rubbish, pay up, every penny, i
        demand, demanding, (second|third|fourth) time, (two|three|four|several)
        (times|emails|calls|messages), no (reply|response|answer), are you (kidding|joking), joke,
        liar*, lies, useless, incompetent*, exijo, exigimos, basta, (segunda|tercera|cuarta) ..
        vez, (tres|cuatro) veces que, no (contestan|responden), nadie (contesta|responde),
        inutiles, mentir*, 7choma*, hchoma*, katdhko*, katd7ko*, ghir katkdbo, kdab*, daba daba,
        sber, salit sber, 3yit*, كفي, كذب*, تضحكون, كتضحكو*, عييت, صبر*, inadmissible*,
        inacceptable*, scandal*, honte*, honteu*, lamentable*, deplorable*, furieu*, en colere, ras
        le bol, marre, (je|j) .. (en peux plus|craque), foutage de gueule, (se|vous)
        (foutez|foutre|moque* de), vous vous moquez, prenez .. pour, incompeten*, nul* a chier, (c
        est|cest) (nul|du vol|une blague|n importe quoi|quoi ce bordel), bordel, merd*, putain,
        connard*, degoute*, decu*, decev*, tres mecontent*, mecontent*, pire
        (service|site|boutique), plus jamais, jamais plus, voleur*, derniere fois, (sous|tout de)
        suite .. (sinon|ou), indigne*, foutu*, je suis (outre*|excede*|hors de moi), unacceptable,
        disgrac*, disgust*, ridiculous, outrag*, furious, angry, appalling, awful, terrible, worst,
        pathetic, shame*, fed up, sick of, bullshit, fuck*, shit*, crap, never again, disappoint*,
        joke of, inaceptable*, vergonz*, verguenza, indignante*, indignad*, harto, harta, enfadad*,
        cabread*, pesim*, decepcion*, mierda, ladrones, 7chouma, hchouma, chouha, 7mar, حشومة,
        غاضب*, فضيحه, مهزله, زباله
    """,
    Obstacle.LEGAL: """
        avocat*, huissier*, tribun*, justice, juridique*, mise en demeure, mettre en demeure, en
        demeure, (porter|deposer|porte|depose) plainte, plainte*, porterai plainte, procureur,
        police, gendarm*, commissariat, dgccrf, signalconso, signal conso, repression des fraudes,
        mediateur*, mediation, conciliateur*, ufc, que choisir, 60 millions, association de
        consommateurs, protection du consommateur, code de la consommation, article l, recours,
        poursui*, assign* .. tribunal, la presse, aux journaux, journaliste*, reseaux sociaux, sur
        (facebook|twitter|tiktok|linkedin), trustpilot, avis (negatif*|google|verifie*), mauvais
        avis, buzz, rejet* de prelevement, chargeback, charge back, opposition, contester ..
        banque, litige* (paypal|bancaire|carte), lawyer*, attorney*, solicitor*, (to|in|into)
        court, court action, sue, suing, lawsuit, legal*, trading standards, ombudsman, consumer
        (rights|protection|affairs), bbb, small claims, (bad|negative|leave|post|write) .. review*,
        social media, dispute .. (bank|card|paypal|charge|payment), abogad*, juzgado*, tribunal*,
        denuncia*, demandar*, consumo, ocu, hoja de reclamaciones, redes sociales, reseñas,
        mouhami, m7ami, mahkama, lma7kama, choukaya, chikaya, محام*, المحكمه, محكمه, شكايه, شكوي,
        دعوي, القضاء, الشرطه, قانون*, حمايه المستهلك
    """,
    Obstacle.HARM: """
        dans la bouche, (casser|cassee|broken) .. (cou|neck|jambe|leg), tombe* .. echelle, ingere*,
        avale*, intoxique*, swallow*, choking, bless*, brul*, coupe ..
        (main|doigt|pied|visage|jambe), saign*, hopital, hospital*, urgences, medecin, allerg*,
        intoxi*, empoison*, electrocut*, electrique .. decharge, decharge electrique, incendie*,
        (pris|prend|prendre|mis le) feu, explos*, fumee, court circuit, danger*, accident*, deces,
        decede*, deuil, suicid*, injur*, burn*, hurt, bleed*, doctor*, (caught|on) fire, smoke,
        hazard*, unsafe, poison*, electric shock, died, death, funeral, passed away, herid*,
        quemad*, quemadura*, alergi*, medico, fuego, humo, incendio, peligr*, fallecid*, muerte,
        ja7 7ri9, tjre7, 7ri9a, l7ri9, sbitar, جرح*, حريق, مستشفي, خطر*, حساسيه, وفاه, احترق*
    """,
    Obstacle.PRIVACY: """
        rgpd, gdpr, cnil, donnees personnelles, mes donnees, supprim* .. (compte|donnees), effac*
        .. donnees, droit a l oubli, desabonn*, desinscri*, arnaqu*, escroc*, escroqu*, fraud*,
        pirat*, hacke*, usurp*, vol* .. identite, carte volee, phishing, hameconnage, faux site,
        contrefacon*, contrefait*, faux produit*, personal data, my data, delete my (account|data),
        unsubscribe, scam*, hacked, stolen card, identity theft, counterfeit*, fake*, datos
        personales, mis datos, borr* .. (cuenta|datos), estaf*, fraude*, falsific*, nassab*, nsab*,
        chfar*, احتيال, نصب, نصابين, بياناتي, اختراق, سرقه, مزور*
    """,
    # Beside what was asked first.
    Obstacle.QUESTIONS: """
        par ailleurs, d autre part, deuxieme question, seconde question, autre question, autre
        chose, autre demande, autre sujet, (deux|trois|plusieurs) (questions|choses|demandes|
        problemes|commandes), premierement, deuxiemement, d une part, en plus de cela, au passage,
        tant que j y suis, another (question|thing|order|issue), one more thing, also (can|could|i|
        please|is|do|when|what|how), second question, (two|three|several) (questions|things|orders|
        issues), firstly, secondly, while i m at it, by the way, otra (pregunta|cosa|duda), ademas,
        por otra parte, por otro lado, (dos|tres|varias) (preguntas|cosas|dudas), 7aja okhra, soual
        akhor, سوال اخر, شيء اخر, من جهه اخري
    """,
}
# Said in capitals they are shouted; a brand or a name in capitals is not.
SHOUTED = """
    tout toute tous toutes rien jamais toujours faux stop une un deux trois fois premier premiere
    dernier derniere mon ma mes pas plus non oui est il je vous nous encore urgent urgence
    maintenant immediatement aucun aucune personne encore assez now not never still every no
    all nothing again first last immediately please my nada nunca siempre otra ya basta todo ahora
"""
