"""Which orders a question is about: when they came or were decided, and by which way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.errors import DomainError
from backoffice.messaging.models import Channel
from orders.models import Order, OrderLine
from orders.models.order import COUNTED

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from backoffice.core.figures.period import Days, Period


class Origin(models.TextChoices):
    """The way an order came: the channel of its message, or none."""

    EMAIL = Channel.EMAIL.value, Channel.EMAIL.label
    WHATSAPP = Channel.WHATSAPP.value, Channel.WHATSAPP.label
    WHATSAPP_CLOUD = Channel.WHATSAPP_CLOUD.value, Channel.WHATSAPP_CLOUD.label
    API = Channel.API.value, Channel.API.label
    MANUAL = "manual", gettext_lazy("typed in")
    IMPORT = "import", gettext_lazy("imported")


_IMPORTED = Q(method=Order.Method.IMPORT)
ORIGIN = Case(
    When(_IMPORTED, then=Value(Origin.IMPORT.value)),
    When(channel="", then=Value(Origin.MANUAL.value)),
    default=F("channel"),
    output_field=models.CharField(),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The orders of a period; ``origin`` empty for all of them."""

    period: Period
    origin: Origin | None = None

    @property
    def title(self) -> str:
        if self.origin is None:
            return self.period.title
        return f"{self.period.title}, {self.origin.label}"

    def orders(self) -> QuerySet[Order]:
        """Of this way, whenever they came; without copies."""
        return Order.objects.filter(self._counted()).order_by()

    def lines(self) -> QuerySet[OrderLine]:
        """The lines of :meth:`orders`, with one join."""
        return OrderLine.objects.filter(through("order", self._counted())).order_by()

    def received(self) -> QuerySet[Order]:
        """Placed in the period; imported ones on the day their customer placed them."""
        return self.orders().filter(during("created_at", self.period.days))

    def decided(self) -> QuerySet[Order]:
        """Validated or rejected by a person in the period: imported orders were not."""
        days = self.period.days
        return self.orders().exclude(_IMPORTED).filter(during("decided_at", days))

    def readings_decided(self) -> QuerySet[Order]:
        """Those of :meth:`decided` that a machine had read."""
        return self.decided().exclude(method=Order.Method.MANUAL)

    def _counted(self) -> Q:
        if self.origin is None:
            return COUNTED
        if self.origin == Origin.IMPORT:
            return COUNTED & _IMPORTED
        channel = "" if self.origin == Origin.MANUAL else self.origin.value
        return COUNTED & Q(channel=channel) & ~_IMPORTED


def during(field: str, days: Days) -> Q:
    return Q(**{f"{field}__gte": days.start, f"{field}__lt": days.end})


def through(relation: str, condition: Q) -> Q:
    """A condition on orders as one on rows that point to an order."""
    found = Q(_connector=condition.connector, _negated=condition.negated)
    for child in condition.children:
        if isinstance(child, Q):
            found.children.append(through(relation, child))
        else:
            field, value = cast("tuple[str, object]", child)
            found.children.append((f"{relation}__{field}", value))
    return found


def origin_of(value: str) -> Origin | None:
    """The way by its name, None for no name; ``DomainError`` for one there is not."""
    if not value:
        return None
    try:
        return Origin(value)
    except ValueError:
        sentence = _("There is no channel “%(value)s”: choose one of %(known)s.")
        raise DomainError(
            sentence % {"value": value, "known": ", ".join(Origin.values)},
            code="unknown_channel",
            field="channel",
            value=value,
        ) from None
