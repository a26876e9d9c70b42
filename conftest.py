"""What every test may count on: its own data folder, and no network but loopback."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before Django reads its settings. One server for all parallel test processes;
# the developer's own environment and .env do not reach the tests.
os.environ.setdefault(
    "DATA_DIR", str(Path(tempfile.gettempdir()) / f"backoffice-tests-{os.getuid()}")
)
os.environ["ENV_FILE"] = os.devnull
os.environ["NO_PROXY"] = "127.0.0.1,localhost"
