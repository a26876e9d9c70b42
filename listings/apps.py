from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = _("Listings")

    def ready(self) -> None:
        # The models are there only now.
        from listings import wiring  # noqa: PLC0415 - see above

        wiring.register()
