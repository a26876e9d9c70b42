"""A worker that is killed in the middle of its work: nothing lost, nothing done twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import psutil
import pytest
from django.apps import apps
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.core.jobs.sweeper import sweep
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.messaging.receiving import Incoming, receive
from backoffice.testing.waiting import wait_until
from backoffice.testing.worker import Worker, live_worker

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = 200


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_every_message_is_processed_once_although_the_worker_is_killed(tmp_path: Path):
    for number in range(NUMBER):
        _order(number)
    with live_worker(tmp_path / "first.log") as worker:
        wait_until(lambda: _done() >= NUMBER // 5, within=60, what="the first messages")
        _kill_all(worker)
    killed_after = _done()
    _let_time_pass()
    with live_worker(tmp_path / "second.log"):
        wait_until(lambda: _done() == NUMBER, within=60, what="the remaining messages")

    assert killed_after < NUMBER
    assert InboundMessage.objects.filter(attempts__gt=2).count() == 0
    # Messaging knows no desk; what the order desk wrote is asked for by name.
    proposed = apps.get_model("orders", "Order")._default_manager
    orders = Counter(proposed.values_list("message_id", flat=True))
    assert (len(orders), set(orders.values())) == (NUMBER, {1})
    assert OutboundMessage.objects.count() == 0


def _order(number: int) -> None:
    receive(
        Incoming(
            desk="orders",
            channel="whatsapp",
            external_id=f"SM{number}",
            raw=b"",
            sent_at=timezone.now(),
            sender_phone=f"+2126000{number:05}",
            body=f"Bonjour, je voudrais commander {1000 + number} sachets fond plat 12x25. Merci",
        )
    )


def _done() -> int:
    return InboundMessage.objects.filter(status="done").count()


def _kill_all(worker: Worker) -> None:
    """As a power cut does it: nobody gets to say goodbye."""
    for process in worker.everyone():
        process.kill()
    psutil.wait_procs(worker.everyone() if worker.supervisor.poll() is None else [], timeout=5)


def _let_time_pass() -> None:
    """What the dead worker held comes free after its lease; here at once."""
    long_ago = timezone.now() - timedelta(hours=1)
    InboundMessage.objects.filter(claimed_at__isnull=False).update(claimed_at=long_ago)
    InboundMessage.objects.filter(queued_at__isnull=False).update(queued_at=long_ago)
    OrmQ.objects.update(lock=long_ago)
    sweep()
