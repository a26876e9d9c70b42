"""Words that tell nobody why a message is of its category, whatever weight they were given."""

from __future__ import annotations

STOP = """
    comment combien autre autres chez hier must now yet like get got one out les des une est que qui
    quoi dont aux dans sur pour par avec mais donc car puis alors ainsi comme quand aussi tres plus
    moins bien mal tout tous toute toutes cette cet ces cela ceci celle celui ceux mon mes son ses
    notre nos votre vos leur leurs moi toi lui elle elles ils nous vous suis sommes etes sont etait
    etaient etre ete ont avez avons avait avais avoir aurait serait sera fait faire faites peux peut
    pouvez pourriez veux voudrais voudrait souhaite aimerais merci bonjour bonsoir salut coucou
    cordialement svp stp madame monsieur mesdames messieurs depuis entre vers sous sans encore deja
    apres avant ici voila voici non oui jai the and are was were been being has have had does did
    will would could should can may might you your yours our ours his her their them they she him
    this that these those there here with from for but not about into onto than then when where what
    which who whom whose how why just also very too any all some please thanks thank hello dear
    regards sincerely kind its it's los las unos unas del con por para pero como cuando donde quien
    esta este esto estos estas ese esa eso mis sus nuestro nuestra ustedes usted muy mas tambien era
    fue han hay haber hola gracias buenos buenas dias tardes saludos favor sin desde hasta sobre
    porque dyal dyali dyalkom hadi hadchi rah rani kan kant kayn kayna salam chokran choukran 3afak
    3afakom khoya khti lina liya lia likom 3la m3a men mnin wach ila bach 7it walakin ghir من في على
    الى الي عن هذا هذه التي الذي كان كانت انا نحن انت مع او ثم قد لكن ولكن هل ان انه شكرا مرحبا
    السلام عليكم تحيه سلام عفاكم لي لكم ديال ديالي راه واش هاد
"""
