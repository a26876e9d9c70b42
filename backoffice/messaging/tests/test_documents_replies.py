"""Fresh, quoted, signature, disclaimer, forwarded: which part is whose."""

from __future__ import annotations

from itertools import pairwise

import pytest

from backoffice.messaging.documents.replies import Parts, split

SIGNATURE = "Cordialement,\n\nNadia Chraibi\nÉpicerie Le Verger\n06 61 00 02 11"
QUOTE = "> Voici nos prix :\n> 5 000 sacs : 1,25 DH"


def pieces(text: str, parts: Parts, name: str) -> list[str]:
    return [text[span.start : span.end] for span in getattr(parts, name)]


def fresh(text: str, subject: str = "", names: tuple[str, ...] = ()) -> str:
    return "\n".join(pieces(text, split(text, subject=subject, names=names), "fresh"))


@pytest.mark.parametrize(
    "attribution",
    [
        "Le ven. 10 avr. 2026 à 17:22, Salma Idrissi <s@kraft.example> a écrit :",
        "Le ven. 10 avr. 2026 à 17:22, Salma Idrissi <s@kraft.example>\na écrit :",
        "Le ven. 10 avr. 2026 à 17:22, Salma\nIdrissi <s.idrissi@kraft.example> a\nécrit :",
        "Le 10/04/2026 à 17:22, Salma Idrissi a écrit :",
        "Le 10 avril 2026 17:22, s@kraft.example a ecrit:",
        "On Fri, Apr 10, 2026 at 5:22 PM Salma Idrissi <s@kraft.example> wrote:",
        "On Fri, Apr 10, 2026 at 5:22 PM Salma Idrissi <\ns@kraft.example> wrote:",
        "2026-04-10 17:22 GMT+01:00 Salma Idrissi <s@kraft.example>:\n\n> a écrit",
        "Am 10.04.2026 um 17:22 schrieb Salma Idrissi:",
        "Salma Idrissi <s@kraft.example> a écrit :",
    ],
)
def test_what_follows_an_attribution_is_quoted(attribution: str):
    text = f"Bonjour,\nmettez 4 000 sacs.\n\n{attribution}\n{QUOTE}"
    if "GMT" in attribution:  # no verb: only the quote marks tell
        text = f"Bonjour,\nmettez 4 000 sacs.\n\n{QUOTE}"
    assert fresh(text) == "Bonjour,\nmettez 4 000 sacs."


def test_an_attribution_without_quote_marks_quotes_all_that_follows():
    text = "Oui, 4 000.\n\nLe 10/04/2026 à 17:22, Salma a écrit :\n\nCombien de sacs ?\n5 000 ?"
    assert fresh(text) == "Oui, 4 000."


@pytest.mark.parametrize(
    "block",
    [
        (
            "De : Salma Idrissi <s@kraft.example>\nEnvoyé : vendredi 10 avril 2026 17:22\n"
            "À : Omar Tazi\nObjet : RE: Devis"
        ),
        (
            "De : Salma Idrissi <s@kraft.example> \nEnvoyé le : vendredi 10 avril 2026 17:22\n"
            "À : Omar Tazi <o@riad.example>; Achats <achats@riad.example>\n"
            "Cc : commandes@kraft.example\nObjet : Devis"
        ),
        (
            "________________________________\nFrom: Salma Idrissi <s@kraft.example>\n"
            "Sent: Friday, April 10, 2026 5:22 PM\nTo: Omar Tazi\nSubject: Devis"
        ),
        (
            "*De :* Salma Idrissi [mailto:s@kraft.example]\n*Envoyé :* vendredi 10 avril 2026\n"
            "*À :* Omar Tazi\n*Objet :* Devis"
        ),
        "-----Message d'origine-----\nDe : Salma\nEnvoyé : vendredi\nÀ : Omar\nObjet : Devis",
        "----- Original Message -----\nFrom: Salma\nSent: Friday\nTo: Omar\nSubject: Devis",
        "De :\nSalma Idrissi <s@kraft.example>\nEnvoyé :\nvendredi\nÀ :\nOmar\nObjet :\nDevis",
    ],
)
def test_an_outlook_block_in_an_answer_is_quoted(block: str):
    text = f"Bon pour accord : 8 000 sacs.\n\n{SIGNATURE}\n\n{block}\n\nVoici : 5 000 sacs, 1,25 DH"
    parts = split(text, subject="RE: Devis")
    assert pieces(text, parts, "fresh") == ["Bon pour accord : 8 000 sacs."]
    assert pieces(text, parts, "signature") == [SIGNATURE]
    assert parts.forwarded is None


