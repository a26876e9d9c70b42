from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from backoffice.core.spreadsheets import leftovers

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings


def test_uploads_nobody_confirmed_are_deleted_after_a_day(tmp_path: Path, settings: Settings):
    settings.MEDIA_ROOT = tmp_path
    folder = tmp_path / leftovers.FOLDER
    folder.mkdir()
    (folder / "new").write_text("x")
    (folder / "old").write_text("x")
    yesterday = time.time() - 25 * 3600
    os.utime(folder / "old", (yesterday, yesterday))

    assert leftovers.forget() == 1
    assert [path.name for path in folder.iterdir()] == ["new"]


def test_nothing_was_ever_imported(tmp_path: Path, settings: Settings):
    settings.MEDIA_ROOT = tmp_path

    assert leftovers.forget() == 0
