"""Keys that end: told from two weeks before on, on the home page, at the source and by mail."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import tiles
from backoffice.core.health import Report
from backoffice.integrations import mail
from backoffice.messaging import outbox
from backoffice.messaging.models import Channel
from crm.models import DataSource

if TYPE_CHECKING:
    from django.db.models import QuerySet

WARN_DAYS = 14
# Days before the end on which staff get a mail: once each, the last one when it is over.
MAILED = (14, 7, 3, 1, 0)
PERMISSION = "crm.change_datasource"


def days_left(source: DataSource) -> int | None:
    """Whole days until the key ends, negative once it has; None where nobody knows of an end."""
    if source.secret_expires_on is None or not (source.secret or source.secret_variable):
        return None
    return (source.secret_expires_on - timezone.localdate()).days


def warning(source: DataSource) -> str:
    """A sentence where the key ends within two weeks or has ended; else empty."""
    left = days_left(source)
    if left is None or left > WARN_DAYS or source.secret_expires_on is None:
        return ""
    words = {"source": source.name, "day": date_format(source.secret_expires_on, "DATE_FORMAT")}
    if left < 0:
        sentence = _(
            "The key of “%(source)s” ended on %(day)s: make a new one there and type it in, else"
            " nothing is read any more."
        )
        return sentence % words
    if left == 0:
        sentence = _("The key of “%(source)s” ends today: make a new one there and type it in.")
        return sentence % words
    sentence = ngettext(
        "The key of “%(source)s” ends tomorrow, on %(day)s: make a new one there and type it in.",
        "The key of “%(source)s” ends in %(left)d days, on %(day)s: make a new one there and type"
        " it in.",
        left,
    )
    return sentence % (words | {"left": left})


def ending() -> QuerySet[DataSource]:
    """Active sources whose key ends within two weeks or has ended, the first to end first."""
    last = timezone.localdate() + dt.timedelta(days=WARN_DAYS)
    return (
        DataSource.objects.filter(is_active=True, secret_expires_on__lte=last)
        .filter(~Q(secret="") | ~Q(secret_variable=""))
        .order_by("secret_expires_on", "name")
    )


def tile(_user: User) -> tiles.Tile | None:
    """The keys to renew; nothing where there are none."""
    sources = list(ending())
    if not sources:
        return None
    has_ended = (days_left(sources[0]) or 0) <= 0
    return tiles.Tile(
        title=_("Keys to renew"),
        number=len(sources),
        text=warning(sources[0]),
        link=_page(sources[0]) if len(sources) == 1 else tiles.list_link("crm.datasource"),
        tone="danger" if has_ended else "warning",
        icon="key",
    )


def health() -> Report:
    """Whether the keys of all sources still hold; nothing where none has an end."""
    dated = DataSource.objects.filter(is_active=True).exclude(secret_expires_on=None)
    days = list(dated.values_list("secret_expires_on", flat=True))
    today = timezone.localdate()
    is_well = all(day is None or day >= today for day in days)
    return Report(components={"source_keys": is_well}) if days else Report()


def warn() -> None:
    """Write to the staff who look after sources: once on each of the days of ``MAILED``."""
    if not mail.configured():
        return
    staff = list(_staff())
    with translation.override(settings.LANGUAGE_CODE):
        for source in ending():
            for user in staff:
                _write(source, user)


def _write(source: DataSource, user: User) -> None:
    left = max(days_left(source) or 0, 0)
    stage = min(days for days in MAILED if days >= left)
    key = f"source-key:{source.pk}:{source.secret_expires_on}:{stage}:{user.pk}"
    with transaction.atomic():
        outbox.queue_text(
            key=key,
            channel=Channel.EMAIL,
            recipient=user.email,
            recipient_name=user.get_full_name(),
            subject=_("The key of “%(source)s” has to be renewed") % {"source": source.name},
            body=f"{warning(source)}\n\n{settings.PUBLIC_URL}{_page(source)}",
            language=settings.LANGUAGE_CODE,
        )


def _staff() -> QuerySet[User]:
    holders = User.objects.with_perm(
        PERMISSION, backend="django.contrib.auth.backends.ModelBackend"
    )
    return holders.filter(is_active=True, is_staff=True).exclude(email="").order_by("pk")


def _page(source: DataSource) -> str:
    try:
        return reverse("admin:crm_datasource_change", args=[source.pk])
    except NoReverseMatch:
        return ""
