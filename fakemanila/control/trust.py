"""Whose certificates are trusted: the machine's authorities, and the private one that a deployment has."""

from __future__ import annotations

import os
import ssl

VARIABLES = ("OS_CACERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Where OpenStack's clients, requests and curl look; OpenSSL itself looks at SSL_CERT_FILE and SSL_CERT_DIR."""


def context(cacert: str | os.PathLike[str] | None = None) -> ssl.SSLContext:
    """Trusts the machine's authorities and those of `cacert`, a file or a folder; where that is None, all of those that
    the variables of the environment name.

    Raises ValueError that names the argument or the variable, and what cannot be read.
    """
    made = ssl.create_default_context()
    named = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    for name, path in (named if cacert is None else {"cacert": os.fspath(cacert)}).items():
        _trust(made, name, path)
    return made


def _trust(context: ssl.SSLContext, name: str, path: str) -> None:
    try:
        context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
    except OSError as error:  # SSLError is one
        reason = "it has no certificates" if isinstance(error, ssl.SSLError) else error.strerror
        raise ValueError(f"{name}: cannot read the certificates of {path!r}: {reason}") from None


def hint(error: BaseException) -> str:
    """What to do about a server whose certificate is not trusted."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return ""
    return "; name the authority that signed it: cacert in Python, --cacert, or the variable OS_CACERT"
