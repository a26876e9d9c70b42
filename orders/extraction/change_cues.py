"""Words by which customers change or take back an order they have made."""

from __future__ import annotations

import re

from orders.extraction.cue import B, E

_ORDER = (
    r"(?:l?com+and\w*|l?cmds?|cde|bdc|bon\s+de\s+com+ande|order|po|l?koman\w+|(?:ال)?طلب\w*|"
    r"(?:ال)?كوم[اا]?ند\w*)"
)
_ALL = (
    r"(?:tout(?!\s+(?:de\s+suite|l|le|la|les)\s)|l'ensemble|la\s+totalite|kolchi|kulchi|everything|"
    r"the\s+(?:whole|lot)|كلشي|كل\s+شي\w*)"
    r"(?!\s+else)"
)
_UNDO = (
    r"(?:an+ul(?!e\s+et\s+remplace)\w*|n?an+ul\w*|cancel\w*|n?a?lgh[iy]\w*|t?lgh[ae]t?\w*|7[ae]?bs\w*|"
    r"stop\w*|suspend\w*|arret\w*|laisse[rz]?\s+tomber|n?7[ei]?y+[ei]?d\w*|و?ن?حيد\w*|"
    r"و?(?:ن|ا|ت)?لغي\w*|(?:ال)?غاء|و?الغ\w*|كانسل\w*|و?ن?انول\w*|حبس\w*)"
)
_MESSAGE = r"(?:e?-?mails?|messages?|msg|courriels?|demande|l?message|lmsg|رساله|الرساله|ميساج\w*)"
_NEGLECT = (
    r"(?:(?:ne\s+)?(?:pas\s+)?(?:tenez|tenir)\s+pas\s+compte|(?:ne\s+pas\s+)tenir\s+compte|"
    r"(?<!n')oublie[rz]?(?!\s+pas)|ignore[rz]?|disregard|ignore|forget|nsa|nsaw|nsaou|و?نسا?و?)"
)


def _one_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"{B}(?:{pattern}){E}" for pattern in patterns))


