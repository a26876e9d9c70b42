"""Pictures made ready for vision: upright, at most 2000 pixels a side, JPEG."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from backoffice.messaging.documents import limits
from backoffice.messaging.documents.problems import Refused


def open_image(data: bytes) -> Image.Image:
    """The first frame, decoded. Raises Refused (corrupt, pixels)."""
    try:
        with warnings.catch_warnings():
            # Our own limit decides, not Pillow's warning at half of its own.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data))
            if image.width * image.height > limits.IMAGE_PIXELS:
                raise Refused("pixels", limit=limits.IMAGE_PIXELS // 1_000_000)
            # JPEG is decoded at a fraction of its size where that is enough.
            image.draft("RGB", (limits.IMAGE_SIDE, limits.IMAGE_SIDE))
            image.load()
    except Image.DecompressionBombError as error:
        raise Refused("pixels", limit=limits.IMAGE_PIXELS // 1_000_000) from error
    except UnidentifiedImageError as error:
        raise Refused("corrupt") from error
    return image


def for_vision(data: bytes) -> bytes:
    """A JPEG of the picture as a person would see it. Raises Refused (corrupt, pixels)."""
    image = ImageOps.exif_transpose(open_image(data))
    if image.mode in {"RGBA", "LA", "P", "PA"}:
        # Transparent parts are white on paper and black in a careless conversion.
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    image = image.convert("RGB")
    image.thumbnail((limits.IMAGE_SIDE, limits.IMAGE_SIDE))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def is_decoration(data: bytes, *, inline: bool) -> bool:
    """A logo, an icon or a tracking pixel rather than a document.

    Pictures attached on purpose count from 100 pixels on. One shown in the text
    is a logo when it is flat or small: a photo of an order is neither.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
    except Exception:  # noqa: BLE001 - what cannot be opened is reported when it is read
        return False
    if max(width, height) < limits.SMALL_IMAGE_SIDE:
        return True
    return inline and min(width, height) < limits.INLINE_IMAGE_SIDE
