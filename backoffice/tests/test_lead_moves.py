"""Scores follow what happens at the desks, a living worker between them."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

from backoffice.core import jobs
from backoffice.core.jobs.schedules import ensure_schedules
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.models import InboundMessage
from backoffice.testing.waiting import wait_until
from backoffice.testing.worker import live_worker
from orders import workflow
from orders.tests import factories as make
from scoring import tasks
from scoring.leads import rescoring
from scoring.models import LeadScore, LeadTouch
from scoring.moves import catching_up

if TYPE_CHECKING:
    from pathlib import Path

    from crm.models import Customer

ADDRESS = "contact@boulangerie-tizi.example"


@pytest.fixture
def bakery() -> Customer:
    """A customer who was scored and about whom nothing is new."""
    row = make.CustomerFactory.create(email=ADDRESS)
    rescoring.rescore([row.pk])
    LeadTouch.objects.all().delete()
    return row


def contacts(row: Customer) -> tuple[int, int]:
    """Contacts and money spent, as the lead says."""
    lead = LeadScore.objects.get(pk=row.pk)
    return lead.total_contacts, int(lead.total_spent)


def write(subject: str, text: str) -> None:
    mail = EmailMessage()
    mail["From"] = f"Khalid Boukhris <{ADDRESS}>"
    mail["To"] = "commandes@atlas.example"
    mail["Subject"] = subject
    mail["Message-ID"] = "<1@boulangerie-tizi.example>"
    mail["Date"] = timezone.now()
    mail.set_content(text)
    receive_mail(Mail(mail.as_bytes(), desk="support"))


@pytest.mark.django_db
def test_a_validated_order_is_a_purchase_until_it_is_taken_back(bakery: Customer):
    order = make.order_with_line(customer=bakery)
    clerk = make.clerk()
    catching_up.catch_up()
    assert contacts(bakery) == (0, 0)

    workflow.validate(order.pk, by=clerk)
    assert catching_up.catch_up() == 1
    assert contacts(bakery) == (1, 950)

    workflow.cancel(order.pk, by=clerk, reason="The bakery closes.")
    assert catching_up.catch_up() == 1
    assert contacts(bakery) == (1, 0)


@pytest.mark.django_db
def test_somebody_looks_each_minute():
    ensure_schedules()

    schedule = Schedule.objects.get(func="scoring.tasks.catch_up")
    assert (schedule.schedule_type, schedule.minutes) == (Schedule.MINUTES, 1)


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_an_order_and_a_message_move_the_score(bakery: Customer, tmp_path: Path):
    make.message_templates()
    clerk = make.clerk()
    before = LeadScore.objects.get(pk=bakery.pk).score
    order = make.order_with_line(customer=bakery)
    with live_worker(tmp_path / "worker.log"):
        workflow.validate(order.pk, by=User.objects.get(pk=clerk.pk))
        _look()
        wait_until(lambda: contacts(bakery) == (1, 950), within=60, what="the order's score")
        after_order = LeadScore.objects.get(pk=bakery.pk).score

        write("Retard de livraison", "Bonjour, où est ma livraison ? Merci.")
        taken_in = InboundMessage.objects.exclude(processed_at=None).exists
        wait_until(taken_in, within=60, what="the message to be taken in")
        _look()
        wait_until(lambda: contacts(bakery) == (2, 950), within=60, what="the message's score")

    assert after_order > before
    assert LeadScore.objects.get(pk=bakery.pk).score >= after_order


def _look() -> None:
    """Now rather than in a minute."""
    with transaction.atomic():
        jobs.enqueue(tasks.catch_up)
