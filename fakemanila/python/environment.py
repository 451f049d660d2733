"""What a client needs to reach a server: as a shell's environment, as ``clouds.yaml``, as a secret of csi-manila."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from shlex import quote
from typing import NamedTuple
from urllib.parse import urlsplit

from ..http.loopback import is_loopback
from ..keystone.builtin import DOMAIN, PASSWORD, REGION, project_of

_SCOPES = ("OS_PROJECT_NAME", "OS_PROJECT_DOMAIN_ID", "OS_PROJECT_ID", "OS_PROJECT_DOMAIN_NAME", "OS_SYSTEM_SCOPE")
_LOGINS = (
    *("OS_USERNAME", "OS_USER_ID", "OS_USER_DOMAIN_ID", "OS_USER_DOMAIN_NAME", "OS_PASSWORD", "OS_TRUST_ID"),
    *(f"OS_APPLICATION_CREDENTIAL_{part}" for part in ("ID", "NAME", "SECRET")),
)
_OTHERWISE = (*_LOGINS, *_SCOPES)
"""What a shell may have from another login, and a client would mix with this one."""

_CSI = {
    "auth_url": "os-authURL",
    "username": "os-userName",
    "password": "os-password",
    "project_name": "os-projectName",
    "user_domain_id": "os-domainID",
    "application_credential_id": "os-applicationCredentialID",
    "application_credential_secret": "os-applicationCredentialSecret",
}
"""What csi-manila calls the settings of a login. One domain is that of the user and of the project."""
_CSI_TRUST = {
    "auth_url": "os-authURL",
    "user_id": "os-trusteeID",
    "password": "os-trusteePassword",
    "trust_id": "os-trustID",
}


class Login(NamedTuple):
    """A way to log in: keystoneauth's name of it, None for the usual one, and its settings beside the address."""

    settings: dict[str, str]
    auth_type: str | None = None


def password(user: str, *, system: bool = False) -> Login:
    """A built-in user, on the system as a whole or in their own project. Raises LookupError for no such user."""
    project = project_of(user)
    scope = {"system_scope": "all"} if system else {"project_name": project}
    domains = {"user_domain_id": DOMAIN} if system else {"user_domain_id": DOMAIN, "project_domain_id": DOMAIN}
    return Login({"username": user, "password": PASSWORD, **scope, **domains})


def variables(url: str, login: Login, cacert: str | None = None) -> dict[str, str]:
    """What OpenStack's clients and the commands here read in their environment."""
    values = {
        "OS_AUTH_URL": f"{url}/identity/v3",
        "OS_AUTH_TYPE": login.auth_type or "password",
        "OS_IDENTITY_API_VERSION": "3",
        **{f"OS_{name.upper()}": value for name, value in login.settings.items()},
        "OS_REGION_NAME": REGION,
        "FAKEMANILA_URL": url,
    }
    if cacert is not None:
        values["OS_CACERT"] = os.path.abspath(cacert)
    return values


def environment_of(
    url: str, login: Login, cacert: str | None = None, *, inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The whole environment of a program that is to reach this server and no other cloud.

    Whatever else begins with ``OS_`` is left out, and a proxy is kept away from the server.
    """
    kept = {name: value for name, value in inherited.items() if not name.startswith("OS_")}
    passed_by = inherited.get("no_proxy") or inherited.get("NO_PROXY")
    direct = ",".join([*_hosts(url), *([passed_by] if passed_by else [])])
    return {**kept, **variables(url, login, cacert), "no_proxy": direct, "NO_PROXY": direct}


def shell_lines(url: str, login: Login, cacert: str | None = None) -> list[str]:
    """``export NAME=value`` for OpenStack's clients and for the commands here.

    A proxy is kept away from the server, in both spellings and besides what the shell has there: some programs read
    only one of them.
    """
    values = variables(url, login, cacert)
    direct = ",".join(_hosts(url))
    return [
        f"unset {' '.join(name for name in _OTHERWISE if name not in values)}",
        *(f"export {name}={quote(value)}" for name, value in values.items()),
        # Who has set one spelling alone means both.
        'no_proxy="${no_proxy:-${NO_PROXY:-}}" NO_PROXY="${NO_PROXY:-${no_proxy:-}}"',
        *(f'export {name}="{direct}${{{name}:+,${name}}}"' for name in ("no_proxy", "NO_PROXY")),
    ]


def clouds_lines(url: str, login: Login, cacert: str | None = None) -> list[str]:
    """A ``clouds.yaml`` with the cloud ``fakemanila``."""
    return [
        f"# It can't say that no proxy leads there: where there is one, export no_proxy={','.join(_hosts(url))}",
        "clouds:",
        "  fakemanila:",
        *([] if login.auth_type is None else [f"    auth_type: {login.auth_type}"]),
        "    auth:",
        *_indented(6, {"auth_url": f"{url}/identity/v3", **login.settings}.items()),
        *([] if cacert is None else [f"    cacert: {json.dumps(os.path.abspath(cacert))}"]),
        f"    region_name: {REGION}",
        "    identity_api_version: 3",
    ]


def csi_lines(url: str, login: Login, cacert: str | None = None) -> list[str]:
    """A Kubernetes secret for csi-manila, under the name that its examples have. Raises ValueError for the system."""
    if "system_scope" in login.settings:
        raise ValueError("csi-manila works in a project, and not on the system as a whole")
    settings = {"auth_url": f"{url}/identity/v3", **login.settings}
    names = _CSI_TRUST if "trust_id" in settings else _CSI
    secret = {names[name]: value for name, value in settings.items() if name in names}
    secret["os-region"] = REGION
    if cacert is not None:
        secret["os-certAuthorityPath"] = os.path.abspath(cacert)
    return [
        f"# Where the plugin runs behind a proxy, its container needs NO_PROXY={','.join(_hosts(url))}",
        "apiVersion: v1",
        "kind: Secret",
        "metadata:",
        "  name: csi-manila-secrets",
        "stringData:",
        *_indented(2, secret.items()),
    ]


def _indented(spaces: int, values: Iterable[tuple[str, str]]) -> list[str]:
    """Lines of YAML. What is no plain word, such as an id of digits alone, is quoted."""
    return [f"{' ' * spaces}{name}: {value if _plain(value) else json.dumps(value)}" for name, value in values]


def _plain(value: str) -> bool:
    return (
        value[:1].isalpha()
        and not value[-1:].isspace()
        and not set(value) & set(" #\"'\\{}[],&*!|>%@`")
        and ": " not in value
    )


def authority_of(url: str) -> str | None:
    """The file of the authority that a server on this machine has made on the spot; None where there is none.

    The server itself is asked, before anybody can trust it; so this is for loopback alone.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not is_loopback(parts.hostname or ""):
        return None
    from ..control.client import ControlClient, ControlFailure, HttpTransport
    from ..control.trust import nobody

    base = url.partition("/worlds/")[0]
    try:
        cacert = ControlClient(base, transport=HttpTransport(base, tls=nobody())).health()["cacert"]
    except (ControlFailure, KeyError):
        return None
    return cacert if isinstance(cacert, str) and os.path.isfile(cacert) else None


def _hosts(url: str) -> list[str]:
    """What to reach without a proxy: the host, under every name where it is this machine."""
    host = urlsplit(url).hostname or ""
    return list(dict.fromkeys([host, "127.0.0.1", "localhost"])) if is_loopback(host) else [host]
