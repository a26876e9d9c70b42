from django.db import migrations

from support import seed_templates


class Migration(migrations.Migration):
    dependencies = [("support", "0005_notion_page_stays")]

    operations = [migrations.RunPython(seed_templates.seed, migrations.RunPython.noop)]
