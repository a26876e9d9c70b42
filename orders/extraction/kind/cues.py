"""Words that tell what a message is about when it orders nothing, and what weakens others."""

from __future__ import annotations

import re

from orders.extraction.kind.cue import PRICE_WORD, B, cues

# A price or quotation that is already there and only referred to.
KNOWN_PRICE = re.compile(
    r"(?<![^\W_])(?:(?:votre|vos)\s+tarifs?\s+(?:20\d\d|en\s+vigueur|actuels?|habituels?)|"
    r"(?:conformement\s+a|selon|suivant|suite\s+a|d'apres|accord\w*\s+(?:pour|sur|"
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
    r"nefs|had|dak|hadak)\s+(?:l\s?)?(?:prix|tarifs?|prices?|taman)|(?:هاد|داك|نفس)\s+(?:ال)?ثمن"
    r"|(?:avais|avait|avions|aviez|ai|avons|avez|as|had|have)\s+(?:deja\s+|already\s+)?(?:demande|recu|envoye|"
    r"fait|transmis|asked|received|sent)\s+(?:un|une|votre|le|ce|vos|des|for\s+a|a|your|the)\s+(?:devis|offres?|"
    r"cotation|tarifs?|prix|quote|quotation)"
    r"|(?:devis|offre|proforma|quotation)\s+(?:n°\s*)?\w*[-/\d][\w/-]*|(?:prix|price|pu|"
    r"taman)(?:\s+(?:unitaire|ht|net|unit|de|dyal))?\s*:?\s*\d"
    # Agreed on, and the figure said: nobody asks for it.
    r"|(?:prix|tarifs?|prices?|precios?)\s+(?:\w+\s+)?(?:convenu|negocie|fixe|accorde|arrete|"
    r"entendu|agreed|acordad|convenid)\w*[^.?!\n\d]{0,25}"
    r"(?:\d+[.,]\d|\d+\s*(?:€|eur|mad|dhs?(?![^\W_])|[$£]))"
    r"|agreed\s+(?:unit\s+)?prices?[^.?!\n\d]{0,25}\d"
    r"|taman\s+li\s+(?:tfahm|ttaf|tafa9)\w*)"
)

# The author's own slip, or the terms of an order: no complaint, no word on an invoice.
OWN_WORDS = re.compile(
    r"(?<![^\W_])(?:(?:petite\s+)?erreurs?\s+(?:de\s+(?:ma|notre)\s+part|dans\s+(?:mon|ma|notre|"
    r"le)\s+(?:\w+\s+)?(?:message|mail|com+ande|bc))|(?:je\s+me\s+suis|me\s+suis|on\s+s'est|"
    r"nous\s+nous\s+sommes|j'ai\s+fait)\s+(?:une\s+)?(?:trompe\w*|erreur)|my\s+mistake|"
    r"mistake\s+(?:in\s+my|on\s+my)|(?:ana\s+)?ghl[ae]?t+(?:t|na)|غلطت|غلطنا|"
    r"(?:paiements?|reglements?|virements?|cheques?|factur\w+|lkhlass?|payment)\s+(?:\w+\s+)?"
    r"(?:com+e\s+\w+(?:\s+\w+)?|com+e\s+d'\s?hab\w*|habituel\w*|kif\s+dima|as\s+usual|a\s+la\s+"
    r"(?:livraison|com+ande|reception)|a\s+\d+\s*jours|par\s+\w+|f\s?l?livraison|on\s+delivery)|"
    r"(?:avec|with)\s+(?:la\s+|the\s+)?(?:facture|invoice)|"
    r"l?fact?ur[ea]\w*\s+(?:au\s+nom|svp|stp|bsmiyt|b\s?smiyt|ila\s+kan|in\s+the\s+name)|"
    r"(?:ma\s?tnsa\w*|n'oubli\w+\s+pas|pensez\s+a|don't\s+forget)\s+(?:la\s+|the\s+|ma\s+|notre\s+)?l?(?:fact?ur\w*|invoice)|"
    r"(?:pas|sans|ni|bla|without|no)\s+(?:de\s+|d'|trop\s+)?(?:sacs?\s+|bags?\s+)?(?:dechir|"
    r"abim|decoll|tach|mouill|defaut|"
    r"mcherr?g|torn|damaged|trop\s+fin)\w*|"
    r"(?:pas|sans|aucun|no|ma\s?fih|ma\s?kayn|mkayn|makayn|ما\s?كاين|ماكاين)\s+(?:de\s+|d'|"
    r"had\s+|l\s?)?(?:soucis?|problem\w*|"
    r"mouchkil\w*|mochkil\w*|مشكل\w*|retard)|adresses?\s+de\s+facturation|"
    r"remplac\w+\s+(?:\w+\s+){0,4}(?:par|with|by)\s+\d+|"
    r"il\s+(?:me|nous|ns)\s+manque\w*\s[^.!?\n]{0,40}pour)(?![^\W_])"
)
# A supplier's paper about goods that come to us, or one sent back.
INVOICE = re.compile(
    r"(?<![^\W_])(?:factures?|invoice|net\s+a\s+payer|facturee?\s+a|bill(?:ed)?\s+to|amount\s+due|"
    r"avoir\s+n|credit\s+note|فاتوره|rechnung|factura)(?![^\W_])"
)
ORDER_FORM = re.compile(
    r"(?<![^\W_])(?:bons?\s+de\s+com+ande|com+ande\s+(?:n|fournisseur|d'achat)|purchase\s+order|"
    r"order\s+form|bdc|"
    r"facturee?\s+a\s*:[^\n]*\n[^\n]*livr|طلبيه|سند\s+طلب)(?![^\W_])"
)

