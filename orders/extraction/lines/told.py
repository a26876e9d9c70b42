"""Parts of a clause in which goods are only spoken of: received, missing, cancelled, sent back.

"Les 3000 sachets sont arrivés" names goods and a quantity like an order does;
what is told of them decides. A clause is judged by its parts, as one sentence
may thank for the last delivery and order the next.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from orders.extraction.kind.cue import B, E

if TYPE_CHECKING:
    from orders.extraction.drafts import Span

# Bags and words for a delivery, before a participle that tells of them.
_GOODS = (
    r"(?:sacs?|sachets?|plate?s?|torsade\w*|cartons?|palettes?|colis|pieces|livraison|"
    r"com+ande|delivery|sel3a|"
    r"marchandise|bags?|handles?|poignees?|lot)"
)
_PAPER = (
    r"(?:devis|offres?|prix|tarifs?|e?-?mails?|messages?|catalogue|echantillons?|confirmation|"
    r"proforma|quotation|quote|offer|samples?|reponse|appel|fichier|bat|maquette|cotation)"
)
_NO_PAPER = rf"(?!\s+(?:\w+['\s]+){{0,3}}{_PAPER}{E})"
_RECEIVED = (
    (
        rf"(?:(?:j'|on|nous|avons|ai|a|g|ont|ns|as|avez)\s*(?:ai|a|avons|ont)?\s*(?:deja|bien|enfin|tout|seulement|juste|que)?\s+"
        rf"(?:ete\s+)?(?:re[cs]u\w?|recep\w+nes?)){_NO_PAPER}"
    ),
    rf"(?:bien|deja|enfin|seulement)\s+(?:re[cs]u(?:e|s|es)?|arrive\w*|livre(?:e|s|es)?|recep\w+nes?){_NO_PAPER}",
    r"(?:est|sont|st)\s+(?:tous\s+|toutes\s+|bien\s+|deja\s+|enfin\s+)?(?:arrive\w*|la|livre(?:e|s|es)?|parvenu\w*)",
    rf"{_GOODS}\s+(?:\w+\s+){{0,2}}?(?:re[cs]ue?s?|livre(?:e|s|es)|arrive(?:e|s|es)|arrived|received|delivered)(?!\s+(?:a|au|le|avant|by)\s)",
    r"(?:a|avez|ont|as)\s+(?:ete\s+)?(?:livre|depose|decharge)(?:e|s|es)?",
    rf"(?<!\ba\s)(?:bonne\s+)?reception\s+(?:de|des|du){_NO_PAPER}",
    r"n[ae]?z+e?l(?:o|ou|at|na)?|khl[ae]?s+(?:na|t)|خلصنا|خلصت",
    r"(?:la|votre|notre|derniere|cette)\s+livraison\s+(?:de\s+ce\s+matin|d'hier|de\s+(?:lundi|mardi|mercredi|jeudi|vendredi|samedi))",
    (
        r"(?:we|i|i've|we've|have|has|just|been|finally|only|ve)\s+(?:have\s+|only\s+|just\s+|finally\s+|already\s+|now\s+)*(?:received|got|been\s+delivered)"
        + _NO_PAPER
    ),
    r"(?<!be\s)(?:arrived|was\s+delivered|were\s+delivered)|(?:that\s+)?(?:we|i)\s+ordered|(?:li|لي|اللي)\s+(?:siftou|sifto|siftiw|صيفط)\w*|did\s+you\s+(?:ship|send|deliver)|(?:checking|follow\w*\s+up)\s+on|nous\s+devez|reste(?:nt)?\s+a\s+livrer",
    # Darija: "wslatni sel3a", "wslouni ghir 2500", "jatni lcommande"
    r"w[ae]?s+e?l(?:at|et|na|ha)\w*|w[ae]?sl(?:ou|o|u|w)?(?:ni|na)|w[ae]?sl(?:ou|o|u|w)?(?!\s+(?:lia|liya|lina|li)\b)|jat(?:ni|na)|jaw(?:ni|na)|twes+elt|tws+elt|tws+lna\s+b",
    r"و?وصل(?:ات|ت|وا|و(?!\s+(?:ليا|لينا|لي))|وني|ونا|ني|نا|تني|تنا|اتني|اتنا|اتو)|توصلت|توصلنا\s+ب\w*|و?استلم(?:ت|نا)\w*|جات(?:ني|نا)|جاو(?:ني|نا)",
)
_FAULT = (
    r"(?:il\s+)?(?:en\s+|nous\s+|m'en\s+|me\s+)?man(?:qu|k)(?:e|ent|ait|aient|ant\w*)(?![^.!?\n]{0,40}\bpour\b)|missing|na9s\w*|n9es|n9sa|naqs\w*|kh?as+in\s+mn|و?ناقص\w*|نقص\w*",
    r"abime\w*|mouille\w*|dechire\w*|cas+ee?s|defectueu\w*|inutilisable\w*|decol+e\w*|tache\w*|froisse\w*|perce\w*|mal\s+(?:imprim\w+|col+e\w*|decoup\w+|fait\w*)|damaged|torn|ripped|broken",
    r"trop\s+(?:fin|petit|grand|fragile|mince|leger|court)\w*|non\s+conformes?|a\s+jeter|ne\s+tien\w+\s+pas|lache(?:nt|r)?|craque\w*|soucis?\s+avec|(?:souci|problem\w*)\s+(?:avec|sur|with)|too\s+(?:thin|small|big|weak)|unusable|n'y\s+a(?:vait)?\s+que",
    r"m?cher+[eg]?g\w*|m9e?t+3\w*|mfergh?3\w*|mkhas+r\w*|khas+r(?:in|a)|l?m[ou]+chkil\w*|mqet+3\w*|و?(?:مقطع|ممزق|مشرك|مخسر|خاسر|معيوب|مكسور|مقطوع|لانها\s+مقطوع)\w*|مشكل\w*",
    r"(?:same|meme)s?\s+(?:problem\w*|souci|defaut|issue|erreur)",
    r"(?:je\s+vous|on\s+vous|nous\s+vous)\s+(?:avais|avions|avait)\s+(?:com+and\w*|demand\w*)|(?:golt|gelt|qolt|9olt|tlebt|tlbt)\s+(?:lik|likom|lkom|mnkom)",
)
_CANCELLED = (
    r"an+ul(?:e|er|ez|ons|ation|ee|ees)\b(?!\s+et\s+remplace)|(?:laisse[rzs]?|laissez)\s+tomber|oublie[rz]\s+(?:les|la|ma|les\s+)|cancel\w*|forget\s+(?:about\s+)?(?:the|my)",
    r"n?(?:a)?l?gh[iy](?:w|o|ou|u)?|nan+ul\w*|7[ae]?bs\w*|habs\w*|(?:7[ae]?y+[ei]?d\w*|n7[ae]?y+[ei]?d\w*)\s+(?:\w+\s+)?(?:l?com+and\w*|lcmd|\d)|(?:nsa|nsaw|nsaou)\s+(?:dik|dok|dak|had|l)",
    r"و?(?:ن|ا|ت)?لغي\w*|الغاء|الغوا\w*|كانسل\w*|و?ن?انول\w*|(?:حيد|نحيد)\w*\s+(?:\w+\s+)?(?:ال)?(?:طلب|كوموند|كوماند|\d)\w*|(?:سير\s+)?نسا?ي?\s+(?:داك|دوك|ديك|هاد)|نسي\s+(?:داك|دوك|ديك)",
    r"ma\s?t(?:sawb|sayb|sift|sayft|wej|jib|dir|lanc|livr|prepar)\w*|ما\s?ت(?:صايب|صاوب|صيفط|وجد|جيب|دير|رسل)\w*",
    r"ne\s+(?:\w+\s+)?(?:lance|livre|faite|prepare|envo|produi)\w*\s+(?:pas|plus|rien)(?!\s+(?:avant|apres|le|trop|sans))|(?:don't|do\s+not)\s+(?:send|ship|make|deliver)(?!\s+(?:before|until|after))",
    r"retourner|(?<!nous\s)(?<!me\s)(?<!en\s)renvoyer|rendre|rapporter|to\s+return|return(?:ing)?\s+(?:the\s+|these\s+|\d)|send\s+back|n?rej+[ea]?3\w*|nrje3\w*|nred+\w*|(?:ن|ا|ت)?رجعو?|نرجع\w*|ارجاع|نرد\w*|اعاده",
)
_UNWANTED = (
    r"(?:plus|pas|aucun)\s+besoin|no\s+longer\s+(?:need|want)|don't\s+(?:need|want)|ma\s?b9[ia]\w*|ma\s?bgh\w*ch\w*|mab9i\w*|و?لا\s+(?:ا|ن)ريد|و?ما\s?بغي\w*|و?ما\s?بقي\w*",
)
# Asked before any quantity: "fin 2000 sachet?", "la facture des 3000 sachets".
_WHERE = (
    r"fin|fine|fayn|imta|emta|fo9ach|fou9ach|fw9ach|و?فين|اين|متي|امتي|فوقاش|where|"
    r"ou\s+(?:en\s+)?(?:est(?!-ce)|sont)|quand"
)
_INVOICE = (
    r"l?factures?|duplicata|invoice|l?fact?ura|l?fakt?ura|bon\s+de\s+livraison|"
    r"(?:ال)?فاتور\w*|(?:ال)?فاكتور\w*"
)
_ASKED_ABOUT = (
    rf"^[^\d]*{B}(?:{_WHERE}){E}(?![^\d]{{0,25}}(?:nji|najiw|ndoz))",
    (
        rf"^[^\d]*(?<!avec\s)(?<!avec\sla\s)(?<!with\s){B}(?:{_INVOICE}){E}"
        r"\s+(?:d'|(?:de|des|du|for|of|dyal|d|ديال|لل?|pour|n°|relative|correspond\w+|ديالي|"
        r"mentionn\w+|indiqu\w+|affich\w+|[a-z]{0,3}[-/]?\d[\w/-]*)(?=\s|$))"
    ),
)
_KEPT = re.compile(
    rf"{B}(?:gard(?:e|er|ez|ons)|conserv\w+|mainten(?:ez|ir|ons)|keep(?:ing)?|"
    r"n?khel+[iy]\w*|n?khal+[iy]\w*|و?خلي\w*|nkhel+iw)(?!\s+(?:le|la|les)\s+(?:prix|"
    r"contact))"
)
_ASKS = re.compile(
    rf"{B}(?:alors|donc|du\s+coup|reprend\w*|repart\w*|part(?:ons)?\s+sur|refai\w*|"
    r"relanc\w*|renouvel\w*|3[ae]?w+[ae]?d\w*|عاود\w*|repeat|(?:same|memes?|mm|mem|nefs|"
    r"nafs|نفس)\s+(?:l\s?|ال)?(?:order|com+and\w*|cmd|طلب\w*)|"
    r"pouvez[ -]vous|pourriez[ -]vous|svp|stp|s'il\s+(?:vous|te)\s+plait|please|pls|"
    r"3afak\w*|afak|عافاك\w*|لو\s+سمحت\w*|faut|faudra\w*|besoin\s+de|voudr\w+|voulons|"
    r"pour\s+(?:le\s+\d|la\s+semaine\s+pro|next|lundi|mardi|mercredi|jeudi|vendredi|"
    r"samedi)|"
    r"souhait\w+|aimer(?:ais|ions|ait)|veux|vx|com+and(?:e|er|ons)|prends?|prenons|prend|"
    r"met(?:s|tez|tre)|envo(?:yez|yer|ie|ies)|livrez|prepare[rz]|lance[rz]|remet\w*|"
    r"refai\w*|"
    r"need|want|(?:to|please|we)\s+order|would\s+like|'d\s+like|(?:will|'ll)\s+take|send|"
    r"ship|deliver|go\s+ahead|bgh?it\w*|bghin\w*|baghi\w*|kh?ass?[nk]\w+|sift\w*|saift\w*|"
    r"zid\w*|dir(?:o|ou|u|w)?\s+(?:lia|liya|lina|li)|w[ae]?s+l(?:o|ou|u|w)?\s+(?:lia|liya|"
    r"lina|li)|وصلو?\s+(?:ليا|لينا)|wejj?d\w*|"
    rf"و?بغيت|و?بغينا|و?صيفط\w*|و?خاصن\w*|و?زيد\w*|و?اريد|و?نريد|و?نحتاج|ok\s+pour|accord)" + E
)
# "pas trop fins", "sans sacs déchirés": a wish, not a fault met.
_AVOIDED = re.compile(
    rf"{B}(?:pas|sans|ni|bla|not|no|without|eviter|ma\s?fih|makayn|mkayn|aucun|بلا)\s+(?:\w+['\s]+){{0,2}}$"
)
_REST = re.compile(
    rf"{B}(?:le\s+reste|les\s+autres|l?ba9i|l?baqi|everything\s+else|the\s+rest|الباقي){E}"
)
SPLIT = re.compile(
    r"(?<!\d),|,(?!\d)|;|:|"
    + B
    + r"(?:et|mais|but|and|puis|par\s+contre|w|o|walakin|walakine|ولكن|و)"
    + E
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"{B}(?:{one}){E}" for one in patterns))


_REPORT = _any((*_RECEIVED, *_FAULT))
_CANCEL = _any(_CANCELLED)
_ABOUT = re.compile("|".join((*_ASKED_ABOUT, _any(_UNWANTED).pattern)))


def spans(text: str, start: int, end: int) -> list[Span]:
    """The parts of a clause of folded ``text`` that tell of goods instead of asking for them."""
    clause = text[start:end]
    cuts = [0, *(match.end() for match in SPLIT.finditer(clause)), len(clause)]
    parts = [(a, b) for a, b in pairwise(cuts) if clause[a:b].strip()]
    kinds = [_kind(clause[a:b]) for a, b in parts]
    reported = "report" in kinds and "ask" not in kinds
    told: list[Span] = []
    following = ""
    for (a, b), kind in zip(parts, kinds, strict=True):
        # "annulez les 3000 sachets et les 1000 plates": what follows goes the same way.
        following = kind if kind in {"report", "cancel", "ask"} else following
        if kind in {"report", "cancel", "about"} or (
            not kind and (following in {"report", "cancel"} or reported)
        ):
            told.append((start + a, start + b))
    return told


def _kind(part: str) -> str:
    if _KEPT.search(part):
        return "ask"
    if _CANCEL.search(part):
        return "cancel"
    if any(not _AVOIDED.search(part[: found.start()]) for found in _REPORT.finditer(part)):
        return "report"
    if _ABOUT.search(part):
        return "about"
    return "ask" if _ASKS.search(part) else ""


def is_kept(text: str, start: int, end: int, at: int) -> bool:
    """Whether the part of a clause around ``at`` keeps its goods: "mais gardez les 2000"."""
    cuts = [match.end() for match in SPLIT.finditer(text, start, end)]
    first = max((cut for cut in cuts if cut <= at), default=start)
    last = min((cut for cut in cuts if cut > at), default=end)
    rest = _REST.search(text, start, end)
    return bool(_KEPT.search(text, first, last) or (rest and not first <= rest.start() < last))


def blanked(text: str, found: list[Span]) -> str:
    """``text`` with the spans turned to blanks, positions kept."""
    for start, end in found:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
