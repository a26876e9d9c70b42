"""Labelled messages from a folder: files with a label beside them, and lines of JSON.

A label is NAME.expected.json beside NAME.eml, NAME.whatsapp.json or any document. A
``*.jsonl`` file holds a message and its label in short form per line (see
``orders/tests/data/own/README.md``).
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.content import MessageContent, ReadDocument
from backoffice.messaging.documents.files import content_from_eml, content_from_whatsapp
from orders.extraction.from_files import MESSAGES, content_of, unread, with_transcript

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from orders.evaluation import Shape

LABEL = ".expected.json"
TRANSCRIPT = ".transcript.txt"
_CODES = {
    "plat": "sachet_fond_plat",
    "sans": "sac_fond_carre_sans_poignees",
    "plates": "sac_fond_carre_poignees_plates",
    "torsadees": "sac_fond_carre_poignees_torsadees",
    None: None,
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and its label, in the shape of ``evaluation.shape``."""

    name: str
    content: MessageContent
    label: Shape


def load(
    folders: Iterable[Path], skipped: list[str], *, transcripts: bool = False
) -> Iterator[Labelled]:
    """Yield the labelled messages of folders.

    Those that need vision or transcription are named in ``skipped``, unless
    ``transcripts`` and NAME.transcript.txt gives what they say. Raises DomainError for
    a folder without labels, and for a message that cannot be opened.
    """
    for folder in folders:
        labels, lists = sorted(folder.glob(f"*{LABEL}")), sorted(folder.glob("*.jsonl"))
        if not labels and not lists:
            raise DomainError(
                _("There is no label (*.expected.json) in %(folder)s.") % {"folder": folder},
                code="no_labels",
                field="folder",
                value=str(folder),
            )
        for label in labels:
            if one := _of_file(label, skipped, transcripts=transcripts):
                yield one
        for path in lists:
            yield from of_lines(path)


def _of_file(path: Path, skipped: list[str], *, transcripts: bool) -> Labelled | None:
    stem = path.name.removesuffix(LABEL)
    content = content_of(_message_beside(path, stem))
    transcript = path.with_name(stem + TRANSCRIPT)
    if unread(content) and transcripts and transcript.exists():
        content = with_transcript(content, transcript.read_text("utf-8"))
    if unread(content):
        skipped.append(stem)
        return None
    return Labelled(stem, content, json.loads(path.read_text("utf-8")))


def _message_beside(label: Path, stem: str) -> Path:
    """The message of a label: an e-mail, a WhatsApp message or any other file of that name."""
    for ending in MESSAGES:
        path = label.with_name(stem + ending)
        if path.exists():
            return path
    others = [
        path
        for path in sorted(label.parent.glob(f"{stem}.*"))
        if not path.name.endswith((LABEL, TRANSCRIPT))
    ]
    if not others:
        raise DomainError(
            _("There is no message beside %(label)s.") % {"label": label.name},
            code="no_message",
            field="label",
            value=label.name,
        )
    return others[0]


def of_lines(path: Path) -> Iterator[Labelled]:
    """Yield the messages of a file of JSON lines that have a label."""
    for line in path.read_text("utf-8").splitlines():
        data = json.loads(line)
        if "expected" in data:
            yield Labelled(data["id"], _content(data), _label(data))


def _content(data: dict[str, Any]) -> MessageContent:
    sent_at = dt.datetime.fromisoformat(data["sent_at"])
    if data["channel"] == "whatsapp":
        form = {
            "From": f"whatsapp:{data['phone']}",
            "ProfileName": data["name"],
            "Body": data["text"],
        }
        content = content_from_whatsapp(form, sent_at, [])
    else:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = data["from"]
        mail["To"] = "Kraft Atlas Emballage <commandes@kraft-atlas.example>"
        mail["Date"] = email.utils.format_datetime(sent_at)
        mail["Subject"] = data["subject"]
        mail.set_content(data["text"])
        content = content_from_eml(mail.as_bytes())
    attached = tuple(
        ReadDocument(f"attachment:{i}", one["kind"], one["text"], filename=one["filename"])
        for i, one in enumerate(data.get("attachments", []))
    )
    return replace(content, documents=(*content.documents, *attached))


def _label(data: dict[str, Any]) -> Shape:
    short = data["expected"]
    sender = email.utils.parseaddr(data.get("from", ""))[1]
    return {
        "is_order": short["order"],
        "is_renewal": short.get("renewal", False),
        "customer": {
            "name": short.get("name"),
            "company": short.get("company"),
            "email": short.get("email") or sender or None,
            "phone": short.get("phone"),
        },
        "lines": [
            {
                "product": _CODES[line[0]],
                "quantity": line[1],
                "unit": line[2],
                "unit_price": line[3] if len(line) > 3 else None,  # noqa: PLR2004 - it has a price
            }
            for line in short.get("lines", [])
        ],
        "currency": short.get("currency"),
        "total": short.get("total"),
        "delivery_date": short.get("date"),
    }
