"""The sample messages read well, and no reader ever raises, whatever the bytes."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.messaging.content import MessageContent, Person
from backoffice.messaging.documents import child
from backoffice.messaging.documents.email import read_email
from backoffice.messaging.documents.files import (
    content_from_eml,
    content_from_file,
    content_from_whatsapp_json,
)
from backoffice.messaging.documents.problems import Refused
from backoffice.messaging.documents.read import read_document
from backoffice.testing.documents import mail, picture, seeing, xlsx
from backoffice.testing.orders_xml import CII_ORDER

if TYPE_CHECKING:
    from backoffice.messaging.documents.found import Found

SAMPLES: Final = Path(__file__).resolve().parents[3] / "orders/tests/data/samples"
EMAILS: Final = sorted(SAMPLES.glob("*.eml"))
WHATSAPP: Final = sorted(SAMPLES.glob("*.whatsapp.json"))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def sample(name: str) -> MessageContent:
    (path,) = [*SAMPLES.glob(f"{name}*.eml"), *SAMPLES.glob(f"{name}*.whatsapp.json")]
    return content_from_file(path, vision=seeing("vu"))


def lines_of(content: MessageContent, key: str) -> list[str]:
    document = content.document(key)
    assert document is not None
    return document.text.split("\n")


def test_all_samples_are_there():
    assert (len(EMAILS), len(WHATSAPP)) == (20, 16)


@pytest.mark.parametrize("path", [*EMAILS, *WHATSAPP], ids=lambda path: path.name.split("-")[0])
def test_a_sample_is_read_without_a_problem_but_for_missing_keys(path: Path):
    content = content_from_file(path)
    problems = {document.problem for document in content.documents} - {""}
    assert problems <= {
        "Reading a picture or a scan needs vision (no AI key). Look at it.",
        "Reading a voice message needs transcription (no AI key). Listen to it.",
    }
    assert content.sent_at.isoformat()[:7] in {"2026-04", "2026-05"}
    for document in content.documents:
        for span in (*document.fresh, *document.signature):
            assert 0 <= span.start <= span.end <= len(document.text)


def test_the_table_of_a_ruled_pdf():
    rows = [line for line in lines_of(sample("e06"), "attachment:0") if line.count(" | ") == 5]
    assert rows == [
        "Réf. | Désignation | Qté | Unité | P.U. HT (DH) | Montant HT (DH)",
        "SFP-16 | Sachets fond plat kraft brun 16x32 cm | 30 000 | pièce | 0,160 | 4 800,00",
        (
            "SPP-26 | Sac fond carré avec poignées plates 26x14x34 | 10 000 | pièce | 1,080"
            " | 10 800,00"
        ),
        "SFC-20 | Sac fond carré sans poignées 20x12x28 | 8 000 | pièce | 0,690 | 5 520,00",
        " |  |  |  | Total HT | 21 120,00",
        " |  |  |  | TVA 20 % | 4 224,00",
        " |  |  |  | Total TTC (DH) | 25 344,00",
    ]


def test_a_table_over_two_pages():
    content = sample("e08")
    assert [document.key for document in content.documents] == ["subject", "body", "attachment:1"]
    rows = [line for line in lines_of(content, "attachment:1") if line[:1].isdigit()]
    assert [row.split(" | ")[2] for row in rows] == ["2 500", "1 200", "3 000", "15 000", "4 000"]


def test_html_windows_1252_and_a_table():
    document = sample("e03").document("body")
    assert document is not None
    assert "Sachet fond plat 14x28 | 10 000 | 0,032 € | 320,00 €" in document.own_text().split("\n")
    assert document.own_text().split("\n")[2] == "Merci d’enregistrer notre commande n° 4521 :"


def test_the_quoted_quotation_and_the_disclaimer_are_not_fresh():
    document = sample("e04").document("body")
    assert document is not None
    assert "8 000" in document.own_text()
    assert not any(word in document.own_text() for word in ("15 000", "confidentiels", "Riad"))


def test_the_forwarded_original():
    content = sample("e05")
    assert content.author == Person("Pharmacie Agdal Centre", "pharmacie@agdal-centre.example")
    assert content.forwarded_by == Person("Salma Idrissi", "s.idrissi@kraft-atlas.example")
    document = content.document("body")
    assert document is not None
    assert document.own_text().startswith("Bonjour,\n\nIl nous faudrait 12 cartons")


def test_the_spreadsheet():
    assert lines_of(sample("e11"), "attachment:0")[6] == (
        "SFP | Sachets fond plat | 11 x 20 | 6000 | 0.22 | 1320"
    )


def test_the_scan_goes_to_vision():
    document = sample("e12").document("attachment:0")
    assert document is not None
    assert (document.text, document.method, document.problem) == ("vu", "vision", "")


def test_whatsapp_with_a_document():
    content = sample("w07")
    assert content.author == Person("Meriem Tahiri", phone="+212667001807")
    assert (content.channel, content.sent_at.isoformat()) == (
        "whatsapp",
        "2026-04-23T09:30:44+01:00",
    )
    assert "TOTAL | 2 520,00 DH" in lines_of(content, "attachment:0")


def nothing(name: str) -> bytes:
    return b""


def test_whatsapp_senders_without_a_number():
    raw = b'{"form": {"From": "whatsapp:FR.901"}, "received_at": "2026-04-23T09:30:44"}'
    content = content_from_whatsapp_json(raw, load=nothing)
    assert content.author == Person(user_id="FR.901")
    assert content.sent_at.isoformat() == "2026-04-23T09:30:44+00:00"


def test_a_medium_that_is_missing_is_named():
    raw = (
        b'{"form": {"From": "whatsapp:+212600000000"}, "received_at": "2026-04-23T09:30:44+01:00",'
        b' "media": {"MediaUrl0": "weg.pdf"}}'
    )

    def load(name: str) -> bytes:
        raise FileNotFoundError(name)

    assert [d.problem for d in content_from_whatsapp_json(raw, load=load).documents] == [
        "", "The file weg.pdf is missing.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"form": 1, "received_at": "x"}', b"[" * 5000]
)
def test_json_of_another_shape_is_refused_with_a_sentence(raw: bytes):
    with pytest.raises(DomainError, match="no stored WhatsApp message"):
        content_from_whatsapp_json(raw, load=nothing)


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path):
    with pytest.raises(DomainError, match=r"none\.eml cannot be read"):
        content_from_file(tmp_path / "none.eml")


# --- no reader ever raises ------------------------------------------------------


def mutated(data: bytes, dice: random.Random) -> bytes:
    """The same file with bytes changed, cut, doubled or moved."""
    bytes_ = bytearray(data)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(bytes_) or 1)
        size = dice.choice([1, 2, 8, 64, 512])
        match dice.randrange(4):
            case 0:
                bytes_[at : at + size] = dice.randbytes(size)
            case 1:
                del bytes_[at : at + size]
            case 2:
                bytes_[at:at] = bytes_[at : at + size] * 3
            case _:
                bytes_[at : at + 1] = dice.choice([b"\x00", b"\xff", b"\r\n", b"<", b"%", b"=?"])
    return bytes(bytes_)


@pytest.mark.parametrize("path", EMAILS, ids=lambda path: path.name.split("-")[0])
def test_mutated_emails_are_read(path: Path, monkeypatch: pytest.MonkeyPatch):
    # In this process: a child for every attachment would take minutes.
    monkeypatch.setattr(child, "read", in_process)
    dice = random.Random(path.name)  # noqa: S311 - repeatable, not secret
    original = path.read_bytes()
    for _ in range(12):
        content = content_from_eml(mutated(original, dice), vision=seeing("x"))
        assert content.sent_at.tzinfo is not None


def in_process(kind: str, data: bytes, **limits: float) -> Found:
    """What the child does, without its limits."""
    try:
        return child.parse(kind, data)
    except Refused:
        raise
    except BaseException as error:  # panics of Rust libraries are no Exceptions
        if isinstance(error, KeyboardInterrupt):
            raise
        raise Refused("corrupt") from error


def attachments() -> dict[str, bytes]:
    found = {
        "xlsx": xlsx({"Commande": [["Sachet", 500, 0.18]]}),
        "xml": CII_ORDER,
        "png": picture(),
        "jpeg": picture(kind="JPEG"),
        "gif": picture(kind="GIF"),
        "tiff": picture(kind="TIFF"),
        "webp": picture(kind="WEBP"),
        "csv": "Désignation;Qté\nSachet;500\n".encode("cp1252"),
        "html": b"<table><tr><td>Sac</td><td>500</td></tr></table><p>x",
        "email": mail("500 sachets", html="<p>500</p>", files=[("a.txt", b"x")]),
        "pdf": (SAMPLES / "w07-pdf-spa.pdf").read_bytes(),
        "ogg": (SAMPLES / "w06-audio-cooperative.ogg").read_bytes(),
    }
    for path in EMAILS:
        for number, attachment in enumerate(read_email(path.read_bytes()).attachments):
            found[f"{path.name[:3]}-{number}"] = attachment.content
    return found


ATTACHMENTS: Final = attachments()


@pytest.mark.parametrize("name", ATTACHMENTS)
def test_mutated_files_are_read(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(child, "read", in_process)
    dice = random.Random(name)  # noqa: S311 - repeatable, not secret
    for _ in range(25):
        data = mutated(ATTACHMENTS[name], dice)
        found = read_document(data, key="attachment:0", vision=seeing("x"))
        assert bool(found.text) or bool(found.problem)


@pytest.mark.parametrize("name", ["pdf", "xlsx"])
def test_mutated_files_are_read_in_the_child_too(name: str):
    dice = random.Random(name)  # noqa: S311 - repeatable, not secret
    for _ in range(4):
        data = mutated(ATTACHMENTS[name], dice)
        found = read_document(data, key="attachment:0", vision=seeing("x"))
        assert bool(found.text) or bool(found.problem)


def test_bytes_of_chance_are_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(child, "read", in_process)
    dice = random.Random(1)  # noqa: S311 - repeatable, not secret
    starts = [
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\x89PNG\r\n\x1a\n",
        b"<html>",
        b"<?xml ",
        b"OggS",
        b"",
    ]
    for _ in range(200):
        data = dice.choice(starts) + dice.randbytes(dice.randint(0, 3000))
        found = read_document(data, key="attachment:0", vision=seeing("x"))
        assert bool(found.text) or bool(found.problem)
        assert content_from_eml(data).channel == "email"


HOSTILE: Final = {
    "word without end": "a" * 900_000,
    "digits without end": "1 " * 450_000,
    "many lines": "a\n" * 450_000,
    "many rules": "-----\n" * 150_000,
    "many closings": "Merci\n" * 150_000,
    "many quotes": "> a\nb\n" * 150_000,
    "many blocks": "De : a@b.example\nObjet : c\nDate : d\n\n" * 25_000,
    "many attributions": "Le 1/1/2026\n" * 75_000,
    "soft ends": "a \n" * 300_000,
    "brackets": "<" * 900_000,
    "encoded words": "=?utf-8?q?" * 90_000,
}


# Seconds of the processor: how busy the machine is does not count.
LONGEST: Final = 20


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["plain; format=flowed", "html"])
def test_a_body_made_to_be_slow_is_not(name: str, kind: str):
    text = HOSTILE[name]
    raw = (
        f"From: {text[:50_000].replace(chr(10), ' ')} <a@b.example>\r\n"
        f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{text}"
    )
    began = time.process_time()

    assert content_from_eml(raw.encode()).channel == "email"
    assert time.process_time() - began < LONGEST
