"""Who buys, what we make, what was sold; and where we know it from."""

from __future__ import annotations

from crm.models.customer import Customer, CustomerIdentity
from crm.models.duplicate import CustomerMerge, DuplicateCandidate, DuplicateScan
from crm.models.interaction import Interaction
from crm.models.mapping import FieldMapping, MappingRule
from crm.models.product import Product, StockLevel
from crm.models.profile import CustomerProfile
from crm.models.quality import Anomaly, StagedRow
from crm.models.recommendation import (
    Question,
    Recommendation,
    RecommendationFeedback,
    RecommendedProduct,
    RefusedProduct,
)
from crm.models.recommendation_run import (
    RecommendationModel,
    RecommendationRules,
    RecommendationRun,
)
from crm.models.run import SourceRecord, SyncChange, SyncRun, TableRun
from crm.models.sale import Sale
from crm.models.source import DataSource, Entity, SourceFile, SourceTable

__all__ = [
    "Anomaly",
    "Customer",
    "CustomerIdentity",
    "CustomerMerge",
    "CustomerProfile",
    "DataSource",
    "DuplicateCandidate",
    "DuplicateScan",
    "Entity",
    "FieldMapping",
    "Interaction",
    "MappingRule",
    "Product",
    "Question",
    "Recommendation",
    "RecommendationFeedback",
    "RecommendationModel",
    "RecommendationRules",
    "RecommendationRun",
    "RecommendedProduct",
    "RefusedProduct",
    "Sale",
    "SourceFile",
    "SourceRecord",
    "SourceTable",
    "StagedRow",
    "StockLevel",
    "SyncChange",
    "SyncRun",
    "TableRun",
]
