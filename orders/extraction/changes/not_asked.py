"""Words that speak of a change and ask for none: a condition, the contrary, a general question."""

from __future__ import annotations

from orders.extraction.changes.change_cues import one_of

# Not a change: a condition, a rule of trade, what was done before.
NOT_ASKED = one_of(
    r"si\s+(?:vous|tu|le|la|les|ce|c'est|jamais|on|besoin)\s+(?:ne\s+)?\w+[^.]*?(?:an+ul|annul|"
    r"chang|modif|augment)\w*",
    r"(?:chang|modif|an+ul)\w*[^.]*?(?:si\s+besoin|if\s+(?:needed|necessary)|si\s+necessaire|"
    r"au\s+cas\s+ou|a\s+l'avenir)",
    r"si\s+jamais|au\s+cas\s+ou|eventuellement|in\s+case|ila\s+(?:kan|bghit)|once\s+the\s+price",
    r"conditions?\s+d'annulation|frais\s+d'annulation|sans\s+annul\w*|cancel+ation\s+(?:fee|"
    r"policy)",
    r"(?:avez|aviez|a|ont|was|were|been|has|have)\s+(?:ete\s+)?(?:modifi\w+|annul\w+|chang\w+|"
    r"cancel+ed)\s+(?:sans|par)",
    # Somebody else did it, or asks why it was done.
    r"(?:livreurs?|transporteurs?|chauffeurs?|drivers?|couriers?|vous|you|they|"
    r"ils)\s+(?:\w+\s+)?(?:a|ont|avez|aviez|has|have|had)\s+"
    r"(?:\w+\s+){0,2}?(?:an+ul|modif|chang|cancel|report|decal)\w*",
    r"(?:pourquoi|why|3lach|علاش)\s[^.?!]*?(?:an+ul|modif|chang|cancel|lgh|لغ|بدل|bdel)\w*",
    # Promised, heard say, or only thought of.
    r"(?:avez|aviez|have|had)\s+(?:promis\w*|annonce\w*|promised)|promised|est-ce\s+vrai|"
    r"is\s+(?:it|that)\s+true|"
    r"(?:etait|a\s+ete|est-elle|was|were|has\s+been)\s+(?:an+ul|modif|cancel|chang|report)\w*|"
    r"wach\s+b?sa7|"
    r"might|maybe|peut[- ]etre|(?:la\s+)?prochaine\s+fois|next\s+time|lmera\s+jaya",
    # The contrary: "n'annulez pas", "rien à changer", "mat lghiwch".
    r"n(?:'|e\s+)(?:an+ul|supprim|chang|modif|touch|report|decal|stop|"
    r"bloqu)\w*\s+(?:surtout\s+)?(?:pas|rien|plus|aucun\w*)(?!\s+de)",
    r"(?:rien|nothing|pas)\s+(?:a|to|de|besoin\s+de)\s+(?:chang|modif|an+ul|cancel|correct)\w*|"
    r"(?:an+ul|chang|modif)\w*\s+(?:pas|rien)",
    r"(?:don't|do\s+not|dont|never)\s+(?:cancel|change|modify|touch|stop)|"
    r"no\s+(?:need\s+to\s+change|changes?)",
    r"ma\s?t?\s?(?:t?lgh|tbed+|bed+|7ey+d|t7ey+d|n?bed+)\w*ch|ما\s?ت(?:لغ|بدل|حيد|غير)\w*|"
    r"متلغ\w*|متبدل\w*|لا\s+ت(?:لغ|غير|بدل)\w*",
    # A question how, whether or until when, of no order there is.
    r"(?:jusqu'a\s+quand|deadline|delai\s+(?:pour|de|d')|how\s+late|comment\s+(?:faire|peut|puis|"
    r"on)|how\s+(?:do|can|to|much))[^.!]*?"
    r"(?:an+ul|modif|chang|cancel)\w*",
    r"(?:an+ul|modif|chang|cancel|amend)\w*\s+(?:\w+\s+)?(?:une?|des|an|any|les)\s+(?:com+and\w*|"
    r"orders?)",
    r"(?:prix|prices?|tarifs?|taman\w*|الثمن)\s+(?:\w+\s+){0,3}?(?:chang|augment|baiss|modif|"
    r"increas|went)\w*",
    r"(?:envoy|renvoy|recevoir|transmet|send|resend|adress)\w*\s[^.]{0,50}?(?:modifiee?s?|"
    r"corrigee?s?|rectifiee?s?|updated|revised|corrected)",
    # A price asked, a bill to be put right.
    r"combien|how\s+much|b?ch7al|bshhal|بشحال|شحال|cout\w*|couter\w*|(?:quel|"
    r"what)\w*\s+[^.]{0,20}?(?:prix|price|tarif)",
    r"(?:corrig|modif|rectif|chang|refai|an+ul|cancel|correct|"
    r"amend)\w*\s+(?:\S+\s+){0,3}?(?:factur\w*|invoices?|devis|avoir|coordonnees|"
    r"telephones?|numeros?|phone|e-?mail|ice|rib|iban|contact\w*|interlocut\w*|responsab\w*)",
)
# "Peut-on encore modifier ?": asked in general, unless it says what.
IN_GENERAL = one_of(
    r"(?:peut-?\s?on|puis-je|est-ce\s+qu[e']\s?\s?(?:on|je|nous)\s+(?:peut|peux|pouvons|"
    r"pourrait)|on\s+peut|can\s+(?:i|we)|could\s+(?:i|we)|"
    r"is\s+it\s+(?:still\s+)?possible|(?:est-il|c'est|serait-il)\s+(?:encore\s+|"
    r"toujours\s+)?possible|wach\s+(?:ymken|n9der|mazal)|"
    r"واش\s+(?:يمكن|نقدر|مازال))[^.!]*?(?:encore|still|toujours|plus\s+tard|later|mazal|"
    r"apres\s+validation|tomorrow|مازال)"
)
