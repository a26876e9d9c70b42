from django.db import migrations

from listings.matching import seed_templates


class Migration(migrations.Migration):
    dependencies = [("listings", "0005_family_index"), ("messaging", "0008_whatsapp_cloud")]

    operations = [migrations.RunPython(seed_templates.seed, migrations.RunPython.noop)]
