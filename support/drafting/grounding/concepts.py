"""Words that promise, decide or state something, in the languages of replies.

Patterns are over folded text (no case, no accents). Add words here; a concept that only one
language can name is compared all the same.
"""

from __future__ import annotations

import re
from typing import Final

from backoffice.core.text import word_set

# What a text may promise, offer, decide or claim. "~" stands for the end of any word.
_CONCEPTS: Final = {
    "refund": "totalite|integral~|full amount|la totalidad"
    "|rembours~|refund~|reembols~|reimburs~|money back|votre argent|your money|su dinero"
    "|recredit~|crediter~|credited?|abonar(?:emos)?|استرداد|استرجاع|نرجعو~|رد المبلغ|اعاده المبلغ"
    "|الفلوس|فلوسكم|فلوسك|سنعيد|تعويضكم|[nty]?re?j+3~|flous~|lflous~",
    "replacement": "remplac~|echang~|replac~|exchang~|substitu~|reemplaz~|sustitu~"
    "|استبدال~|تبديل~|نبدلو~|سنستبدل~|[nty]?be?d+e?l~|te?bdil~",
    "reship": "nouvel envoi|nouvelle expedition|re-?expedi~|re-?send~|re-?sent|re-?ship~"
    "|new (?:shipment|parcel|package|one)|another (?:parcel|one)|nuevo envio|reenvi~|otro paquete"
    "|second colis|nouveau colis|nous (?:vous )?(?:le |la |les )?renv~|اعاده (?:ال)?ارسال"
    "|ارسال جديد|طرد جديد|[nty]?3awe?d~",
    "repair": "repar~|repair~|اصلاح~|نصلحو~",
    "gift": "cadeaux?|bons? d'achat|avoir de|un avoir|vouchers?|gifts?|coupons?|store credit"
    "|code promo~|promo(?:tional)? code|vales?|cupon~|regal~|قسيمه|هديه|هدايا|كادو",
    "discount": "remise (?!au|a |en|du|de votre)~|remises|reductions?|rabais|ristourne~"
    "|gestes? commercia~|discount~|goodwill|rebate|price cut|descuento~|rebaja~|تخفيض~|خصم|reduc"
    "|moins cher",
    "compensation": "dedommag~|compens~|indemn~|تعويض~",
    "free": "gratuit~|offerte?s?|offrons|offrir~|a nos frais|sans frais|a notre charge|free"
    "|at our expense|at no (?:extra )?cost|no charge|on us|on the house|gratis|gratuit[oa]s?"
    "|a nuestro cargo|sin (?:coste|cargo)|por nuestra cuenta|مجان~|علي نفقتنا|علي حسابنا"
    "|prenons en charge|pris en charge|prise en charge",
    "guarantee": "garanti~|guarant~|warrant~|ضمان~|نضمن~",
    "assurance": "sans faute|sans aucun doute|je vous assure|nous vous assurons|be assured"
    "|rest assured|promet~|promis|promise~|engage[os]~|m'engage|nous engageons|commit~"
    "|without fail|definitely|aseguramos|le aseguro|نعدكم|نعدك|اعدكم|كنواعدوكم|soyez assure~",
    "legal": "loi|law|legal~|ley|code de la consommation|vos droits|votre droit|le droit|droit de"
    "|droit a|your rights?|entitled|statutory|retractation|withdrawal|desistimiento|tribun~"
    "|court|juridi~|responsabilit~|liabilit~|liable|responsabilidad|derechos?|قانون~|القانون"
    "|حقكم|حقوقكم|conformite|mediat~|conditions generales|terms and conditions|terms of sale"
    "|condiciones generales|politique|policy|politica|avocat|lawyer|abogado|plainte|الشروط",
    "fault": "notre faute|notre erreur|erreur de notre part|erreur de nos|de notre fait"
    "|our fault|our (?:own )?mistake|our error|error on our (?:part|side)|error nuestro"
    "|culpa nuestra|nuestra culpa|nuestro error|خطانا|خطا منا|negligen~|erreur de preparation",
    "delivered": "livre(?:e|es|s)?|delivered|entregad[oa]s?|تم توصيل~|تم تسليم~|توصلتو|وصلت|وصل",
    "shipped": "ete envoye~|(?:was|been) sent|sido enviad~"
    "|expedie~|shipped|dispatched|enviad[oa]s?|posted|sent out|تم شحن~|تم ارسال~|parti"
    "|partie|a quitte|left our|remise? au transporteur",
    "transit": "en transit|in transit|en transito|en route|on its way|on the way|en camino"
    "|في الطريق|out for delivery|en cours (?:de livraison|d'acheminement)|en reparto",
    "arrives": "arriver(?:a|ont)|ser(?:a|ont) livre~|va arriver|vont arriver"
    "|(?:will|should|going to) (?:arrive|be delivered|be there|reach)|be with you"
    "|llegara~|sera entregad~|غادي يوصل~|غادي توصل~|غتوصل~|ستصل~|سيصل~|arrive (?:demain|lundi)",
    "prepared": "en (?:cours de )?preparation|being prepared|en preparacion|قيد التحضير|prepare",
    "paid": "payee?s?|paid|pagad[oa]s?|مدفوع~|paiement (?:recu|accepte|confirme)|encaiss~"
    "|payment (?:received|accepted|confirmed)|verse~|virement|bank transfer|transferencia|تحويل",
    "cancelled": "annul~|cancel~|anula~|الغاء|ملغا~|الغينا~|نلغيو~|تم الغاء~",
    "lost": "perdu~|egare~|lost|perdid[oa]s?|extraviad~|ضاع~|مفقود~|vole~|stolen|robad[oa]",
    "returned": "take (?:it|them|the \\w+|your \\w+) back|reprenons|reprendr~|retournee?s?"
    "|devuelt[oa]s?|devoluciones|returns|مرجع~",
    "return_label": "etiquettes?|bordereau~|(?:return|prepaid|shipping) label~|prepaye~|etiqueta~"
    "|enlevement|recogida|ramass~|point relais|pick-?up|collect~|ملصق",
    "stock": "reserve(?:e|es|s)?|mis(?:e|es)? de cote|set aside|reservad[oa]|discontinued"
    "|no longer (?:make|sell|stock|available)|(?:vendons|fabriquons) plus"
    "|stocks?|rupture|en rayon|agotad~|out of|available again|متوفر~|المخزون|inventory",
    "cause": "en raison d~|a cause d~|du fait d~|suite a une?|due to|because of|owing to"
    "|caused by|debido|a causa de|por culpa de|بسبب|greve~|strike~|huelga~|intemper~|meteo|weather"
    "|clima|tempete|storm|neige|snow|douan~|customs|aduana~|جمارك|الديوانه|covid|pandemi~|surcharge"
    "|forte (?:activite|demande|affluence)|high (?:volume|demand)|jours? feries?|accident",
    "investigate": "enquete~|investigat~|investig~|تحقيق",
    "carrier": "transporteur~|carrier~|courier~|transportista~|livreur~|mensajer[ioa]~"
    "|شركه (?:التوصيل|الشحن)|الناقل|الموزع",
    "callback": "appeler~|appelons|appellera|rappellera|rappelons|rappeler~|telephon~"
    "|(?:call|phone) you~|give you a (?:call|ring)|llamar~|llamada|نتصل~|نعيطو~|سيتصل~",
    "escalate": "responsables?|managers?|supervis~|escalat~|la direction|encargad~|المدير"
    "|transmett~|transmise?s? aux?|transferons|forward~|pass(?:ed|ing)? (?:it|this|your)|remitid~"
    "|trasladad~|service (?:technique|logistique|comptable|qualite)|departments?|departamento"
    "|equipe (?:technique|logistique|qualite)|entrepot|warehouse|almacen|المستودع",
    "attachment": "ci-joint~|piece jointe|en annexe|attached|attachment~|enclosed|adjunt~|مرفق~",
    "priority": "priorit~|express|urgen~|prioridad|اولويه|مستعجل~",
    "exception": "exception~|a titre exceptionnel|excepcional~|استثنا~",
    "account": "mot de passe|password|contrasena|carte bancaire|credit card|bank details|iban|rib"
    "|tarjeta|كلمه (?:ال)?سر|البطاقه|coordonnees bancaires|numero de carte",
    "refusal": "impossible|refus~|pas en mesure|unable|cannot|can't|won't|ne pouvons|imposible"
    "|no podemos|مستحيل|لا يمكن~|ما يمكنش|ما نقدروش|hors delai|too late|trop tard|not eligible"
    "|non eligible|demasiado tarde|no es posible",
    "other_customer": "autre client~|another customer|other customers|otro cliente|زبون اخر",
    "decision": "accepte~|acceptons|approuv~|approve~|valide~|d'accord|agreed?|confirm~|grant~"
    "|accorde~|accordons|aceptad~|aprobad~|aprobamos|autoris~|authori~"
    "|مقبول~|قبلنا~|نوافق~|تمت الموافقه",
    "cover": "couvert~|couvre|covered|covers?|cubiert~|cubre|مشمول~",
    "charge": "charged?|facturons|facturer~|sera facture~|debit~|preleve~|cobra~|penalit~|frais de"
    "|fees?|gastos de|surcout|supplement~|رسوم",
    "keep": "vous pouvez (?:le |la |les |tout )?(?:garder|conserver)|you (?:can|may) keep"
    "|gardez l(?:e|es|a|'article)|puede quedarse|jetez|throw|tirar",
    "recall": "rappele~ par|recalled|fabricant~|manufacturer~|fabricante~|fournisseur~|supplier~",
    "favour": "fleur|faveur|favou?r|favor|recompens~|reward~|points de fidelite|prime|bonus",
    "sign_of_stop": "dernier~ (?:rappel|avis)|cloture~|dossier ferme|suspend~|bloque~|blocked"
    "|bloquead~|محجوز~",
    "place": "entrepot~|depot|agence|plateforme|sorting|tri|warehouse~|almacen|hub|bureau de poste"
    "|post office|magasin",
    "whose_fault": "votre faute|votre erreur|your (?:own )?(?:fault|mistake)|su culpa|su error"
    "|mauvaise utilisation|misuse|mal uso|خطاكم",
    "resolved": "resolu~|resolved|sorted|regle(?:e|s|es)?|solucionad~|fixed|تم حل~|cloture~|closed",
}

