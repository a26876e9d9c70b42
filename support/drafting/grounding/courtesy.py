"""Words that state nothing, in the languages of replies: grammar, feelings, thanks, apologies.

All are folded. ``SMALL`` are whole words; the others are beginnings of words. A word belongs
here only where no sentence made of such words alone could promise, blame or state anything.
"""

from __future__ import annotations

import re
from typing import Final

from backoffice.core.text import folded, word_set

SMALL: Final = {
    "fr": word_set(
        "a à y ai as au aux avec c ce ceci cela celui celle ceux ces cet cette ci comme d dans de"
        " des du donc dont elle elles en est et etes etait etant ete etre eu eut fut il ils j je"
        " l la le les leur leurs lors lorsqu lui m ma mais me mes moi mon n ne ni nos notre"
        " nous on ont ou où par pas plus pour pourquoi puis qu quand que quel quelle quels quelles"
        " qui quoi s sa se sera seront serait serez soit soient soyez ses si son sont sur t te"
        " un une vers vos"
        " votre vous avons avez avait avaient aviez avions ayez ait aient auriez aurait aura aurez"
        " sommes suis chez entre pendant ici afin alors ainsi car"
        " parce puisque selon cas tant autant lequel laquelle ensuite auquel suite concernant"
        " relative relatif monsieur madame meme memes aupres etaient quelque avoir rien aucun"
        " aucune hui"
        " voici va vais vont allez aller aille aillent allait irait m mme"
    ),
    "en": word_set(
        "a about all also am an and any are as at be because been being but by can"
        " could did do does doing don for from had has have having he her here his how i if in"
        " into is isn it its just ll m may me more most much my no nor not of on or our"
        " out re s shall she should since so some such t than that the their them then there"
        " these they this those to too us ve very was we were what when where"
        " which while who whom whose why will with would you your yours wasn hasn haven"
        " didn doesn couldn d might both either between let regarding"
    ),
    "es": word_set(
        "a al algo aun aunque como con cual cuando de del donde e el ella ellos en"
        " entre era es esa ese eso esta estas este esto estos esten este fue ha haber habia han"
        " hay haya hayan he hemos i la las le les lo los mas me mi mientras muy ni no nos"
        " nuestra nuestras nuestro nuestros o os para pero por porque que quien se sea sean ser si"
        " sido sobre son su sus suya suyo suyos tal tan tanto te tiene tras tu u un una unas"
        " unos usted ustedes y ya estar estaba esten sera seran según segun haberle haberlo"
    ),
    "ar": word_set(
        "في من على علي إلى الى عن مع هذا هذه ذلك تلك التي الذي ما لا لم لن قد و أو ثم أن إن كان"
        " كانت هو هي نحن أنتم هل حول بخصوص كل عند إذا هنا كما لأن منه منها فيه فيها"
        " عليه عليها لكم لنا بكم بنا له لها عنه معنا معكم إليكم الينا ان او لدى"
    ),
}

GRAMMAR: Final = frozenset().union(*SMALL.values())

