"""The randomness of a world: one seed, the same ids and draws in the same order."""

from __future__ import annotations

import base64
import binascii
import random
import struct
from typing import Any

_WORDS = struct.Struct(">624I")
_FIXED = 0x4000_8000 << 48
"""The bits by which RFC 9562 tells a version 4 UUID; made without `uuid`, which takes four times as long."""
_NOT_FIXED = ~(0xF000_C000 << 48)
_VERSION = 3
"""Of `random.Random.getstate`; the same since Python 3.2."""


class Seeded(random.Random):
    """A seeded source that also makes the identifiers OpenStack uses."""

    def uuid(self) -> str:
        """A version 4 UUID with dashes, as Manila's resources have."""
        digits = self.hex_id()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def hex_id(self) -> str:
        """32 hexadecimal digits, as Keystone's projects and users have."""
        return f"{self.getrandbits(128) & _NOT_FIXED | _FIXED:032x}"

    def dump(self) -> dict[str, Any]:
        """Where it stands, as JSON-able data: what is loaded from it goes on with the same draws."""
        _, numbers, gauss = self.getstate()
        words = base64.b64encode(_WORDS.pack(*numbers[:-1])).decode()
        return {"words": words, "index": numbers[-1], "gauss": gauss}

    @classmethod
    def load(cls, doc: dict[str, Any]) -> Seeded:
        """A source that stands where the dumped one stood. Raises ValueError for words that no generator has."""
        try:
            words = _WORDS.unpack(base64.b64decode(doc["words"], validate=True))
        except (binascii.Error, struct.error):
            raise ValueError("words: not the base64 of 624 words of 32 bits") from None
        if not any(words):  # it would give nothing but zeros for ever
            raise ValueError("words: all of them are 0")
        seeded = cls()
        seeded.setstate((_VERSION, (*words, doc["index"]), doc["gauss"]))
        return seeded
