"""Short words that tell languages apart."""

from __future__ import annotations

TELLING = {
    "fr": """
        le la les des du un une et est je j vous nous mon ma mes votre vos ce cette qui que qu pas
        ne n ai avez dans pour sur avec au aux en il elle on sont ete mais ou bonjour merci
        commande livraison colis facture svp cordialement depuis toujours c d l s y a veux
        voudrais recu suis chez bonsoir jai cest toujour rien encore quand
    """,
    "en": """
        the is are my i you your we it and to of for with not have has was this that been be in on
        at will please thanks order can could would but from what when where which it's hello hi
        dear still get got just how do does did an me our they there so if any no
    """,
    "es": """
        el los las un una y es mi mis su sus que no se con por para del al esta este pero he han
        ha hola gracias pedido cuando donde como quiero me lo le ya muy desde hasta buenos buenas
        dias tengo ustedes si mas sin aun todavia
    """,
    "ar-Latn": """
        w wa f fi dyal dyali dyalkom bghit bghina ana 3la 3la m3a men mn li lli had hadi hadchi
        wach ila ma mazal walo walou daba chno chnou fin win imta kifach ghir hir bach 7it 3afak
        3afakom salam khoya khti lina liya lia likom 3endkom 3endi kayn kayna rah rani machi wa7d
        bzaf chokran nhar yam chhal ch7al kan kant ntouma smiti goulo gulto galo flous flousi
        rej3o wslat wsel wselni wselat b d o hadshi khasni khassni ta 7ta wla walakin khdma
    """,
}
# Letters and digits that only one of them is written with.
SIGNS = {
    "es": "[ñ¿¡]",
    "ar-Latn": r"\b(?=\w*[a-z])\w*[379]\w*[a-z]\w*\b|\b\w*[a-z]\w*[379]\b",
}
