"""What a trader did to an earlier message: edited it, or deleted it for everybody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.messaging.models import InboundMessage


class Amendment(models.Model):
    """One message that changes another; kept apart, since it may be read before the other one.

    The listings of a message belong to its latest edit; a deletion is the last word.
    """

    class Kind(models.TextChoices):
        EDIT = "edit", pgettext_lazy("message", "edit")
        DELETION = "deletion", pgettext_lazy("message", "deletion")

    message = models.OneToOneField(
        InboundMessage, models.CASCADE, related_name="amends", verbose_name=_("message")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # The external id of the first message, also where an edit was edited again.
    original = models.CharField(_("changed message"), max_length=300, db_index=True)
    # The sender's own time, which decides of two edits.
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of a message")
        verbose_name_plural = _("changes of messages")
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.original}"
