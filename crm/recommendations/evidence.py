"""Why a product is proposed, as facts that can be counted again; :mod:`.reasons` makes sentences.

Each is a dict of JSON values with a ``code``:

- ``bought``: times, last (ISO day), every (days, or absent): "acheté 3 fois, tous les 40 jours"
- ``due``: since (ISO day): the usual interval is over
- ``together``: product (id), customers: so many who bought that took this
- ``similar``: product (id), shared ([[kind, word], ...]): same grape and region as that one
- ``taste``: shared ([[kind, word], ...]), share (0-1): what most of the purchases are
- ``popular``: customers, days, segment (or absent): so many bought it lately
- ``rated``: rating: liked when it was proposed
- ``by_hand``: a person put it there
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm.recommendations.algorithms.base import Block
    from crm.recommendations.learning import Learnt
    from crm.recommendations.ranking import Ranked

Evidence = list[dict[str, Any]]


def of(
    learnt: Learnt, block: Block, question: str, algorithm: str, ranked: Ranked
) -> list[list[Evidence]]:
    """For each customer of the block, for each of their ranked products, the strongest first."""
    raise NotImplementedError
