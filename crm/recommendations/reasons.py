"""Evidence in words that a salesperson can say aloud, in the active language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crm.models import Recommendation, RecommendedProduct
    from crm.recommendations.evidence import Evidence


def sentences(evidence: Evidence, names: Mapping[int, str]) -> list[str]:
    """One sentence for each; ``names`` of the products by id (see :func:`names_for`)."""
    raise NotImplementedError


def names_for(products: Iterable[RecommendedProduct]) -> dict[int, str]:
    """The names of all products that their evidence tells of; one query."""
    raise NotImplementedError


def summary(recommendation: Recommendation) -> str:
    """The whole in one or two sentences: who, why now, what first."""
    raise NotImplementedError
