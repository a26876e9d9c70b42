from __future__ import annotations

from datetime import time

from django.apps import AppConfig, apps
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "backoffice.core"
    label = "core"
    verbose_name = _("System")

    def ready(self) -> None:
        # Models of django-q2 are ready only now.
        from django_q.signals import post_execute, post_execute_in_worker  # noqa: PLC0415

        from backoffice.core import addresses, private_errors  # noqa: PLC0415
        from backoffice.core.ai.checks import check_openai  # noqa: PLC0415
        from backoffice.core.jobs import heartbeat, register_schedule, tasks  # noqa: PLC0415
        from backoffice.core.spreadsheets import leftovers  # noqa: PLC0415

        addresses.register()
        checks.register(check_openai)
        register_schedule("beat", tasks.beat, minutes=1)
        register_schedule("sweep", tasks.sweep, minutes=1)
        register_schedule("prune", tasks.prune, daily_at=time(3, 20))
        register_schedule("forget-uploads", leftovers.forget, daily_at=time(3, 30))
        post_execute.connect(heartbeat.record_beat, dispatch_uid="core.heartbeat")
        post_execute_in_worker.connect(
            private_errors.cut_result, dispatch_uid="core.private_errors"
        )
        post_migrate.connect(_make_schedules, sender=self, dispatch_uid="core.schedules")
        # Permissions are made app by app; with the last one all of them are there.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(_make_roles, sender=last, dispatch_uid="core.roles")


def _make_schedules(using: str, **_signal: object) -> None:
    from backoffice.core.jobs.schedules import ensure_schedules  # noqa: PLC0415 - as above

    # Migrating one app alone may come before the queue has its tables.
    if "django_q_schedule" in connections[using].introspection.table_names():
        ensure_schedules()


def _make_roles(**_signal: object) -> None:
    from backoffice.core.roles import ensure_roles  # noqa: PLC0415 - as above

    ensure_roles()
