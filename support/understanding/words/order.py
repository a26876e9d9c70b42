"""Questions about an order, and changes to it, that nobody has to be late or wrong for."""

from __future__ import annotations

WORDS = {
    "invoice": """
        (facture*|facturette|justificatif*|recu|recus|attestation|bon de livraison|duplicata|
        proforma|tva|n(ote)? de frais|ticket de caisse|preuve d achat), (invoice*|receipt*|vat|
        proof of purchase), (factura*|recibo*|ticket|iva|cif|nif), (فاتوره*|فواتير|وصل)
    """,
    "tracking": """
        (suivi|suivre|tracking|traking|traçage|trace*|localis*|numero d expedition|n de colis|
        numero de colis), (lien|numero|code|num|n) .. (suivi|tracking|colis|expedition|
        transport*), (track|tracking number|tracking link), (seguimiento|rastre*|localizador),
        (تتبع|تعقب|رقم الشحن*)
    """,
    "status": """
        (statut|etat|avancement|ou en est|ou en sont|ou ca en est|preparation|prepare*|en cours|
        traitement|traite|prise? en compte|enregistre*|passe*|validee?|confirme*|confirmation|
        recapitulatif|recap|expedie*|parti|partie|est sortie?|a quitte), (bien|deja) (ete
        )?(enregistre*|validee?|prise?|passe*|expedie*|partie?|recu ma commande|recu mon paiement|
        pris en compte|note*), (avez vous|avez|est ce que vous avez) .. (recu ma|recu mon|pris|
        enregistre*|note|valide*|expedie*), (status|processed|processing|confirm*|confirmation|
        went through|gone through|dispatched|shipped|ship|sent out|prepared|packed|registered|
        summary), (estado|confirm*|preparando|preparad*|enviad*|registrad*|tramit*|salio|salido),
        (حاله|تاكيد*|مسجل*|سجل*|تسجيل|جاهز*|شحن*|ارسل*|تجهيز*|قيد)
    """,
    "address": """
        (adresse*|rue|code postal|digicode|interphone|etage|batiment|escalier|portail|code d
        acces|domicile|bureau|lieu de travail|demenag*), (address|flat|postcode|door code|floor|
        doorbell|apartment|street), (direccion|portal|piso|domicilio|calle|codigo postal),
        (عنوان*|زنقه|شارع|طابق|شقه|عماره)
    """,
    "phone_change": """
        (numero de (tel*|portable|mobile)|mon (numero|tel|portable|06|07)|telephone|coordonnees|
        nom du destinataire|autre nom|au nom de|phone number|mobile number|contact number|numero
        de telefono|movil|telefono|رقم هاتفي|رقم الهاتف|هاتف*|باسم)
    """,
    "modify": """
        (modifi*|chang*|corrig*|rectifi*|remplac*|ajout*|rajout*|enlev*|retir*|supprim*|completer|
        mettre a jour|regroup*|decal*|reporter|avancer|fusionn*) .. (adresse|commande|date|heure|
        couleur|taille|quantite|article*|produit*|numero|nom|livraison|creneau|paiement|code|
        coloris|modele|prenom|orthographe|panier|ligne|un|une|le|la), (trompe*|erreur) ..
        (adresse|numero|rue|couleur|taille|quantite|nom|tel*|code|etage|ville|mail), (peut on|puis
        je|peux|est il possible|possible|faisable|pouvez vous) .. (modifi*|chang*|ajout*|enlev*|
        retir*|corrig*|regroup*|decal*|remplac*|mettre), (change|update|amend|correct|edit|add|
        remove|swap|switch|alter|move|delay|hold|combine) .. (address|order|item*|colour|color|
        size|date|name|number|quantity|the|my|one|to|a), (wrong|mistake) .. (address|number|size|
        colour|name), (cambiar|modific*|corregir|corrijan|anadir|quitar|agregar|aplazar|
        adelantar), (equivocad*|error) .. (portal|direccion|numero|talla|color), (تغيير*|تعديل|
        تصحيح|اضافه|اضيف|حذف|ازاله)
    """,
    "slot": """
        (creneau*|horaire* de (livraison|passage)|quelle heure|vers quelle heure|le matin|l apres
        midi|matinee|en soiree|samedi|absent*|present*|gardien*|voisin*|concierge|point relais|
        relais|signature|signer|monter|etage|retirer|retrait|click|jour precis|en main propre|lieu
        sur|deposer|depose), (time slot|morning|afternoon|neighbour|neighbor|concierge|porter|
        signature|pick up|pickup|collect|leave it|leave the|safe place|upstairs|be home|be in|
        doorstep), (por la manana|por la tarde|franja|vecin*|porter*|conserje|recoger*|firma|
        subida|tienda), (صباح*|مساء*|جار*|حارس*|بواب|عشيه|عشيه|توقيع)
    """,
    "contents": """
        (combien de (colis|cartons|paquets|pieces|articles)|contien*|contenu|compren*|inclu*|
        inclus|compris|reference exacte|dimension*|composition|finition|quel (modele|coloris|
        format)|quelle (taille|couleur|reference)|ai (commande|choisi|pris|coche|mis|selectionne)|
        (bien|aussi) dans (ma|la) commande|detail*|recapitulatif|montant total|total|how many|
        which (size|colour|color|model)|contain*|include*|included|contents|what size|did i order|
        what i ordered|cuantos|contien*|incluye|que talla|detalle*|كم عدد|محتوي*|مقاس*|لون*|
        تفاصيل|اجمالي*)
    """,
    "payment_state": """
        (paiement|reglement|virement|cheque|transaction|carte) .. (passe*|accepte*|valide*|
        abouti*|recu*|pris en compte|enregistre*|arrive|bien|refuse*|echoue*), (paye|payer|regler|
        regle) .. (en #|plusieurs fois|a la livraison|especes|fois|comment), (payment|card) ..
        (gone through|go through|went through|accepted|received|taken|declined|cleared), (pago|
        transferencia|pagado) .. (llegado|recibid*|correct*|pasado|por transferencia), (دفع|اداء|
        تحويل) .. (وصل|تم|قبول*)
    """,
    "documents": """
        (notice|mode d emploi|manuel|certificat|fiche technique|instructions|manual|certificate|
        data sheet|instruccion*|تعليمات|دليل)
    """,
    "know": """
        (savoir|connaitre|renseign*|information*|infos?|precis*|indiquer|verifier|confirmer|
        confirmez|question|demande|comprendre|to know|wonder*|could you confirm|can you confirm|
        check|verify|question|quick question|saber|informacion|confirmar|pregunt*|duda|comprobar|
        اعرف|معرفه|استفسر*|سوال|تاكد|هل)
    """,
    "gift": """
        (cadeau|mot|message|carte) .. (cadeau|paquet|joindre|ajouter|glisser)?, (papier cadeau|
        emballage cadeau|anniversaire), (gift (wrap|note|message|receipt)), (regalo|tarjeta de),
        (هديه)
    """,
    "my_order": """
        (ma|mon|mes|notre|nos|cette|la|sa|leur) (commande*|colis|paquet|achat*|cmd|cde|livraison|
        article*|produit*), (my|our|the) (order*|parcel|package|delivery|purchase|item*), (mi|
        nuestro|el|del) (pedido|paquete|compra|envio), (طلبي|طلبيتي|طلب)
    """,
    "order_number": "ordernumber",
}

