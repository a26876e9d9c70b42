"""Which addresses and numbers are certainly a customer's, and which were only learnt."""

from __future__ import annotations

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F

# What a customer was registered with was written in the same moment.
AT_ONCE = timedelta(minutes=1)


def doubt_what_came_later(apps, schema_editor):
    """Nobody can tell whether staff typed it or an order stated it: a person confirms it."""
    identities = apps.get_model("crm", "CustomerIdentity").objects
    later = identities.filter(created_at__gt=F("customer__created_at") + AT_ONCE)
    later.exclude(kind="source_key").update(is_confirmed=False)


class Migration(migrations.Migration):
    dependencies = [("crm", "0003_product_synonyms")]

    operations = [
        migrations.AddField(
            model_name="customeridentity",
            name="is_confirmed",
            field=models.BooleanField(
                default=True,
                help_text="It is certainly the customer's: whoever writes from it may be told about"
                " all of their orders. What was learnt from an order is confirmed by a person.",
                verbose_name="confirmed",
            ),
        ),
        migrations.RunPython(doubt_what_came_later, migrations.RunPython.noop),
    ]