# When: the same word says the same in all languages.
_TIMES: Final = {
    "today": "aujourd'hui|today|hoy|اليوم|lyoum|dans la journee|ce jour|dans l'heure"
    "|within the hour",
    "today_part": "ce matin|cet apres-midi|ce soir|cette nuit|this (?:morning|afternoon|evening)"
    "|tonight|esta (?:manana|tarde|noche)|الليله|هذا المساء",
    "midday": "midi|noon|minuit|midnight|mediodia|fin de matinee|fin de journee|الظهر",
    "tomorrow": "apres-demain|demain|tomorrow|(?<!esta )(?<!la )manana|pasado manana|overnight"
    "|غدا|غدوا|غده|ghedda|gheda|بعد غد",
    "yesterday": "hier|yesterday|ayer|البارح~|امس",
    "this_week": "cette semaine|this week|esta semana|هذا الاسبوع|هاد السيمانه|fin de semaine",
    "next_week": "(?:la )?semaine prochaine|next week|(?:la )?(?:proxima semana|semana que viene)"
    "|الاسبوع (?:القادم|المقبل)|السيمانه الجايه",
    "weekend": "week-?ends?|fin de semana|نهايه الاسبوع",
    "month": "ce mois|this month|este mes|le mois prochain|next month|el proximo mes|fin du mois"
    "|end of the month|الشهر (?:القادم|المقبل)",
    "at_once": "immediat~|right away|straight away|at once|sans (?:delai|attendre|tarder)"
    "|tout de suite|inmediat~|enseguida|sur-le-champ|فورا|حالا|instantly|sans plus attendre"
    "|a l'instant|same day|jour meme|mismo dia",
    "soon": "brefs delais|au plus vite|as soon as possible|asap|lo antes posible|cuanto antes"
    "|في اقرب وقت|sous peu|tres vite|bientot|shortly|en breve|pronto|soon|prochainement|قريبا"
    "|rapidement|quickly|promptly|rapidamente|au plus tot|prochains? (?:jours?|heures?|semaines?)"
    "|in no time|coming (?:days|weeks)|next few|proximos dias|بسرعه|dans la foulee",
}


