"""What a person should look at, and who is told of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.messaging.models import InboundMessage, OutboundMessage
from orders.models.order import Order


class Severity(models.IntegerChoices):
    INFO = 1, _("information")
    WARNING = 2, _("warning")
    CRITICAL = 3, _("critical")


class Alert(models.Model):
    """A fact that needs a person: open -> acknowledged -> resolved.

    ``key`` names the fact ("pending:order:12"), so that computing it twice writes one
    row; it may come back after it was resolved. ``fingerprint`` is what was known of the
    fact: one that a person resolved is raised again only when that has changed.
    """

    class Kind(models.TextChoices):
        DELIVERY_NEAR = "delivery_near", _("delivery date is near")
        DELIVERY_PAST = "delivery_past", _("delivery date is past")
        PENDING_LONG = "pending_long", _("waits for a decision")
        UNUSUAL_QUANTITY = "unusual_quantity", _("unusual quantity")
        UNUSUAL_PRICE = "unusual_price", _("unusual price")
        TOTAL_MISMATCH = "total_mismatch", _("total does not match its lines")
        DUPLICATE = "duplicate", _("sent twice")
        CHANGE_REQUEST = "change_request", _("change asked for")
        NOTICE_FAILED = "notice_failed", _("customer was not told")
        MESSAGE_WAITS = "message_waits", _("message needs attention")
        MAILBOX_DOWN = "mailbox_down", _("mailbox cannot be reached")
        PROVIDER_DOWN = "provider_down", _("service cannot be reached")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        RESOLVED = "resolved", _("resolved")

    key = models.CharField(max_length=200, editable=False)
    fingerprint = models.CharField(max_length=200, blank=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    order = models.ForeignKey(
        Order,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="alerts",
        verbose_name=_("order"),
    )
    message = models.ForeignKey(
        InboundMessage,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message"),
    )
    notice = models.ForeignKey(
        OutboundMessage,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message sent"),
    )
    # In the language of the installation, as all that is kept.
    sentence = models.TextField(_("what"))
    raised_at = models.DateTimeField(_("raised"), auto_now_add=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    # Nobody: the fact went away.
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering: ClassVar = ["-severity", "-raised_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=~Q(state="resolved"), name="orders_alert_once"
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False)
                | (~Q(state="resolved") & Q(resolved_at__isnull=True)),
                name="orders_alert_resolved_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-severity", "-raised_at"], name="orders_alert_list"),
            models.Index(fields=["key", "-raised_at"], name="orders_alert_key"),
            # Read at each computing: what people put away while the fact lasts.
            models.Index(
                fields=["kind"],
                condition=Q(state="resolved") & ~Q(fingerprint=""),
                name="orders_alert_put_away",
            ),
        ]

    def __str__(self) -> str:
        words = {"title": self.get_kind_display(), "value": Truncator(self.sentence).chars(60)}
        return gettext("%(title)s: %(value)s") % words


class Subscription(models.Model):
    """What somebody wants by e-mail; sent while they may see the orders."""

    class Topic(models.TextChoices):
        ALERTS = "alerts", _("alerts")
        WEEKLY_REPORT = "weekly_report", _("weekly report")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="order_subscriptions",
        verbose_name=_("person"),
    )
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    least_severity = models.PositiveSmallIntegerField(
        _("from severity"),
        choices=Severity,
        default=Severity.WARNING,
        help_text=_("For alerts: less severe ones are not sent."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering: ClassVar = ["user__username", "topic"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "topic"],
                name="orders_subscription_once",
                violation_error_message=_("This person is subscribed to it already."),
            ),
        ]

    def __str__(self) -> str:
        words = {"title": self.user, "value": self.get_topic_display()}
        return gettext("%(title)s: %(value)s") % words


class AlertMail(models.Model):
    """That a person was written to about an alert: each of them once."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="mails")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("e-mail about an alert")
        verbose_name_plural = _("e-mails about alerts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "user"], name="orders_alert_mail_once"),
        ]
        indexes: ClassVar = [
            # Read before each e-mail: when was the last one?
            models.Index(fields=["user", "-created_at"], name="orders_alert_mail_last"),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} -> {self.user_id}"
