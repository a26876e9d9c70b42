"""Small words of the five languages: they tell nothing of a watch."""

from __future__ import annotations

from backoffice.core.text import word_set

STOP_WORDS = word_set(
    """
    a ai au aux avec c ca ce ces cet cette d dans de des du elle en est et etre il ils j je l la
    le les leur lui m ma mais me mes moi mon n ne nos notre nous on ou par pas pour qu que qui
    quel quelle quelles quels s sa se ses si son sont sur svp stp t ta te tes toi ton tu un une
    vos votre vous y about all also am an and any are as at be but by can could do does for from
    get give had has have hi hello how i if in into is it its just may my no not of off one or
    our out please show so some someone somebody anyone anybody than that the their them there
    these they this those to us was we were what when where which who whose will with would you
    your aber als auch auf aus bei bin bis bitte da das dass dein dem den der die dies diese ein
    eine einem einen einer eines er es fur habe haben hallo hast hat ich ihr im ist jemand kann
    mein meine mich mir mit nach nicht noch nur oder sein sich sie sind uber um und uns unter
    vom von vor war welche welcher welches wenn wer wie wir wird zu zum zur ad agli al alla alle
    anche che chi ci ciao col come con cui dal dalla degli dei del della delle di dove e ed gli
    ha hai ho io lo loro mi mia mio nei nel nella non o per piu quale quali qualcuno quello
    questa questi questo sei sono su sua sul sulla suo ti tra una uno vi voi alguien algo como
    cual cuales donde el ella entre era esa ese eso esta este esto hay hola las los mis muy os
    para pero por quien quienes ser sin sobre sus tal tengo tiene tienen todo unas unos ya yo
    """
)
