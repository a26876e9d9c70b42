from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from support.seed_categories import seed


class Migration(migrations.Migration):
    dependencies: ClassVar = [("support", "0001_initial")]

    operations: ClassVar = [migrations.RunPython(seed, migrations.RunPython.noop)]
