"""Words by which customers change or take back an order they have made."""

from __future__ import annotations

import re

from orders.extraction.kind.cue import B, E

_ORDER = (
    r"(?:l?com+and\w*|l?cmds?|cde|bdc|bon\s+de\s+com+ande|order|po|l?koman\w+|(?:ال)?طلب\w*|"
    r"(?:ال)?كوم[اا]?ند\w*)"
)
ORDER_WORD = rf"{B}{_ORDER}{E}"
_ALL = (
    r"(?:tout(?!\s+(?:de\s+suite|l|le|la|les)\s)|l'ensemble|la\s+totalite|kolchi|kulchi|everything|"
    r"the\s+(?:whole|lot)|كلشي|كل\s+شي\w*)"
    r"(?!\s+else)"
)
_UNDO = (
    r"(?:an+ul(?!e\s+et\s+remplace)\w*|n?an+ul\w*|cancel\w*|n?a?lgh[iy]\w*|t?lgh[ae]t?\w*|"
    r"[tn]?7[ae]?b[ae]?s+\w*|"
    r"call(?:ing)?\s+off|stop\w*|suspend\w*|arret\w*|laisse[rz]?\s+tomber|n?7[ei]?y+[ei]?d\w*|"
    r"و?ن?حيد\w*|"
    r"و?(?:ن|ا|ت)?لغي\w*|(?:ال)?غاء|و?الغ\w*|كانسل\w*|و?ن?انول\w*|حبس\w*)"
)
_MESSAGE = (
    r"(?:e-?\s?mails?|mails?|whatsapp|texto|sms|messages?|msg|courriels?|demande|l?message|"
    r"lmsg|رساله|الرساله|ميساج\w*)"
)
_NEGLECT = (
    r"(?:(?:ne\s+)?(?:pas\s+)?(?:tenez|tenir)\s+pas\s+compte|(?:ne\s+pas\s+)tenir\s+compte|"
    r"(?<!n')oublie[rz]?(?!\s+pas)|ignore[rz]?|disregard|ignore|forget|nsa|nsaw|nsaou|و?نسا?و?)"
)


def one_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"{B}(?:{pattern}){E}" for pattern in patterns))