def test_answers_between_the_quoted_lines_are_fresh():
    text = (
        "Bonjour,\n\nLe 10/04/2026 à 17:22, Salma <s@kraft.example> a écrit :\n"
        "> Combien de sachets ?\n\n5 000\n\n> Et de sacs ?\n\n2 000, livrés vendredi\n\n"
        "> Salma\n\nCordialement\nOmar"
    )
    parts = split(text)
    assert pieces(text, parts, "fresh") == ["Bonjour,", "5 000", "2 000, livrés vendredi"]
    assert pieces(text, parts, "signature") == ["Cordialement\nOmar"]
    assert pieces(text, parts, "quoted")[1:] == ["Combien de sachets ?", "Et de sacs ?", "Salma"]


def test_an_answer_below_the_quote_is_fresh():
    text = f"Le 10/04/2026 à 17:22, Salma a écrit :\n{QUOTE}\n\nD'accord pour 5 000 sacs."
    assert fresh(text) == "D'accord pour 5 000 sacs."


def test_a_quoted_line_broken_by_the_mail_program_is_not_an_answer():
    text = (
        "Ok.\n\nLe 10/04/2026 à 17:22, Salma a écrit :\n"
        "> Nous pouvons livrer trois mille sacs fond carré avec des poignées\n"
        "plates vendredi\n> à votre magasin."
    )
    assert fresh(text) == "Ok."


@pytest.mark.parametrize(
    "head",
    [
        (
            "-------- Message transféré --------\nSujet : commande\n"
            "Date : Tue, 14 Apr 2026 18:03:10 +0100\n"
            "De : Pharmacie Agdal <pharmacie@agdal.example>\nPour : Salma <s@kraft.example>"
        ),
        (
            "---------- Forwarded message ---\nDe : Pharmacie Agdal <pharmacie@agdal.example>\n"
            "Date: mar. 14 avr. 2026 à 18:03\nSubject: commande\nTo: <s@kraft.example>"
        ),
        (
            "Début du message réexpédié :\n\n> De: Pharmacie Agdal <pharmacie@agdal.example>\n"
            "> Date: 14 avril 2026 à 18:03:10 UTC+1\n> À: s@kraft.example\n> Objet: commande"
        ),
        (
            "De : Pharmacie Agdal <pharmacie@agdal.example>\nEnvoyé : mardi 14 avril 2026 18:03\n"
            "À : Salma\nObjet : commande"
        ),
    ],
)
def test_a_forward_holds_the_original_apart(head: str):
    mark = "> " if "\n> " in head else ""
    original = "\n".join(
        f"{mark}{line}" for line in ["Il nous faut 12 cartons.", "", "Merci", "Dr Bennis"]
    )
    text = f"À saisir svp. Merci, Salma\n\n{head}\n\n{original}"
    parts = split(text, subject="TR: commande")
    assert pieces(text, parts, "fresh") == ["À saisir svp. Merci, Salma"]
    assert parts.forwarded is not None
    assert parts.forwarded.fields["from"] == "Pharmacie Agdal <pharmacie@agdal.example>"
    assert parts.forwarded.fields["subject"] == "commande"
    assert pieces(text, parts.forwarded.parts, "fresh") == ["Il nous faut 12 cartons."]
    assert "".join(pieces(text, parts.forwarded.parts, "signature")).startswith("Merci")


def test_an_outlook_block_below_nothing_is_a_forward_whatever_the_subject():
    text = "De : A <a@b.example>\nEnvoyé : lundi\nÀ : nous\nObjet : commande\n\n500 sachets svp"
    parts = split(text, subject="commande")
    assert parts.forwarded is not None
    assert pieces(text, parts.forwarded.parts, "fresh") == ["500 sachets svp"]


