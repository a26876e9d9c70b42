"""E-mails as they come: character sets that lie, broken headers, every kind of attachment."""

from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from backoffice.messaging.content import Person
from backoffice.messaging.documents.email import read_email
from backoffice.messaging.documents.files import content_from_eml
from backoffice.testing.documents import mail, picture, raw_mail, seeing

if TYPE_CHECKING:
    from pytest_django import Settings

FROM = "From: Nadia <nadia@leverger.example>"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def body_of(raw: bytes) -> str:
    return read_email(raw).body.text


def test_an_ordinary_email():
    parsed = read_email(
        mail(
            "Bonjour,\n500 sachets svp.\n\nMerci\nNadia",
            headers={
                "Cc": "Achats <ACHATS@leverger.example>",
                "Reply-To": "Compta <compta@leverger.example>",
                "In-Reply-To": "<0@atelier.example>",
                "References": "<a@x.example> <0@atelier.example>",
            },
        )
    )
    assert parsed.message_id == "<1@leverger.example>"
    assert parsed.in_reply_to == "<0@atelier.example>"
    assert parsed.references == ("<a@x.example>", "<0@atelier.example>")
    assert parsed.sender == Person("Nadia Chraibi", "nadia@leverger.example")
    assert parsed.reply_to == Person("Compta", "compta@leverger.example")
    assert (parsed.to, parsed.cc) == (("commandes@atelier.example",), ("achats@leverger.example",))
    assert parsed.date == dt.datetime(2026, 4, 7, 8, 12, 44, tzinfo=dt.UTC)
    assert parsed.body.own_text() == "Bonjour,\n500 sachets svp."
    assert (parsed.is_automatic, parsed.problem, parsed.attachments) == (False, "", ())


@pytest.mark.parametrize(
    ("declared", "bytes_"),
    [
        ("iso-8859-1", "n’est livré – 5 €".encode("cp1252")),
        ("us-ascii", "n’est livré – 5 €".encode("cp1252")),
        ("utf-8", "n’est livré – 5 €".encode("cp1252")),
        ("iso-8859-1", "n’est livré – 5 €".encode()),
        ("x-unknown-charset", "n’est livré – 5 €".encode()),
        ("hex", "n’est livré – 5 €".encode()),
        ("", "n’est livré – 5 €".encode("cp1252")),
        ("utf-16", "n’est livré – 5 €".encode("utf-16")),
        ("windows-1252", "n’est livré – 5 €".encode("cp1252")),
    ],
)
def test_a_character_set_that_lies(declared: str, bytes_: bytes):
    raw = raw_mail(
        FROM,
        f'Content-Type: text/plain; charset="{declared}"',
        "Content-Transfer-Encoding: base64",
        body=base64.b64encode(bytes_),
    )
    assert body_of(raw) == "n’est livré – 5 €"


def test_arabic_in_its_own_character_set():
    raw = raw_mail(
        FROM, "Content-Type: text/plain; charset=windows-1256", body="شكرا".encode("cp1256")
    )
    assert body_of(raw) == "شكرا"


def test_one_cut_character_does_not_spoil_the_rest():
    raw = raw_mail(
        FROM, "Content-Type: text/plain; charset=utf-8", body="déjà commandé é".encode()[:-1]
    )
    assert body_of(raw).startswith("déjà commandé")


def test_invisible_characters_and_odd_spaces_are_evened_out():
    raw = raw_mail(
        FROM,
        "Content-Type: text/plain; charset=utf-8",
        body="\ufeff3\u202f000 sa\u00adchets\u200e\u00a0: 5\u00a0DH\x00 e\u0301".encode(),
    )
    assert body_of(raw) == "3 000 sachets : 5 DH é"


