"""Arrays as bytes, and back without pickle, so that what was learnt runs no code when it is read.

Sizes are checked before anything is unpacked: a small file can swell. Whoever reads still checks
what the arrays say, as if a stranger had made them, and catches :data:`WRONG`.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# What bytes of any kind can raise while they are unpacked and made into a model.
WRONG: Final = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    MemoryError,
    OverflowError,
    RecursionError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """An npz, the same for the same arrays: numpy's own writer puts the time of day into it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w", force_zip64=True) as opened:
                np.lib.format.write_array(opened, np.asarray(array), allow_pickle=False)
    return file.getvalue()


def unpack(data: bytes, *, most_bytes: int, most_arrays: int) -> dict[str, NDArray[Any]]:
    """The arrays by name; one of :data:`WRONG` where it is no npz, or larger than it may be."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        size = sum(member.file_size for member in members)
        names = {member.filename for member in members}
    is_strange = len(names) != len(members) or len(members) > most_arrays
    if len(data) > most_bytes or size > most_bytes or is_strange:
        raise ValueError("There is more in it than in any that we write.")
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
