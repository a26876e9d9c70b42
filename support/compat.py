"""The classes of the first support system, for programs that used it: thin doors, nothing more.

    import django; django.setup()          # with DJANGO_SETTINGS_MODULE=backoffice.settings
    from support.compat import SupportAgent
    SupportAgent().process_customer_message("lea@example.com", "Où est ma commande 10412 ?")

Names of methods, fields and statuses are the first system's. Tickets are ours; Notion, where
it is configured, follows by itself, and nothing here needs it. What is wrong with an input is
a ``DomainError`` whose sentence names the mend. These are doors for our own programs:
``get_commande_by_id`` tells of anybody's order, which a reply to a customer never does.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.cleaning import storable
from backoffice.messaging.tasks import process_message
from crm import customers
from crm.models import Customer
from orders.models import Order
from support import at_once, figures, workflow
from support.drafting import placeholders, requests
from support.figures.asked_period import asked
from support.incoming import intake
from support.models import Category, Draft, ReplyTemplate, ShopOrder, Ticket, TicketEvent
from support.notion import marks
from support.order_lookup import order_facts, shop_orders
from support.refusals import TicketNotFound, TicketNotOpen
from support.sending import MOST
from support.status_words import CODES, FRENCH

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from support.order_lookup.order_facts import OrderFacts

ENDED = ("answered", "answered_automatically")
# The old programs wait for a ticket, whatever was written.
SOURCE = "program"


class DatabaseManager:
    """Customers and their orders."""

    def get_client_by_email(self, email: str) -> dict[str, Any] | None:
        """The customer known by this address; None where nobody or more than one is."""
        address = storable(email).strip().lower()
        customer = shop_orders.owners_of([address]).get(address)
        return _client(customer, address) if customer else None

    def create_client(self, email: str, nom: str, prenom: str = "") -> int:
        """The id of the customer, made now unless the address is known already."""
        name = f"{prenom} {nom}".strip()
        address = _address(email)
        written_from = customers.normalised(email=address)
        found = customers.register(name=name, email=address, written_from=written_from)
        if not customers.is_proven([found.pk], written_from):
            told = _(
                "“%(value)s” was learnt from an order of a customer: confirm it on their page."
            )
            raise DomainError(told % {"value": email}, code="unconfirmed", field="email")
        return found.pk

    def get_commande_by_id(self, id: int | str) -> dict[str, Any] | None:  # noqa: A002 - the first system's name
        """The order of that number, of the shop or of the order desk, whosever it is."""
        number = shop_orders.number_of(storable(str(id)))
        shop = ShopOrder.objects.filter(number__iexact=number).first()
        if shop is not None:
            return _shop_order(shop)
        order = Order.objects.filter(number__iexact=number).prefetch_related("lines").first()
        return _purchase_order(order) if order else None

    def get_commandes_by_client(self, client_id: int) -> list[dict[str, Any]]:
        """The customer's orders, the latest first."""
        return [_commande(facts) for facts in _orders_of(client_id)]

    def get_client_stats(self, client_id: int) -> dict[str, Any]:
        """How much the customer bought and wrote; amounts by currency."""
        orders = _orders_of(client_id)
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for one in orders:
            totals[one.currency] += one.total or Decimal(0)
        days = [one.ordered_on for one in orders if one.ordered_on]
        tickets = Ticket.objects.filter(customer=client_id).aggregate(
            all=Count("pk"), open=Count("pk", filter=Q(status__in=Ticket.OPEN))
        )
        return {
            "client_id": client_id,
            "nombre_commandes": len(orders),
            "montants": dict(totals),
            # Of several currencies there is no sum.
            "montant_total": next(iter(totals.values())) if len(totals) == 1 else None,
            "derniere_commande": max(days, default=None),
            "nombre_tickets": tickets["all"],
            "tickets_ouverts": tickets["open"],
        }


