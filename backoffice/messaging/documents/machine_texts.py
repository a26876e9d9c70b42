"""Machines that no header and no subject gives away: what a whole text says and leaves out.

A person quotes such sentences, or writes one of them. So a text is a machine's only where its
own words, without what they quote, hold the sentences of a receipt, a note of absence or an
acknowledgement, ask nothing, and speak of no goods, no delivery, no money and no wish.
"""

from __future__ import annotations

import re
from typing import Final

from backoffice.core.text import folded

# Nobody's note is longer; what is, holds something to read.
_LONGEST: Final = 2_000
_QUOTED: Final = re.compile(r"[\"“„«][^\"”“»]{0,200}[\"”“»]")
_HEADER_LINE: Final = re.compile(
    r"^(?:a|to|para|an|objet|subject|asunto|betreff|envoye|sent|enviado|gesendet)\s*:.*$",
    re.MULTILINE,
)

_MESSAGE: Final = (
    r"(?:message|e ?mail|mail|courriel|demande|requete|reclamation|ticket|request|enquiry|inquiry"
    r"|query|complaint|case|mensaje|correo|solicitud|consulta|nachricht|anfrage)"
)
_NUMBER: Final = r"(?: (?:n|no|numero|number|ref|reference)?\W{0,4}[a-z]{0,4}\W?\d[\w ]{0,20}?\W?)?"

# The whole text, once quotations and the lines with To and Subject are gone.
_RECEIPT: Final = re.compile(
    r"(?:votre message|your message|su mensaje|ihre nachricht)"
    r" (?:a ete (?:lu|affiche|supprime sans (?:etre|avoir ete) lu)"
    r"|was (?:read|displayed|deleted without being read)|fue (?:leido|eliminado sin leer)"
    r"|wurde (?:gelesen|ungelesen geloscht))\b(?:[^.!?]|(?<=\d)\.(?=\d)){0,90}\.?"
    r"|(?:ceci est un accuse de (?:reception|lecture) pour le message que vous avez envoye"
    r"|this is a return receipt for the (?:mail|message) (?:that )?you sent"
    r"|este es un acuse de (?:recibo|lectura))\b.{0,500}"
)

