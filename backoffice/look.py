"""The look of the admin: Unfold's settings."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def unfold(company: str) -> dict[str, Any]:
    """The settings of the admin's theme, for this company."""
    return {
        "SITE_TITLE": _("Back office"),
        "SITE_HEADER": company,
        "SITE_SUBHEADER": _("Back office"),
        # There is no other site to go back to.
        "SITE_URL": None,
        "SITE_SYMBOL": "storefront",
        "SITE_FAVICONS": [
            {
                "rel": "icon",
                "type": "image/svg+xml",
                "href": lambda _request: static("backoffice/favicon.svg"),
            }
        ],
        "STYLES": [lambda _request: static("backoffice/admin.css")],
        "BORDER_RADIUS": "6px",
        # Kraft paper: warm, and dark enough for white letters.
        "COLORS": {
            "primary": {
                "50": "oklch(97% .02 70)",
                "100": "oklch(94% .04 68)",
                "200": "oklch(88% .07 65)",
                "300": "oklch(80% .10 62)",
                "400": "oklch(70% .12 58)",
                "500": "oklch(61% .12 54)",
                "600": "oklch(53% .11 50)",
                "700": "oklch(46% .10 47)",
                "800": "oklch(39% .08 45)",
                "900": "oklch(33% .07 44)",
                "950": "oklch(24% .05 42)",
            },
        },
        "SHOW_HISTORY": True,
        "SHOW_VIEW_ON_SITE": False,
        "SHOW_LANGUAGES": True,
        "DASHBOARD_CALLBACK": "backoffice.dashboard.dashboard_context",
        "SIDEBAR": {
            "show_search": True,
            "show_all_applications": False,
            "navigation": "backoffice.navigation.sidebar",
        },
    }
