from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("crm", "0005_sources"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name="syncrun",
            name="crm_run_one_open",
        ),
        migrations.RemoveIndex(
            model_name="syncrun",
            name="crm_run_open",
        ),
        migrations.AddField(
            model_name="syncchange",
            name="refusal",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "It was changed after this sync."),
                    (2, "Something else refers to it now."),
                    (3, "It was merged with another customer since."),
                    (4, "Its earlier values meanwhile belong to another row."),
                ],
                null=True,
                verbose_name="left alone",
            ),
        ),
        migrations.AddField(
            model_name="syncrun",
            name="undo_counts",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name="syncrun",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting"),
                    ("running", "running"),
                    ("done", "done"),
                    ("failed", "failed"),
                    ("cancelled", "cancelled"),
                    ("to_undo", "waiting to be undone"),
                    ("undoing", "being undone"),
                    ("undone", "undone"),
                ],
                default="waiting",
                editable=False,
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="syncrun",
            index=models.Index(
                condition=models.Q(("status__in", ["waiting", "running", "to_undo", "undoing"])),
                fields=["status"],
                name="crm_run_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="syncrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["waiting", "running", "to_undo", "undoing"])),
                fields=("source",),
                name="crm_run_one_open",
            ),
        ),
    ]
