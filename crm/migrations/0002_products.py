"""The four packaging products that orders are read for."""

from __future__ import annotations

from django.db import migrations

PRODUCTS = {
    "sachet_fond_plat": "Sachets fond plat",
    "sac_fond_carre_sans_poignees": "Sac fond carré sans poignées",
    "sac_fond_carre_poignees_plates": "Sac fond carré avec poignées plates",
    "sac_fond_carre_poignees_torsadees": "Sac fond carré avec poignées torsadées",
}


def load(apps, schema_editor):
    product = apps.get_model("crm", "Product")
    for sku, name in PRODUCTS.items():
        product.objects.get_or_create(
            sku=sku, defaults={"name": name, "category": "Emballage", "unit": "piece"}
        )


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]

    # Staff may have renamed or used them: going back removes nothing.
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
