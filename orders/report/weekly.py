"""Once a week, the figures of the week before as a PDF to everybody who subscribed."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.figures.period import last_week, midnight
from backoffice.messaging import outbox
from backoffice.messaging.models import Channel, OutboundMessage
from orders.analytics import report
from orders.analytics.scope import Scope
from orders.models import Subscription
from orders.report import pdf
from orders.report.key_figures import key_figures

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from orders.analytics.report import Report

logger = logging.getLogger(__name__)

PERMISSION = "orders.view_order"


def queue_all(today: dt.date | None = None) -> int:
    """Write to every subscriber who may see orders, once a week; returns to how many.

    That is on Monday, or on the first later day of the week on which this runs. Who subscribes
    after Monday is written to from the next week on. The report is made only when somebody has
    not had it yet.
    """
    today = today or timezone.localdate()
    people = {_key(today, user): user for user in _readers(today)}
    written = OutboundMessage.objects.filter(key__in=people).values_list("key", flat=True)
    waiting = {key: user for key, user in people.items() if key not in {*written}}
    if not waiting:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        found = report.build(Scope(last_week(today)))
        file = outbox.File(
            name=pdf.filename(found), mime="application/pdf", content=pdf.document(found)
        )
        return sum(_queue(key, user, found, file) for key, user in waiting.items())


def body(found: Report, *, name: str) -> str:
    """The mail's text: the key figures, or that there is none this week."""
    week = {"name": name, "days": found.scope.period.days}
    link = settings.PUBLIC_URL + reverse("admin:orders_figures")
    if is_empty(found):
        told = _("No order was received and none was decided in the week from %(days)s.") % week
        figures = [told, _("The attached report compares it with the week before.")]
    else:
        figures = [_("The week from %(days)s in figures:") % week, ""]
        figures += [f"- {row.title}: {row.value} ({row.text})" for row in key_figures(found)]
        figures += ["", _("The attached report has the details.")]
    parts = [
        _("Hello %(name)s,") % week,
        "",
        *figures,
        "",
        _("All figures: %(link)s") % {"link": link},
        "",
        settings.COMPANY_NAME,
    ]
    return "\n".join(parts)


def is_empty(found: Report) -> bool:
    return not (found.statuses.total.now or found.decisions.rate.total)


def _readers(today: dt.date) -> list[User]:
    tuesday = today - dt.timedelta(days=today.weekday() - 1)
    subscriptions = Subscription.objects.filter(
        topic=Subscription.Topic.WEEKLY_REPORT,
        user__is_active=True,
        user__is_staff=True,
        created_at__lt=midnight(tuesday),
    ).exclude(user__email="")
    rows = subscriptions.select_related("user").order_by("pk")
    return [row.user for row in rows if row.user.has_perm(PERMISSION)]


def _key(today: dt.date, user: User) -> str:
    """Named after the week that is told of, so that it is told of once."""
    week = last_week(today).days.first.isocalendar()
    return f"weekly-report:{week.year}-W{week.week:02}:{user.pk}"


def _queue(key: str, user: User, found: Report, file: outbox.File) -> bool:
    try:
        outbox.queue_text(
            key=key,
            channel=Channel.EMAIL,
            recipient=user.email,
            recipient_name=user.get_full_name(),
            subject=_("Orders of the week from %(days)s") % {"days": found.scope.period.days},
            body=body(found, name=user.first_name or user.get_username()),
            language=settings.LANGUAGE_CODE,
            attachments=(file,),
        )
    except DomainError as error:
        # What is wrong with one address must not keep the report from the others.
        logger.warning("The weekly report was not mailed to user %s: %s", user.pk, error.code)
        return False
    return True
