"""Finding pairs of customers that may be one."""

from __future__ import annotations


def find() -> int:
    """Write the new candidates (DuplicateCandidate); the number of open ones."""
    raise NotImplementedError
