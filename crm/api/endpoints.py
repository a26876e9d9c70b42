"""Everything below /api/crm/."""

from __future__ import annotations

from ninja import Router

from crm.api import mapping, recommendation_audit, recommendations, sources

router = Router()
router.add_router("/sources", sources.router)
router.add_router("/mapping", mapping.router)
router.add_router("/recommendations", recommendations.router)
router.add_router("/recommendations/api", recommendation_audit.router)
