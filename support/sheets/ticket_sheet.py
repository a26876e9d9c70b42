"""Tickets as a sheet, under the headings of the first system where it had any.

Export only: decisions are never imported, they go through ``workflow``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field

from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Day, Number, Text
from support import status_words
from support.models import Draft, Ticket, TicketMessage

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

DAYS = {
    "recu_le": "opened_at",
    "dernier_message_le": "last_message_at",
    "premiere_reponse_le": "first_response_at",
    "traite_le": "ended_at",
}


class TicketResource(Resource):
    """One row per ticket: who wrote what, what it was about, and the last answer."""

    numero = Field(column_name="numero", widget=Text())
    statut = Field("status", "statut", Text())
    nom_prenom = Field(column_name="nom_prenom", widget=Text())
    email_client = Field("email", "email_client", Text())
    telephone = Field("phone", "telephone", Text())
    canal = Field("channel", "canal", Text())
    langue = Field("language", "langue", Text())
    sujet = Field("subject", "sujet", Text())
    id_commande = Field("order_number", "id_commande", Text())
    message_initial = Field(column_name="message_initial", widget=Text())
    categorie = Field("category__name", "categorie", Text())
    confiance = Field("category_confidence", "confiance", Number())
    reponse_personnalisee = Field(column_name="reponse_personnalisee", widget=Text())
    a_verifier = Field("attention", "a_verifier", Text())
    responsable = Field("assignee__username", "responsable", Text())
    rouvert = Field("reopened", "rouvert", Number())
    recu_le = Field("opened_at", "recu_le", Day())
    dernier_message_le = Field("last_message_at", "dernier_message_le", Day())
    premiere_reponse_le = Field("first_response_at", "premiere_reponse_le", Day())
    traite_le = Field("ended_at", "traite_le", Day())

    class Meta:
        model = Ticket
        name = _("Tickets, one row each")
        fields = (
            "numero",
            "statut",
            "nom_prenom",
            "email_client",
            "telephone",
            "canal",
            "langue",
            "sujet",
            "id_commande",
            "message_initial",
            "categorie",
            "confiance",
            "reponse_personnalisee",
            "a_verifier",
            "responsable",
            "rouvert",
            *DAYS,
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[Ticket], **_options: object) -> QuerySet[Ticket]:
        related = queryset.select_related("customer", "category", "assignee")
        return related.prefetch_related(
            Prefetch("thread", TicketMessage.objects.order_by("pk")),
            Prefetch("drafts", Draft.objects.filter(status=Draft.Status.SENT).order_by("pk")),
        )

    def dehydrate_numero(self, ticket: Ticket) -> str:
        return ticket.number

    def dehydrate_statut(self, ticket: Ticket) -> str:
        return status_words.FRENCH[ticket.status]

    def dehydrate_nom_prenom(self, ticket: Ticket) -> str:
        return ticket.name or (str(ticket.customer) if ticket.customer else "")

    def dehydrate_message_initial(self, ticket: Ticket) -> str:
        return next((said.text for said in ticket.thread.all()), "")

    def dehydrate_reponse_personnalisee(self, ticket: Ticket) -> str:
        sent = [draft.sent_body for draft in ticket.drafts.all()]
        return sent[-1] if sent else ""

    def dehydrate_recu_le(self, ticket: Ticket) -> dt.date | None:
        return _day(ticket.opened_at)

    def dehydrate_dernier_message_le(self, ticket: Ticket) -> dt.date | None:
        return _day(ticket.last_message_at)

    def dehydrate_premiere_reponse_le(self, ticket: Ticket) -> dt.date | None:
        return _day(ticket.first_response_at)

    def dehydrate_traite_le(self, ticket: Ticket) -> dt.date | None:
        return _day(ticket.ended_at)


def _day(moment: Any) -> dt.date | None:  # noqa: ANN401 - a time or none
    return timezone.localdate(moment) if moment else None