# What machines say of themselves.
_DECLARED: Final = (
    (
        r"(?:ceci est|il s agit d) ?(?:un|une) (?:message|e ?mail|mail|courriel|reponse)"
        r"(?: (?:genere|envoye)e?)? automatique(?:ment)?"
    ),
    r"ce (?:message|mail|e ?mail|courriel) (?:est|a ete) (?:genere|envoye) automatiquement",
    (
        r"this is an? (?:auto ?(?:matic|mated|generated)|automatically generated)"
        r" (?:response|reply|message|e ?mail|notification)"
    ),
    r"(?:seule notification que vous recevrez|only notification you will receive)",
    (
        r"(?:merci de |veuillez )?ne pas (?:y )?repondre"
        r"(?: a ce (?:message|courriel|mail|e ?mail))?\s*$"
    ),
    r"(?:please )?do not (?:reply|respond)(?: to this (?:message|e ?mail|mail))?\s*$",
    (
        r"(?:boite(?: mail| aux lettres)?|adresse(?: mail| e ?mail)?|messagerie)"
        r" n est (?:plus|pas) (?:consultee?|relevee?|lue|surveillee?|utilisee?)"
    ),
    r"(?:mailbox|inbox|address|account) is (?:not|no longer) (?:monitored|read|checked|in use)",
    r"este es un (?:mensaje|correo)(?: electronico)? (?:generado )?automatic[oa]",
    r"dies ist eine automatisch",
    r"(?:هذه|هذا) (?:رساله|رسالة|رد|بريد) (?:اليه|آلية|الي|آلي|تلقائيه|تلقائية|تلقائي)",
)
_RECEIVED: Final = (
    (
        rf"(?:votre|your|ihre|su) {_MESSAGE}{_NUMBER} (?:a (?:bien )?ete|nous est bien|has been"
        r"|ha sido|ist bei uns|wurde)"
        r" (?:bien )?(?:recue?|enregistree?|prise? en compte|transmise?|creee?|ouverte?|parvenue?"
        r"|received|registered|logged|created|opened|recibid[oa]|registrad[oa]|eingegangen|erstellt)"
    ),
    rf"nous (?:accusons (?:bonne )?reception de|avons bien recu) votre {_MESSAGE}",
    rf"we (?:have received|received|acknowledge receipt of) your {_MESSAGE}",
    rf"hemos recibido su {_MESSAGE}",
    r"(?:استلمنا|توصلنا|تلقينا) (?:ب)?(?:رسالتكم|طلبكم|رسالتك)",
)
_AWAY: Final = (
    (
        r"(?:je (?:suis|serai)|actuellement"
        r"|notre (?:societe|entreprise|bureau|magasin) (?:est|sera))"
        r"(?: actuellement| donc)? (?:absente?(?: e)?|en (?:conges?|vacances|deplacement|formation"
        r"|mission|arret|conge \w+)|fermee?|hors du bureau|indisponible)"
    ),
    (
        r"i (?:am|m|will be)(?: currently)? (?:out of (?:the )?office|away|travell?ing"
        r"|on (?:\w+ )?(?:leave|holidays?|vacation|business trip))"
    ),
    r"(?:estoy|estare) (?:de vacaciones|fuera de la oficina|ausente)",
    r"ich bin (?:derzeit |bis )?.{0,30}(?:nicht im (?:buro|haus)|im urlaub|abwesend)",
    r"(?:i|je) (?:no longer work|ne travaille plus)\b",
)
_LATER: Final = (
    (
        r"(?:je|nous|j)(?: en| vous| y)? (?:vous )?"
        r"(?:repondr\w+|prendr\w+ connaissance|traiter\w+|reviendr\w+|recontacter\w+)"
    ),
    (
        r"(?:conseiller|equipe|collaborateur|service|agent)s?(?: \w+)? (?:vous |reviendra )"
        r"\w* ?(?:repondra|recontacteron?t?a?|vers vous|contactera)"
    ),
    r"(?:sera|seront) (?:traite|lu|examine)e?s?",
    r"en cas d urgence|pour toute (?:demande|question|urgence)",
    r"i (?:will|ll) (?:respond|reply|get back|answer|read|come back)",
    (
        r"(?:we|agents?|team) will (?:respond|reply|get back|answer|come back|contact)"
        r"|is being (?:reviewed|processed)"
    ),
    (
        r"(?:if your (?:request|matter|message) is|for|in case of) (?:an |any )?"
        r"(?:urgent|emergenc|urgenc)\w*"
    ),
    r"(?:responderemos?|respondere|contestare\w*)|asuntos urgentes",
    r"schnellstmoglich|nach meiner ruckkehr|in dringenden fallen",
    r"direct your (?:e ?mails?|messages?|enquiries)",
    r"سنرد|سنجيب|سنتواصل",
)
# Whoever speaks of one of these has something to be read.
_MATTERS: Final = (
    (
        r"livr\w+|colis|paquets?|command\w+|produits?|articles?|photos?|rembours\w*|factures?|cass\w+"
        r"|echang\w+|devis|paiement|pieces?|reponses? (?:ne|n)"
    ),
    (
        r"deliver\w*|parcels?|packages?|orders?|items?|refund\w*|invoices?|exchange|broken|photos?"
        r"|quote|payment|wrong"
    ),
    r"pedidos?|entrega\w*|paquetes?|reembols\w*|factura\w*",
    (
        r"je (?:vous |te )?(?:veux|voudrais|souhaite\w*|demande|prie|rappelle|relance)"
        r"|j (?:attends|aimerais)"
        r"|(?:pouvez|pourriez|peux) (?:vous|tu)|merci de (?:me|nous (?!avoir)|m|verifier|patienter)"
    ),
    r"(?:ecrivez|appelez|rappelez|envoyez|passez|donnez|laissez|tenez|dites|livrez)(?: moi| nous)?",
    r"i (?:want|need|would|d)|(?:could|can|would) you|quiero|quisiera|necesito",
    r"mais|but|pero|toujours|jamais|depuis|rien|aucune?|still|never|pas recu",
    r"طلبيه?|طلبية|الطرد|توصيل|فاتوره|فاتورة",
)


def _any_of(sentences: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(sentences)})(?![^\W_])", re.MULTILINE)


_SAYS_SO: Final = _any_of(_DECLARED)
_ACKNOWLEDGES: Final = _any_of(_RECEIVED)
_IS_AWAY: Final = _any_of(_AWAY)
_ANSWERS_LATER: Final = _any_of(_LATER)
_IS_ABOUT: Final = _any_of(_MATTERS)
_HAS_NUMBER: Final = re.compile(r"\d{3,}")


def wrote(text: str) -> bool:
    """Whether a machine wrote the text; ``text`` is what its author wrote now, unquoted."""
    if len(text) > _LONGEST:
        return False
    plain = _plain(text)
    told = " ".join(_HEADER_LINE.sub(" ", plain).split())
    if _RECEIPT.fullmatch(told):
        return True
    if asks(text):
        return False
    if _SAYS_SO.search(plain):
        return True
    later = bool(_ANSWERS_LATER.search(plain))
    known = _ACKNOWLEDGES.search(plain)
    if known:
        return later or bool(_HAS_NUMBER.search(known.group()))
    return later and bool(_IS_AWAY.search(plain))


def asks(text: str) -> bool:
    """Whether the text asks something or speaks of what only a person would."""
    plain = _plain(text)
    return bool(re.search(r"[?؟]", plain) or _IS_ABOUT.search(plain))


def _plain(text: str) -> str:
    """Folded, a sentence a line, without quotations and marks within words."""
    lines = re.sub(r"(?<=[.!])\s+|\n+", "\n", _QUOTED.sub(" ", text))
    bare = re.sub(r"['’_/()\-]", " ", folded(lines))
    return "\n".join(" ".join(line.split()).rstrip(" .!,;") for line in bare.split("\n"))
