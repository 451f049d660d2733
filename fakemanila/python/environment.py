"""What a client needs to reach a server: as a shell's environment, and as ``clouds.yaml``."""

from __future__ import annotations

import json
import os
from shlex import quote
from urllib.parse import urlsplit

from ..control.access import is_loopback
from ..keystone.builtin import project_of


def shell_lines(url: str, user: str, cacert: str | None = None) -> list[str]:
    """``export NAME=value`` for OpenStack's clients and for the commands here. Raises LookupError for no such user.

    A proxy is kept away from the server, in both spellings and besides what the shell has there: some programs read
    only one of them.
    """
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
    if cacert is not None:
        values["OS_CACERT"] = os.path.abspath(cacert)
    direct = ",".join(_hosts(url))
    return [
        *(f"export {name}={quote(value)}" for name, value in values.items()),
        # Who has set one spelling alone means both.
        'no_proxy="${no_proxy:-${NO_PROXY:-}}" NO_PROXY="${NO_PROXY:-${no_proxy:-}}"',
        *(f'export {name}="{direct}${{{name}:+,${name}}}"' for name in ("no_proxy", "NO_PROXY")),
    ]


def authority_of(url: str) -> str | None:
    """The file of the authority that a server on this machine has made on the spot; None where there is none.

    The server itself is asked, before anybody can trust it; so this is for loopback alone.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not is_loopback(parts.hostname or ""):
        return None
    from ..control.client import ControlClient, ControlFailure, HttpTransport
    from ..control.trust import nobody

    try:
        cacert = ControlClient(url, transport=HttpTransport(url.partition("/worlds/")[0], tls=nobody())).health()[
            "cacert"
        ]
    except (ControlFailure, KeyError):
        return None
    return cacert if isinstance(cacert, str) and os.path.isfile(cacert) else None


def _hosts(url: str) -> list[str]:
    """What to reach without a proxy: the host, under every name where it is this machine."""
    host = urlsplit(url).hostname or ""
    return list(dict.fromkeys([host, "127.0.0.1", "localhost"])) if is_loopback(host) else [host]


def clouds_lines(url: str, user: str, cacert: str | None = None) -> list[str]:
    """A ``clouds.yaml`` with the cloud ``fakemanila``. Raises LookupError for no such user."""
    return [
        f"# It can't say that no proxy leads there: where there is one, export no_proxy={','.join(_hosts(url))}",
        "clouds:",
        "  fakemanila:",
        "    auth:",
        f"      auth_url: {url}/identity/v3",
        f"      username: {user}",
        "      password: secret",
        f"      project_name: {project_of(user)}",
        "      user_domain_id: default",
        "      project_domain_id: default",
        *([] if cacert is None else [f"    cacert: {json.dumps(os.path.abspath(cacert))}"]),
        "    region_name: RegionOne",
        "    identity_api_version: 3",
    ]
