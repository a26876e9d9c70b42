"""Words that tell what a message is about, with their weight; all in folded text.

Each cue counts once per message. An order cue marked ``needs_goods`` counts
only in a clause (or list) that names goods, or speaks of an order: "merci de nous
envoyer" asks for bags or for a credit note alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orders.reading import MessageKind

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
ORDER_WORD = r"(?:l?com+and\w*|cmd|cde|bdc|bc|order|koman\w+|l?command|طلبيه|الطلبيه|طلب|كوموند\w*)"
_PRICE_WORD = (
    r"(?:devis|cotations?|offres?|tarifs?|prix|catalogue|echantillons?|quotations?|quote|prices?|"
    r"taman\w*|"
    r"t?aman|proforma|pro forma|samples?|ثمن|السعر|اسعار|الثمن|عرض)"
)


@dataclass(frozen=True, slots=True)
class Cue:
    kind: MessageKind
    weight: float
    pattern: re.Pattern[str]
    needs_goods: bool = False


def _cues(kind: MessageKind, *pairs: tuple[float, str], needs_goods: bool = False) -> list[Cue]:
    return [
        Cue(kind, weight, re.compile(f"{_B}(?:{pattern}){_E}"), needs_goods)
        for weight, pattern in pairs
    ]


ORDER = [
    *_cues(
        "order",
        (4, (
            rf"(?:je|j|nous|on|ns)\s+(?:vous\s+|vs\s+|te\s+)?(?:re)?(?:passe|passons|confirme|"
            rf"confirmons|valide|validons)\s+(?:\w+\s+){{0,3}}{ORDER_WORD}"
        )),
        (4, r"(?:je|j|nous|on|ns)\s+(?:vous\s+|vs\s+|te\s+)?(?:re)?com+and(?:e|ons|ont)"),
        (4, (
            r"(?:voudr\w+|souhait\w+|ve[uv]\w*|veux|vx|aimer\w*|desir\w+|voul\w+|je?veu\w*|"
            r"tiens a|tenons a|prie de|plaisir de)\s+(?:vous\s+|te\s+|"
            r"vs\s+)?(?:re)?(?:passer?\s+)?(?:une\s+|la\s+|en\s+)?(?:nouvelle\s+|"
            r"petite\s+)?com+and\w*"
        )),
        (4, r"passer\s+(?:une\s+|la\s+|ma\s+|notre\s+|cette\s+)?(?:nouvelle\s+)?com+ande"),
        (4, (
            r"bon\s+pour\s+(?:accord|com+ande)|(?:accord|ok|d'accord|go)\s+pour\s+(?:votre\s+|"
            r"la\s+|le\s+|lancer)|accept\w*\s+(?:votre|le)\s+(?:offre|devis)|devis\s+(?:accepte|"
            r"valide|signe)\w*|valid\w+\s+(?:le|votre)\s+devis"
        )),
        (4, (
            r"lancer\s+(?:la\s+)?(?:fabrication|production|com+ande)|please\s+proceed|go\s+ahead|"
            r"annule\s+et\s+remplace"
        )),
        (4, (
            rf"(?:voici|voila|voisi|ci-?joint\w*|ci\s+joint|ci-dessous|trouver\w*|joint\w*|"
            rf"attached|enclosed|envoie|transmet\w*|adress\w+|recevez|"
            rf"pj)[^.?!\n]{{0,60}}{_B}(?:{ORDER_WORD}|bon\s+de\s+com+ande|purchase\s+order|po)"
        )),
        (4, (
            rf"(?:ma|notre|my|our)\s+(?:nouvelle\s+|new\s+|"
            rf"purchase\s+)?{ORDER_WORD}[^.?!\n]{{0,30}}{_B}(?:en\s+(?:photo|piece\s+jointe|pj|"
            rf"annexe)|ci-?joint\w*|jointe?|est\s+jointe?|attached|suivante|ci-dessous)"
        )),
        (3.5, (
            r"(?:like|want|wish|need)\s+to\s+(?:re)?(?:place|order|buy|purchase)|place\s+(?:an|"
            r"the|this|our)\s+(?:\w+\s+)?order|(?:i|we)\s+(?:hereby\s+)?order|new\s+order|"
            r"order\s+the\s+following"
        )),
        (3.5, (
            r"(?:bghit|bghina|baghi|baghin|khassni|khassna)\s+n(?:di[rw]\w*\s+)?com+and\w*|"
            r"ncommand\w+|nkoman\w+|ndiro?\w*\s+(?:wa7ed\s+)?l?com+and\w*|"
            r"bghit\s+(?:wa7d\s+)?com+ande"
        )),
        (3.5, (
            r"(?:ondir|ndir|نطلب|اطلب|اود\s+طلب|نريد\s+طلب|اريد\s+طلب|بغيت\s+نطلب|"
            r"بغيت\s+ندير\s+\w+)"
        )),
        (3, (
            r"(?:merci|veuillez|prie\w*|priere)\s+(?:d'|"
            r"de\s+)?(?:bien\s+vouloir\s+)?(?:enregistrer|prendre\s+en\s+compte|noter|"
            r"saisir)\s+(?:\w+\s+){0,3}"
        ) + ORDER_WORD),
    ),
    *_cues(
        "order",
        (3, (
            r"(?:merci|veuillez|priere|prie\w*|pouvez[ -]vous|vous\s+pouvez|pourriez[ -]vous|"
            r"pourrais[ -]tu|peu[xt]\s*-?\s*tu|tu\s+peu[xt]|vs\s+pouv\w+|svp|stp|please|pls|"
            r"kindly|could\s+you|can\s+you)[\s,]+(?:(?:de|d'|bien\s+vouloir|vouloir|nous|me|m'|"
            r"moi|vous|te|us|me)\s*)*(?:lancer|relancer|enregistrer|livrer?|envoyer|preparer|"
            r"prevoir|expedier|fabriquer|produire|mettre|rajouter|ajouter|noter|saisir|fournir|"
            r"faire|send|supply|deliver|ship|prepare|process|make|produce|book|arrange)"
        )),
        (3, (
            r"(?:il\s+(?:me|nous|m'en|nous\s+en|ns|te)\s+)?(?:faut|faudrait|faudra|fodrait|fodra)|"
            r"(?:ai|avons|aurons|aurais|aurions|a|aura|aurait|g)\s+(?:\w+\s+){0,2}besoin|"
            r"besoin\s+d"
        )),
        (3, (
            r"(?:re)?met(?:s|tez|tre|te|ez|s\s*-?\s*moi)(?:\s*-?\s*(?:moi|nous))?|"
            r"prepare[rz]?\s*(?:-?\s*(?:moi|nous))?|envoy(?:ez|er|e|é)\s*(?:-?\s*(?:moi|nous))?|"
            r"envoi[est]*\s*(?:-?\s*(?:moi|nous))?|livre[rz]?\s*-?\s*(?:moi|nous)|prevoy\w+|"
            r"reserve[rz]?\s*-?\s*(?:moi|nous)?|ajoute[rz]?|rajoute[rz]?|note[rz]?|"
            r"compte[rz]?\s*-?\s*(?:moi|nous)?|je\s+prends?|on\s+prend|nous\s+prenons|"
            r"je\s+vais\s+prendre|partir\s+sur|on\s+part\s+sur"
        )),
        (3, (
            r"(?:voudr\w+|souhait\w+|ve[uv]x?|veut|voulons|aimer\w*|desir\w+|je?veu\w*|voulais|"
            r"jvx|jvoudr\w*)"
        )),
        (3, (
            r"bgh?it|bghina|bgha|baghi\w*|baghyin|n?bghiw|kanb?ghi\w*|kh?ass?ni|kh?ass?na|"
            r"kh?essni|kh?essna|khasni|khassna|khsni|khsna|khssni|khssna|khassin|m7taj\w*|"
            r"mehtaj\w*|me7taj\w*"
        )),
        (3, (
            r"s[ae]?[iy]?ft?[eou]*t?\w*\s*(?:lina|liya|lia|lya|li|lna)|sift\w*|saift\w*|sayft\w*|"
            r"wajj?[ei]?d\w*\s*(?:lina|liya|lia|li|lna)?|wejd\w*|3ti(?:ni|na|wni|wna)|3tiw\w*|"
            r"jib\w*\s+(?:lina|liya|lia)|dir\w*\s+(?:lina|liya|lia|li)|9ey?yed\w*|9yed\w*|"
            r"zid\w*\s+(?:lina|liya|lia)|sawb\w*|ara\s+(?:lia|liya)"
        )),
        (3, (
            r"بغيت|بغينا|باغي\w*|اريد|نريد|ابغي|خاصني|خاصنا|خصني|خصنا|محتاج\w*|نحتاج|احتاج|"
            r"صيفط\w*|سيفط\w*|صيفطو\w*|ارسل\w*|ارسال|وجد\w*|عطيني|عطيوني|جيب\w*|حضر\w*|المرجو|"
            r"زيد\w*|دير\w*"
        )),
        (3, (
            r"(?:i|we)(?:'d|\s+would|\s+will)?\s+(?:like|need|want|require|take)|(?:send|ship|"
            r"deliver|supply)\s+(?:us|me)?|looking\s+for"
        )),
        (2, (
            r"(?:a|pour)\s+livrer|livraison\s+(?:souhaitee|demandee|le|avant|pour|prevue)|"
            r"a\s+faire|required|needed\s+by|twss?l\w*|bghithom|urgent\w*"
        )),
        needs_goods=True,
    ),
]  # fmt: skip

# A price or quotation that is already there and only referred to.
KNOWN_PRICE = re.compile(
    r"(?<![^\W_])(?:(?:conformement\s+a|selon|suivant|suite\s+a|d'apres|accord\w*\s+(?:pour|sur|"
    r"avec)|accept\w*|"
    r"valid\w+|ok\s+pour|reference\s+a|sur\s+la\s+base\s+de|comme\s+(?:dans|sur|indique\s+\w+)|"
    r"as\s+per|per|"
    r"according\s+to|following|bon\s+pour\s+accord\s+sur)\s+(?:votre|ton|le|la|les|vos|your|the|"
    r"l'|notre)?\s*"
    r"(?:\w+\s+)?(?:devis|offres?|cotation|proforma|tarifs?|prix|quotation|quote|price\s+list|"
    r"catalogue)"
    r"|(?:au|aux|meme|memes|same|les|le|nos)\s+(?:meilleurs?\s+)?(?:prix|tarifs?|prices?)\s*(?::|"
    r"de\s+\d|convenu\w*|"
    r"habituel\w*|indique\w*|du\s+devis|de\s+la\s+derniere|que|agreed|as)|(?:memes?|same|"
    r"nefs)\s+(?:prix|tarifs?|prices?|taman)"
    r"|(?:devis|offre|proforma|quotation)\s+(?:n°\s*)?\w*[-/\d][\w/-]*|(?:prix|price|pu|"
    r"taman)\s*:?\s*\d)"
)

# At the head of a document or in the subject.
HEADINGS: tuple[tuple[float, re.Pattern[str]], ...] = (
    (4.0, re.compile(
        r"bon\s+de\s+com+ande|purchase\s+order|order\s+form|formulaire\s+de\s+com+ande|طلبيه|"
        r"سند\s+طلب"
    )),
    (3.0, re.compile(
        rf"^\W*(?:(?:re|tr|fw|fwd)\s*:\s*)*(?:(?:ma|notre|nouvelle|petite|new|"
        rf"our)\s+)*(?:com+andes?|cmd|cde|bc|bdc|order|po){_E}(?!\s*(?:cmd|"
        rf"n°)?\s*cmd-)[^?\n]{{0,60}}"
    )),
)  # fmt: skip

OTHERS = [
    *_cues(
        "quote_request",
        (5, (
            rf"demande\s+(?:de\s+|d')?(?:\w+\s+)?{_PRICE_WORD}|request\s+for\s+(?:quotation|"
            rf"quote)|rfq"
        )),
        (4, (
            rf"(?:demand\w+|besoin|voudr\w+|souhait\w+|veu\w+|veux|aimer\w*|pouv\w+|pourr\w+|"
            rf"peu[xt]\w*|merci|faire|etablir|recevoir|avoir|envoy\w+|parvenir|donner|transmettre|"
            rf"communiquer|indiquer|like|send|give|provide|need|bghit|bghina|3tini|3tiw\w*|"
            rf"sift\w*|اريد|بغيت|ارسل\w*|المرجو|عطيني)\s[^.?!\n]{{0,70}}{_B}{_PRICE_WORD}"
        )),
        (4, (
            r"quels?\s+(?:est|sont|serait|seraient)?\s*(?:le|les|vos|"
            r"votre)?\s*(?:meilleurs?\s+)?(?:prix|tarifs?|delais?|conditions|cout)|quel\s+prix|"
            r"prix\s*(?:svp|stp)?\s*\?|(?:votre|vos)\s+(?:meilleurs?\s+)?(?:prix|tarifs?|offre)"
        )),
        (4, (
            r"how\s+much|what(?:'s|\s+is|\s+are|\s+would)\s+(?:the|your)\s+(?:\w+\s+)?(?:price|"
            r"cost|moq)s?|price\s+list|pricing|best\s+price|quot(?:e|ation)"
        )),
        (4, (
            r"b?\s?(?:ch|sh)[h7]?[ea]?l|b?ch7al|b?chhal|b?sh7al|bch7al|ch7el|شحال|بشحال|"
            r"كم\s+(?:ال)?(?:سعر|ثمن)|بكم|اش\s+من\s+ثمن"
        )),
        (3, (
            r"combien|cmbien|cb\s+(?:ca|le|les|pour)|meilleure?\s+(?:offre|prix)|"
            r"minimum\s+de\s+com+ande|moq|a\s+partir\s+de\s+combien"
        )),
        (3, (
            r"(?:voudr\w+|aimer\w*|souhait\w+|veu\w+|veux|bghit|bghina|like\s+to|want\s+to|بغيت|"
            r"اريد)\s+(?:de\s+)?(?:savoir|connaitre|n3ref|n3raf|n3erf|n3rfo|na3ref|ns?ewel|know|"
            r"نعرف|معرفه|ان\s+اعرف)"
        )),
        (2.5, (
            r"(?:est-ce\s+que|est\s+ce\s+que|esq|eske)\s+(?:vous|vs|tu)\s+(?:avez|av\w+|faites|"
            r"fete|fabriquez|vendez|fais|as)|faites[ -]vous|avez[ -]vous|vendez[ -]vous|"
            r"do\s+you\s+(?:have|make|sell|offer)|(?:wach|wash|wesh)\s+(?:kayn\w*|3endkom|3ndkom|"
            r"kat\w+|kayna)|(?:واش|هل)\s+\w+|si\s+vous\s+faites"
        )),
        (2.5, (
            r"si\s+(?:je|j'|on|nous|ns)\s*(?:en\s+)?(?:prend\w*|com+and\w*|achet\w*|prenons)|"
            r"ila\s+(?:khdit|khdina|bghit|bghina|khditt|chrit|dert)|if\s+(?:i|we)\s+(?:order|take|"
            r"buy)|(?:ايلا|الا|الى|لو|اذا)\s+(?:خديت|بغيت|خدينا|طلبت)"
        )),
        (1.5, (
            r"taman\w*|atman|thaman|ثمن|السعر|الثمن|tarifs?|remise|reduction|echantillons?|"
            r"brochure|catalogue|samples?"
        )),
        (1, r"etudions|etudie|envisag\w+|comptons|projet|fournisseurs|comparer|prospect\w*"),
    ),
    *_cues(
        "order_status",
        (4, (
            r"ou\s+(?:en\s+)?(?:est|sont|etes)|suivi\s+(?:de\s+)?(?:la\s+|ma\s+|"
            r"notre\s+)?(?:com+ande|livraison)|(?:etat|statut|avancement)\s+(?:de\s+|d')?(?:la\s+|"
            r"ma\s+|notre\s+|l')?(?:com+ande|livraison|expedition)"
        )),
        (4, (
            r"(?:fin|fine|fayn|fen)\s+(?:ra\w*\s+)?(?:wsl\w*|wesl\w*|hi(?:y)?a|huwa|b9at|bqat|"
            r"mcha\w*|l?com+and\w*)|فين\s+(?:وصل\w*|هي|راه\w*|الطلبيه|الكوموند\w*)|"
            r"اين\s+(?:طلب\w*|وصل\w*)"
        )),
        (4, (
            r"(?:quand|qd|a\s+quelle\s+(?:date|heure)|imta|imtta|emta|fo9ach|fou9ach|fw9ach|when|"
            r"متي|فوقاش|امتي)[^.!\n]{0,45}(?:livr\w*|arriv\w*|recev\w*|recoit|expedi\w*|pret\w*|"
            r"twsl\w*|twess?l\w*|twassl\w*|tji|taji|jaya|ghadi|deliver\w*|receive|arrive\w*|"
            r"ship\w*|ready|توصل\w*|تجي)"
        )),
        (4, (
            r"(?:where\s+is|status\s+of|tracking|any\s+(?:news|update)|has\s+(?:my|our)\s+order)|"
            r"devai(?:t|ent)\s+(?:arriver|etre)|(?:a|ont)\s+(?:ete|t)\s+expedie\w*"
        )),
        (3.5, (
            r"(?:wach|wash|wesh)\s+(?:9di\w*|qdi\w*|salit\w*|kml\w*|tsawb\w*|\w+t(?:iw|iou|ou|u))|"
            r"(?:wach|wash|wesh)\s+(?:mcha\w*|khr[je]\w*|wsl\w*|wajd\w*|wejd\w*|sift\w*|ra\w*)|"
            r"واش\s+(?:خرجات|وصلات|مشات|واجد\w*)"
        )),
        (3.5, (
            r"(?:toujours|encore)\s+(?:pas|rien)|pas\s+(?:encore|toujours)|rien\s+re[cs]u|(?:n'ai|"
            r"n'avons|ai|avons|g)\s+(?:pas|rien|tjr\s+pas)\s+re[cs]u|"
            r"not?\s+(?:yet\s+)?(?:received|arrived)|haven't\s+received|still\s+waiting|(?:mazal|"
            r"baqi|ba9i)\s+ma\w*|ma\s?(?:wsl|jat|ja|wesl)\w*|لم\s+(?:تصل|نتوصل|اتوصل)|ما\s?(?:وصل|"
            r"جا)\w*|مازال\s+ما\w*"
        )),
        (2, (
            r"(?:j'attends?|nous\s+attendons|on\s+attend|j\s+attend)\s+(?:toujours|encore|mes|ma|"
            r"notre|nos|les|la|depuis)"
        )),
    ),
    *_cues(
        "complaint",
        (5, r"reclam\w*|complain\w*|plainte|chikaya|شكايه|شكوي"),
        (3.5, (
            r"manqu\w+|il\s+en\s+manque|missing|short\s+of|na9s\w*|n9es|n9sa|naqsa\w*|ناقص\w*|"
            r"نقص\w*"
        )),
        (3.5, (
            r"abim\w+|mouill\w+|dechir\w+|cass[ee]\w*|defect\w*|defaut\w*|(?:non|"
            r"pas)\s+conformes?|mauvais\w*|damaged|torn|wrong|broken|poor\s+quality|"
            r"se\s+decoll\w+|decoll\w+|tach[ee]\w*|froiss\w+|inutilisable\w*"
        )),
        (3.5, (
            r"m?9\w{0,2}t\w?3\w*|me?9et3\w*|mcher?g\w*|mch?rr?9\w*|khas?rin|khasra|khaser|"
            r"m7lol\w*|mfergh?3\w*|mouchkil\w*|mochkil\w*|moshkil\w*|problem\w*|ممزق\w*|مقطع\w*|"
            r"خاسر\w*|مشكل\w*|معيوب\w*|مكسور\w*"
        )),
        (3, r"(?:en\s+)?retards?|m3et+l\w*|m3tl\w*|late|delayed|متاخر\w*|تاخر\w*|معطل\w*"),
        (3, (
            r"rembours\w*|un\s+avoir|avoir\s+de|refund\w*|credit\s+note|dedommag\w*|replac\w+|"
            r"remplac\w+|t?bed+l\w*|استرجاع|ترجع\w*"
        )),
        (3, (
            r"decu\w*|mecontent\w*|inacceptable\w*|inadmissible|scandal\w*|disappointed|"
            r"pas\s+(?:du\s+tout\s+)?content\w*|ras\s+le\s+bol|m3a?9e?d\w*"
        )),
        (2.5, (
            r"erreurs?|trompe\w*|(?:n'est|sont|etait)\s+pas\s+(?:ce|le|la|les)|"
            r"au\s+lieu\s+des?\s+\d[\d ]*\s+(?:comman\w*|factur\w*|prevu\w*)|ghal[ta]\w*|غلط\w*|"
            r"mistake"
        )),
    ),
    *_cues(
        "cancellation",
        (6, (
            r"an+ul(?!e\s+et\s+remplace)\w*|nan+ul\w*|cancel\w*|lghi\w*|algh\w*|الغاء|الغوا|الغي|"
            r"نلغي\w*|لغي\w*|كانسل\w*|انول\w*"
        )),
        (3.5, (
            r"ma\s?b9i?(?:na|t|nach|tch)\w*|mab9i\w*|(?:ne\s+|n')?\w*\s*plus\s+(?:besoin|"
            r"necessaire)|no\s+longer\s+(?:need|want)|ما\s?بقي\w*"
        )),
        (3.5, (
            r"(?:stop\w*|arret\w+|bloqu\w+|suspend\w+)\s+(?:\w+\s+)?com+ande|ne\s+(?:lancez|"
            r"livrez|faites|preparez)\s+(?:pas|plus|rien)|n'envoyez\s+(?:pas|plus|rien)|"
            r"ne\s+rien\s+(?:lancer|livrer|envoyer)"
        )),
    ),
    *_cues(
        "change",
        (4, (
            r"(?:decal\w+|report(?:er|ez|e)|repouss\w+|avancer|retard(?:er|ez)|postpone|"
            r"reschedul\w+|t?2?akhr\w*|اخر\w*|تاجيل|ناجل\w*)"
        )),
        (3, (
            r"(?:modifi\w+|chang(?:er|ement|ez|e|ee)|rectifi\w+|corrig\w+|correction|update|"
            r"change|bed+l\w*|bdl\w*|nbed+l\w*|بدل\w*|تغيير|نبدل\w*)"
        )),
    ),
    *_cues(
        "thanks",
        (2.5, (
            r"(?:merci|remerci\w*)\s+(?:beaucoup\s+|bcp\s+|infiniment\s+|encore\s+|"
            r"bien\s+)*(?:pour|a\s+(?:toute|vous|toi|votre|l'equipe)|d'avoir|"
            r"de\s+votre\s+(?:confiance|reactivite|rapidite|accueil|travail))|"
            r"thank\w*\s+(?:\w+\s+){0,3}for|chokran\s+(?:3la|bzaf\s+3la)|شكرا\s+(?:على|علي|جزيلا)"
        )),
        (2.5, (
            r"bien\s+re[cs]u\w*|bien\s+arriv\w*|re[cs]u\w*\s+(?:ce\s+matin|hier|aujourd'hui)|"
            r"arrived\s+(?:yesterday|today|safely|in)|received\s+(?:today|yesterday|the)|wsl(?:at|ou|o|atna|atni|una)\s+(?:lcommande|lcmd|"
            r"kolchi|lbare7)|توصلنا|وصلات\s+(?:الكوموند|الطلبيه)"
        )),
        (2, (
            r"bravo|magnifiques?|superbes?|excellent\w*|parfaits?|au\s+top|nickel|impeccable|"
            r"tres\s+(?:content|satisfait|belle?)\w*|great\s+(?:job|work|quality|service)|wa3r\w*|"
            r"zwin\w*|ممتاز\w*|رائع\w*"
        )),
    ),
    *_cues(
        "advertising",
        (4, (
            r"desabonn\w*|desinscri\w*|unsubscribe|(?:ne\s+)?plus\s+recevoir|opt[ -]out|"
            r"newsletter|se\s+desinscrire"
        )),
        (3, (
            r"cliquez|click\s+here|voir\s+en\s+ligne|view\s+(?:online|in\s+browser)|"
            r"offres?\s+(?:speciale|exceptionnelle|promotionnelle|limitee|valable|du\s+mois)|"
            r"special\s+offer|promo\w*|soldes|black\s+friday|profitez|gratuit\w*|offerts?|"
            r"-\s?\d+\s?%"
        )),
        (3, (
            r"nous\s+(?:vous\s+)?(?:proposons|offrons|"
            r"avons\s+le\s+plaisir\s+de\s+vous\s+(?:presenter|proposer))|notre\s+(?:societe|"
            r"entreprise|gamme)\s+(?:est\s+)?(?:specialis\w+|propos\w+|fabriqu\w+|vous)|"
            r"we\s+are\s+(?:a\s+|the\s+)?(?:leading\s+)?(?:manufacturer|supplier|factory|"
            r"exporter)|partenariat|referencement|salon\s+(?:professionnel|international)|"
            r"decouvrez|venez\s+(?:nous\s+)?(?:rencontrer|visiter|decouvrir)"
        )),
    ),
    *_cues(
        "automatic",
        (6, (
            r"out\s+of\s+(?:the\s+)?office|reponse\s+automatique|automatic\s+reply|auto[- ]?reply|"
            r"message\s+(?:est\s+)?(?:genere\s+)?automatique\w*|ne\s+pas\s+repondre\s+a\s+ce|"
            r"undeliver\w*|delivery\s+status\s+notification|mailer-daemon|(?:suis|serai|"
            r"sommes)\s+(?:actuellement\s+)?(?:absent\w*|en\s+conges?)|de\s+retour\s+le|"
            r"رد\s+تلقائي"
        )),
    ),
    *_cues(
        "other",
        (3, (
            r"factures?|virements?|reglements?|releve\s+de\s+compte|paiements?|invoice|payment|"
            r"avis\s+de\s+virement|attestation|rib|fiscale?|comptabilite"
        )),
        (3, r"candidature|stage|cv|emploi|recrut\w+|job\s+application|curriculum"),
        (2, r"horaires?|ouverts?|adresse\s+exacte|localisation|location"),
    ),
]  # fmt: skip

# Clauses in which a request verb asks for nothing: conditions, plans, memories.
NOT_NOW = re.compile(
    r"(?<![^\W_])(?:(?:next|future)\s+order|prochaines?\s+com+andes?|will\s+(?:place|order|send)|"
    r"si\s+(?:je|j'|on|nous|ns|jamais)|s'il\s+faut|ila\s+(?:khdit|khdina|bghit|"
    r"bghina|chrit|dert)|if\s+(?:i|we)|avant\s+de\s+com+ander|"
    r"envisag\w+|peut-?\s?etre|eventuel\w*|prochainement|bientot|plus\s+tard|(?:avais|avait|"
    r"avions|avons|ai|a)\s+(?:deja\s+)?com+and[ee]\w*|"
    r"(?:ايلا|الا|لو|اذا)\s+(?:خديت|بغيت|خدينا|طلبت)|a\s+l'avenir|on\s+verra|nous\s+reviendrons|"
    r"(?:confirm\w+|rappell?\w*|revien\w*|di[rst]\w*|reponds?|tiens|"
    r"tiendr\w+)\s+(?:\w+\s+)?(?:demain|plus\s+tard|ce\s+soir|la\s+semaine|lundi|des\s+que|"
    r"au\s+courant|vers\s+vous)|"
    r"(?:let|get\s+back)\s+(?:you\s+know|to\s+you)|li\s+com+and\w+)(?![^\W_])"
)
POLITE = re.compile(
    r"(?<![^\W_])(?:svp|s'il\s+(?:vous|te)\s+plait|stp|merci|please|pls|thanks|3afak\w*|afak\w*|"
    r"3afakoum|"
    r"chokran|choukran|عافاك\w*|من\s+فضلك\w*|شكرا|الله\s+يخليك\w*|lah\s+ykhal\w*|bonjour|salam|"
    r"slm|slt|salut|bjr)(?![^\W_])"
)
CHANGES_QUANTITY = re.compile(
    r"(?<![^\W_])(?:met(?:s|tez|tre)|passez?|passons|on\s+passe|plutot|finalement|quantites?|"
    r"qtes?|et\s+non|au\s+lieu|ajout\w+|rajout\w+|instead|zid\w*)(?![^\W_])"
)
