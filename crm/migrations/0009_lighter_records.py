from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


def _bare(to: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("crm", "0008_quality_indexes"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="customeridentity",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="identities",
                to="crm.customer",
            ),
        ),
        migrations.AlterField("sourcerecord", "last_run", _bare("crm.syncrun")),
        migrations.AlterField("sourcerecord", "source", _bare("crm.datasource")),
        migrations.AlterField("sourcerecord", "table", _bare("crm.sourcetable")),
        migrations.AlterField(
            model_name="syncchange",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="crm.syncrun",
            ),
        ),
    ]