class NotionManager:
    """Templates and tickets. ``by`` is who answers: without somebody nothing is sent."""

    def __init__(self, by: User | None = None) -> None:
        self.by = by

    def get_reponses_by_categorie(self, cat: str) -> list[dict[str, Any]]:
        """The templates of a category, the one that is drafted first at the top."""
        rows = ReplyTemplate.objects.filter(category=_category(cat), is_active=True)
        return [_reponse(row) for row in rows.select_related("category").order_by("position", "pk")]

    def create_reponse_type(self, cat: str, template: str) -> int:
        """Keep a French template for the category, behind those it has; its id."""
        body = storable(template).strip()
        if not body:
            raise DomainError(_("Write the text of the reply."), code="empty", field="template")
        placeholders.check(body)
        with transaction.atomic():
            category = Category.objects.select_for_update(no_key=True).get(pk=_category(cat).pk)
            same = ReplyTemplate.objects.filter(category=category, language="fr")
            known = same.filter(body=body).first()
            if known is not None:
                return known.pk
            count = same.count()
            row = ReplyTemplate(category=category, language="fr", body=body, position=count)
            row.name = _free_name(same, f"{category.name} {count + 1}")
            row.save()
        return row.pk

    def create_contact_ticket(
        self, email: str, nom: str, id_commande: int | str | None, message: str
    ) -> int:
        """Take the message in and make its ticket now; the worker drafts the reply."""
        taken, _is_new = intake.submit(
            text=message,
            email=email,
            name=nom,
            order_number=_text(id_commande),
            source=SOURCE,
        )
        process_message(taken.pk)
        taken.refresh_from_db()
        ticket = intake.ticket_of(taken)
        if ticket is None:
            raise DomainError(taken.reason or _("The message made no ticket."), code="no_ticket")
        return ticket.pk

    def update_ticket_response(
        self, ticket_id: int, reponse: str, statut: str = "En cours"
    ) -> dict[str, Any]:
        """Keep the words as the ticket's draft; with the status "Traité" they are sent.

        "Traité" without words closes the ticket without a reply. Both need ``by``.
        """
        status = CODES.get(statut, statut)
        if status not in FRENCH:
            told = _("“%(value)s” is not a status: choose one of %(known)s.")
            words = {"value": statut, "known": ", ".join(CODES)}
            raise DomainError(told % words, code="unknown_status", field="statut", value=statut)
        if status in ENDED:
            self._end(ticket_id, reponse)
        else:
            _propose(ticket_id, reponse, status)
        return _contact(_ticket(ticket_id))

    def get_pending_tickets(self) -> list[dict[str, Any]]:
        """Tickets that wait for an answer, the one that has waited longest first."""
        rows = _with_texts(Ticket.objects.open()).order_by("last_message_at", "pk")
        return [_contact(row) for row in rows]

    def _end(self, ticket_id: int, reponse: str) -> None:
        if self.by is None:
            told = _("Say who answers: NotionManager(by=user).")
            raise DomainError(told, code="nobody", field="by")
        ticket = _ticket(ticket_id)
        if reponse.strip():
            workflow.reply(ticket_id, by=self.by, body=reponse, revision=ticket.revision)
        else:
            workflow.close(ticket_id, by=self.by)


class SupportAgent:
    """What the desk does by itself: understand, draft, count. It sends nothing."""

    def process_customer_message(
        self, email: str, message: str, commande_id: int | str | None = None
    ) -> dict[str, Any]:
        """Take a message in, understand it and draft the reply, which waits for a person."""
        found = at_once.handle(message, email=email, order_number=_text(commande_id), source=SOURCE)
        if found.ticket is None:
            reason = found.message.reason or _("The message made no ticket.")
            raise DomainError(reason, code="no_ticket")
        ticket, draft = _ticket(found.ticket.pk), found.draft
        return _contact(ticket) | {
            "ticket_id": ticket.pk,
            "confiance": round(ticket.category_confidence, 4),
            "langue": ticket.language,
            "champs_manquants": list(draft.missing) if draft else [],
            "remarques": draft.notes.splitlines() if draft else [],
        }

    def process_pending_tickets(self, limit: int | None = None) -> dict[str, int]:
        """Have drafts written for open tickets that have none; the worker writes them."""
        if limit is not None and limit < 1:
            told = _("Give a number above zero.")
            raise DomainError(told, code="not_positive", field="limit", value=limit)
        asked_for = requests.request_missing(limit)
        ready = Draft.objects.filter(status=Draft.Status.READY).count()
        return {"brouillons_demandés": asked_for, "à_valider": ready}

    def get_statistics(self) -> dict[str, Any]:
        """Tickets by status and category, and the figures of the last 30 days."""
        by_status = dict(Ticket.objects.order_by().values_list("status").annotate(Count("pk")))
        by_category = dict(
            Ticket.objects.order_by()
            .exclude(category=None)
            .values_list("category__name")
            .annotate(Count("pk"))
        )
        return {
            "total_tickets": sum(by_status.values()),
            "par_statut": {word: by_status.get(code, 0) for code, word in FRENCH.items()},
            "par_catégorie": by_category,
            "chiffres": figures.summary(asked(None, None, None)).as_dict(),
        }