# The whole order is taken back.
CANCELS_ORDER = one_of(
    rf"{_UNDO}\s+(?:[^\W\d_]+['\s]+){{0,4}}?{_ORDER}(?!\s+(?:\w+\s+)?de\s+\d)",
    rf"{_UNDO}\s+(?:\w+\s+){{0,2}}?{_ALL}",
    rf"{_UNDO}\s+(?:svp\s+|stp\s+)?(?:la\s+|le\s+|the\s+|l)?(?:n°\s*)?cmd-",
    rf"{_ORDER}\s+(?:\S+\s+){{0,3}}?(?:est\s+|a\s+|to\s+be\s+|is\s+)?(?:an+ul(?:e|ee|er)|cancel+ed|"
    rf"mlghi\w*|ملغي\w*)",
    rf"{_NEGLECT}\s+(?:[^\W\d_]+['\s]+){{0,4}}?{_ORDER}",
    rf"(?:ne\s+)?(?:lanc|livr|prepar|fait|produi|fabriq|expedi|envo|trait)\w*\s+(?:pas|"
    rf"plus)\s+(?:\w+\s+){{0,2}}{_ORDER}",
    rf"(?:don't|do\s+not|dont)\s+(?:ship|send|produce|prepare|process|start|"
    rf"make)\s+(?:\w+\s+){{0,2}}{_ORDER}",
    rf"{_UNDO}\s+(?:dakchi|dak\s?chi|li\s+tleb\w*|ce\s+que\s+(?:j|nous|on)|what\s+(?:i|we)|داكشي|"
    rf"اللي\s+طلب\w*)",
    r"(?:^|(?<=[\n:.]))\W*(?:an+ulation|cancel+ation)\s*(?:totale\s*)?(?:svp|stp|please|merci|"
    r"3afak)?\s*(?=$|[.!\n])",
    rf"(?:ma\s?b9i\w*|ma\s?bgh\w*ch|mabghit\w*|(?:ne\s+)?(?:veux|voulons|veut)\s+plus|"
    rf"no\s+longer\s+(?:need|want)|(?:plus|pas)\s+besoin|ما\s?ب[قغ]\w*|ma\s?7taj\w*|renon[cs]\w*|"
    rf"retir(?:e|er|ez|ons)|abandonn\w*|withdraw|revoke|scrap|drop|khel+i\w*\s+(?:3li\w*|mn))"
    rf"\s+(?:[^\W\d_]+['\s]+){{0,4}}?{_ORDER}",
    rf"{_ORDER}\s+(?:[^\W\d_]+['\s]+){{0,3}}?(?:est|sont|is|considere\w*|comme|a\s+considerer)\s+"
    r"(?:\w+\s+){0,2}?(?:nul\w*|caduc\w*|void|sans\s+objet|non\s+avenu\w*|withdrawn|off)",
    rf"(?:pas|aucune)\s+(?:donner\w*\s+)?suite\s+(?:a\s+)?(?:\w+\s+){{0,2}}?{_ORDER}|"
    rf"donner\w*\s+pas\s+suite\s+(?:\S+\s+){{0,3}}?{_ORDER}",
    # "Please cancel.", "annulez svp"
    r"(?:please|pls|kindly|merci\s+d'|svp|veuillez|priere\s+d'|3afak|to)\s*(?:cancel|"
    r"an+uler?)(?:\s+(?:it|that|svp|please|ca))?\s*(?=$|[.!\n])",
    r"(?:^|(?<=[.!\n,]))\s*(?:cancel|an+ule[rz]?)(?:\s+(?:it|ca|cela|svp|stp|please|merci|"
    r"3afak))*\s*(?=$|[.!\n])",
    r"(?:prend\w*|pren(?:ons|ds)|veux|veut|voulons)\s+plus\s+rien|(?:don't|do\s+not)\s+(?:need|"
    r"want)\s+anything(?:\s+anymore)?",
    rf"{_UNDO}\s+(?:celles?|celui|the\s+one|dik\s+li|ديك\s+اللي|هاديك)",
    r"ma\s?7ta(?:j|7)\w*\s+(?:walo|walou|7ta\s+7aja)|mab?9a\w*\s+(?:walo|walou)",
)
# "Forget my last message": what it ordered is taken back.
FORGETS = one_of(
    rf"{_NEGLECT}\s+(?:[^\W\d_]+['\s]+){{0,4}}?{_MESSAGE}(?!\s+de\s+(?!ce|cette|hier))",
    rf"(?:mon|notre|my|our)\s+(?:dernier|precedent|last|previous)\s+{_MESSAGE}\s+(?:\w+\s+){{0,3}}?"
    r"(?:est\s+)?(?:an+ule|caduc|nul|sans\s+objet|void)",
)
REPLACES = one_of(
    r"an+ule\s+et\s+remplace",
    r"(?:remplace|replaces?|supersedes?)\s+(?:\w+\s+){0,4}?"
    r"(?:precedente?|previous|derniere?|last|earlier)",
)
# What stays as it was is part of the change, and no order.
KEEPS = one_of(
    r"(?:ne\s+)?(?:change|bouge)(?:nt)?\s+(?:pas|rien)",
    r"inchange\w*|sans\s+changement|unchanged|(?:rest\w+|gard\w+|stays?)\s+(?:\w+\s+)?"
    r"(?:pareil\w*|identique\w*|(?:le|la|les)\s+memes?|comme\s+(?:prevu|avant)|tel\w*|the\s+same)",
    r"gard(?:e|er|ez|ons)|mainten(?:ez|ir|ons)|conserv\w+|keep|n?kh[ae]l+[iy]\w*|و?خلي\w*",
    r"le\s+reste|the\s+rest|everything\s+else|l?ba9i|lbaqi|الباقي",
)
# A figure takes the place of another one.
SETS = one_of(
    r"au\s+lieu|a\s+la\s+place|et\s+non|instead(?:\s+of)?|rather\s+than|f?\s?blas\w*|"
    r"f?\s?bdel|machi|3iwad|عوض|بدل\w*|بلاصه|مكان|ماشي",
    r"rectif\w*|corrig\w*|corrections?|erratum|erreurs?|erroné\w*|trompe\w*|tronpe\w*|"
    r"me\s+suis\s+plante\w*|"
    r"mistakes?|typo|wrong|ghl?a?l+a?t\w*|ghlt\w*|غلط\w*|il\s+faut\s+lire|faute\s+de\s+frappe|"
    r"coquille",
    # "the quantity needs to be 2500"
    r"(?:quantites?|qtes?|quantity|number|nombre|kmiya|الكميه)\s+(?:\S+\s+){0,7}?(?:doit|doivent|"
    r"needs?\s+to|should|must|sera|"
    r"est\s+de|is\s+now|becomes?|devient|khas+\w*)|(?:needs?\s+to|should|must)\s+be\s+\d[\d ]*|"
    r"doi(?:t|vent)\s+etre\s+(?:de\s+)?\d[\d ]*",
    # "un zéro de trop", "I meant"
    r"o+u?ps|zeros?\s+(?:de|en)\s+(?:trop|moins)|oublie\s+un\s+zero|(?:je|nous)\s+voul(?:ais|"
    r"ions)\s+(?:dire|mettre)|(?:i|we)\s+meant|"
    r"kont\s+ba?ghi\s+ngol\w*|9sdi|قصدي",
    # "2500 pas 3000", "en cartons et pas en pièces"
    r"(?:pas|not|non|machi|mashi|ماشي)\s+(?:(?:les|des|de|the|en|in|by|par)\s+)?(?:\d[\d ]*|"
    r"pieces?|cartons?|palettes?|"
    r"mille|kg)",
    r"\d\s*(?:[=-]+>|→)\s*\d[\d ]*",
    r"doubl\w*|tripl\w*|divis\w*|moitie|halve|half|twice|ضاعف\w*|dubl\w*",
    r"modif\w*|(?:je|on|nous|a|de|veux|voudr\w+|pouvez[ -]vous|svp)\s+chang\w+|"
    r"chang(?:er|ez|ement)|"
    r"remplac(?:er|ez|e)|update|change|amend\w*|make\s+(?:it|that|them)|swap\w*|switch|exchange|"
    r"troqu\w*|"
    r"echang(?:er|ez)|revis\w*|révis\w*|adjust\w*|ajust\w*",
    r"[tny]?bd+e?l\w*|[tny]?bed+[ei]?l\w*|و?نبدل\w*|تغيير\w*|غير(?:و|ي)?\s+ال\w+",
    # "portez les sachets à 4000", "bump the bags up to 3,500"
    r"(?:passe[rz]?|passons|augment\w*|monte[rz]?|montons|port(?:er|ez|e|ons)|ramen\w*|fix\w*|"
    r"met(?:tez|tre|s)|"
    r"redui\w*|diminu\w*|baiss\w*|limit\w*|bump|rais\w*|increas\w*|decreas\w*|reduc\w*|lower|cut|"
    r"bring|"
    r"tal+3\w*|tle3\w*|hab+et\w*|n?rj[ae]?3\w*|طلع\w*|هبط\w*|رجع\w*|na9+es\w*)"
    r"\s+(?!(?:\w+\s+)?com+and)(?:\S+\s+){0,7}?(?:a|to|at|l|jusqu'a|ل|الى|ب)\s?\d[\d ]*",
    r"n?rj[ae]?3(?:h\w*|o\w*)?|(?:و|ن)?رجع\w*|(?:و|ن)?بدل\w*",
)
# A figure that something goes up or down to.
SETS_TO = one_of(
    r"(?:passe[rz]?|passons|augment\w*|monte[rz]?|montons|port(?:er|ez|e|ons)|ramen\w*|fix\w*|"
    r"redui\w*|diminu\w*|baiss\w*|"
    r"limit\w*|bump|rais\w*|increas\w*|decreas\w*|reduc\w*|lower|cut|bring|tal+3\w*|tle3\w*|"
    r"hab+et\w*|n?rj[ae]?3\w*|"
    r"طلع\w*|هبط\w*|رجع\w*|n?na9+[ei]?s\w*)\s+(?:\S+\s+){0,8}?(?:a|to|at|l|jusqu'a|ل|الى|"
    r"ب)\s?\d[\d ]*",
    r"(?:n?kh[ae]?l+i(?:ha|hom|h)?|خلي(?:ها|هم|ه)?|dir(?:ha|hom|o)|دير(?:ها|هم))\s+(?:f\s+|"
    r"ف\s*)?\d[\d ]*",
)
# The message is there to put an order of before right.
FRAMES = one_of(
    r"modif\w*|corrections?|rectif\w*|corrig\w*|erreurs?|erratum|(?:suis|sommes|"
    r"etais)\s+tr[o]?[mn]pe\w*|mistakes?|typo|amend\w*|"
    r"ghl?a?l+a?t\w*|غلط\w*|تعديل\w*|تغيير\w*|changements?|mise\s+a\s+jour|updated?|same\s+order|"
    r"meme\s+com+ande",
    r"(?:mon|notre|my|our|le)\s+(?:dernier|precedent|last|previous)\s+(?:e-?)?(?:mail|message)|"
    r"mail\s+precedent|message\s+precedent",
    r"(?:a|avec|with|in|to)\s+(?:la\s+|ma\s+|the\s+|notre\s+|our\s+)?(?:livraison|delivery|colis|"
    r"envoi)\s+(?:prevue?|en\s+cours|d'hier)",
    rf"(?:m3a|3la|f|avec|sur|dans|on|in|to|with|مع|على|في|ف)\s+(?:(?:la|ma|notre|my|our|the|"
    rf"cette|that|this|had|dik|هاد|ديك)\s+|"
    rf"(?=l|ال)){_ORDER}",
)
# "finalement 3000": another one where something was ordered before, else an order like any.
SETS_PERHAPS = one_of(
    r"finalement|au\s+final|finallement|finalment|en\s+fin\s+de\s+compte|plutot|plutto?|"
    r"en\s+fait|enfait|on\s+second\s+thought|"
    r"reflexion\s+faite|tout\s+compte\s+fait|بلاتي|f\s?l?a?kher|fl?akhir|actually|after\s+all|"
    r"ghir\s+\d[\d ]*|غير\s+\d[\d ]*|فالاخر"
)
# "zid 500", "nous voulons aussi": more of an order, or an order like any.
ADDS = one_of(
    r"r?ajout\w*|[tny]?zid\w*|و?زيد\w*|و?نزيد\w*|ضيف\w*|add(?:ing)?|"
    r"(?:en|de)\s+plus|supplementaires?|extra|more",
    # "j'ai oublié les torsadées"
    r"(?:ai|avons|avais|avions|a|g|j'ai|jai|on)\s+(?:\w+\s+)?ou?bli\w*|forgot\w*|omis|omission|"
    r"left\s+out|"
    r"n?ss?it|n?sina|نسيت|نسينا|inclu\w*|joindre|joign\w*|integr\w*|glisse[rz]?|throw\s+in|"
    r"put\s+in|complete\w*|pendant\s+qu'on\s+y\s+est",
    r"aussi|egalement|also|too|as\s+well|7ta|hta|حتي|حتى|ايضا|كذلك|kadalik",
)
LESSENS = one_of(
    r"(?:de|en)\s+moins|fewer|less|decreas\w*|cut|[tny]?na9+e?s\w*|[tny]?n9+[ae]?s\w*|naqe?s\w*|"
    r"redui\w+|diminu\w*|reduce|lower|baiss\w*|و?نقص\w*|قلل\w*|"
    r"(?:enleve|retire|7ey+ed|7iy+ed|حيد)\w*(?=\s+(?:\w+\s+)?\d)"
)
REMOVES = one_of(
    rf"{_UNDO}",
    r"delet\w*|effac\w*|strike|scratch|otez|oter|exclu(?:re|ez|de)|non\s+(?:finalement|merci)|"
    r"enleve\w*|retire[rz]?|supprim\w*|[tny]?7[ei]?y+[ei]?d\w*|ma\s?bgh\w*ch|ما\s?بغي\w*ش|(?:do|"
    r"live|manage)\s+without|remove|drop|take\s+out|و?حيد\w*|احذف\w*|شيل\w*",
    r"(?:plus|pas)\s+(?:besoin|utile|necessaire)|(?:veux|voulons|veut)\s+(?:plus|pas)|"
    r"ma\s?b9i\w*\s+(?:baghi\w*|m7taj\w*)|"
    r"no\s+longer\s+(?:need|want)|(?:don't|do\s+not)\s+(?:need|want)|take|leave\s+out|sort(?:ez|"
    r"ir)\s",
)
AND = re.compile(r"(?<![^\W_])(?:et|and|w|و|puis)\s*$")
# "j'ai reçu 1800 au lieu de 2000": told, not asked.
RECEIVED = one_of(
    r"re[cs]ue?s?|w[ae]?s+l(?:at|ou(?!ha|h|hom)|na|ni|atni|atna)(?!h[aou])\w*|arrive(?:e|s|es)|"
    r"received|delivered|"
    r"(?<!etre )livre(?:e|s|es)|factur\w*|l?fact?ura|invoiced?|و?توصل\w*|و?وصلات\w*|استلم\w*"
)
MOVES = one_of(
    r"decal\w*|report(?:er|ez|ons|e)|repouss\w*|avanc(?:er|ez)|retard(?:er|ez)|postpone|"
    r"reschedul\w*|"
    r"push\w*|bring\s+forward|forward|delay\w*|defer\w*|mov(?:e|ing)|differ(?:er|ez|e)|"
    r"plus\s+(?:tot|tard)|earlier|later|"
    r"ajourn\w*|a?kh+[ae]?r(?:o|ou|ha|li)|a?kh+[ae]r(?=\s+(?:l?livraison|tawsil|lia|liya))|"
    r"khel+[iy]\w*\s+(?:l?livraison|tawsil)|(?:و|ن)?[اأ]?جل\w*|t?2?akh+r\w*|n?wakh+r\w*|"
    r"و?ن?ا?خر\w*|تاجيل|ناجل\w*|9ed+[ei]m\w*|قدم\w*"
)
OF_DELIVERY = one_of(
    r"dates?|livr\w*|delivery|deliver\w*|expedi\w*|ship\w*|t?w[ae]?s+[ei]?l\w*|ta?wsil|tarikh|"
    r"[tny]?s[ae]?[iy]?f[et]+\w*|[tn]?jib\w*|envo[iy]\w*|صيفط\w*|ارسل\w*|"
    r"و?(?:ال)?تسليم|و?(?:ال)?توصيل|تاريخ\w*|موعد\w*|rendez-vous|enlevement"
)
ADDRESS = one_of(
    r"adres+es?(?!\s+(?:e-?\s?mail|mail|electronique|de\s+factur\w*|web|whats\w*))|"
    r"(?<!mail )(?<!billing )addres+e?s?|lieu\s+de\s+livraison|(?:al)?3?onwan|l3onwan|"
    r"(?:ال)?عنوان|destination"
)
# "ma commande", "la commande d'hier", "cmd-2026-00045": an order there is.
OF_AN_ORDER = one_of(
    rf"(?:ma|notre|nos|my|our|cette|la|the|d[ei]k|had|دوك|ديك|هاد|l)\s*(?:derniere\s+|"
    rf"last\s+)?{_ORDER}"
    rf"(?!\s+suivante)",
    rf"{_ORDER}\s+(?:d'hier|de\s+ce\s+matin|de\s+(?:lundi|mardi|mercredi|jeudi|vendredi|samedi)|"
    r"en\s+cours|dyal\w*|d\s?lbare7|ديال\w*|passee|precedente)",
    r"cmd-?\s?20\d\d-?\s?\d{3,6}",
)
NEW_ADDRESS = one_of(
    r"nouvel(?:le)?\s+adresse|new\s+(?:delivery\s+)?address|adresse\s+jdida|autre\s+adresse|"
    r"عنوان\s+جديد"
)
# "livrez à Rabat au lieu de Salé": the place changes.
ELSEWHERE = one_of(
    r"au\s+lieu|a\s+la\s+place|(?:et\s+)?non|not|pas|instead|rather\s+than|plutot|machi|mashi|"
    r"finalement|f?\s?blas\w*|عوض|بدل|ماشي|بلاصه"
)
# "…, not Casablanca", "… et non 500": the part before it says what there shall be.
LEADS_OLD = re.compile(
    r"[\W_]*(?:(?:et|and|w)\s+)?(?:non|pas|not|machi|mashi|ماشي|au\s+lieu|a\s+la\s+place|instead|"
    r"rather\s+than|plutot\s+que|"
    rf"f?\s?blast?|عوض|بدل){E}"
)
STREET = (
    rf"{B}(?:rue|avenue|av|bd|boulevard|street|road|route|lotissement|lot|zone|quartier|hay|"
    rf"immeuble|residence|km|زنقه|شارع){E}"
)
# "augmentez de 1000", "revoir à la hausse"
INCREASES = one_of(
    r"augment\w*|rehauss\w*|a\s+la\s+hausse|gonfl\w*|increas\w*|raise|bump|top\s+up|"
    r"[tn]?tal+3\w*|[tn]?tle3\w*|طلع\w*|زود\w*"
)
TOTAL_BEHIND = re.compile(
    r"[^\d\n.;,]{0,30}?(?<![^\W_])(?:au\s+total|en\s+tout|in\s+total|f\s?l?majmou3|المجموع)"
)
# "3000 c'est trop, 2000 suffisent": one figure against another.
CONTRASTS = one_of(
    r"trop|bez+af|bzaf|بزاف|suffi\w*|assez|enough|en\s+realite|in\s+fact|too\s+(?:much|many|few)|"
    r"pas\s+assez|ma?\s?kafi\w*|"
    r"safi|صافي|ghir|غير|seulement|uniquement|only|just|make\s+(?:that|it)|plutot|rather|"
    r"avai[st]\s+(?:mis|dit|note|commande)|"
    r"avions\s+(?:mis|dit|note|commande)|had\s+(?:said|ordered|put)|glt|golt|قلت|a\s+la\s+base|"
    r"initialement|initially|walakin|ولكن"
)
# "doublez les sachets", "la moitié": so many times what there is.
FACTORS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("2", one_of(r"n?doubl\w*|dubl\w*|twice|le\s+double|fois\s+deux|ضاعف\w*|deb+el\w*")),
    ("3", one_of(r"tripl\w*|le\s+triple")),
    (
        "0.5",
        one_of(
            r"divis\w*\s+(?:\w+\s+)?(?:par|by)\s+(?:deux|2|two)|moitie|halve|half|nos+\w*|النص\w*"
        ),
    ),
)
# The figure before these is wrong.
IS_WRONG = re.compile(
    r"[^\d\n.;,]{0,25}?(?<![^\W_])(?:ghl?a?l+a?t\w*|غلط\w*|faux|fausse|errone\w*|une?\s+erreur|"
    r"wrong|a\s+mistake|a\s+typo)"
)
# An order beside the ones there are.
ANOTHER = one_of(
    r"en\s+plus\s+de\s+(?:ma|notre|la|cette)|outre|nouvelle\s+com+and\w*|nouvel\s+ordre|"
    r"new\s+order|another\s+order|"
    r"une?\s+autre\s+com+and\w*|(?:com+and\w*|order|طلبيه)\s+(?:jdid\w*|wa?7d?\s?okhra|جديد\w*|"
    r"separee?|a\s+part)|"
    r"(?:in\s+addition|on\s+top|apart|besides)\s+(?:to|of|from)|separate\s+order|"
    r"com+and\w*\s+suivante|"
    r"(?:en\s+)?refai(?:re|tes|t|s)|re-?order\w*|recom+and\w*|renouvel\w*|reconduire|"
    r"put\s+us\s+down|(?:like|want|wish)\s+to\s+(?:place|order)|"
    r"(?:je|nous|on)\s+(?:vous\s+|te\s+|vs\s+)?(?:re)?com+and(?:e|ons|er)|m3a\s+had\s+wa7da\s+okhra"
)
# The figure behind these is no longer wanted.
SUPERSEDED = re.compile(
    r"(?:au\s+lieu\s+d[eu'](?:s)?|a\s+la\s+place\s+d[eu'](?:s)?|et\s+non(?:\s+pas)?|non\s+pas|"
    r"(?<![^\W_])pas|(?<![^\W_])not|instead\s+of|rather\s+than|plutot\s+que|machi|f?\s?blas\w*|"
    r"f?\s?bdel|3iwad|"
    r"عوض|بدل(?:\s+من)?|بلاصه|مكان|ماشي)\s*(?:les?\s+|la\s+|des\s+|du\s+|de\s+|the\s+|l|d|"
    r"dyal\s+)?\s*$"
)
# "et non torsadées"
NOT_THESE = re.compile(
    r"(?<![^\W_])(?:et\s+non(?:\s+pas)?|non\s+pas|not)\s+(?:des\s+|les\s+|the\s+)?$"
)
# "de 2000 à 3000": which of two figures was there.
FROM = re.compile(r"(?<![^\W_])(?:de|from|mn|men|من)\s*$")
TO = re.compile(r"\s*(?:[^\W\d_]+\s+)?(?:a|to|l|ل|الى|[=-]+>|→)\s*\d")
# The figure behind these is the new one, whichever way it goes.
TARGET = re.compile(r"(?:(?<![^\W_])(?:a|to|at|l|jusqu'a|ل|الى|sur)|[=-]+>|→)\s*$")
# "remplacez les plates par des torsadées"
EXCHANGED = re.compile(
    r"(?:(?<![^\W_])(?:par|contre|pour|with|by|for|into|to|en|b|ب)\s+(?:des\s+|les\s+|du\s+|"
    r"the\s+|l)?|[=-]+>\s*|→\s*)$"
)
# An order of another day than this message.
EARLIER = one_of(
    rf"{_ORDER}\s+(?:d'hier|de\s+ce\s+matin|de\s+(?:lundi|mardi|mercredi|jeudi|vendredi|samedi)|"
    r"en\s+cours|dyal\s+\w+|passee|precedente|lbare7|البارح|d\s?lbare7)",
    rf"(?:derniere|precedente|last|previous)\s+{_ORDER}",
    r"cmd-?\s?20\d\d-?\s?\d{3,6}",
)
# Verbs of change or of taking back, whatever they are said of.
ANY_CHANGE = one_of(
    rf"{_UNDO}",
    r"modif\w*|chang(?:er|ez|ement|ements|e|es|ing)?|rectif\w*|corrig\w*|corrections?|amend\w*|"
    r"update|bd+e?l\w*|n?bed+[ei]?l\w*|"
    r"(?:و|ن)?بدل\w*|تغيير\w*|تعديل\w*|revis\w*|adjust\w*",
)
# "la première ligne"
ROWS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (
        row,
        one_of(
            rf"(?:{words})\s+(?:ligne|line|article|item|ref\w*|produit|product|ster)|(?:ligne|"
            rf"line|item|article)\s+(?:n°\s*)?{row}"
        ),
    )
    for row, words in (
        (1, r"1(?:ere?|re|st)|premiere?|first|lowl\w*|lawl\w*|lwl\w*"),
        (2, r"2(?:eme|e|nde?|nd)|deuxieme|seconde?|second|tani\w*"),
        (3, r"3(?:eme|e|rd)|troisieme|third|talt\w*"),
    )
)
# "d'une semaine", "by 3 days"
WEEK = r"sem|week|sim|sma|اسبوع|سيمان"
SHIFT = re.compile(
    rf"{B}(?:(?:b|ب)\s?(?=(?:{WEEK}))|(?:d'|de\s+|by\s+|b\s?|ب)?)(?:(?P<count>\d{{1,2}}|une?|"
    rf"deux|trois|a|one|two|three|wa7?e?d|wa7da|jo+j|jouj|tlata)\s+|(?<=b )|(?<=ب))"
    rf"(?P<unit>jours?|days?|iyam|ayam|nhar\w*|(?:{WEEK})\w*|ايام|يوم){E}"
)
SHIFT_COUNTS = {
    "deux": 2,
    "two": 2,
    "joj": 2,
    "jouj": 2,
    "jooj": 2,
    "trois": 3,
    "three": 3,
    "tlata": 3,
}
EARLIER_DAY = one_of(r"avanc\w*|plus\s+tot|earlier|forward|sooner|9ed+[ei]m\w*|قدم\w*")
# What a change without particulars is said of.
CHANGEABLE = one_of(
    rf"{_ORDER}|quantit\w*|qtes?|livraison|delivery|articles?|lignes?|demande|tout|kolchi|كلشي|"
    rf"الكميه|livrer"
)
# "Même quantité", "on the same order": no order is repeated.
SAME_HERE = re.compile(
    r"(?<![^\W_])(?:(?:la\s+)?memes?|same|nefs|n[ae]fs|نفس)\s+(?:l\s?)?(?:quantite\w*|qtes?|"
    r"nombres?|number|amount|"
    r"quantity|3adad|kmiya\w*|العدد|الكميه|prix|adresse|delai|date)|(?<![^\W_])(?:on|to|in|sur|"
    r"dans|a|m3a|f)\s+(?:la\s+|le\s+|the\s+)?(?:same|memes?|n[ae]fs)\s+(?:colis|envoi|livraison|"
    r"box|shipment|delivery|l?"
    rf"{_ORDER})"
)
