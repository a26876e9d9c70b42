"""What the desk tells the spine of messages about itself; called once, when apps are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice.messaging import desks, kinds, senders, signals, traces
from orders.signals import other_message
from support.incoming import intake, order_desk, quiet, undelivered
from support.models import Ticket, TicketMessage

if TYPE_CHECKING:
    from collections.abc import Collection

    from backoffice.messaging.models import InboundMessage

# Words a voice message to this desk is likely to hold; they guide the transcription.
VOCABULARY = (
    "commande, numéro de commande, colis, livraison, retard, transporteur, suivi, remboursement,"
    " retour, échange, cassé, abîmé, facture, order, parcel, refund, pedido, reembolso,"
    " fin wslat, lkomand, ma wslatnich, طلبية, الطلب, توصيل, تأخير, استرجاع"
)


def register() -> None:
    """Register desk, kinds, sender, traces, and what this desk hears from others."""
    desks.register(
        "support",
        label=_("Support"),
        process=intake.process,
        withdraw=intake.withdraw,
        wants_automatic=True,
        wants_unread=True,
        vocabulary=VOCABULARY,
        makes=desks.Makes(_("tickets"), made_of_runs),
    )
    kinds.register(intake.KIND, _("customer's question"))
    kinds.register(quiet.BOUNCE, _("delivery report"))
    senders.register("support.ticket", sender)
    undelivered.register()
    traces.register(tickets_of, permission="support.view_ticket")
    other_message.connect(order_desk.hear, dispatch_uid="support.incoming.order_desk")
    signals.left_over.connect(order_desk.hear_left_over, dispatch_uid="support.left_over")


def sender() -> senders.Sender:
    """Replies come from SUPPORT_FROM; without one, answers to them go to the support mailbox."""
    if settings.SUPPORT_FROM_EMAIL:
        return senders.Sender(address=settings.SUPPORT_FROM_EMAIL)
    mailbox = str(settings.MAILBOXES.get("support", {}).get("user", ""))
    return senders.Sender(reply_to=mailbox if "@" in mailbox else "")


def made_of_runs(run_ids: Collection[int]) -> dict[int, int]:
    """How many tickets were opened by the messages that each of these runs brought; one query."""
    rows = TicketMessage.objects.filter(
        message__run__in=run_ids, kind=TicketMessage.Kind.MESSAGE
    ).order_by()
    counted = rows.values_list("message__run").annotate(Count("ticket", distinct=True))
    return dict(counted)


def tickets_of(message: InboundMessage) -> list[traces.Trace]:
    """The ticket of a message, as a link."""
    rows = Ticket.objects.filter(thread__message=message.pk)
    return [
        traces.Trace(
            str(_("Ticket %(number)s") % {"number": row.number}),
            reverse("admin:support_ticket_change", args=[row.pk]),
        )
        for row in rows
    ]
