from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = _("Lead scores")

    def ready(self) -> None:
        # Every app's translations and settings are there only now.
        from scoring import wiring  # noqa: PLC0415 - see above

        wiring.register()
