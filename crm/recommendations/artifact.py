"""What was learnt as bytes, and back: an npz without pickle, checked by its checksum."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.recommendations.learning import Learnt


def to_bytes(learnt: Learnt) -> bytes:
    raise NotImplementedError


def from_bytes(data: bytes, sha256: str) -> Learnt:
    """Raises DomainError ``unreadable_model`` where the bytes are damaged or of another version."""
    raise NotImplementedError
