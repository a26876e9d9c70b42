"""Asking, in the background, whether a channel works; one check at a time, its result kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from backoffice.core.jobs import enqueue
from backoffice.messaging import whatsapp_probe
from backoffice.messaging.cloud import probe as cloud_probe
from backoffice.messaging.models import Channel, LineCheck

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# All its time-outs together take less.
LOST_AFTER = timedelta(minutes=2)


def ask_whatsapp(*, by: AbstractBaseUser) -> bool:
    """Have WhatsApp checked; False where a check is under way already."""
    from backoffice.messaging.tasks import check_whatsapp  # noqa: PLC0415 - it needs this module

    with transaction.atomic():
        LineCheck.objects.get_or_create(
            channel=Channel.WHATSAPP, defaults={"finished_at": timezone.now()}
        )
        check = LineCheck.objects.select_for_update(no_key=True).get(channel=Channel.WHATSAPP)
        if is_open(check):
            return False
        check.asked_by_id = by.pk
        check.asked_at = timezone.now()
        check.finished_at = None
        check.findings = []
        check.save(update_fields=["asked_by", "asked_at", "finished_at", "findings"])
        enqueue(check_whatsapp, check.pk)
    return True


def is_open(check: LineCheck) -> bool:
    """Whether its result is still to come; a worker that died leaves one that is not."""
    return check.finished_at is None and timezone.now() - check.asked_at < LOST_AFTER


def carry_out(check_id: int) -> None:
    """Do the check and keep what was found; one that has its result is left alone."""
    check = LineCheck.objects.filter(pk=check_id, finished_at=None).first()
    if check is None:
        return
    findings = [*whatsapp_probe.findings(), *cloud_probe.findings()]
    found = [asdict(finding) for finding in findings]
    # Asked for anew meanwhile: that one's result counts.
    LineCheck.objects.filter(pk=check_id, asked_at=check.asked_at).update(
        findings=found, finished_at=timezone.now()
    )
