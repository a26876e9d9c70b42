"""Fitting takes one thread, from the first time on in a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRST_FIT = """
import django
django.setup()
from crm.recommendations.engine import learning

def tell(lessons, names):
    import scipy.linalg
    from threadpoolctl import threadpool_info
    print({pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"})
    raise SystemExit

learning._fitted = tell
learning.learn(None)
"""


def test_the_first_fit_of_a_process_takes_one_thread():
    told = subprocess.run(
        [sys.executable, "-c", FIRST_FIT],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "backoffice.settings",
            "OPENBLAS_NUM_THREADS": "2",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "{1}"