def test_soft_line_ends_are_joined():
    raw = raw_mail(
        FROM,
        "Content-Type: text/plain; charset=utf-8; format=flowed",
        body=b"Nous commandons 5 000 sachets \r\nkraft brun.\r\n\r\n"
        b"-- \r\nNadia\r\n> cite \r\n> suite\r\n",
    )
    assert body_of(raw) == "Nous commandons 5 000 sachets kraft brun.\n\n--\nNadia\n> cite suite"


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("Subject: =?utf-8?q?R=C3=A9appro?= sachets", "Réappro sachets"),
        ("Subject: =?utf-8?B?w6l0w6k=?=\r\n =?utf-8?Q?_2026?=", "été 2026"),
        ("Subject: =?iso-8859-1?Q?d=92enregistrer?=", "d’enregistrer"),
        ("Subject: Réappro brut", "Réappro brut"),
        ("Subject: =?utf-8?B?%%%%?= reste", "=?utf-8?B?%%%%?= reste"),
        ("Subject: =?no-such?Q?caf=C3=A9?=", "café"),
        ("Subject: plié\r\n  sur deux lignes", "plié sur deux lignes"),
    ],
)
def test_subjects(header: str, subject: str):
    assert read_email(raw_mail(FROM, header)).subject == subject


@pytest.mark.parametrize(
    ("lines", "message_id"),
    [
        (["Message-ID: <a@b.example>"], "<a@b.example>"),
        (["Message-ID:\r\n <a@b.example>"], "<a@b.example>"),
        (["Message-ID: <a@b.example>", "Message-ID: <c@d.example>"], "<a@b.example>"),
        (["Message-Id: a@b.example"], "<a@b.example>"),
        ([], ""),
    ],
)
def test_message_ids(lines: list[str], message_id: str):
    assert read_email(raw_mail(FROM, *lines)).message_id == message_id


@pytest.mark.parametrize(
    "date", ["", "Date: hier", "Date: Tue, 99 Foo 2026", "Date: Mon, 1 Jan 1900 00:00:00 +0000",
             "Date: Tue, 07 Apr 2099 09:00:00 +0000", "Date: 0"]
)  # fmt: skip
def test_a_missing_or_nonsensical_date_is_none(date: str):
    parsed = read_email(
        raw_mail(FROM, *([date] if date else []), "Received: by mx; Tue, 7 Apr 2026 10:00:00 +0100")
    )
    assert parsed.date is None
    assert parsed.received == dt.datetime(2026, 4, 7, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("header", "person"),
    [
        ('From: "Chraibi, Nadia" <n@x.example>', Person("Chraibi, Nadia", "n@x.example")),
        (
            "From: =?utf-8?Q?Chra=C3=AFbi=2C_Nadia?= <n@x.example>",
            Person("Chraïbi, Nadia", "n@x.example"),
        ),
        ("From: n@x.example", Person("", "n@x.example")),
        ("From: n@x.example <n@x.example>", Person("", "n@x.example")),
        ("From: Noël <N@X.example>", Person("Noël", "n@x.example")),
    ],
)
def test_senders(header: str, person: Person):
    assert read_email(raw_mail(header)).sender == person


@pytest.mark.parametrize(
    ("disposition", "filename"),
    [
        ("filename*=utf-8''Bon%20de%20commande%20n%C2%B0%203.pdf", "Bon de commande n° 3.pdf"),
        ("filename*0*=utf-8''Bon%20de; filename*1*=%20commande.pdf", "Bon de commande.pdf"),
        ('filename="=?utf-8?Q?torr=C3=A9faction.pdf?="', "torréfaction.pdf"),
        ('filename="torréfaction.pdf"', "torréfaction.pdf"),
        ('filename="..\\\\..\\\\etc/passwd"', "passwd"),
        ('filename="C:\\\\Users\\\\n\\\\bon.pdf"', "bon.pdf"),
        ("filename*=utf-8''facture%E2%80%AEfdp.exe", "facturefdp.exe"),
        ('filename="a<b>:c?.pdf"', "a_b__c_.pdf"),
        ("filename*=no-such''caf%C3%A9.pdf", "café.pdf"),
    ],
)
def test_file_names(disposition: str, filename: str):
    raw = raw_mail(
        FROM,
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        body="\r\n".join(
            ["--b", "Content-Type: application/pdf",
                f"Content-Disposition: attachment; {disposition}",
             "", "%PDF-1.4", "--b--", ""]
        ).encode(),
    )  # fmt: skip
    assert [a.filename for a in read_email(raw).attachments] == [filename]


