"""The randomness of a world: one seed, the same ids and draws in the same order."""

from __future__ import annotations

import random
import uuid


class Seeded(random.Random):
    """A seeded source that also makes the identifiers OpenStack uses."""

    def uuid(self) -> str:
        """A version 4 UUID with dashes, as Manila's resources have."""
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def hex_id(self) -> str:
        """32 hexadecimal digits, as Keystone's projects and users have."""
        return uuid.UUID(int=self.getrandbits(128), version=4).hex