# What makes a sentence one of courtesy: it understands, thanks, regrets, apologises, greets.
HEART: Final = {
    "fr": "compren compris regrett desol navr excus prions_ voulon aider_ aide_ pardon merci"
    " remerc agac decev decep decu"
    " frustr legitim impatien inquie patien confian hesit esper souhait plais plait plair plu ravi"
    " conscien mesur imagin preci cordial salut sincer belle bonne disposi interet serieu certain"
    " assure_ mecontent insatisf coler tristess sensib bonjour dommag enten contrari preoccup"
    " malais satisf conven convi",
    "en": "underst sorry apolog thank appreci regret frustrat annoy disappoint upset worr inconven"
    " patien hope hoping glad happy regard warm sincer kind valu welcom bear matter feel dear"
    " hello know sympath trust difficult wish best",
    "es": "comprend comprens entend entien lament sent siento sient disculp perd gracia agradec"
    " molest inconven frustr decepc pacien confian preocup enfad esper salud cordial estim hola"
    " valor atent malest dud gust encant",
    "ar": "نتفهم نفهم متفهم نعتذر اعتذار نأسف آسف اسف شكر نشكر نقدر صبر تفهم تحي اطيب مرحبا سلام"
    " ثق قلق"
    " انزعاج ازعاج خيب",
}
# What may stand beside it.
SOFT: Final = {
    "fr": "messag questio situati temps peine lectur lire lu_ note ecrir ecri signal expli contact"
    " alert inform gene_ genan occasio desagre penib diffici sujet propos_ aide aider combien"
    " vraime profon bien encor toujour deja avanc surpri mauvai besoin repond repons attent attend"
    " vecu_ viv ressen naturel parfait tout_ tous_ toute toutes tres trop point_ egard reste_"
    " reston"
    " adresse_ vite_ preven pris_ prise prenon prendr prend savon sache sachez savoir voulon"
    " fait_ faire"
    " experie joie grand autre portez fidel pein hauteur pouv peut pourr puiss apprend"
    " hate_ teniez_ parai apres_ surtout forcem eviden finalem particul destin longue plusieu fois_"
    " face_ vue_ voir_ vos_ cher donner volont comprehens equip service_ client attrist mot_ ecout"
    " aimab gentil retenu jour_ journe soir utile_ utiles_ tient actuel aujourd grandem boutiq"
    " maison_ dire_ attenti attir remarq accept mots_ ouvert present connaissanc doit_",
    "en": "messag question situat time_ take_ took taking writ wrote read_ touch contact tell"
    " telling explain let_ letting know caus get getting got hear heard how truly real deep again"
    " still yet_ reason complet experien like_ please_ free_ help think interest attent answer repl"
    " troubl wait long_ see seen look forward bring brought care_ make_ made must want need other"
    " shop store team customer service_ every serious note noted not unpleas suit right_ thing"
    " word feedback especial particul eager keen_ worr concern stress meant_ find_ finding new_"
    " possib today_ current should_ also ask understanda day_ accept expect better hard back_",
    "es": "mensaj pregunt situaci tiempo escrib contact mucho much_ todo toda sincer verdad caus"
    " ayud atenc interes respuest respond bien_ dificil explic inform comunic larg pued poder"
    " quer quier tom tiemp cualquier otra otro experien actual tod equip atencion servic client"
    " dia_ dias_ buen buena pid pedim haberl tard espera notic hac ofrec_ ponerse gran recib_"
    " sobre_ necesit especial perfect",
    "ar": "رسال تواصل ابلاغ اهتمام تأخير ازعاج سؤال وقت كتاب كثير جدا مرة اخرى حقا خالص طيب نود"
    " لنا بكم بانتظار انتظار حال الان نرجو مساعد كامل ثقت قبول",
}
# And these beside the words of a template, whatever it says.
MANNER: Final = {
    "fr": word_set(
        "bien encore toujours deja actuellement aujourd'hui aujourd sincerement vraiment"
        " profondement vivement tout toute toutes tous merci desole desoles navres excuses pouvez"
        " pourriez pouvons peut permet permettre cher chere avance jour regrettons demandons"
        " prie prions"
    ),
    "en": word_set(
        "currently today still yet already truly really sincerely again please sorry apologise"
        " apologize thank thanks kindly completely fully one able get back other could here"
    ),
    "es": word_set(
        "todavia aun ya actualmente hoy sinceramente realmente gracias lamentamos sentimos"
        " disculpas pedimos puede podria favor todo toda"
    ),
    "ar": word_set("الآن حاليا شكرا نعتذر نأسف فضلكم المرجو جدا"),
}
# Restating what the customer wrote: such a clause may use the customer's own words.
ECHO: Final = {
    "fr": re.compile(
        r"^\W*(?:vous (?:nous )?(?:ecrivez|dites|signalez|indiquez|expliquez|demand\w+|souhait\w+"
        r"|attend\w+|avez (?:ecrit|signale|indique))|je (?:comprends|regrette"
        r"|suis (?:\w+ )?(?:desole|navre)e?)"
        r"|(?:nous |en )?(?:comprenons|regrettons"
        r"|sommes (?:\w+ )?(?:desoles|navres|attristes)|avons (?:bien )?(?:note|compris|lu)|notons"
        r"|savons)|nous (?:avons bien recu|recevons) (?:votre |vos )(?=message|demande|question"
        r"|courriel"
        r"|candidature|proposition|e?-?mail|reclamation|remarque)|nous (?:imaginons|remercions)"
        r"|merci (?:de|d'|pour)|votre \w+ .{0,40}a bien ete"
        r"|recevoir|quelle \w+|un \w+ qui arrive|toutes nos excuses)"
    ),
    "en": re.compile(
        r"^\W*(?:you (?:wrote|write|told|tell|asked|ask|say|said|mention\w*|would like|are waiting"
        r"|have been waiting|want\w*)|i (?:\w+ )?(?:understand|regret"
        r"|am (?:\w+ )?sorry)|we (?:\w+ )?(?:understand|know|regret|see|note|noted"
        r"|apologi\w+|are (?:\w+ )?sorry|have (?:read|noted)|have received your (?=message"
        r"|request|question|e?-?mail|application|proposal))|thank you|thanks|(?:so )?sorry"
        r"|receiving)"
    ),
    "es": re.compile(
        r"^\W*(?:usted |nos )?(?:escribe|dice|indica|comenta|pregunta|desea|comprend(?:emos|o)"
        r"|ent(?:endemos|iendo)|lamento|lamentamos|siento|sentimos|gracias|vemos|sabemos"
        r"|hemos (?:leido|tomado nota)|hemos recibido su (?=mensaje|solicitud|pregunta|correo))"
    ),
    "ar": re.compile(
        r"^\W*(?:نتفهم|نفهم|نأسف|ناسف|نعتذر|شكرا|نشكركم|علمنا|توصلنا برسالت|ذكرتم|كتبتم)"
    ),
}
# Beginnings of words that say the same; the first stands for all.
ALIKE: Final = {
    "fr": "interr contac|revien reven repon repond indiq envoye|rembour|parven parvien recev"
    " recu recue"
    " arriv|statut etat|actuel aujour|prevu atten enregi|articl produi|colis|verif etudi exami"
    "|choix choisi prefer|abim defaut abime|montan total somme|concer objet"
    "|compl|demarc marche|transm|peux pouv|details inform|retrou",
    "en": "contac|write reply send answe respo get|reache reach arriv receiv|curren now|status"
    " state"
    "|item produc artic|refund|parcel packag|choose choice|check review|reques|total amoun"
    "|file record|help|detail inform",
    "es": "consul contac|escrib respon|llega llegad recib|actual ahora|estado|articu produc"
    "|paquet|import total|revis compru|elegir elecci|datos detall inform|registr",
    "ar": "نتصل تواصل|نعود نجيب يجيب|منتج",
}
# Each fact in a sentence: with these words, and no others, it may be told anywhere.
FACTS: Final = {
    "fr": "commande numéro {order_number} référence|statut actuel de la commande colis"
    " {order_status} est actuellement suivi|livraison de la commande prévue enregistrée attendue"
    " date {delivery_date}|montant total de la commande {order_total}|articles de la commande"
    " comprend contient {items}|colis commande confié transporteur suivi {carrier} numéro"
    " {tracking_number}",
    "en": "order number {order_number}|order parcel current status {order_status}|delivery date of"
    " order expected on file {delivery_date}|order total amount {order_total}|items order contains"
    " includes {items}|parcel order carrier tracking tracked number {carrier} {tracking_number}",
    "es": "pedido número {order_number}|estado actual del pedido paquete {order_status}|fecha de"
    " entrega del pedido prevista registrada {delivery_date}|importe total del pedido {order_total}"
    "|artículos del pedido contiene incluye {items}|paquete pedido transportista seguimiento número"
    " {carrier} {tracking_number}",
    "ar": "الطلبية رقم {order_number}|حالة الطلبية الآن {order_status}|تاريخ التسليم المسجل للطلبية"
    " {delivery_date}|المبلغ الإجمالي للطلبية {order_total}|منتجات الطلبية {items}",
}
# Sentences that are always true of a message that is being answered, each with its word.
ALWAYS: Final = {
    "fr": "message|votre message nous est bien parvenu a bien été reçu nous l'avons bien reçu lu",
    "en": "message|your message has reached us safely we have received read it",
    "es": "mensaje|su mensaje nos ha llegado lo hemos recibido leído",
    "ar": "رسالتكم|توصلنا برسالتكم وصلتنا رسالتكم قرأنا رسالتكم",
}
ORDER: Final = frozenset({"comma", "order", "pedid", "طلبي"})
# Who acts: a clause that begins with one of them must do so in the template, too.
AGENTS: Final = re.compile(
    r"^\W*(?:le |la |les |un |une |notre |the |a |our |el |un |nuestro )?(?P<agent>transport"
    r"|conseil"
    r"|equipe|livreur|carrier|courier|(?:member of our )?team|asesor|شركه|احد|client)"
)
# A clause about somebody else than us.
THIRD_PERSON: Final = re.compile(
    r"^\W*(?:il|elle|ils|elles|it|he|she|they|ellos?|ellas?|هو|هي)(?!\w)"
)
FIRST_PERSON: Final = re.compile(r"(?<!\w)(?:nous|we|nosotros|\w{3,}(?:ons|mos))(?!\w)")
# Apologies of others, and goods and people of ours, have no place in a courtesy.
_WHOSE: Final = re.compile(
    r"(?<!\w)(?:(?:ses|leurs?|his|her|their)\s+\w+|(?:notre|nos|our|nuestr[oa]s?)\s+(?P<ours>\w+))"
)
ALTERNATIVE: Final = re.compile(
    r"(?<!\w)(?:ou|soit|entre|choix|or|either|between|choose|o|u|او|بين)(?!\w)"
)
# What ought to have happened and has not.
UNFULFILLED: Final = re.compile(
    r"aur(?:ait|iez|aient) (?:deja )?du|should have|deberia|كان من المفترض|devait|atten|wait"
)
# Feelings affirm nothing: "the address is the right one".
AFFIRMED: Final = re.compile(
    r"(?<!\w)(?:(?:est|sont|a|ont) bien (?!recu|arriv|parven|note|lu|natur|legit|compreh)"
    r"|(?:est|sont) (?:la |le |les )bon(?:ne)?s?(?!\w)|is the (?:right|good)|es (?:el|la) correct)"
)
_SAME: Final = 5