DARIJA = {
    "invoice": "facture*, lfacture, fatoura, fatura, reçu",
    "tracking": "numéro de suivi, suivi, tracking, nemra d suivi, tatabo3",
    "status": """
        wach khrj*, wach tsjj*, wach tsjl*, wach daz*, wach dazt, preparation, f préparation, wach
        t2kd*, wach tqbl*, confirmation, mseji*, tsjjl*, wslatkom, wslkom
    """,
    "address": "adresse*, l adresse, ladresse, 3onwan, 3nwan, lblassa, derb, hay, étage, tabaq",
    "phone_change": "nemra*, nmra dyali, numéro dyali, smiya, smiti",
    "modify": """
        nbeddel*, nbdel*, tbeddel* adresse, nzid*, tzid*, n7yyd*, nbdl*, beddel* adresse, n9der
        nbeddel, mumkin nbeddel*, tsel7* ladresse, nghyr*, ghlt* f
    """,
    "slot": """
        f sba7, fsba7, f l3chiya, fl3chiya, f lil, y3yet liya, y3eyet*, nkoun f dar, l3essas,
        jar*, point relais, chkoun li ghadi, nhar sebt
    """,
    "contents": "chhal fiha, ch7al fiha, chno fiha, chhal d, wach fiha, wach lgyas, lqiyas, lon",
    "payment_state": "lkhlass, lkhlas, wach daz lkhlass, nkhless*, paiement, khlss*, khlest",
    "know": """
        n3ref*, na3ref, nchouf wach, so2al, sou2al, goulo liya, gouli, wach, nswel*, nsewel,
        mumkin, ymken
    """,
    "my_order": "lcommande, commande dyali, commande, lcolis dyali, colis dyali, talab dyali",
}
