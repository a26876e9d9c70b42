"""Everything below /api/crm/."""

from __future__ import annotations

from ninja import Router

from crm.api import mapping, sources

router = Router()
router.add_router("/sources", sources.router)
router.add_router("/mapping", mapping.router)
