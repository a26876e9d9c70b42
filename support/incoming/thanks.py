"""Does an answer only say thanks? Then nobody waits, and its ticket stays as it is.

Silencing a customer costs more than reading one line too many, so every word of the message
must be known here, in an expression that asks, denies and counts nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backoffice.core.text import folded, words
from support.incoming import said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backoffice.messaging.content import MessageContent
    from support.incoming.writers import Writer

# Nobody thanks at greater length without saying something.
_LONGEST: Final = 25
# Folded expressions, one a line. The first kind makes it thanks, the others may stand beside it.
_THANKS: Final = r"""
    (?:un )?(?:grand |tres grand )?merci(?: (?:bien|beaucoup|infiniment|bcp|mille fois|encore))*
    merci (?:a vous|a toi|a tous|a toute l equipe|du fond du coeur)
    (?:mille|encore|tres) mercis?|mrc|mci bcp|mrci
    (?:je|nous) (?:vous|te) remerci(?:e|ons)(?: (?:beaucoup|infiniment|vivement|sincerement))?
    (?:many |great )?thanks(?: (?:a lot|so much|very much|again|a million|guys|all|both))*
    (?:a big )?thank you(?: (?:so|very) much)?(?: (?:again|all|both|indeed))?|thx|ty|tysm|cheers
    (?:muchas|muchisimas|mil) gracias|gracias(?: (?:a ti|a vosotros|a ustedes))?
    (?:s|c)?h(?:o|u|ou)kran(?: (?:bzaf|bezzaf|bzzaf|jazilan|lik|likoum|likom|lkoum|khoya|khouya))*
    (?:allah|lah|lay) (?:y3tik|i3tik|yaatik|ya3tik|y3tikom|y3tikoum) (?:saha|sa7a|sseha|essaha)
    baraka ?llah(?:o|ou|u)? fi(?:k|kom|koum|kum)|barak allah(?:o|ou|u)? fi(?:k|kom|koum|kum)
    tbarkallah (?:3likom|3lik|3likoum)
    شكرا(?: (?:جزيلا|بزاف|لك|لكم|كثيرا))*|مشكورين?|بارك الله فيك(?:م)?|الله يعطيك(?:م)? الصحه
    vielen dank|danke(?: schon| sehr)?|grazie(?: mille)?|obrigad[oa]
"""
# What the thanks are for.
_FOR: Final = r"""
    pour tout|pour QUALITY|pour QUALITY et (?:pour )?QUALITY
    d (?:avoir|m avoir) (?:ete si rapide|repondu (?:si|aussi) vite)
    for everything|for (?:your|the|all your)(?: (?:quick|fast|kind|prompt|great))? (?:reply|answer)
    for (?:your|the|all your)(?: (?:kind|great))? (?:help|response|support|kindness|service)
    por (?:todo|(?:su|tu|la|vuestra) (?:respuesta|ayuda|rapidez|amabilidad)(?: tan rapida)?)
    3la (?:l?jawab|l?mousa3ada|lmo3awana|kolchi)|على (?:الرد|المساعده|الجواب)
"""
_QUALITY: Final = (
    r"(?:votre|ta|cette|la|l|vos|ton) (?:(?:si|tres|grande|belle|excellente|precieuse) )?"
    r"(?:reponse|aide|reactivite|retour rapide|rapidite|efficacite|gentillesse|amabilite"
    r"|disponibilite|diligence|professionnalisme|ecoute|soutien)"
    r"(?: (?:si |tres |aussi )?(?:rapide|claire|precise|complete))?"
)
# That all is well, farewells, greetings, how one calls people.
_BESIDE: Final = r"""
    ok(?:ay|i)?|d accord|parfait|super|top|au top|nickel|genial|impeccable|excellent|tres bien|cool
    c est (?:parfait|super|top|nickel|genial|note|tres gentil|tres clair|adorable)|bien note
    bien recu|message recu|c est (?:bien )?recu|tout est (?:bon|ok|parfait|regle|en ordre|clair)
    vous etes (?:super|geniaux|au top|formidables|adorables)
    (?:bonjour|bonsoir|salut|hello|hi|dear|hola|salam|slm|rebonjour|re bonjour|coucou)
    السلام عليكم|a tous|all|team|everyone
    (?:tres )?(?:bonne|excellente|belle) (?:journee|soiree|semaine|continuation|annee|apres midi)
    bonne fin de (?:journee|semaine)|bon (?:week ?end|we|apres midi|dimanche|courage)
    egalement|aussi|(?:bien )?a (?:vous|toi|tous)|a bientot|au revoir|respectueusement
    (?:bien |tres )?cordialement|amicalement|bises|cdlt|cdt
    (?:meilleures|sinceres|mes|cordiales) salutations
    all good|all is (?:good|well)|perfect|great|awesome|lovely|got it|noted|wonderful|brilliant
    very kind(?: of you)?|much appreciated|that s (?:perfect|great|very kind|lovely|all)
    (?:have a )?(?:nice|great|good|lovely) (?:day|evening|weekend|week|one)
    (?:best |kind |warm )?regards|best(?: wishes)?|sincerely|bye|take care
    todo (?:bien|perfecto|en orden)|perfecto|estupendo|vale|(?:un )?saludos?
    (?:que tengan? )?(?:un )?buen(?:os)? dias?|muy amables?
    safi|wakha|mzyan|mezyan|bslama|tamam|صافي|واخا|مزيان|تمام|مع السلامه|يوم سعيد
    envoye de mon (?:iphone|telephone|mobile|ipad|samsung)
    sent from my (?:iphone|phone|mobile|ipad)
    madame|monsieur|(?:a toute )?l equipe|chere equipe|et|and|y|w|و
