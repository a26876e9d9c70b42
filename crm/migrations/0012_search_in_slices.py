from django.db import migrations, models
from django.db.models import Q
import django.utils.timezone

# Nothing of their own is in these: lost in a crash, they are filled again (crm/duplicates/index.py).
TABLES = """
CREATE UNLOGGED TABLE crm_duplicatekey (
    customer_id bigint NOT NULL, key bigint NOT NULL, place bigint NOT NULL, worth smallint NOT NULL
);
CREATE INDEX crm_duplicatekey_customer ON crm_duplicatekey (customer_id);
CREATE INDEX crm_duplicatekey_block ON crm_duplicatekey (key, place, customer_id) WHERE worth > 0;
CREATE UNLOGGED TABLE crm_duplicatecount (key bigint PRIMARY KEY, seen integer NOT NULL,
    is_block boolean NOT NULL);
"""
STATUSES = [("waiting", "waiting"), ("running", "running"), ("done", "done"), ("failed", "failed")]
STAGES = [("keys", "keys"), ("counts", "counts"), ("pairs", "pairs")]


class Migration(migrations.Migration):
    dependencies = [("crm", "0011_left_out")]

    operations = [
        migrations.RunSQL(TABLES, "DROP TABLE crm_duplicatekey, crm_duplicatecount"),
        migrations.AddField(
            "duplicatecandidate",
            "search",
            models.PositiveBigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            "duplicatescan",
            "attempts",
            models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="attempts"),
        ),
        migrations.AddField(
            "duplicatescan",
            "claimed_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="claimed at"),
        ),
        migrations.AddField(
            "duplicatescan",
            "next_attempt_at",
            models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="next attempt"
            ),
        ),
        migrations.AddField(
            "duplicatescan",
            "queued_at",
            models.DateTimeField(
                blank=True, default=django.utils.timezone.now, editable=False, null=True
            ),
        ),
        migrations.AddField(
            "duplicatescan",
            "error",
            models.TextField(blank=True, editable=False, verbose_name="error"),
        ),
        # Those made before were done at once.
        migrations.AddField(
            "duplicatescan",
            "status",
            models.CharField(
                choices=STATUSES,
                default="done",
                editable=False,
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            "duplicatescan",
            "status",
            models.CharField(
                choices=STATUSES,
                default="waiting",
                editable=False,
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            "duplicatescan",
            "stage",
            models.CharField(
                choices=STAGES, default="keys", editable=False, max_length=10, verbose_name="stage"
            ),
        ),
        migrations.AddField(
            "duplicatescan", "position", models.PositiveBigIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "duplicatescan", "since", models.DateTimeField(blank=True, editable=False, null=True)
        ),
        migrations.AlterField(
            "duplicatescan",
            "finished_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="finished"),
        ),
        migrations.AddConstraint(
            "duplicatescan",
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(status__in=["waiting", "running"]),
                name="crm_scan_one_open",
            ),
        ),
    ]
