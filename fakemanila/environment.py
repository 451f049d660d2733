"""What a client needs to reach a server: as a shell's environment, and as ``clouds.yaml``."""

from __future__ import annotations

from shlex import quote

from .identity.builtin import project_of


def shell_lines(url: str, user: str) -> list[str]:
    """``export NAME=value`` for OpenStack's clients and for the commands here. Raises LookupError for no such user."""
    values = {
        "OS_AUTH_URL": f"{url}/identity/v3",
        "OS_AUTH_TYPE": "password",
        "OS_IDENTITY_API_VERSION": "3",
        "OS_USERNAME": user,
        "OS_PASSWORD": "secret",
        "OS_PROJECT_NAME": project_of(user),
        "OS_USER_DOMAIN_ID": "default",
        "OS_PROJECT_DOMAIN_ID": "default",
        "OS_REGION_NAME": "RegionOne",
        "FAKEMANILA_URL": url,
    }
    return [f"export {name}={quote(value)}" for name, value in values.items()]


def clouds_lines(url: str, user: str) -> list[str]:
    """A ``clouds.yaml`` with the cloud ``fakemanila``. Raises LookupError for no such user."""
    return [
        "clouds:",
        "  fakemanila:",
        "    auth:",
        f"      auth_url: {url}/identity/v3",
        f"      username: {user}",
        "      password: secret",
        f"      project_name: {project_of(user)}",
        "      user_domain_id: default",
        "      project_domain_id: default",
        "    region_name: RegionOne",
        "    identity_api_version: 3",
    ]
