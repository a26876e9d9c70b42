from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = _("Support")

    def ready(self) -> None:
        # The models are there only now.
        from backoffice.core import demo as demo_data  # noqa: PLC0415 - see above
        from backoffice.core import jobs  # noqa: PLC0415 - see above
        from crm import panels as customer_panels  # noqa: PLC0415 - see above
        from support import demo, panels, tasks, wiring  # noqa: PLC0415 - see above
        from support.drafting import requests  # noqa: PLC0415 - see above
        from support.figures import wiring as figures  # noqa: PLC0415 - see above
        from support.notion import wiring as notion  # noqa: PLC0415 - see above
        from support.understanding import training_job  # noqa: PLC0415 - see above

        demo_data.register("support", demo.load)
        wiring.register()
        figures.register()
        jobs.register_lane(requests.LANE, tasks.write_draft)
        jobs.register_lane(training_job.LANE, tasks.train_classifier)
        customer_panels.register(panels.recent_tickets, permission="support.view_ticket", order=20)
        customer_panels.register(
            panels.recent_shop_orders, permission="support.view_shoporder", order=30
        )
        notion.register()
