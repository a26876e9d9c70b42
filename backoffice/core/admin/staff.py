"""The request of somebody who is signed in, as the type checker sees it."""

from __future__ import annotations

from django.contrib.auth.models import User  # noqa: TC002 - the class below is its only use
from django.http import HttpRequest


class StaffRequest(HttpRequest):
    """Behind the admin's own checks ``user`` is never anonymous."""

    user: User
