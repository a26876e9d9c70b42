"""Words that mean little, mean the same, or tell what another word is, in folded form."""

from __future__ import annotations

from backoffice.core.text import word_set
from crm.names import ARTICLES, LEGAL_FORMS

# What stands beside a name and is none.
TITLES = word_set(
    "m mr mrs ms miss mme mlle melle mmes mm dr docteur me maitre pr prof veuve vve ep epouse nee"
    " monsieur madame mademoiselle sir famille fam"
)
# Forms of firms that crm.names does not know: farms, wine estates, associations.
FORMS = LEGAL_FORMS | word_set(
    "scea earl gaec gfa sci scev scv sica cuma sarlu selarl sasl scop sca association asso"
    " succursale agence siege holding international france"
)
STREET_WORDS = {
    "av": "avenue",
    "ave": "avenue",
    "aven": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "boul": "boulevard",
    "bvd": "boulevard",
    "r": "rue",
    "pl": "place",
    "plce": "place",
    "ch": "chemin",
    "che": "chemin",
    "chem": "chemin",
    "chm": "chemin",
    "rte": "route",
    "rt": "route",
    "imp": "impasse",
    "all": "allee",
    "allees": "allee",
    "fg": "faubourg",
    "fbg": "faubourg",
    "sq": "square",
    "res": "residence",
    "resid": "residence",
    "lot": "lotissement",
    "lotiss": "lotissement",
    "qu": "quai",
    "crs": "cours",
    "ham": "hameau",
    "dom": "domaine",
    "cht": "chateau",
    "chat": "chateau",
    "qua": "quartier",
    "quart": "quartier",
    "qtier": "quartier",
    "pass": "passage",
    "bat": "batiment",
    "appt": "appartement",
    "apt": "appartement",
    "esc": "escalier",
    "etg": "etage",
    "st": "saint",
    "ste": "sainte",
    "gal": "general",
    "gen": "general",
    "mal": "marechal",
    "cdt": "commandant",
    "dr": "docteur",
    "pdt": "president",
    "prof": "professeur",
    "pr": "professeur",
    "nd": "notredame",
    "rd": "road",
    "cres": "crescent",
    "ct": "court",
    "cl": "close",
    "ln": "lane",
    "tce": "terrace",
    "pde": "parade",
    "hwy": "highway",
}
# What kind of street it is says nothing about which one.
STREET_KINDS = ARTICLES | word_set(
    "avenue boulevard rue place chemin route impasse allee faubourg square quai cours passage voie"
    " sente ruelle road street drive crescent court close lane terrace parade highway way circuit"
    " au aux en sur sous"
)
# Parts of an address that come and go.
COMPLEMENTS = word_set(
    "batiment bat appartement escalier etage porte bp cs cedex residence lotissement lieu dit"
    " lieudit chez bis ter quater floor unit flat"
)
# Mailboxes of everybody in a firm.
SHARED_MAILBOXES = word_set(
    "info infos contact contacts commande commandes compta comptabilite accueil direction"
    " secretariat admin administration bonjour hello achat achats vente ventes sales office mail"
    " facturation facture factures reception boutique magasin cave domaine webmaster service"
    " noreply hotel restaurant mairie"
)
GIVEN_NAMES = word_set(
    "jean pierre michel andre philippe rene louis alain jacques bernard marcel daniel roger robert"
    " paul claude christian henri georges nicolas francois patrick gerard christophe joseph julien"
    " maurice laurent frederic eric david stephane pascal sebastien alexandre thierry olivier"
    " antoine raymond guy dominique gilbert charles yves lucien serge vincent guillaume emmanuel"
    " bruno gilles thomas franck didier marc francis maxime romain anthony benjamin clement florian"
    " kevin jeremy mathieu matthieu arnaud fabrice damien xavier benoit cedric ludovic lucas hugo"
    " leo gabriel raphael arthur jules adam ethan nathan enzo theo tom noah simon victor etienne"
    " remi gregory valentin quentin adrien aurelien jerome yann loic mickael samuel fabien regis"
    " herve joel denis hubert jerome martial roland edouard leon albert alfred emile eugene gaston"
    " marie jeanne monique catherine nathalie isabelle francoise jacqueline anne sylvie martine"
    " madeleine nicole suzanne helene christine louise germaine denise yvonne sophie valerie"
    " christiane veronique annie sandrine brigitte patricia celine stephanie julie aurelie laetitia"
    " emilie caroline virginie karine delphine chantal josette colette odette simone therese"
    " marguerite paulette lucienne renee camille lea manon chloe emma ines sarah laura pauline"
    " mathilde marion juliette alice louise lola jade clara lucie elise charlotte margaux"
    " amandine elodie melanie vanessa sabrina audrey angelique corinne florence laurence agnes"
    " claire dominique evelyne ghislaine ginette huguette irene josiane liliane lydie magali"
    " michele michelle micheline mireille muriel nadine odile pascale danielle daniele raymonde"
    " roseline severine solange sonia viviane yvette anais justine morgane oceane eva zoe rose"
    " mohamed mohammed ahmed ali karim said rachid youssef hassan omar hicham mehdi amine samir"
    " fatima khadija aicha nadia samira leila malika salma meryem amina houda"
    " john james william george robert mary elizabeth david peter paul emily jack joshua lachlan"
    " thomas matthew daniel nicholas jessica georgia sophie emma olivia isabella ella chloe"
)
SURNAMES = word_set(
    "martin bernard thomas petit robert richard durand dubois moreau laurent simon michel lefebvre"
    " leroy roux david bertrand morel fournier girard bonnet dupont lambert fontaine rousseau"
    " vincent muller lefevre faure andre mercier blanc guerin boyer garnier chevalier francois"
    " legrand gauthier garcia perrin robin clement morin nicolas henry roussel mathieu gautier"
    " masson marchand duval denis dumont marie lemaire noel meyer dufour meunier brun blanchard"
    " giraud joly riviere lucas brunet gaillard barbier arnaud martinez gerard roche renard"
    " schmitt roy leroux colin vidal caron picard roger fabre aubert lemoine renaud dumas lacroix"
    " olivier philippe bourgeois pierre benoit rey leclerc payet rolland leclercq guillaume"
    " lecomte lopez jean dupuy guillot hubert berger carpentier sanchez dupuis moulin louis"
    " deschamps huet vasseur perez boucher fleury royer klein jacquet adam paris poirier smith"
)
_SAME_NAME = (
    "jean jeannot",
    "jeanfrancois jf",
    "alexandre alex",
    "frederic fred",
    "philippe phil",
    "michel mich",
    "christophe chris christopher",
    "christian cri",
    "catherine cathy kathy",
    "dominique dom domi",
    "francois francky",
    "nathalie nath",
    "veronique vero",
    "stephanie steph",
    "stephane steph",
    "sebastien seb sebastian",
    "nicolas nico nicholas",
    "antoine tony anthony",
    "benjamin ben benj",
    "guillaume guigui william bill will",
    "isabelle isa",
    "caroline caro",
    "jacqueline jackie jacquie",
    "elisabeth elizabeth babeth liz beth lisa",
    "josephine josy",
    "patricia pat patty",
    "patrick pat",
    "emmanuel manu",
    "emmanuelle manu",
    "laurent lolo",
    "valerie val",
    "vincent vince",
    "maxime max",
    "thomas tom thom",
    "matthieu mathieu mat matthew matt",
    "mohamed mohammed med mohammad",
    "robert bob rob bobby",
    "michael mike mickael",
    "david dave",
    "daniel dan",
    "joshua josh",
    "samuel sam",
    "gregory greg",
    "gerard gege",
    "josiane jo",
)
# Name -> the groups of names it may stand for.
SAME_NAME: dict[str, frozenset[int]] = {
    name: frozenset(place for place, group in enumerate(_SAME_NAME) if name in group.split())
    for name in word_set(" ".join(_SAME_NAME))
}
