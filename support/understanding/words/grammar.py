"""Words that turn what stands beside them: negations, wishes, conditions, contrasts, greetings."""

from __future__ import annotations

# A concept within so many words after one of these, in the same clause, is denied.
NEGATORS = {
    "fr": "pas ne n ni aucun aucune aucuns aucunes sans jamais nullement non zero ne pa nul nulle",
    "en": """
        not no never nor neither without none cannot cant dont doesnt isnt wasnt didnt nothing t
        hardly
    """,
    "es": "no ni sin ningun ninguna nunca tampoco jamas nada",
    "ar-Latn": "ma machi bla mashi makaynch makayn lla",
    "ar": "لا لم ليس ليست لن ما ماشي بدون دون بلا ولا مكاينش لست وليس",
}
# The same of several words.
NEGATIVE_PHRASES = """
    rien de, rien d, (inutile|pas besoin|hors de question|loin) (de|d), plutot que, au lieu de,
    (finalement|alors) gardez, (pouvez|peux) garder, gardez donc, (laisse|laissez) tomber, (you can|
    just) keep, (forget|drop|never mind) (the|about), (olvid*|dejen) (el|lo|la) (de|del)?,
    (pas) la peine, instead of, rather than, no need, en vez de, en lugar de, بدل, contrairement
    a, ne .. (en rien|nullement), je me (moque|fiche|fous) (de|du|des), peu importe
"""
WISHES = """
    je (veux|voudrais|voudrai|veu|souhait*|desir*|demand*|exig*|reclam*|voudré|prefer*|cherch*|
    sollicit*|tiens|v|vx|vdrais), j (aimerais|exige|attends|ai besoin|aimerai|insiste),
    (jaimerais|jveux|jvoudrais|jvx|jdemande|chui pour), nous (voulons|souhait*|voudrions|desir*|
    demand*|aimerions|exigeons|vous (demandons|prions|saurions)), on (veut|voudrait|aimerait|
    souhaite*), (pouvez|pourriez|pouriez|pourrai*|peux|peut|puis|pourrais|pourrions|puissiez)
    (vous|tu|on|je|nous|m|me), (est il|serait il|c est|cest|est) possible, merci (de|d|par avance
    de), (veuillez|priere|svp|s il (vous|te) plait|stp|pls|plz), il (me|nous|m en) ?(faut|
    faudrait), (faut|faudrait), je vous (prie|demande|saurais|serais|remercie de), (dites|donnez|
    envoyez|renvoyez|rendez|remboursez|echangez|remplacez|faites|confirmez|trouvez|livrez|annulez|
    expliquez|corrigez|changez|reprenez|retrouvez|debloquez|supprimez|retirez|arretez|cessez|
    versez|virez|recreditez|expediez|reparez|ajoutez|enlevez|indiquez|trouvez|verifiez|ramenez|
    relancez|transmettez|proposez|repondez|refaites|envoi|envoie|envoyer moi), comment (faire|
    proceder|je fais|dois je|puis je|on fait|obtenir|recuperer|retourner|me faire|renvoyer|se
    faire), (que faire|que dois je|quelle est la (procedure|marche)), dans l attente, je (compte
    sur|vous laisse), i (want|need|would like|d like|demand|expect|insist|require|request|am
    after|m after|would prefer|d prefer|wish|d love|d rather), (can|could|would|will|may|might)
    (you|i|we|somebody|someone|anyone|it), please, (kindly), we (want|need|would like|d like),
    (send|refund|replace|give|tell|find|cancel|confirm|fix|return|get|stop|let|change|check|
    arrange|look into|pay) (me|my|us|the|it|this|that|one|another|back), how (do|can|should|would)
    (i|we), would you mind, any chance, is it possible, what (are you|do you intend|should i), all
    i (want|ask|need), (quiero|quisiera|querria|queremos|necesito|me gustaria|deseo|solicito|
    exijo|pido|prefiero|busco|reclamo|nos gustaria), (pueden|podrian|podeis|puede|podria|puedo|me
    pueden|se puede|podemos), por favor, (envienme|mandenme|devuelvanme|cambienme*|diganme|
    haganme|abonen*|recojan*|localicen|reclamen|corrijan*|avisen*|reembolsen*), como (hago|puedo|
    se), (اريد*|ارغب|اود|ارجو*|المرجو|نرجو|نريد|اطلب|اطالب|احتاج|هل يمكن*|ممكن|من فضلكم|رجاء|يرجي|
    كيف|افضل|ابحث|نبحث|ارسلوا|اعيدوا|ارجعوا|غيروا|الغوا)
"""
DARIJA_WISHES = """
    bghit*, bghina, baghi*, khasni*, khassni, khesni, 3afak*, 3afakom, goulo liya, gouli liya,
    sifto*, siftou, n9der, mumkin, momkin, ymken, rej3o*, beddlo*, bddlo*, chouf*, chofo, 3tiwni,
    n7ab, n7eb, kifach, kif ndir, khaskom, chno ndir, nbghi, 7ydou*, hezzo*, wach mumkin, llah
    ykhlikom
"""
# What would follow is not what is wanted now.
CONDITIONS = """
    (si|s) (je|j|vous|on|ca|cela|rien|d ici|tel|il|elle|demain|lundi|jamais|le|la|aucun*|pas),
    (sinon|sans quoi|faute de quoi|autrement|a defaut|faute de|ou alors|dans le cas contraire|ou
    bien je|passe ce delai|au dela), avant (de|que je) (demand*|rembours*|annul*|porter|saisir|
    faire), (je (vais|devrai|serai|finirai|songe|pense|risque|compte|hesite)) .. (oblig*|
    contraint*|annul*|demand*|rembours*|porter|saisir)?, (la prochaine fois|dernier delai|derniere
    chance), (if|otherwise|or else|unless|failing that|else i|or i (will|shall|ll)|before i (ask|
    cancel|demand)), (si no|de lo contrario|o si no|en caso contrario|como no), (والا|اذا لم|اذا
    ما|ان لم|لو لم)
"""
# What the customer will ask for if nothing happens: he does not ask for it yet.
THREATS = """
    sans quoi, faute de quoi, autrement je, a defaut je, dans le cas contraire, passe ce delai,
    sinon (je|j|on|nous|c est|ce sera|rembours*|annul*|rend*), ou (je|j) (demand*|annul*|exig*|
    contest*|veux|porte*), (je|j|nous|on) (demanderai|demanderais|annulerai|exigerai|reclamerai|
    contesterai|saisirai|porterai|refuserai|renverrai|retournerai|demanderons|annulerons|
    exigerons|demandera|annulera|voudrai), (je|nous|on) (me |nous )?(vais|allons|va|devrai|
    devrons|serai|serons|ferai|verrai|songe|pense) .. (demander|annuler|exiger|reclamer|contester|
    rembourser|retourner), avant (de|que je|d) .. (demande*|exige*|annule*|reclame*), otherwise (i|
    we|it), or else (i|we)?, failing (that|which), or (i|we) (will|ll|shall|want|am|cancel|ask),
    (i|we) (will|ll|shall|d|would|may|might) .. (ask|cancel|demand|request|dispute|claim|want) ..
    (money|refund|back|order|it|payment), (i|we) (m|am|are|will be) .. (cancelling|asking|claiming),
    before (i|we) (ask|cancel|demand|request|claim), de lo contrario, en caso contrario, o (pido|
    anulo|cancelo|reclamo|exijo), (pedire|anulare|reclamare|cancelare|solicitare|exigire|
    pediremos), voy a (pedir|anular|reclamar|cancelar|exigir), antes de (pedir|anular|reclamar),
    والا, ساطلب, ساطالب, سالغي, ساضطر, سوف (اطلب|اطالب|الغي)
"""
DARIJA_THREATS = """
    wla (nannuler|ghadi|nchki|rej3*|redd*|ntleb|nlghi), ghadi (ntleb|nannuler|nchki|nlghi|ntaleb)
"""
DARIJA_CONDITIONS = "ila ma, ila majat, ila majach, law ma"
CONTRASTS = """
    (mais|par contre|en revanche|cependant|toutefois|sauf que|seulement|simplement|seul probleme|
    pourtant|neanmoins|reste que|or|but|however|only|except|though|just|pero|sin embargo|solo|
    aunque|walakin|walakine|ghir|hir|لكن|ولكن|غير|فقط)
"""
SPEECH_VERBS = """
    (dit|dites|repond*|ecri*|affich*|indiqu*|mail|message|sms|robot|chatbot|annonc*|says?|said|
    told|dice|dicen|قال|قلتم)
"""
# Frame of a letter that says nothing about its subject.
POLITE = """
    bonjour, bonsoir, salut, coucou, hello, hi there, hi, hey, dear (sir|madam|team|all|sir or
    madam), hola, buenos dias, buenas tardes, buenas, madame monsieur, madame, monsieur, mesdames
    messieurs, cher service client, chere equipe, bjr, bsr, slt, slm, cc, salam, salam alikoum,
    السلام عليكم, مرحبا, سلام, تحيه طيبه, وعليكم السلام, (bien )?cordialement, (tres
    )?cordialement, merci d avance, (par avance merci|merci par avance), merci beaucoup, merci,
    bonne (journee|soiree|reception|fin de journee|semaine), (mes|sinceres|meilleures)
    salutations, (kind |best |warm )?regards, (many )?thanks in advance, thank you in advance,
    thanks, thank you, yours (sincerely|faithfully), un saludo, saludos, gracias( de antemano| por
    adelantado)?, muchas gracias, شكرا, شكرا لكم, مع تحيات*, chokran, choukran, merci a vous, a
    bientot, bien a vous, dans l attente de (vous lire|votre reponse|votre retour|votre reponse
    rapide), j espere que vous allez bien
"""
