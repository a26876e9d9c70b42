from __future__ import annotations

from datetime import time

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "backoffice.messaging"
    label = "messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        # The models are there only now.
        from backoffice.core import health, jobs  # noqa: PLC0415 - see above
        from backoffice.messaging import (  # noqa: PLC0415 - see above
            delivery_tasks,
            file_tasks,
            lanes,
            mailbox_tasks,
            pulse,
            seed_templates,
            tasks,
            whatsapp_checks,
        )

        seed_templates.register_occasions()
        health.register("messages", pulse.report)
        checks.register(whatsapp_checks.check_whatsapp)
        checks.register(whatsapp_checks.check_whatsapp_cloud)
        jobs.register_lane(lanes.INBOX, tasks.process_message)
        jobs.register_schedule("mailboxes", mailbox_tasks.fetch_mailboxes, minutes=2)
        jobs.register_schedule("mailbox-runs", mailbox_tasks.prune_runs, daily_at=time(3, 40))
        jobs.register_schedule("documents", tasks.prune_documents, daily_at=time(3, 50))
        jobs.register_schedule("late-files", file_tasks.read_late_files, minutes=2)
        jobs.register_lane(lanes.OUTBOX, delivery_tasks.deliver_message)
        jobs.register_schedule("outbox-waiting", delivery_tasks.release_waiting_messages, minutes=5)
        jobs.register_schedule("outbox-unknown", delivery_tasks.settle_unknown_messages, minutes=2)
