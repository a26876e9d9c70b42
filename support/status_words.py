"""The French words for a ticket's status, as the first support system and Notion say them."""

from __future__ import annotations

from support.models import Ticket

FRENCH = {
    Ticket.Status.NEW.value: "Nouveau",
    Ticket.Status.IN_PROGRESS.value: "En cours",
    Ticket.Status.ANSWERED.value: "Traité",
    Ticket.Status.AUTOMATIC.value: "Traité automatiquement",
}
CODES = {word: code for code, word in FRENCH.items()}
