from django.db import migrations

from scoring.moves.seed_templates import TEXTS


def write_templates(apps, schema_editor):
    MessageTemplate = apps.get_model("messaging", "MessageTemplate")
    for words in TEXTS:
        MessageTemplate.objects.get_or_create(
            key=words.key,
            channel="email",
            language=words.language,
            defaults={"subject": words.subject, "body": words.body},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0011_counted"),
        ("scoring", "0003_outcomes"),
    ]

    operations = [migrations.RunPython(write_templates, migrations.RunPython.noop)]
