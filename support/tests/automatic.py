"""A ticket that the machine may answer by itself, and what tests change about it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.utils import timezone

from support.automatic import texts, trials
from support.models import AutomaticTrial, Category, Draft, ReplyTemplate, ShopOrder, Ticket
from support.tests import tickets as make

ORDER = "10402"
BODY = (
    "Bonjour Salma,\n\nVotre commande 10402 est en route ; elle arrive le 24 avril. Nous suivons le"
    " colis auprès du transporteur.\n\nBien à vous,\nMaison Olivette"
)
WORDS = "Bonjour, quand arrive ma commande 10402 ? Merci."


def manager(username: str = "nadia") -> User:
    """Somebody who may switch automatic answers, and see what they did."""
    user = make.staff(username, "view")
    codes = ["switch_automatic_category", "view_automatictrial"]
    user.user_permissions.add(*Permission.objects.filter(codename__in=codes))
    return User.objects.get(pk=user.pk)


def category(mode: str = "shadow", **values: Any) -> Category:
    row = make.category()
    for name, value in {"automatic_mode": mode, **values}.items():
        setattr(row, name, value)
    row.save()
    return row


def template(of: Category, language: str = "fr") -> ReplyTemplate:
    return ReplyTemplate.objects.get_or_create(
        category=of,
        language=language,
        name="Rehearsed",
        defaults={
            "body": "Votre commande {order_number} arrive le {delivery_date}.",
            "settles": True,
        },
    )[0]


def see_texts(of: Category) -> None:
    """As whoever switches answers on does."""
    of.automatic_texts = texts.of(of)
    of.save(update_fields=["automatic_texts"])


def own_order(email: str, number: str = ORDER) -> ShopOrder:
    return ShopOrder.objects.get_or_create(
        number=number, defaults={"email": email, "status": "expédiée"}
    )[0]


def fit(mode: str = "shadow", *, words: str = WORDS, body: str = BODY, **fields: Any) -> Draft:
    """A new ticket with one message about the customer's own order, and its reply, ready."""
    of = fields.pop("category", None) or category(mode)
    number = fields.pop("order_number", ORDER)
    given = {"category": of, "category_confidence": 0.95, "order_number": number, **fields}
    email = given.setdefault("email", "salma@example.com")
    given.setdefault("shop_order", own_order(email, number) if number else None)
    ticket = make.ticket(words=words, **given)
    used = template(of)
    see_texts(of)
    return make.draft(
        ticket,
        body,
        template=used,
        facts={"order_number": number, "delivery_date": "24 avril"} if number else {},
    )


def consider(draft: Draft) -> AutomaticTrial | None:
    """As the worker that finishes the draft does: ticket locked, in one transaction."""
    with transaction.atomic():
        draft.ticket = Ticket.objects.select_for_update(no_key=True).get(pk=draft.ticket_id)
        trials.consider(draft)
    return AutomaticTrial.objects.filter(draft=draft).first()


def reasons(draft: Draft) -> list[str]:
    trial = consider(draft)
    assert trial is not None
    assert trial.was_fit == (not trial.reasons)
    return list(trial.reasons)


def trial(*, agreed: bool | None = None, **fields: Any) -> AutomaticTrial:
    """A rehearsal as it stands afterwards, with staff's verdict where there is one."""
    draft = make.ready(**fields.pop("ticket", {}))
    given: dict[str, Any] = {
        "category": draft.ticket.category,
        "mode": "shadow",
        "day": timezone.localdate(),
        "confidence": 0.95,
        "was_fit": True,
        "body": draft.body,
        "agreed": agreed,
        "staff_body": "" if agreed is None else draft.body,
    }
    return AutomaticTrial.objects.create(draft=draft, ticket=draft.ticket, **given | fields)