def test_the_plain_part_is_taken_before_the_html():
    parsed = read_email(mail("500 sachets", html="<p>500 <b>sachets</b></p>"))
    assert (parsed.body.text, parsed.body.method) == ("500 sachets", "plain")


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "Votre messagerie ne prend pas en charge le format HTML.",
        "Désignation\n\nQté\n\nSachet fond plat\n\n500\n\nSac\n\n200",
    ],
)
def test_html_is_taken_where_the_plain_part_is_useless(plain: str):
    rows = [("Désignation", "Qté"), ("Sachet fond plat", "500"), ("Sac", "200")]
    table = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows)
    parsed = read_email(mail(plain, html=f"<table>{table}</table>"))
    assert parsed.body.text == "Désignation | Qté\nSachet fond plat | 500\nSac | 200"
    assert parsed.body.method == "html"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List-Unsubscribe": "<https://x.example>"},
        {"Return-Path": "<>"},
        {"From": "MAILER-DAEMON@x.example"},
        {"From": "no-reply@x.example"},
        {"X-Autoreply": "yes"},
        {"X-Failed-Recipients": "a@x.example"},
        {"From": "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example"},
        {"Subject": "Réponse automatique : Commande"},
        {"Subject": "Nadia Chraibi is out of the office."},
        {"Subject": "رد تلقائي: Commande"},
        {"Subject": "Undelivered Mail Returned to Sender"},
        {"Subject": "[Mailinblack] Demande d'authentification"},
    ],
)
def test_what_a_machine_sent(headers: dict[str, str]):
    assert read_email(mail(headers=headers)).is_automatic is True


@pytest.mark.parametrize(
    "subject",
    ["Re: Réponse automatique : Commande", "Absence : colis non remis", "Delivery failed"],
)
def test_what_people_write_of_absence_and_delivery(subject: str):
    assert read_email(mail(headers={"Subject": subject})).is_automatic is False


def test_what_a_person_sent():
    assert read_email(mail(headers={"Auto-Submitted": "no"})).is_automatic is False


def test_a_delivery_report_does_not_read_our_own_message_again():
    raw = raw_mail(
        "From: postmaster@x.example",
        'Content-Type: multipart/report; boundary="b"; report-type=delivery-status',
        body=b"--b\r\nContent-Type: text/plain\r\n\r\nNon remis.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Commande\r\n\r\n500\r\n--b--\r\n",
    )
    parsed = read_email(raw)
    assert (parsed.is_automatic, parsed.body.text, parsed.attachments) == (True, "Non remis.", ())


FORWARD = (
    "À saisir svp.\nSalma\n\n-------- Message transféré --------\nSujet : sachets\n"
    "Date : mardi 14 avril 2026 à 18:03\nDe : Dr Bennis <bennis@agdal.example>\n"
    "Pour : Salma <salma@atelier.example>\n\n12 cartons pour demain.\n\nMerci\nSamira Bennis"
)
COLLEAGUE = {"From": "Salma Idrissi <salma@atelier.example>", "Subject": "TR: sachets"}


def test_a_forward_by_a_colleague_is_the_originals():
    content = content_from_eml(mail(FORWARD, headers=COLLEAGUE))
    assert content.author == Person("Dr Bennis", "bennis@agdal.example")
    assert content.forwarded_by == Person("Salma Idrissi", "salma@atelier.example")
    assert content.sent_at.isoformat() == "2026-04-14T18:03:00+01:00"
    assert [doc.key for doc in content.documents] == ["subject", "body"]
    assert [doc.own_text() for doc in content.documents] == ["sachets", "12 cartons pour demain."]
    body = content.documents[1]
    assert [body.text[s.start : s.end] for s in body.signature] == ["Merci\nSamira Bennis"]


def test_a_forward_of_a_forward_is_the_first_authors():
    head = "De : Karim <karim@atelier.example>\nEnvoyé : mercredi 15 avril 2026 09:00\nÀ : Salma"
    note = f"{head}\nObjet : TR: sachets\n\n{FORWARD}"
    content = content_from_eml(mail(note, headers=COLLEAGUE))
    assert content.author.email == "bennis@agdal.example"
    assert content.documents[1].own_text() == "12 cartons pour demain."