# The whole order is taken back.
CANCELS_ORDER = _one_of(
    rf"{_UNDO}\s+(?:[^\W\d_]+['\s]+){{0,4}}?{_ORDER}(?!\s+(?:\w+\s+)?de\s+\d)",
    rf"{_UNDO}\s+(?:\w+\s+){{0,2}}?{_ALL}",
    rf"{_UNDO}\s+(?:svp\s+|stp\s+)?(?:la\s+|le\s+|the\s+|l)?(?:n°\s*)?cmd-",
    rf"{_ORDER}\s+(?:\S+\s+){{0,3}}?(?:est\s+|a\s+|to\s+be\s+|is\s+)?(?:an+ul(?:e|ee|er)|cancel+ed|"
    rf"mlghi\w*|ملغي\w*)",
    rf"{_NEGLECT}\s+(?:[^\W\d_]+['\s]+){{0,4}}?{_ORDER}",
    rf"ne\s+(?:lancez|livrez|preparez|faites)\s+(?:pas|plus)\s+(?:\w+\s+){{0,2}}{_ORDER}",
    rf"(?:ma\s?b9i\w*|ma\s?bgh\w*ch|mabghit\w*|(?:ne\s+)?(?:veux|voulons|veut)\s+plus|"
    rf"no\s+longer\s+(?:need|want)|(?:plus|pas)\s+besoin|ما\s?ب[قغ]\w*)\s+(?:[^\W\d_]+['\s]+){{0,4}}?"
    rf"{_ORDER}",
)
# "Forget my last message": what it ordered is taken back.
FORGETS = _one_of(
    rf"{_NEGLECT}\s+(?:[^\W\d_]+['\s]+){{0,4}}?{_MESSAGE}(?!\s+de\s+(?!ce|cette|hier))",
    rf"(?:mon|notre|my|our)\s+(?:dernier|precedent|last|previous)\s+{_MESSAGE}\s+(?:\w+\s+){{0,3}}?"
    r"(?:est\s+)?(?:an+ule|caduc|nul|sans\s+objet|void)",
)
REPLACES = _one_of(
    r"an+ule\s+et\s+remplace",
    r"(?:remplace|replaces?|supersedes?)\s+(?:\w+\s+){0,4}?"
    r"(?:precedente?|previous|derniere?|last|earlier)",
)
# What stays as it was is part of the change, and no order.
KEEPS = _one_of(
    r"(?:ne\s+)?(?:change|bouge)(?:nt)?\s+(?:pas|rien)",
    r"inchange\w*|sans\s+changement|unchanged|(?:rest\w+|gard\w+|stays?)\s+(?:\w+\s+)?"
    r"(?:pareil\w*|identique\w*|(?:le|la|les)\s+memes?|comme\s+(?:prevu|avant)|tel\w*|the\s+same)",
    r"gard(?:e|er|ez|ons)|mainten(?:ez|ir|ons)|conserv\w+|keep|n?kh[ae]l+[iy]\w*|و?خلي\w*",
    r"le\s+reste|the\s+rest|everything\s+else|l?ba9i|lbaqi|الباقي",
)
# A figure takes the place of another one.
SETS = _one_of(
    r"au\s+lieu|a\s+la\s+place|et\s+non|instead(?:\s+of)?|rather\s+than|f?\s?blas\w*|"
    r"f?\s?bdel|machi|3iwad|عوض|بدل\w*|بلاصه|مكان|ماشي",
    r"rectif\w*|corrig\w*|corrections?|erratum",
    r"modif\w*|(?:je|on|nous|a|de|veux|voudr\w+|pouvez[ -]vous|svp)\s+chang\w+|"
    r"chang(?:er|ez|ement)|"
    r"remplac(?:er|ez)|update|change|amend\w*|make\s+(?:it|that|them)",
    r"n?bd+e?l\w*|n?bed+[ei]?l\w*|n?beddel\w*|و?نبدل\w*|تغيير\w*|غير(?:و|ي)?\s+ال\w+",
    r"(?:passe[rz]?|passons|augment\w*|monte[rz]?)\s+(?!(?:\w+\s+)?com+and)(?:\S+\s+){0,6}?"
    r"(?:a|to)\s+\d[\d ]*",
)
# "finalement 3000": another one where something was ordered before, else an order like any.
SETS_PERHAPS = _one_of(
    r"finalement|en\s+fin\s+de\s+compte|plutot|en\s+fait|f\s?l?a?kher|fl?akhir|actually|after\s+all|"
    r"ghir\s+\d[\d ]*|غير\s+\d[\d ]*|فالاخر"
)
# "zid 500", "nous voulons aussi": more of an order, or an order like any.
ADDS = _one_of(
    r"r?ajout\w*|zid\w*|n?zid\w*|n?zido\w*|و?زيد\w*|و?نزيد\w*|ضيف\w*|add(?:ing)?|"
    r"(?:en|de)\s+plus|supplementaires?|extra|more",
    r"aussi|egalement|also|too|as\s+well|7ta|hta|حتي|حتى|ايضا|كذلك|kadalik",
)
LESSENS = _one_of(
    r"na9+e?s\w*|n9+e?s\w*|naqe?s\w*|redui\w+|diminu\w*|reduce|lower|baiss\w*|و?نقص\w*|قلل\w*|"
    r"(?:enleve|retire|7ey+ed|7iy+ed|حيد)\w*(?=\s+(?:\w+\s+)?\d)"
)
REMOVES = _one_of(
    rf"{_UNDO}",
    r"enleve\w*|retire[rz]?|supprim\w*|n?7[ei]?y+[ei]?d\w*|remove|drop|take\s+out|و?حيد\w*|احذف\w*|شيل\w*",
    r"plus\s+besoin|ma\s?b9i\w*\s+(?:baghi\w*|m7taj\w*)|no\s+longer\s+(?:need|want)",
)
AND = re.compile(r"(?<![^\W_])(?:et|and|w|و|puis)\s*$")
# "j'ai reçu 1800 au lieu de 2000": told, not asked.
RECEIVED = _one_of(
    r"re[cs]ue?s?|w[ae]?s+l(?:at|ou|na|ni|atni|atna)\w*|arrive(?:e|s|es)|received|delivered|"
    r"livre(?:e|s|es)|factur\w*|l?fact?ura|invoiced?|و?توصل\w*|و?وصلات\w*|استلم\w*"
)
MOVES = _one_of(
    r"decal\w*|report(?:er|ez|ons|e)|repouss\w*|avanc(?:er|ez)|retard(?:er|ez)|postpone|reschedul\w*|"
    r"push\w*|t?2?akh+r\w*|n?wakh+r\w*|و?ن?ا?خر\w*|تاجيل|ناجل\w*|9ed+[ei]m\w*|قدم\w*"
)
OF_DELIVERY = _one_of(
    r"dates?|livr\w*|delivery|deliver\w*|expedi\w*|ship\w*|t?w[ae]?s+[ei]?l\w*|ta?wsil|tarikh|"
    r"و?(?:ال)?تسليم|و?(?:ال)?توصيل|تاريخ\w*|موعد\w*|rendez-vous|enlevement"
)
ADDRESS = _one_of(
    r"adresses?|address|lieu\s+de\s+livraison|(?:al)?3?onwan|l3onwan|(?:ال)?عنوان|destination"
)
# "ma commande", "la commande d'hier", "cmd-2026-00045": an order there is.
OF_AN_ORDER = _one_of(
    rf"(?:ma|notre|nos|my|our|cette|la|the|d[ei]k|had|دوك|ديك|هاد|l)\s*(?:derniere\s+|last\s+)?{_ORDER}"
    rf"(?!\s+suivante)",
    rf"{_ORDER}\s+(?:d'hier|de\s+ce\s+matin|de\s+(?:lundi|mardi|mercredi|jeudi|vendredi|samedi)|"
    r"en\s+cours|dyal\w*|d\s?lbare7|ديال\w*|passee|precedente)",
    r"cmd-?\s?20\d\d-?\s?\d{3,6}",
)
# The figure behind these is no longer wanted.
SUPERSEDED = re.compile(
    r"(?:au\s+lieu\s+d[eu'](?:s)?|a\s+la\s+place\s+d[eu'](?:s)?|et\s+non(?:\s+pas)?|non\s+pas|"
    r"(?<![^\W_])pas|(?<![^\W_])not|instead\s+of|rather\s+than|plutot\s+que|machi|f?\s?blas\w*|"
    r"f?\s?bdel|3iwad|"
    r"عوض|بدل(?:\s+من)?|بلاصه|مكان|ماشي)\s*(?:les?\s+|la\s+|des\s+|du\s+|de\s+|the\s+|l|d|dyal\s+)?\s*$"
)
# "de 2000 à 3000": which of two figures was there.
FROM = re.compile(r"(?<![^\W_])(?:de|from|mn|men|من)\s*$")
TO = re.compile(r"\s*(?:[^\W\d_]+\s+)?(?:a|to|l|ل|الى)\s*\d")
# "remplacez les plates par des torsadées"
EXCHANGED = re.compile(r"(?<![^\W_])(?:par|with|by|b|ب)\s+(?:des\s+|les\s+|du\s+)?$")
# An order of another day than this message.
EARLIER = _one_of(
    rf"{_ORDER}\s+(?:d'hier|de\s+ce\s+matin|de\s+(?:lundi|mardi|mercredi|jeudi|vendredi|samedi)|"
    r"en\s+cours|dyal\s+\w+|passee|precedente|lbare7|البارح|d\s?lbare7)",
    rf"(?:derniere|precedente|last|previous)\s+{_ORDER}",
    r"cmd-?\s?20\d\d-?\s?\d{3,6}",
)
# Not a change: a condition, a rule of trade, what was done before.
NOT_ASKED = _one_of(
    r"si\s+(?:vous|tu|le|la|les|ce|c'est|jamais)\s+(?:ne\s+)?\w+[^.]*?(?:an+ul|annul)\w*",
    r"conditions?\s+d'annulation|frais\s+d'annulation|sans\s+annul\w*|cancel+ation\s+(?:fee|policy)",
    r"(?:avez|aviez|a|ont|was|were|been)\s+(?:ete\s+)?(?:modifi\w+|annul\w+|chang\w+|cancel+ed)\s+(?:sans|par)",
)
