"""The next one to review, in the order of the list that a person came from."""

from __future__ import annotations

from functools import partial

from django.db.models import Q

from backoffice.core.admin import following
from backoffice.core.admin.following import query
from crm.models import Recommendation

__all__ = ["list_url", "next_url", "page_url", "query"]

list_url = partial(following.list_url, Recommendation)
page_url = partial(following.page_url, Recommendation)
next_url = partial(following.next_url, among=Q(status=Recommendation.Status.PENDING))
