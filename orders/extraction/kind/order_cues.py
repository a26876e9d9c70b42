"""Words by which people order, in French, English, Darija and Arabic."""

from __future__ import annotations

import re

from orders.extraction.kind.cue import ORDER_WORD, B, E, cues

ORDER = [
    *cues(
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
        (4, (
            r"(?:quier\w+|quer\w+|quisier\w+|necesit\w+|dese\w+|gustaria)\s+(?:pedir|comprar|"
            r"encargar|hacer\s+un\s+pedido)|acept\w+\s+(?:el|su)\s+presupuesto|lanzar\s+el\s+pedido"
        )),
        (4, r"passer\s+(?:une\s+|la\s+|ma\s+|notre\s+|cette\s+)?(?:nouvelle\s+)?com+ande"),
        (4, (
            r"bon\s+pour\s+(?:accord|com+ande)|(?:accord|ok|d'accord|go)\s+pour\s+(?:votre\s+|"
            r"la\s+|le\s+|lancer)|accept\w*\s+(?:votre|le)\s+(?:offre|devis)|devis\s+(?:accepte|"
            r"valide|signe)\w*|valid\w+\s+(?:le|votre)\s+devis"
        )),
        (4, (
            r"lance[rz]\s+(?:la\s+)?(?:fabrication|production|com+ande)|please\s+proceed|go\s+ahead|"
            r"start\s+(?:the\s+)?production|"
            r"annule\s+et\s+remplace"
        )),
        (4, (
            rf"(?:voici|voila|voisi|ci-?joint\w*|ci\s+joint|ci-dessous|trouver\w*|joint\w*|"
            rf"attached|enclosed|envoie|transmet\w*|adress\w+|recevez|"
            rf"pj)[^.?!\n]{{0,60}}{B}(?:{ORDER_WORD}|bon\s+de\s+com+ande|purchase\s+order|po)"
        )),
        (4, (
            rf"(?:ma|notre|my|our)\s+(?:nouvelle\s+|new\s+|"
            rf"purchase\s+)?{ORDER_WORD}[^.?!\n]{{0,30}}{B}(?:en\s+(?:photo|piece\s+jointe|pj|"
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
            r"(?:ondir|ndir|نطلب|اطلب|اود\s+طلب|نريد\s+طلب|نود\s+طلب|اريد\s+طلب|بغيت\s+نطلب|"
            r"بغيت\s+ندير\s+\w+)"
        )),
        (3, (
            r"(?:merci|veuillez|prie\w*|priere)\s+(?:d'|"
            r"de\s+)?(?:bien\s+vouloir\s+)?(?:enregistrer|prendre\s+en\s+compte|noter|"
            r"saisir)\s+(?:\w+\s+){0,3}"
        ) + ORDER_WORD),
    ),
    *cues(
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
        (3, r"(?:ok|d'accord|accord|bon|go|okay)\s+(?:pour|for)\s+(?:les\s+|the\s+)?\d[\d ]*"),
        (2.5, r"(?:alors|donc|du\s+coup)\s+(?:ce\s+sera\s+|pour\s+)?\d[\d ]*"),
        (3, (
            r"(?:on|je|nous)\s+(?:en\s+)?repren\w+|"
            r"w[ae]?s+l(?:o|ou|u|w)?\s+(?:lia|liya|lina|li)|وصلو?\s+(?:ليا|لينا)|توصلني"
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
            r"deliver|supply)\s+(?:us|me)?|looking\s+for|(?:necesit|quier|quer|dese)\w+|"
            r"(?:envien|manden|preparen)\w*"
        )),
        (2, (
            r"(?:a|pour)\s+livrer|livraison\s+(?:souhaitee|demandee|le|avant|pour|prevue)|"
            r"a\s+faire|required|needed\s+by|twss?l\w*|bghithom|urgent\w*"
        )),
        needs_goods=True,
    ),
]  # fmt: skip

# At the head of a document or in the subject.
HEADINGS: tuple[tuple[float, re.Pattern[str]], ...] = (
    (4.0, re.compile(
        r"bon\s+de\s+com+ande|purchase\s+order|order\s+form|formulaire\s+de\s+com+ande|"
        r"^\W*(?:طلبيه|سند\s+طلب)"
    )),
    (3.0, re.compile(
        rf"^\W*(?:(?:re|tr|fw|fwd)\s*:\s*)*(?:(?:ma|notre|nouvelle|petite|new|"
        rf"our)\s+)*(?:com+andes?|cmd|cde|bc|bdc|order|po){E}(?!\s*(?:cmd|"
        rf"n°)?\s*cmd-)[^?\n]{{0,60}}"
    )),
)  # fmt: skip
