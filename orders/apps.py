from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        # The models are there only now.
        from backoffice.messaging import desks  # noqa: PLC0415 - see above
        from orders import intake  # noqa: PLC0415 - see above

        desks.register("orders", label=_("Orders"), process=intake.process)
