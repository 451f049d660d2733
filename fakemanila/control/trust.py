"""Whose certificates are trusted: the machine's authorities, and the private one that a deployment has. And which one
is shown to a server that wants to see one.
"""

from __future__ import annotations

import os
import ssl

VARIABLES = ("OS_CACERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Where OpenStack's clients, requests and curl look; OpenSSL itself looks at SSL_CERT_FILE and SSL_CERT_DIR."""


def context(cacert: str | os.PathLike[str] | None = None) -> ssl.SSLContext:
    """Trusts the machine's authorities and those of `cacert`, a file or a folder; where that is None, all of those that
    the variables of the environment name.

    A server that asks for a certificate is shown that of OS_CERT, with the key of OS_KEY, as by OpenStack's clients.

    Raises ValueError that names the argument or the variable, and what cannot be read.
    """
    made = ssl.create_default_context()
    named = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    for name, path in (named if cacert is None else {"cacert": os.fspath(cacert)}).items():
        _trust(made, name, path)
    _show(made)
    return made


def nobody() -> ssl.SSLContext:
    """Trusts no authority, and takes any certificate: for what is found out about a server before it can be trusted."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the default context reads all authorities of the machine first
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    _show(made)
    return made


def _show(context: ssl.SSLContext) -> None:
    certificate, key = os.environ.get("OS_CERT"), os.environ.get("OS_KEY")
    if not certificate:
        return
    try:
        context.load_cert_chain(certificate, key or None)
    except OSError as error:  # SSLError is one
        reason = "no certificate with its key" if isinstance(error, ssl.SSLError) else error.strerror
        named = f"{certificate!r}" + (f" and {key!r}" if key else "")
        raise ValueError(f"OS_CERT: cannot read {named}: {reason}") from None


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