def _propose(ticket_id: int, body: str, status: str) -> None:
    """Put the words in the place of the open ticket's draft; a person approves them."""
    body = storable(body).strip()
    if len(body) > MOST:
        told = _("A reply has at most %(most)d characters; this one has %(length)d.")
        sizes = {"most": MOST, "length": len(body)}
        raise DomainError(told % sizes, code="too_long", field="reponse")
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(no_key=True).filter(pk=ticket_id).first()
        if ticket is None:
            raise TicketNotFound(ticket_id)
        if not ticket.is_open:
            raise TicketNotOpen(ticket)
        if ticket.status != status:
            ticket.status = status
            ticket.save(update_fields=["status", "updated_at"])
        if body:
            requests.propose(ticket, body)
            TicketEvent.objects.create(ticket=ticket, kind=TicketEvent.Kind.DRAFTED)
        marks.touch(ticket)


def _address(email: str) -> str:
    return customers.normalised_value("email", email)


def _text(number: int | str | None) -> str:
    return "" if number is None else str(number)


def _client(customer: Customer, email: str) -> dict[str, Any]:
    first, _space, rest = customer.name.partition(" ")
    return {
        "id": customer.pk,
        "email": email,
        "nom": rest or first,
        "prénom": first if rest else "",
        "société": customer.company,
        "ville": customer.city,
        "créé_le": customer.created_at,
    }


def _orders_of(client_id: int) -> list[OrderFacts]:
    customer = Customer.objects.filter(pk=client_id).first()
    if customer is None:
        told = _("There is no customer with the id %(id)s.") % {"id": client_id}
        raise DomainError(told, code="not_found", field="client_id", value=client_id)
    return order_facts.of_person(customer, "")


def _commande(facts: OrderFacts) -> dict[str, Any]:
    return {
        "id": facts.number,
        "date_commande": facts.ordered_on,
        "statut": facts.status,
        "date_livraison": facts.delivery_date,
        "montant_total": facts.total,
        "devise": facts.currency,
        "articles": list(facts.items),
        "transporteur": facts.carrier,
        "numero_suivi": facts.tracking_number,
    }


def _shop_order(row: ShopOrder) -> dict[str, Any]:
    return {
        "id": row.number,
        "client_id": row.customer_id,
        "email_client": row.email,
        "date_commande": row.ordered_on,
        "statut": row.status,
        "date_livraison": row.delivery_date,
        "montant_total": row.total,
        "devise": row.currency,
        "articles": row.items.splitlines(),
        "transporteur": row.carrier,
        "numero_suivi": row.tracking_number,
    }


def _purchase_order(row: Order) -> dict[str, Any]:
    return {
        "id": row.number,
        "client_id": row.customer_id,
        "email_client": row.email,
        "date_commande": timezone.localdate(row.created_at),
        "statut": row.get_status_display(),
        "date_livraison": row.delivery_date,
        "montant_total": row.total,
        "devise": row.currency,
        "articles": [line.description for line in row.lines.all()],
        "transporteur": "",
        "numero_suivi": "",
    }


def _category(name: str) -> Category:
    name = storable(name)
    found = Category.objects.filter(Q(key=name) | Q(name__iexact=name.strip())).first()
    if found is None:
        told = _("There is no category “%(name)s”: choose one of %(known)s.")
        known = ", ".join(Category.objects.values_list("name", flat=True))
        words = {"name": name, "known": known}
        raise DomainError(told % words, code="unknown", field="cat", value=name)
    return found


def _reponse(row: ReplyTemplate) -> dict[str, Any]:
    return {
        "id": row.pk,
        "catégorie": row.category.name,
        "réponse_générique": row.body,
        "langue": row.language,
        "nom": row.name,
    }


def _free_name(same: QuerySet[ReplyTemplate], name: str) -> str:
    taken = set(same.values_list("name", flat=True))
    number, wanted = 1, name[:110]
    while wanted in taken:
        number += 1
        wanted = f"{name[:110]} ({number})"
    return wanted


def _ticket(ticket_id: int) -> Ticket:
    found = _with_texts(Ticket.objects.filter(pk=ticket_id)).first()
    if found is None:
        raise TicketNotFound(ticket_id)
    return found


def _with_texts(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.select_related("category").prefetch_related("thread", "drafts")


def _contact(ticket: Ticket) -> dict[str, Any]:
    """The ticket as a page of the base "Contacts clients" has it."""
    first = next(iter(ticket.thread.all()), None)
    shown = (*Draft.OPEN, Draft.Status.SENT)
    draft = next((one for one in ticket.drafts.all() if one.status in shown), None)
    return {
        "id": ticket.pk,
        "nom_prenom": ticket.name,
        "email_client": ticket.email,
        "id_commande": ticket.order_number,
        "message_initial": first.text if first else "",
        "catégorie": ticket.category.name if ticket.category else "",
        "réponse_personnalisée": (draft.sent_body or draft.body) if draft else "",
        "statut": FRENCH[ticket.status],
    }
