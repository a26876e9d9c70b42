"""The customers' pages."""

from __future__ import annotations

from crm.admin.audit.page import audit
from crm.admin.customer import CustomerAdmin
from crm.admin.duplicates import CustomerMergeAdmin, DuplicateCandidateAdmin
from crm.admin.interaction import InteractionAdmin
from crm.admin.mappings.mapping import FieldMappingAdmin
from crm.admin.product import ProductAdmin
from crm.admin.quality.anomalies import AnomalyAdmin
from crm.admin.quality.quarantine import StagedRowAdmin
from crm.admin.quality.sheets import mend_groups
from crm.admin.recommendations.campaign import campaign
from crm.admin.recommendations.recommendation import RecommendationAdmin
from crm.admin.recommendations.refused import RefusedProductAdmin
from crm.admin.recommendations.rules import RecommendationRulesAdmin
from crm.admin.recommendations.runs import RecommendationRunAdmin
from crm.admin.runs import SyncRunAdmin
from crm.admin.sale import SaleAdmin
from crm.admin.sources.source import DataSourceAdmin
from crm.admin.stock import StockLevelAdmin

__all__ = [
    "AnomalyAdmin",
    "CustomerAdmin",
    "CustomerMergeAdmin",
    "DataSourceAdmin",
    "DuplicateCandidateAdmin",
    "FieldMappingAdmin",
    "InteractionAdmin",
    "ProductAdmin",
    "RecommendationAdmin",
    "RecommendationRulesAdmin",
    "RecommendationRunAdmin",
    "RefusedProductAdmin",
    "SaleAdmin",
    "StagedRowAdmin",
    "StockLevelAdmin",
    "SyncRunAdmin",
    "audit",
    "campaign",
    "mend_groups",
]