def stem(word: str, language: str) -> str:
    """What stands for a folded word and its other forms."""
    if language == "ar":
        bare = re.sub(r"^(?:و|ف)?(?:بال|لل|ال|[بلس](?=\w{3}))?", "", word)
        bare = re.sub(r"(?<=\w{3})(?:كم|نا|ها|ات|ين|ون|تم|ه|ا|ك)$", "", bare)
        return _CANON[language].get(bare, bare)
    return _CANON[language].get(word[:_SAME], word[:_SAME])


def _canon(table: str) -> dict[str, str]:
    return {
        word[:_SAME]: group.split()[0][:_SAME]
        for group in table.split("|")
        for word in group.split()
    }


_CANON: Final = {language: _canon(table) for language, table in ALIKE.items()}


def _beginnings(words: str) -> re.Pattern[str]:
    """A word of the list, whole where it ends with "_", else whatever follows."""
    each = (folded(word) for word in words.split())
    forms = (rf"{word[:-1]}$" if word.endswith("_") else word for word in each)
    return re.compile(rf"(?:[وفبل]?(?:ال)?)?(?:{'|'.join(forms)})")


_HEART: Final = {language: _beginnings(words) for language, words in HEART.items()}
_SOFT: Final = {language: _beginnings(words) for language, words in SOFT.items()}


def is_small(word: str, language: str) -> bool:
    """Whether the folded word is one of grammar."""
    words = SMALL[language]
    return word in words or (language == "ar" and re.sub(r"^[وفبل]", "", word) in words)


def is_heart(word: str, language: str) -> bool:
    """Whether the folded word is one of feeling, thanks or greeting."""
    return bool(_HEART[language].match(word))


def is_manner(word: str, language: str) -> bool:
    """Whether the folded word may be added to what a template says."""
    return is_small(word, language) or word in MANNER[language]


def is_soft(word: str, language: str) -> bool:
    """Whether the folded word states nothing."""
    return is_small(word, language) or is_heart(word, language) or bool(_SOFT[language].match(word))


def speaks_of_others(clause: str, language: str) -> bool:
    """Whether a clause speaks of somebody else's or of ours, more than of our apologies."""
    return any(
        not found["ours"] or not is_soft(found["ours"], language)
        for found in _WHOSE.finditer(clause)
    )
