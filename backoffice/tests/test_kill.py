"""From mail to answer while workers are killed: nothing is lost and nothing done twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import psutil
import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.core.jobs.sweeper import sweep
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.testing.smtp import SmtpServer
from backoffice.testing.waiting import wait_until
from backoffice.testing.worker import Worker, live_worker
from orders import workflow
from orders.models import Order

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = 200
WORKERS = 2


@pytest.mark.worker
# Three workers start, and two of them from nothing after a kill: 45 s on a quiet machine, 160 s
# on a busy one.
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
def test_every_order_is_proposed_and_answered_once_although_workers_are_killed(tmp_path: Path):
    for number in range(NUMBER):
        _receive(number)
    with SmtpServer() as server:
        environment = _mail_settings(server)
        with live_worker(tmp_path / "first.log", environment=environment) as worker:
            wait_until(lambda: _done() >= NUMBER // 5, within=150, what="the first messages")
            _kill_all(worker)
        done_when_killed = _done()
        _let_time_pass()
        with live_worker(tmp_path / "second.log", environment=environment) as worker:
            wait_until(lambda: _done() == NUMBER, within=150, what="the remaining messages")
            _validate_all()
            wait_until(lambda: len(server.mails) >= NUMBER // 5, within=150, what="the first mails")
            _kill_all(worker)
        mails_when_killed = len(server.mails)
        _let_time_pass()
        with live_worker(tmp_path / "third.log", environment=environment):
            wait_until(lambda: not _unsent(), within=150, what="the remaining mails")
        delivered = Counter(str(mail["Message-ID"]) for mail in server.mails)
        recipients = Counter(server.recipients)

    assert done_when_killed < NUMBER
    assert mails_when_killed < NUMBER
    assert InboundMessage.objects.filter(attempts__gt=2).count() == 0
    proposed = Counter(Order.objects.values_list("message_id", flat=True))
    assert (len(proposed), {*proposed.values()}) == (NUMBER, {1})
    answers = dict(OutboundMessage.objects.values_list("provider_id", "status"))
    assert (OutboundMessage.objects.count(), len(answers)) == (NUMBER, NUMBER)
    # A worker that died between text and answer does not know: a person decides, nobody repeats.
    doubtful = {name for name, status in answers.items() if status == "unknown"}
    assert len(doubtful) <= WORKERS
    assert {answers[name] for name in answers.keys() - doubtful} == {"sent"}
    assert {*delivered.values()} == {*recipients.values()} == {1}
    assert answers.keys() - doubtful <= delivered.keys() <= answers.keys()


def _receive(number: int) -> None:
    mail = EmailMessage()
    mail["From"] = f"Client Numéro {number} <achats@client{number}.example>"
    mail["To"] = "commandes@kraft-atlas.example"
    mail["Date"] = timezone.now()
    mail["Message-ID"] = f"<{number}@client.example>"
    mail["Subject"] = "Commande"
    mail.set_content(
        f"Bonjour,\n\nJe voudrais commander {1000 + number} sachets fond plat 12x25.\n\nMerci"
    )
    receive_mail(Mail(mail.as_bytes(), desk="orders", arrived_at=timezone.now()))


def _validate_all() -> None:
    boss = User.objects.create_superuser("boss")
    # One transaction: the worker sees all the answers at the same moment.
    with transaction.atomic():
        for order_id in Order.objects.values_list("pk", flat=True):
            workflow.validate(order_id, by=boss)


def _mail_settings(server: SmtpServer) -> dict[str, str]:
    return {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(server.port),
        "SMTP_SECURITY": "none",
        "SMTP_FROM": "commandes@example.com",
        "JOB_WORKERS": str(WORKERS),
    }


def _done() -> int:
    return InboundMessage.objects.filter(status="done").count()


def _unsent() -> int:
    return OutboundMessage.objects.filter(status__in=["queued", "sending"]).count()


def _kill_all(worker: Worker) -> None:
    """As a power cut does it: nobody gets to say goodbye."""
    worker.kill()
    psutil.wait_procs(worker.everyone() if worker.supervisor.poll() is None else [], timeout=5)


def _let_time_pass() -> None:
    """What the dead worker held comes free after its lease; here at once."""
    long_ago = timezone.now() - timedelta(hours=1)
    for rows in (InboundMessage.objects.all(), OutboundMessage.objects.all()):
        rows.filter(claimed_at__isnull=False).update(claimed_at=long_ago)
        rows.filter(queued_at__isnull=False).update(queued_at=long_ago)
    OrmQ.objects.update(lock=long_ago)
    sweep()