@pytest.mark.parametrize(
    "signature",
    [
        "Cordialement,\nNadia",
        "Bien à vous\n\nNadia Chraibi\n14, rue de l'Oukaïmeden, 10090 Rabat\nTél. : 06 61 00 02 11",
        "Merci d'avance\n\nDr Samira Bennis\nPharmacie Agdal Centre\n05 37 00 68 12",
        "Merci, Salma",
        "merci\namira 0669002735",
        "Best regards,\nBrahim Aït Lahcen\nExport Manager\nwww.souss.example",
        "-- \nOmar Tazi\nService commandes\nHôtel Riad Yasmina",
        "Chokran bzaf\nAbdelilah",
        "Envoyé de mon iPhone",
        "Sent from my Galaxy",
        "Veuillez agréer, Madame, l'expression de nos salutations distinguées.\nFZ Alaoui",
        "Dans l'attente de votre confirmation, bien cordialement\n\nKarim\n20380 Casablanca",
    ],
)
def test_a_signature_is_kept_apart_from_the_order(signature: str):
    text = f"Bonjour,\n5000 sachets pour lundi.\n\n{signature}"
    parts = split(text)
    assert pieces(text, parts, "fresh") == ["Bonjour,\n5000 sachets pour lundi."]
    assert pieces(text, parts, "signature") == [signature]


def test_a_signature_without_closing_is_known_by_the_senders_name_or_a_telephone():
    text = "Renvoyez la même chose.\n\nSofia Amrani\nBio Marché"
    assert fresh(text, names=("Sofia Amrani",)) == "Renvoyez la même chose."
    text = "Renvoyez la même chose.\n\nBio Marché Tanger\nTél. 06 39 00 26 60"
    assert fresh(text) == "Renvoyez la même chose."


@pytest.mark.parametrize(
    "below",
    [
        "PS : ajoutez 500 sachets",
        "5 000 sachets fond plat\n2 000 sacs",
        "- sachets : 500\n- sacs : 200",
        "Livraison vendredi svp",
        "2x carton de sachets",
    ],
)
def test_what_is_ordered_below_a_thank_you_is_fresh(below: str):
    assert fresh(f"Bonjour,\nvoici la commande\n\nMerci\n\n{below}").endswith(below)


def test_a_disclaimer_is_neither_order_nor_signature():
    disclaimer = (
        "Ce message et ses pièces jointes sont confidentiels et destinés à leurs seuls\n"
        "destinataires. Pensez à l'environnement avant d'imprimer."
    )
    text = f"8 000 sacs.\n\n{SIGNATURE}\n\n-- \n{disclaimer}"
    parts = split(text)
    assert pieces(text, parts, "fresh") == ["8 000 sacs."]
    assert pieces(text, parts, "signature") == [SIGNATURE]
    assert pieces(text, parts, "disclaimer") == [f"-- \n{disclaimer}"]


def test_a_customer_who_writes_of_an_error_wrote_no_disclaimer():
    text = "Bonjour,\n\nnous avons reçu par erreur 500 sachets.\n\nQue faire ?"
    assert fresh(text) == text


def test_an_answer_below_a_quoted_attribution_is_fresh():
    text = "> Le 3 juin 2026 à 15:22, Salma <s@x.example> a écrit :\n> Combien ?\n\nDeux mille."
    assert fresh(text) == "Deux mille."


def test_a_sentence_that_begins_like_an_attribution_is_none():
    text = "Le 12 mai il nous faut 500 sacs\nLe client nous a écrit :\nenvoyez 200 sachets"
    assert fresh(text) == text


def test_a_field_alone_is_no_block():
    text = "De : Rabat\nA : Casablanca\nlivrez 500 sacs"
    assert fresh(text) == text


def test_every_character_belongs_to_at_most_one_part():
    text = (
        f"Oui.\n\n{SIGNATURE}\n\nLe 10/04/2026 à 17:22, Salma a écrit :\n{QUOTE}\n\nEt 5 de plus."
    )
    parts = split(text)
    spans = sorted(
        (span.start, span.end)
        for name in ("fresh", "signature", "disclaimer", "quoted")
        for span in getattr(parts, name)
    )
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