OTHERS = [
    *cues(
        "quote_request",
        (5, r"cuanto\s+(?:cuest|val|sal|ser)\w+|(?:un|el)\s+presupuesto\s+para|que\s+precio"),
        (5, (
            rf"demande\s+(?:de\s+|d')?(?:\w+\s+)?{PRICE_WORD}|request\s+for\s+(?:quotation|"
            rf"quote)|rfq"
        )),
        (4, (
            rf"(?:demand\w+|besoin|voudr\w+|souhait\w+|veu\w+|veux|aimer\w*|pouv\w+|pourr\w+|"
            rf"peu[xt]\w*|merci|faire|etablir|recevoir|avoir|envoy\w+|parvenir|donner|transmettre|"
            rf"communiquer|indiquer|like|send|give|provide|need|bghit|bghina|3tini|3tiw\w*|"
            rf"sift\w*|اريد|بغيت|ارسل\w*|المرجو|عطيني)\s[^.?!\n]{{0,70}}{B}{PRICE_WORD}"
        )),
        (4, (
            r"quels?\s+(?:est|sont|serait|seraient)?\s*(?:le|les|vos|"
            r"votre)?\s*(?:meilleurs?\s+)?(?:prix|tarifs?|delais?|conditions|cout)|quel\s+prix|"
            r"quoi\s+com+e\s+(?:prix|tarifs?)|prix\s*(?:svp|stp)?\s*\?|(?:votre|vos)\s+(?:meilleurs?\s+)?(?:prix|tarifs?|offre)"
        )),
        (4, (
            r"how\s+much|what(?:'s|\s+is|\s+are|\s+would)\s+(?:the|your)\s+(?:\w+\s+)?(?:price|"
            r"cost|moq)s?|(?:would|does|do|will)\s+[^.?!\n]{1,60}?\s+cost(?![^\W_])|price\s+list|pricing|best\s+price|quot(?:e|ation)"
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
            r"kat\w+|kayna)|(?:واش|هل)\s+\w+|"
            r"si\s+vous\s+faites(?!(?:\s+(?:ca|cela|aussi))?\s*(?:[.!?,;)\n]|$))"
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
        (3, (
            r"appels?\s+d'offres?|consultation\s+(?:pour|n°|ouverte|restreinte|de\s+prix|\d)|"
            r"(?:lanc\w+|ouvr\w+)\s+une\s+consultation|cahier\s+des\s+charges|marche\s+public|"
            r"invitation\s+to\s+(?:bid|tender)|call\s+for\s+tenders?|tender|طلب\s+عروض"
        )),
        (2.5, (
            r"(?:nous|me)\s+(?:recevoir|rencontrer)|(?:prendre|fixer|convenir\s+d')\s*(?:un\s+)?(?:rdv|"
            r"rendez-vous)|(?:passe\w*|vien\w+|venir)\s+[^.!?\n\d]{0,50}\b(?:voir|visiter|"
            r"discuter)|visiter\s+(?:votre|l)|(?:nji|ndou?z)\s[^.!?\n]{0,50}nch?ouf\w*"
        )),
        (1, r"etudions|etudie|envisag\w+|comptons|projet|fournisseurs|comparer|prospect\w*"),
    ),
    *cues(
        "order_status",
        (5, (
            r"no\s+(?:me\s+)?(?:ha|han)\s+llegado|donde\s+esta\w*\s+(?:mi|el|nuestro)|"
            r"(?:hice|hicimos)\s+(?:un|el)\s+pedido|(?:mi|nuestro)\s+pedido"
        )),
        (4, (
            r"ou\s+(?:en\s+)?(?:est(?!-ce)|sont|etes)|suivi\s+(?:de\s+)?(?:la\s+|ma\s+|"
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
            r"where\s+are|(?:فين|اين|متي|امتي|فوقاش)\s+(?:\w+\s+)?(?:وصل|توصل|تصل|ي?وصل|طلب|"
            r"ال?طلب|ال?باقي|ال?سلع)\w*"
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
            r"not?\s+(?:yet\s+)?(?:received|arrived)|haven't\s+received|(?:n'est|"
            r"est)\s+pas\s+(?:passe\w*|venu\w*|arrive\w*)|"
            r"(?:n'a|ont|a)\s+pas\s+ete\s+livre\w*|still\s+waiting|(?:mazal|"
            r"baqi|ba9i)\s+ma\w*|ma\s?(?:wsl|jat|ja|wesl)\w*|لم\s+(?:تصل|نتوصل|اتوصل)|ما\s?(?:وصل|"
            r"جا)\w*|مازال\s+ما\w*"
        )),
        (2, (
            r"(?:j'attends?|nous\s+attendons|on\s+attend|j\s+attend)\s+(?:toujours|encore|mes|ma|"
            r"notre|nos|les|la|depuis)"
        )),
    ),
    *cues(
        "complaint",
        (5, r"llegaron|rot[oa]s|danad[oa]s|defectuos\w+|reclam\w+|devolver|devolucion|faltan"),
        (5, (r"(?:ne\s+)?correspond\w*\s+pas|echang(?:er|ez)|pas\s+(?:le|la|les)\s+bon\w*|"
        r"had\s+(?:asked|ordered)|"
            r"(?:on|nous|je|j')\s*(?:avait|avions|avais)\s+(?:demande|com+ande)\w*|"
            r"reclam\w*|complain\w*|plainte|chikaya|شكايه|شكوي")),
        (3.5, (
            r"manqu\w+|il\s+en\s+manque|missing|short\s+of|na9s\w*|n9es|n9sa|naqsa\w*|ناقص\w*|"
            r"نقص\w*"
        )),
        (3.5, (
            r"retourner|(?<!nous\s)(?<!me\s)(?<!en\s)renvoyer|to\s+return|send\s+back|nrej?[ae]?3\w*|"
            r"نرجع\w*|ارجاع|و?مقطوع\w*"
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
    *cues(
        "cancellation",
        (6, (
            r"an+ul(?!e\s+et\s+remplace)\w*|nan+ul\w*|cancel\w*|lghi\w*|algh\w*|الغاء|الغوا|الغي|"
            r"نلغي\w*|لغي\w*|كانسل\w*|ن?انول\w*"
        )),
        (3.5, (
            r"ma\s?b9i?(?:na|t|nach|tch)\w*|mab9i\w*|(?:ne\s+|n')?\w*\s*plus\s+(?:besoin|"
            r"necessaire)|no\s+longer\s+(?:need|want)|ما\s?بقي\w*"
        )),
        (3.5, (
            r"(?:stop\w*|arret\w+|bloqu\w+|suspend\w+)\s+(?:\w+\s+)?com+ande|ne\s+(?:lancez|"
            r"livrez|faites|preparez)\s+(?:pas|plus|rien)(?!\s+(?:avant|apres|le|trop|sans))|"
            r"n'envoyez\s+(?:pas|plus|rien)|"
            r"ne\s+rien\s+(?:lancer|livrer|envoyer)"
        )),
    ),
    *cues(
        "change",
        (4, (
            r"(?:decal\w+|report(?:er|ez|e)|repouss\w+|avancer|retard(?:er|ez)|postpone|"
            r"remplac\w+\s+(?:\w+\s+){0,4}(?:par|with|by)\s+\d+|reschedul\w+|t?2?akhr\w*|اخر\w*|"
            r"تاجيل|ناجل\w*)"
        )),
        (3, (
            r"(?:modifi\w+|chang(?:er|ement|ez|e|ee)|rectifi\w+|corrig\w+|correction|update|"
            r"change|bed+l\w*|bdl\w*|nbed+l\w*|بدل\w*|تغيير|نبدل\w*)"
        )),
    ),
    *cues(
        "thanks",
        (2.5, (
            r"(?:merci|remerci\w*)\s+(?:beaucoup\s+|bcp\s+|infiniment\s+|encore\s+|"
            r"bien\s+)*(?:pour|a\s+(?:toute|vous|toi|votre|l'equipe)|d'avoir|"
            r"de\s+votre\s+(?:confiance|reactivite|rapidite|accueil|travail))|"
            r"thank\w*\s+(?:\w+\s+){0,3}for|chokran\s+(?:3la|bzaf\s+3la)|شكرا\s+(?:على|علي|جزيلا)"
        )),
        (2.5, (
            r"bien\s+re[cs]u\w*|bien\s+arriv\w*|re[cs]u\w*\s+(?:ce\s+matin|hier|aujourd'hui)|"
            r"arrived\s+(?:yesterday|today|safely|in)|received\s+(?:today|yesterday|the)|wsl(?:at|"
            r"ou|o|atna|atni|una)\s+(?:lcommande|lcmd|"
            r"kolchi|lbare7)|توصلنا|وصلات\s+(?:الكوموند|الطلبيه)"
        )),
        (2, (
            r"bravo|magnifiques?|superbes?|excellent\w*|parfaits?|au\s+top|nickel|impeccable|"
            r"tres\s+(?:content|satisfait|belle?)\w*|great\s+(?:job|work|quality|service)|wa3r\w*|"
            r"zwin\w*|ممتاز\w*|رائع\w*"
        )),
    ),
    *cues(
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
            r"inscri(?:vez|ption)\w*|(?:a|en)\s+(?:louer|vendre)|for\s+(?:sale|rent)|m2\s+a\s|"
            r"prix\s+d'usine|prix\s+imbattables?|livraison\s+gratuite|places\s+(?:limitees|disponibles)"
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
    *cues(
        "automatic",
        (6, (
            r"out\s+of\s+(?:the\s+)?office|reponse\s+automatique|automatic\s+reply|auto[- ]?reply|"
            r"undeliver\w*|delivery\s+status\s+notification|mailer-daemon|(?:suis|serai|"
            r"sommes)\s+(?:actuellement\s+)?(?:absent\w*|en\s+conges?)|de\s+retour\s+le|"
            r"رد\s+تلقائي"
        )),
        # Order systems say so too, under real orders.
        (2, r"message\s+(?:\w+\s+){0,2}automatique\w*|(?:de\s+)?ne\s+pas\s+(?:y\s+)?repondre"),
    ),
    *cues(
        "other",
        (4, (
            r"(?:a|de)\s+nous\s+offrir|sponsor\w*|parrain\w*|mecenat|faire\s+(?:un\s+)?dons?|donation|"
            r"gracieusement"
        )),
        (5, (
            r"(?:notre|our)\s+(?:facture|invoice)|(?:suite\s+a|relati\w+\s+a|concernant|for|of)\s+"
            r"(?:votre|your)\s+(?:com+ande|order|po)"
        )),
        (3, r"l?fact?ura\w*|lfactures?|ال?فاتور\w*"),
        (5, r"(?:pv|bon|proces[- ]verbal)\s+de\s+(?:reception|livraison)|accuse\s+de\s+reception"),
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
    r"envisag\w+|etudi(?:ons|e|ent|er)|au\s+cas\s+ou|(?:prepar\w+|mont\w+|travaill\w+\s+sur|avons|"
    r"ai)\s+(?:un|notre|mon|le)\s+(?:\w+\s+)?projets?|prendr(?:ais|ait|ions)|par\s+(?:an|annee)(?=\W)|"
    r"per\s+year|if\s+we\s+win|si\s+(?!vous|te)[^.!?\n]{0,30}(?:plai(?:t|sent)|convien\w+|gagn\w+)|ila\s+3[ae]?j[ae]?b\w*|"
    r"peut-?\s?etre|eventuel\w*|prochainement|bientot|(?<!au\s)plus\s+tard|(?:avais|"
    r"avait|"
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
    r"qtes?|et\s+non|(?:et\s+)?(?:pas|non|not|machi|ماشي)\s+\d+|rectif\w+|corrig\w+|correction|"
    r"a\s+la\s+place|au\s+lieu|ajout\w+|rajout\w+|instead|zid\w*)(?![^\W_])"
)