# Arabic writes "and", "with", "for" and "the" at the beginning of a word.
_BEFORE: Final = r"(?<![^\W_])(?:وال|بال|لل|و|ف|ب|ل|ال)?"


def _compiled(table: dict[str, str]) -> dict[str, re.Pattern[str]]:
    any_end = {key: words.replace("~", r"[^\W_]*") for key, words in table.items()}
    return {key: re.compile(rf"{_BEFORE}(?:{words})(?![^\W_])") for key, words in any_end.items()}


CONCEPTS: Final = _compiled(_CONCEPTS)
TIMES: Final = _compiled(_TIMES)

# Said in passing: what the customer asked, and how letters end.
_ARTICLES_FR: Final = r"(?:un |une |le |la |les |l'|votre |vos |son |sa |des )?"
_ARTICLES_EN: Final = r"(?:be |get |a |an |the |your |receive |to |have )*"
_SAID_IN_PASSING: Final = (
    r"(?:demandes?|souhait|questions?|messages?|reclamation|requete|besoin|volonte|attente"
    r"|courriel|e-?mail|inquietude|interrogation)\s+(?:au sujet |a propos |concernant |sur )?"
    rf"(?:a |au |aux |de |d'|du |des |en )?(?:etre |obtenir )?{_ARTICLES_FR}[\w-]+"
    r"|vous (?:souhait|demand|attend|voul|desir|voudr|aimer)\w+ (?:etre |obtenir |recevoir "
    rf"|avoir |en |de |du |d'|que |savoir |connaitre |{_ARTICLES_FR[3:-2]})*[\w'-]+"
    r"|(?:refund|replacement|exchange|cancellation|warranty|return|repair)"
    r" (?:request|claim|question|enquiry)s?"
    r"|(?:request|asking|asked|ask|enquiry|question|message|email|hoping|wait(?:ed|ing)?"
    rf"|looking)(?:ing|ed|s)? (?:for|about|regarding|concerning|to) {_ARTICLES_EN}[\w-]+"
    rf"|you (?:would like|want|wish|'d like|expect\w*|need) {_ARTICLES_EN}[\w-]+"
    r"|(?:solicitud|peticion|consulta|pregunta|mensaje) (?:de|sobre|acerca de|relativa a)"
    r" (?:un |una |el |la |su )?[\w-]+"
    r"|(?:desea|quiere|pide|solicita|espera) (?:que |un |una |el |la |su |recibir "
    r"|obtener )*[\w-]+"
    r"|طلب (?:ال)?\w+|بخصوص \w+|حول \w+|بغيتو \w+"
    r"|accepter (?:toutes )?nos (?:sinceres |plus |plates )*excuses|accept our (?:sincere "
    r"|deepest )*apolog\w+"
    r"|acept\w+ nuestras (?:sinceras )?disculpas|feel free|tres bientot|a bientot|a tres vite"
    r"|see you soon|hasta pronto"
    r"|moyen de paiement|payment method|medio de pago"
    r"|n'hesitez pas|no dude en|do not hesitate|don't hesitate"
    r"|service (?:client\w*|apres-vente)|customer service"
    r"|reste\w* (?:bien sur |entierement |pleinement )?(?:a votre (?:entiere )?disposition"
    r"|disponibles?)"
)
NEUTRAL: Final = re.compile(_SAID_IN_PASSING)

