from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0006_outbound_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboundmessage",
            name="handed_from",
            field=models.CharField(
                blank=True, default="", max_length=20, verbose_name="came from desk"
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="inboundmessage",
            index=models.Index(
                condition=models.Q(("channel", "email")),
                fields=["thread"],
                name="messaging_inbound_thread",
            ),
        ),
    ]
