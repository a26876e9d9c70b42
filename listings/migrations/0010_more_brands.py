"""Bring the brands, families and references the shipped catalogue has gained."""

from __future__ import annotations

from django.db import migrations

from listings.reading.seed_catalogue import seed


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0009_catalogue_permissions"),
    ]

    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop, elidable=False),
    ]
