"""Words for paper bags in French, English, Darija and Arabic, all folded.

Each word is a sign: S sachet, B bag, F bottom, C square, P flat, T twisted,
H handle, K cord (of a handle), N without, X not of paper. What a row of signs means is
worked out in :mod:`orders.extraction.lines.products`.
"""

from __future__ import annotations

from backoffice.core.text import word_set

SIGNS: dict[str, str] = {
    "S": (
        "sachet sachets sach sache sachee sachai sachat sachait schet sachtes sachete sachette "
        "sachettes sachi sachia sachiat sachiyat "
        "ساشي ساشيات صاشي صاشيات ساشيه ساشيت ساشه"
    ),
    "B": (
        "sac sacs sak saks sack sacks saque sacc bag bags bolsa bolsas cabas kis kiss kyas akyas "
        "lkyas siken "
        "كيس اكياس كياس الاكياس لكياس ساك ساكات صاك صاكات صيكان سيكان حقيبه حقايب شنطه شنط"
    ),
    "F": "fond fonds fon font fd bottom bottomed 9a3 قاع قعر فون فوند كعب القاع القعر قاعده",
    "C": (
        "sos carre carree carres carrees carer carrer care kare karre caree square block quare "
        "mrabba3 mraba3 mrb3 morabba3 mourabba3 carret مربع مربعه كاري كارري المربع"
    ),
    "P": (
        "plat plate plats plates platte plattes pla platt flat mset7a msetha mstha mssta7 plt "
        "مسطح مسطحه مسطحات مسطحين بلات بلاط المسطح المسطحه"
    ),
    "T": (
        "torsade torsadee torsades torsadees torsader torsad torsadi torsadie torssade torsadai "
        "tordue tordues trenzada trenzadas torcida torcidas twisted twist mbrouma mbroma mbroumin "
        "mabrouma "
        "melwiya melwiyin mdfoura madfoura meftoula mftoula "
        "مبروم مبرومه ملفوف ملفوفه ملتوي ملتويه مجدول مجدوله مضفور مضفوره مفتول مفتوله "
        "طورسادي تورسادي طورصادي تورصادي مبرومين ملتف ملتفه"
    ),
    "H": (
        "asa asas poignee poignees poigne poignes poignet poignets poigner poignie poignies pognee "
        "pognees "
        "pogne pognes poinee poinees poinie poig anse anses ance ances handle handles handel "
        "handels handled yeddin yedin yddin idin yeddine yedine lyeddin 3la9a 3la9at 3ella9a "
        "wednin poignées مقبض مقابض المقابض يدين ليدين اليدين يد ايدي ايادي يدات بوانيي بواني "
        "بوانييه بوانيات علاقه علاقات حماله حمالات مسكه مسكات"
    ),
    "N": (
        "w/o s/ ss sans san sns bla blach bila without no non zero bidoun bidun bdoun بدون بلا دون "
        "بغير"
    ),
    "K": "ficelle ficelles cordelette cordelettes corde cordes cordon cordons rope ropes",
    "X": (
        "plastique plastiques plastic zip poubelle poubelles toile jute coton cotton tissu tote "
        "congelation mika mikat isotherme isothermes polypropylene polyethylene pvc pehd "
        "plastik bulles ميكا بلاستيك بلاستيكيه"
    ),
}
WORDS: dict[str, str] = {word: sign for sign, text in SIGNS.items() for word in text.split()}

# Long words whose misspellings are still recognised by edit distance.
FUZZY: tuple[str, ...] = (
    "sachet",
    "sachets",
    "poignee",
    "poignees",
    "torsade",
    "torsadee",
    "torsadees",
    "twisted",
    "handle",
    "handles",
    "bottom",
    "square",
    "carree",
    "carrees",
)
# Real words that are one letter away from ours.
NOT_FUZZY = word_set(
    "cachet cachets sachez achet achete achets rachete handy bottle bottles carte cartes rochet "
    "crochet crochets barrees barree carriere torture sachant handler candle candles"
)

# Words that may stand inside the name of a bag without ending it.
FILLERS = word_set(
    "a au aux avec b w/ with de des d du dyal diyal en et in of the la le les l x kraft papier "
    "paper brun bruns brune blanc blancs blanche blanches noir noirs noire naturel marron white "
    "brown black petit petits petite grand grands grande moyen moyens modele format taille "
    "imprime imprimes imprimee imprimees renforce renforces type pour "
    "ب ذات مع ديال من ورق ورقي ورقيه كرافت بيض ابيض بني"
)
