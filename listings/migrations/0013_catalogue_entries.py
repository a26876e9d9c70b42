"""Catalogue entries are counted: "796 catalogue" said the list. No table changes."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0012_short_references"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="catalogueentry",
            options={
                "ordering": ["brand__name", "model"],
                "permissions": [
                    ("import_catalogueentry", "Can import the catalogue"),
                    ("export_catalogueentry", "Can export the catalogue"),
                ],
                "verbose_name": "catalogue entry",
                "verbose_name_plural": "catalogue entries",
            },
        ),
    ]
