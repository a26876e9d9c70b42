from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = _("Support")

    def ready(self) -> None:
        # The models are there only now.
        from backoffice.core import jobs  # noqa: PLC0415 - see above
        from backoffice.messaging import desks  # noqa: PLC0415 - see above
        from support import intake, tasks  # noqa: PLC0415 - see above
        from support.drafting import requests  # noqa: PLC0415 - see above

        desks.register(
            "support", label=_("Support"), process=intake.process, withdraw=intake.withdraw
        )
        jobs.register_lane(requests.LANE, tasks.write_draft)
