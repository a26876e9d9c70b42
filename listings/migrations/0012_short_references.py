"""Bring the short references of Omega into the shipped catalogue."""

from __future__ import annotations

from django.db import migrations

from listings.reading.seed_catalogue import seed


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0011_search_indexes"),
    ]

    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop, elidable=False),
    ]
