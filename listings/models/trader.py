"""Who writes: one row per person, with the addresses that are surely theirs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models import Customer


class Trader(models.Model):
    """A sender of messages to this desk.

    Known by addresses; two become one only where WhatsApp itself says that they are (a number
    change, a shared contact, a message that carries both). ``erased_at``: their personal data
    were removed on request; what they offered stays, nameless, for the market.
    """

    name = models.CharField(_("name"), max_length=200, blank=True)
    # "@..." of WhatsApp; for display only, people change it.
    username = models.CharField(_("user name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    customer = models.ForeignKey(
        Customer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="traders",
        verbose_name=_("customer"),
    )
    # What they offer is kept out of the market.
    is_blocked = models.BooleanField(_("blocked"), default=False)
    note = models.TextField(_("note"), blank=True)
    first_seen_at = models.DateTimeField(_("first message"))
    last_seen_at = models.DateTimeField(_("last message"))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("trader")
        verbose_name_plural = _("traders")
        ordering: ClassVar = ["-last_seen_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["-last_seen_at"], name="listings_trader_seen")]
        permissions: ClassVar = [
            ("write_trader", _("Can write to traders")),
            ("erase_trader", _("Can erase a trader's personal data")),
        ]

    def __str__(self) -> str:
        return self.name or self.username or f"#{self.pk}"


class TraderAddress(models.Model):
    """A key of WhatsApp by which a trader writes; belongs to one trader for ever."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("phone")
        USER_ID = "user_id", _("WhatsApp user id")

    trader = models.ForeignKey(Trader, models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # E.164, or the user id as WhatsApp writes it.
    value = models.CharField(_("value"), max_length=160)
    # A number that was given up still tells who wrote before.
    is_former = models.BooleanField(_("former"), default=False)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("trader's address")
        verbose_name_plural = _("traders' addresses")
        ordering: ClassVar = ["is_former", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "value"], name="listings_address_once"),
        ]

    def __str__(self) -> str:
        return self.value
