"""Is it a person, a firm or a department? And how names are written properly."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from backoffice.core.text import folded, word_set

NameKind = Literal["person", "firm", "department", ""]

FIRM_WORDS = word_set(
    "magasins fournitures generales generale general pharma centrale fils freres frere clean "
    "presto vrac "
    "deli table fournil "
    "restaurant resto cafe coffee hotel riad dar boulangerie patisserie epicerie snack pizza "
    "pizzeria "
    "traiteur pharmacie parapharmacie parapharma cooperative coop boutique maison chez spa "
    "cosmetics "
    "cosmetique cosmetiques export exports import food foods burger tacos sushi librairie "
    "papeterie "
    "superette superettes supermarche hypermarche marche market shop store stores concept mall "
    "events "
    "event evenements agence societe ste sarl sa sas sarlau eurl snc ltd llc inc gmbh co company "
    "group groupe holding international industries industrie industrial trading services service "
    "fromagerie boucherie charcuterie poissonnerie primeur primeurs fruits legumes bio nature "
    "naturel "
    "torrefaction moulin minoterie moulins domaine ferme huilerie conserverie confiserie "
    "chocolaterie "
    "biscuiterie glacier creperie sandwicherie brasserie salon institut parfumerie savonnerie "
    "herboristerie "
    "fleurs fleuriste jardin atelier ateliers studio galerie mode couture pret bijouterie bazar "
    "comptoir "
    "compagnie comptoirs delices delice saveurs gourmandises epices teas tea argan cosmetic "
    "clinique "
    "laboratoire laboratoires centre ecole association fondation palace palais auberge gite "
    "resort lodge "
    "house kitchen bakery deli grocery catering lounge bar grill cuisine rotisserie royal "
    "emballage packaging print imprimerie textile mills farm garden beauty brand brands "
    "cantine foodtruck truck press kiosque tabac station drive express distribution distributeur "
    "negoce "
    "مخبزه مطعم مقهي فندق متجر محل شركه صيدليه تعاونيه حلويات مكتبه بقاله دار رياض مؤسسه موسسه"
)
# Words a firm's name begins with in running text, however small it is written.
FIRM_HEADS = FIRM_WORDS & word_set(
    "restaurant resto cafe hotel riad boulangerie patisserie epicerie snack pizza pizzeria "
    "traiteur "
    "pharmacie parapharmacie cooperative boutique maison spa librairie papeterie superette "
    "supermarche fromagerie boucherie charcuterie poissonnerie glacier creperie sandwicherie "
    "brasserie salon parfumerie herboristerie confiserie chocolaterie fleuriste bazar "
    "ferme domaine "
    "societe ste auberge moulin atelier cantine"
)
# Words that make a firm of a display name or a line, but begin no firm in a sentence.
TRADE_WORDS = word_set(
    "deco decoration maroc morocco messagerie europe africa afrique camp surf transport "
    "transports logistics machines tissages savons biscuits aswak kids optique chic gift gifts "
    "cadeaux cake cakes sweets glaces juice pressing menuiserie quincaillerie droguerie cabinet "
    "planner hammam terroir gourmet gourmand sandwich poulet grillades huiles pains fabrique "
    "usine solutions plast plastique pack emballages ets etablissement etablissements etb "
    "cremerie cafeteria restauration kebab pub club tours travel voyages assurances imprimeur "
    "immo immobilier immobiliere prestige discount promo promos auto autos pieces location "
    "locations "
    "meubles mobilier electro electromenager informatique digital securite nettoyage conseil "
    "consulting formation formations academy training bois metal beton peinture batiment travaux "
    "construction btp renov plomberie energie solaire energy media agency telecom mobile phone "
    "gaming fitness gym coiffure barber esthetique optic dental medical assurance banque credit "
    "finance invest invests capital partners cosmetix bijoux "
    "jus fashion style shopping outlet parfums cafés pizzas epicier grossiste halal oriental s.l "
    "s.l. s.a s.a. s.a.r.l s.a.r.l. s.a.s مقهى ملبنة كافيه سناك بيتزا ماركت سوبرماركت مخبزة "
    "جزارة عطارة "
)
DEPARTMENT_WORDS = word_set(
    "achat achats purchasing comptabilite compta contact info infos commande commandes orders "
    "order "
    "direction reception secretariat administration logistique approvisionnement "
    "approvisionnements appro "
    "support noreply no-reply accueil commercial commerciale marchandises facturation accounting "
    "sales "
    "notification notifications desk system admin mailer webmaster "
    "marches procurement newsletter promo marketing magasin depot bureau equipe team"
)
JOB = re.compile(
    r"(?<![^\W_])(?:responsable|resp\.?|gerante?|directeur|directrice|acheteu\w+|service|manager|"
    r"managing|purchasing|"
    r"commerciale?|assistante?|charge\w*\s+d|chef\s+d\w*|owner|founder|fondat\w+|president\w*|"
    r"associe\w*|proprietaire|"
    r"head\s+of|buyer|officer|ceo|pdg|dg|daf|coordinat\w+|export|logistique|approvisionn\w+|"
    r"secretaire|comptable|"
    r"reception|direction|departement|dept|intendant\w*|econome|chef|adjoint\w*|"
    r"administrat\w+)(?![^\W_])"
)
ADDRESS = re.compile(
    r"(?<![^\W_])(?:rue|avenue|av\.?|bd|bld|boulevard|route|rte|place|quai|quartier|zone|z\.?i\.?|"
    r"lot\w*|immeuble|imm\.?|etage|"
    r"bp|b\.p\.|impasse|allee|angle|km|siege|residence|res\.?|hay|street|road|floor|derb|"
    r"magasin\s+n)(?![^\W_])|\d{5}"
)
CLOSING = re.compile(
    r"^\W*(?:(?:veuillez|recevez|agreez|nous\s+vous\s+prions|je\s+vous\s+prie|madame|monsieur|"
    r"mesdames|messieurs)\b.*|"
    r"(?:bien\s+|tres\s+)?(?:cordial\w*|cdlt?|cdt|sincer\w*|amicalement|respectueusement)|"
    r"(?:bien|tres)\s+a\s+(?:vous|toi)|merci\b.*|"
    r"(?:mes\s+|nos\s+|meilleures?\s+|sinceres\s+|avec\s+(?:mes|nos)\s+)?(?:salutations?|"
    r"sentiments)\b.*|(?:best|kind|warm)?\s*regards|yours\b.*|"
    r"thanks?\b.*|thank\s+you.*|bonne\s+(?:journee|reception|fin|soiree|semaine).*|bises?|"
    r"a\s+bientot|dans\s+l'attente.*|--+|envoye\s+de\b.*|sent\s+from\b.*|"
    r"s(?:a)?l(?:a)?m\w*|slts?|a\s?\+|\+\+|biz\w*|bav|ch?oukran.*|chokran.*|l?lah\s.*|allah\s.*|"
    r"tbark\w*.*|b[ei]?slama.*|warm(?:est)?\s.*|(?:with\s+)?(?:best|warm|kind)\s+wishes|"
    r"a\s+(?:tres|bientot|plus)\b.*|au\s+plaisir.*|bien\s+a\s+vous\b.*|شكرا.*|مع\s+تحي.*|بارك.*|"
    r"تحيات.*|grazie.*|gracias.*|bien\s+recu.*|best|cheers|"
    r"belle\s+journee.*)[\s,.!]*$"
)
_TITLES = re.compile(
    r"^(?:(?:m|mr|mrs|ms|mme|mlle|dr|pr|me|si|haj|hajj|hajja|lhaj|monsieur|madame|mademoiselle|"
    r"docteur|chef|miss|sir|ing|maitre|lalla)\.?\s+"
    r"|(?:السيده?|سي|الحاج|دكتور|الاستاذ)\s+)+"
)
_LEGAL = frozenset(
    {"SA", "S.A.", "S.A", "SARL", "SAS", "SARLAU", "AU", "SNC", "EURL", "LLC", "OK", "II", "III"}
)
_SMALL = word_set("du de des la le les et a au aux d l of the and en sur")
# "TransRapide", "PackMachines": no person is written so, but "McCarthy" is.
_CAMEL = re.compile(
    r"(?<![^\W_])(?!Mc|Mac|De|El|Al|Ben|Ait|Le|La)"
    r"[A-Z][a-zà-ÿ]{2,}[A-Z][a-zà-ÿ]{2,}"
)
_WORD = re.compile(r"[^\W_]+(?:[.&][^\W_]*)*")
_MOST_WORDS = 5
_SHOUTED = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ'-]{2,}")
# Accents and letters lie below; emoji and their joiners above.
_FIRST_SYMBOL = 0x2000


def clean(text: str) -> str:
    """Without emoji, quotes and stray punctuation at the ends."""
    kept = "".join(
        c
        for c in text
        if unicodedata.category(c) not in {"So", "Sk", "Cf", "Co", "Mn"} or ord(c) < _FIRST_SYMBOL
    )
    bare = " ".join(kept.split()).strip(" \"'“”«»,;:|-–—·•*_/\\")
    # "Hajar M." and "Moulin Doré S.A." keep their dot.
    return bare if re.search(r"(?<![^\W_])[^\W\d_]\.$", bare) else bare.strip(" .")


def kind_of(name: str) -> NameKind:
    """Guess from the words alone what a display name or a signature line is."""
    plain = folded(clean(name))
    words = [word.strip(".") for word in _WORD.findall(plain)]
    if not words or len(words) > _MOST_WORDS + 2 or "@" in plain:
        return ""
    if any(word in DEPARTMENT_WORDS for word in words):
        return "department"
    if (
        any(word in FIRM_WORDS or word in TRADE_WORDS for word in words)
        or "&" in plain
        or _CAMEL.search(clean(name))
        or re.match(r"(?:le|la|les|au|aux|the)\s|l'", plain)
    ):
        return "firm"
    if any(char.isdigit() for char in plain) or len(words) > _MOST_WORDS:
        return ""
    return "person"


def person(name: str) -> str:
    """A person's name without title, written with capitals."""
    bare = clean(name)
    plain = folded(bare)
    title = _TITLES.match(plain)
    if title and len(plain) == len(bare):
        bare = bare[title.end() :]
    # "Najib AMRANI": capitals mark the family name, they do not spell it.
    return proper(" ".join(_capitalised(w) if _SHOUTED.fullmatch(w) else w for w in bare.split()))


