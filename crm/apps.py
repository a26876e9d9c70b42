from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Customers")

    def ready(self) -> None:
        # The models are there only now.
        from crm.duplicates import wiring as duplicates  # noqa: PLC0415 - see above
        from crm.sources import wiring as sources  # noqa: PLC0415 - see above
        from crm.sync import wiring as sync  # noqa: PLC0415 - see above

        duplicates.register()
        sources.register()
        sync.register()
