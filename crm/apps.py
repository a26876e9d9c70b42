from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Customers")

    def ready(self) -> None:
        # The models are there only now.
        from backoffice.core import demo as demo_data  # noqa: PLC0415 - see above
        from crm import demo  # noqa: PLC0415 - see above
        from crm.duplicates import wiring as duplicates  # noqa: PLC0415 - see above
        from crm.recommendations import wiring as recommendations  # noqa: PLC0415 - see above
        from crm.sources import wiring as sources  # noqa: PLC0415 - see above
        from crm.sync import wiring as sync  # noqa: PLC0415 - see above

        # After the desks, whose own demo wants a database without customers.
        demo_data.register("crm", demo.load, order=10)
        duplicates.register()
        recommendations.register()
        sources.register()
        sync.register()
