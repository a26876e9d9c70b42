"""Who is written to each morning about leads."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DigestSubscriber(models.Model):
    """Somebody who asked for the daily e-mail about leads; gets it while they may see leads."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("person"),
    )
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("subscriber of the leads' e-mail")
        verbose_name_plural = _("subscribers of the leads' e-mail")
        ordering: ClassVar = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
