"""The support desk in the admin."""

from __future__ import annotations

from support.admin import (  # noqa: F401 - register their pages
    automatic,
    automatic_trials,
    categories,
    classifiers,
    figures,
    message_import,
    notion,
    shop_orders,
    templates,
    ticket,
)
