from __future__ import annotations

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Words a voice message to this desk is likely to hold; they guide the transcription.
VOCABULARY = (
    "kif dima, b7al dima, commande, sachets fond plat, sacs fond carré, poignées plates,"
    " poignées torsadées, kraft, grammage, carton, palette, mille, dirhams, livraison,"
    " كيف ديما, بحال ديما, صاشيات, صيكان, الطلبية, درهم"
)


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        # The models are there only now.
        from backoffice.core import demo as demo_data  # noqa: PLC0415 - see above
        from backoffice.core import jobs, stats  # noqa: PLC0415 - see above
        from backoffice.messaging import desks  # noqa: PLC0415 - see above
        from crm import panels as customer_panels  # noqa: PLC0415 - see above
        from crm import product_names  # noqa: PLC0415 - see above
        from orders import (  # noqa: PLC0415 - see above
            by_hand,
            catalogue,
            demo,
            figures,
            history_import,
            intake,
            panels,
            seed_templates,
            tasks,
        )
        from orders.alerts import wiring as alerts  # noqa: PLC0415 - see above
        from orders.report import wiring as report  # noqa: PLC0415 - see above

        desks.register(
            "orders",
            label=_("Orders"),
            makes=desks.Makes(_("orders"), figures.made_of_runs),
            process=intake.process,
            withdraw=intake.withdraw,
            vocabulary=VOCABULARY,
            by_hand=desks.ByHand(_("Open an order"), by_hand.PERMISSION, by_hand.open_page),
        )
        customer_panels.register(panels.recent_orders, permission="orders.view_order", order=10)
        product_names.register(catalogue.why_no_name)
        demo_data.register("orders", demo.load)
        stats.register("orders", figures.summary, permission="orders.view_order")
        seed_templates.register_occasions()
        jobs.register_lane(history_import.LANE, tasks.load_history)
        jobs.register_schedule(
            "forget-history-uploads", tasks.forget_history_uploads, daily_at=time(3, 40)
        )
        alerts.register()
        report.register()
