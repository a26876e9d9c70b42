"""What Meta tells of our own account and templates, in words for staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.integrations import whatsapp_cloud_errors
from backoffice.messaging.cloud import parsing as js

if TYPE_CHECKING:
    from backoffice.messaging.cloud.parsing import Mapping, Value

TEMPLATE_STATUS = "message_template_status_update"
# Good news, and what only tells of a step on the way.
_FINE = frozenset({"APPROVED", "PENDING", "IN_APPEAL", "UPGRADE", "ONBOARDING", "UNFLAGGED"})


@dataclass(frozen=True, slots=True)
class Notice:
    """``needs_nobody``: it is kept for the record, nobody has to act."""

    subject: str
    words: str
    needs_nobody: bool


def read(field: str, value: Mapping) -> Notice:
    """The notice of that field: bad news waits for a person, the rest is kept."""
    errors = error_words(value.get("errors"))
    event = js.text(value.get("event")).upper()
    if field == TEMPLATE_STATUS:
        return Notice(field, _template_words(value, event), event in _FINE)
    if errors:
        told = _("WhatsApp reports an error: %(error)s") % {"error": errors}
        return Notice(field, told, needs_nobody=False)
    # Only what names a bad event is for a person: Meta sends whatever was subscribed to.
    told = _("WhatsApp tells of our account: %(field)s %(event)s.")
    told %= {"field": field[:80], "event": event[:80] or "-"}
    return Notice(field, told, needs_nobody=not event or event in _FINE)


def error_words(errors: Value) -> str:
    """The errors of a message or of a whole change, each with its code."""
    return "; ".join(_one(error) for error in js.rows(errors))[:1000]


def _one(error: Mapping) -> str:
    code = js.text(error.get("code"))
    details = js.text(js.part(error, "error_data").get("details"))
    told = details or js.text(error.get("message")) or js.text(error.get("title"))
    return f"{told} ({code or '?'})" if told else whatsapp_cloud_errors.sentence(code)


def _template_words(value: Mapping, event: str) -> str:
    words = {
        "name": js.text(value.get("message_template_name"))[:120] or "?",
        "language": js.text(value.get("message_template_language"))[:20] or "?",
        "event": event[:40] or "?",
        "reason": js.text(value.get("reason"))[:300],
    }
    if words["reason"] and words["reason"] != "NONE":
        told = _("The message template “%(name)s” (%(language)s) is now %(event)s: %(reason)s.")
        return told % words
    return _("The message template “%(name)s” (%(language)s) is now %(event)s.") % words
