"""The inverse of a large symmetric matrix in its own memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEP = 1024


def inverted(square: NDArray[np.float32], ridge: float) -> NDArray[np.float32]:
    """The inverse of the symmetric matrix with ``ridge`` on its diagonal, in its place."""
    from scipy.linalg import (  # type: ignore[import-untyped]  # noqa: PLC0415 - slow import
        lapack,
    )

    number = len(square)
    if not number:
        return square
    square[np.diag_indices(number)] += np.float32(ridge)
    # Symmetric, so its transpose is itself in the order that LAPACK works on in place.
    factor, failed = lapack.spotrf(square.T, lower=1, overwrite_a=1, clean=0)
    inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise ArithmeticError("The purchases in common could not be inverted.")
    _mirror(inverse)
    found: NDArray[np.float32] = inverse.T
    return found


def _mirror(square: NDArray[np.float32]) -> None:
    """Copy the lower triangle over the upper one, in pieces."""
    number = len(square)
    for start in range(0, number, _STEP):
        end = min(start + _STEP, number)
        square[start:end, end:] = square[end:, start:end].T
        piece = square[start:end, start:end]
        above = np.triu_indices(end - start, 1)
        piece[above] = piece.T[above]