def test_a_customers_forward_stays_the_customers():
    inner = FORWARD.replace("bennis@agdal.example", "chef@leverger.example")
    content = content_from_eml(mail(inner, headers={"Subject": "Fwd: sachets"}))
    assert content.author.email == "nadia@leverger.example"
    assert content.forwarded_by is None
    assert content.documents[1].own_text() == "À saisir svp.\nSalma\n12 cartons pour demain."


def test_a_forward_from_a_private_mailbox_is_the_originals():
    headers = {"From": "Salma <salma.idrissi@gmail.com>", "Subject": "TR: sachets"}
    content = content_from_eml(mail(FORWARD, headers=headers))
    assert content.author.email == "bennis@agdal.example"


def test_our_domains_can_be_named(settings: Settings):
    settings.COMPANY_EMAIL_DOMAINS = ["groupe.example"]
    headers = {"From": "Salma <salma@groupe.example>", "Subject": "TR: 2 commandes"}
    content = content_from_eml(mail(f"Voir 2 points. {FORWARD}", headers=headers))
    assert content.author.email == "bennis@agdal.example"


def test_an_email_attached_to_an_email_is_a_forward_too():
    inner = mail("12 cartons.\n\nMerci\nNadia", files=[("bon.csv", b"a;b;c\n1;2;3\n4;5;6\n")])
    raw = raw_mail(
        "From: Salma <salma@atelier.example>",
        "To: commandes@atelier.example",
        "Subject: commande",
        'Content-Type: multipart/mixed; boundary="b"',
        body=b"--b\r\nContent-Type: text/plain\r\n\r\nVoir ci-joint\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n",
    )
    content = content_from_eml(raw)
    assert content.author == Person("Nadia Chraibi", "nadia@leverger.example")
    assert content.forwarded_by == Person("Salma", "salma@atelier.example")
    assert content.documents[1].own_text() == "12 cartons."
    assert [(d.key, d.text) for d in content.documents[2:]] == [
        ("attachment:0", "a | b | c\n1 | 2 | 3\n4 | 5 | 6")
    ]


def test_nothing_fresh_is_not_everything():
    text = "Le 10/04/2026 à 17:22, Salma a écrit :\n> 5 000 sacs"
    assert read_email(mail(text, headers={"Subject": "RE: x"})).body.own_text() == ""


def test_a_logo_in_the_text_is_no_document_but_a_photo_is():
    html = '<p>Voici</p><img src="cid:logo"><img src="cid:photo">'
    parts = [b"--b\r\nContent-Type: text/html\r\n\r\n" + html.encode()]
    for name, size in (("logo", (240, 70)), ("photo", (1200, 900))):
        parts.append(
            f"--b\r\nContent-Type: image/png\r\nContent-ID: <{name}>\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n".encode()
            + base64.encodebytes(picture(size))
        )
    raw = raw_mail(
        FROM,
        'Content-Type: multipart/related; boundary="b"',
        body=b"\r\n".join([*parts, b"--b--", b""]),
    )
    assert [a.content_id for a in read_email(raw).attachments] == ["logo", "photo"]
    keys = [doc.key for doc in content_from_eml(raw, vision=seeing("500")).documents]
    assert keys == ["body", "attachment:1"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 50,
        b"From\n\n",
        b"Content-Type: multipart/mixed\r\n\r\n--x",
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\n----\r\n',
        b"Content-Type: text/plain; charset*=x''y'z\r\nFrom: =?x?y?z?=\r\n\r\n\xe9",
        b"From: " + b"(" * 5000 + b"\r\n\r\nx",
    ],
)  # fmt: skip
def test_garbage_is_no_reason_to_fail(raw: bytes):
    content = content_from_eml(raw)
    assert content.channel == "email"


def test_a_tree_of_ten_thousand_levels_is_given_up_with_a_reason():
    raw = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(10_000)
    )
    assert read_email(raw).problem != ""


def test_too_many_attachments_are_left_out_with_a_reason():
    parsed = read_email(mail(files=[(f"{n}.txt", b"x") for n in range(60)]))
    assert len(parsed.attachments) == 50
    assert parsed.problem == "The e-mail has more than 50 attachments; the others were left out."
