"""Messages of our own in many voices (data/own/*.jsonl), as the desk receives them."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backoffice.messaging.content import MessageContent, ReadDocument
from backoffice.messaging.documents.files import content_from_eml, content_from_whatsapp

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "data" / "own"
_CODES = {
    "plat": "sachet_fond_plat",
    "sans": "sac_fond_carre_sans_poignees",
    "plates": "sac_fond_carre_poignees_plates",
    "torsadees": "sac_fond_carre_poignees_torsadees",
    None: None,
}


def messages(name: str) -> Iterator[tuple[str, MessageContent, dict[str, Any]]]:
    """Yield (id, message, label in the shape of expected.json) of ``data/own/<name>.jsonl``."""
    for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines():
        data = json.loads(line)
        yield data["id"], _content(data), _label(data)


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


def _label(data: dict[str, Any]) -> dict[str, Any]:
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
                "unit_price": line[3] if len(line) > 3 else None,
            }
            for line in short.get("lines", [])
        ],
        "currency": short.get("currency"),
        "total": short.get("total"),
        "delivery_date": short.get("date"),
    }