# A claim under a condition is no promise, but only where the condition is there.
CONDITION: Final = re.compile(
    r"(?<!\w)(?:dans le cas contraire|sinon|a moins|sauf si|jusqu'a ce|as soon as(?! possible)"
    r"|unless|until|otherwise|as long as|provided|tant que|pourvu que|a condition"
    r"|en caso contrario|de lo contrario|en cuanto|tan pronto|a menos|siempre que|mientras|والا"
    r"|ما دام|طالما|بشرط|si|s'il|s'ils|lorsqu\w*|quand|des que|selon|sous reserve|eventuel\w*"
    r"|en cas d\w*"
    r"|le cas echeant|une fois|if|once|when|depending|subject to|in case|where"
    r"|should (?:the|it|your)|cuando|una vez|segun|en caso|sujeto|eventual"
    r"|اذا|الا|ila|لو|عند|في حاله|حسب)(?!\w)|\?|؟"
)
NEGATION: Final = re.compile(
    r"(?<!\w)(?:ne|n'|pas|aucun\w*|jamais|non|ni|not|no|never|neither|nor|without|sans|nunca|jamas"
    r"|tampoco|sin|لا|لن|لم|ليس|ما|غير|بدون|بلا|machi)(?!\w)|n't(?!\w)|\bn'"
)

# Verbs that promise nothing, by their beginnings.
HARMLESS: Final = tuple(
    word_set(
        "sommes serions serons sera seront serez etions avons aurons aurez comprenons regrett"
        " deplor remerci reston restero excusons presentons prions esper souhait savons"
        " saurons voyons voudr aim constat mesur partag prenons desol connaiss entend invit"
        " voulons pouvons pouvions pourr permettr faudr conviendr notons lisons apprec tenons"
        " reconn pensons croyons consider accus devons devr imagin accord mettons gardons be"
        " have help need allow understand remain know appreci apolog thank regret hope reali"
        " see look note recogn acknowledg feel sorry glad happy sure aware lament agradec"
        " comprend entend rog sent esper qued disculp valor sab conoc podr sera seran estar"
        " ten necesit"
    )
)

# Who carries parcels: what customers write of them lends no reply their names.
CARRIERS: Final = word_set(
    "dhl ups fedex tnt dpd gls chronopost colissimo colisprive amana aramex correos seur mrw"
    " nacex hermes evri yodel usps poste laposte mondial relay ctm amazon glovo jumia bpost"
)
