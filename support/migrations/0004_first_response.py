from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("support", "0003_notion_source")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["first_response_at"],
                condition=models.Q(("first_response_at__isnull", False)),
                name="support_ticket_responded",
            ),
        ),
    ]
