from django.db import migrations

from listings.people import seed_trader_templates


class Migration(migrations.Migration):
    dependencies = [("listings", "0006_match_templates"), ("messaging", "0008_whatsapp_cloud")]

    operations = [migrations.RunPython(seed_trader_templates.seed, migrations.RunPython.noop)]
