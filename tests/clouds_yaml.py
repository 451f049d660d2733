"""A clouds.yaml in which a server is the cloud `here`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def clouds_yaml(folder: Path, auth_url: str, password: str = "secret", **more: Any) -> dict[str, str]:
    """Writes it, and gives the environment in which it is found. The user is admin."""
    auth = {
        "auth_url": auth_url,
        "username": "admin",
        "password": password,
        "project_name": "admin",
        "user_domain_id": "default",
        "project_domain_id": "default",
    }
    path = folder / "clouds.yaml"
    path.write_text(json.dumps({"clouds": {"here": {"auth": auth, "region_name": "RegionOne", **more}}}))
    return {"OS_CLIENT_CONFIG_FILE": str(path)}
