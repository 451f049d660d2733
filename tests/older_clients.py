"""What older releases of OpenStack's clients do in another way. Python 3.10 has no newer ones."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def openstacksdk_repeats_creates() -> bool:
    """Whether openstacksdk sends a create again by itself when the answer was lost, as it does before 4.15."""
    try:
        major, minor = version("openstacksdk").split(".")[:2]
    except PackageNotFoundError:
        return False
    return (int(major), int(minor)) < (4, 15)
