"""The next lead, in the order of the list that a person came from."""

from __future__ import annotations

from functools import partial

from backoffice.core.admin import following
from backoffice.core.admin.following import KEPT, next_url, query
from scoring.models import LeadScore

__all__ = ["KEPT", "WALK", "list_url", "next_url", "page_url", "query"]

# In the address of a dialog that was opened on a lead's page: the walk goes on after it.
WALK = "walk"

list_url = partial(following.list_url, LeadScore)
page_url = partial(following.page_url, LeadScore)