"""
# 🙏 ❤ 👍 ... and the marks that go with them; no angry or sad ones.
_SMILES: Final = re.compile(
    "[\U0001f64f\U0001f44d\U0001f44c\U0001f44f\U0001f60a\U0001f600-\U0001f606\U0001f609\U0001f60d"
    "\U0001f618\U0001f642\U0001f917\U0001f970\U0001f973\U0001f389\U0001f490\U0001f339\U0001f338"
    "\U0001f49a\U0001f49b\U0001f499\U0001f49c\u2764\u2665\u263a\u2705\u2728\U0001f3fb-\U0001f3ff"
    "\ufe0f\u200d]|(?<!\\w)[:;]-?[)D](?!\\w)|<3"
)
# Anything else but words and the stops between them is a question, another smiley ...
_PLAIN: Final = re.compile(r"(?:[^\W_]|[\s.,;:!'’\"«»()\-–—…،*])*")
# A telephone number or an address under a name.
_CONTACT: Final = re.compile(
    r"(?:(?:t[eé]l(?:[eé]phone)?|mob(?:ile)?|gsm|phone|port(?:able)?|e-?mail|fax|web|site)\W{0,4})?"
    r"(?:\+?\d[\d\s().-]{6,24}|\S{1,64}@\S{1,190}|(?:https?://|www\.)\S{1,190})",
    re.IGNORECASE,
)
_APOSTROPHES: Final = re.compile(r"['’-]")


def _any_of(*groups: str) -> str:
    lines = [line.strip() for group in groups for line in group.strip().splitlines()]
    return "|".join(f"(?:{line})" for line in lines).replace("QUALITY", _QUALITY)


_ONE: Final = re.compile(rf"(?<!\S)(?:{_any_of(_THANKS)})(?!\S)")
_WHOLE: Final = re.compile(rf"(?:(?:{_any_of(_THANKS, _FOR, _BESIDE)})(?:\s+|$))+")


def is_all(content: MessageContent, writer: Writer) -> bool:
    """Whether the message says thanks and nothing else: no file, no question, no figure."""
    if any(one.key not in {"subject", "body"} for one in content.documents):
        return False
    lines = text_of(content).splitlines()
    rest = "\n".join(line for line in lines if not _CONTACT.fullmatch(line.strip()))
    return says_only_thanks(rest, names=[writer.name])


def text_of(content: MessageContent) -> str:
    """What was written now, and what was taken for a signature: "Merci beaucoup" may be all."""
    body = content.document("body")
    if body is None:
        return ""
    own = [said.text_of(content)] if body.own_text().strip() else []
    signed = [body.text[span.start : span.end] for span in body.signature]
    return "\n".join([*own, *signed]).strip()


def says_only_thanks(text: str, *, names: Iterable[str] = ()) -> bool:
    """As :func:`is_all`, of a text; ``names`` may stand under it."""
    bare = folded(_SMILES.sub(" ", text))
    if not _PLAIN.fullmatch(bare):
        return False
    spoken = words(_APOSTROPHES.sub(" ", bare))
    own = {word for name in names for word in words(name) if word.isalpha()}
    told = " ".join(word for word in spoken if word not in own)
    if not told or len(spoken) > _LONGEST:
        return False
    return bool(_ONE.search(told)) and bool(_WHOLE.fullmatch(told))


def asks(text: str) -> bool:
    """Whether a reply of ours asked: then "ok, merci" is an answer."""
    return bool(re.search(r"[?؟]", folded(text)))
