from django.db import migrations

from backoffice.messaging.seed_templates import TEXTS


def write_templates(apps, schema_editor):
    MessageTemplate = apps.get_model("messaging", "MessageTemplate")
    for words in TEXTS:
        for channel, subject in (("email", words.subject), ("whatsapp", "")):
            MessageTemplate.objects.get_or_create(
                key=words.key,
                channel=channel,
                language=words.language,
                defaults={"subject": subject, "body": words.body},
            )


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [migrations.RunPython(write_templates, migrations.RunPython.noop)]