def proper(name: str) -> str:
    """Capitals at the beginning of words where a name is all small or all capital letters."""
    bare = clean(name)
    if not (bare.islower() or (bare.isupper() and len(bare) > 4)):  # noqa: PLR2004 - an abbreviation
        return bare[:1].upper() + bare[1:]
    words: list[str] = []
    for position, word in enumerate(bare.split()):
        if word.upper() in _LEGAL and bare.isupper():
            words.append(word.upper())
        elif position and folded(word) in _SMALL:
            words.append(word.lower())
        else:
            words.append(_capitalised(word))
    return " ".join(words)


def _capitalised(word: str) -> str:
    pieces = re.split(r"([-'’])", word.lower())
    if len(pieces) > 2 and folded(pieces[0]) in _SMALL and pieces[1] != "-":  # noqa: PLR2004 - "d'ifrane"
        return pieces[0] + pieces[1] + "".join(pieces[2:]).capitalize()
    return "".join(piece.capitalize() for piece in pieces)


def without_department(display: str) -> str:
    """Drop the words for a department: "Achats Al Amal" is Al Amal's purchasing."""
    kept = [w for w in display.split() if folded(w) not in DEPARTMENT_WORDS]
    known = any(folded(word) in FIRM_WORDS for word in kept)
    return display if kept and not known and "promo" in folded(display) else " ".join(kept)


def is_job(text: str) -> bool:
    return bool(JOB.search(folded(text)))


def is_address(text: str) -> bool:
    return bool(ADDRESS.search(folded(text)))


def is_closing(text: str) -> bool:
    return bool(CLOSING.match(folded(text)))
