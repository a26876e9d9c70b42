from django.db import migrations, models

from support import seed_templates


class Migration(migrations.Migration):
    dependencies = [("support", "0013_seeds_that_settle")]

    operations = [
        migrations.AddField(
            model_name="replytemplate",
            name="suits",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "any order"),
                    ("not_due", "an order that is not due yet"),
                    ("delivered", "an order that was delivered"),
                    ("ended", "an order that was cancelled, returned or refunded"),
                ],
                max_length=10,
                verbose_name="written for",
            ),
        ),
        migrations.RunPython(seed_templates.suit, migrations.RunPython.noop),
    ]
