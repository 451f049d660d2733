"""The files of a server's certificate, looked at before anything else is: what OpenSSL says of them helps nobody."""

from __future__ import annotations

import ssl
from pathlib import Path

from ..files import FileProblem, read_text


def check(certificate: Path, key: Path) -> None:
    """Raises FileProblem for what is not a certificate in PEM, with its chain, and the key that belongs to it."""
    if "-----BEGIN CERTIFICATE-----" not in read_text(certificate):
        raise FileProblem(certificate, "there is no certificate in it: expected PEM")
    text = read_text(key)
    if "PRIVATE KEY-----" not in text:
        raise FileProblem(key, "there is no private key in it: expected PEM")
    try:
        # A passphrase would be asked for on the terminal, for as long as nobody answers.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=_refuse)
    except _Encrypted:
        raise FileProblem(key, "the key has a passphrase: expected one without") from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise FileProblem(key, f"this key does not belong to the certificate in {certificate}") from None
        raise FileProblem(certificate, f"with the key {key} it cannot be used: {error.reason or error}") from None
    except OSError as error:
        raise FileProblem(certificate, error) from None


def check_authority(path: Path) -> None:
    """Raises FileProblem for what has no certificate of an authority in PEM."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(cadata=read_text(path))
    except (ssl.SSLError, ValueError):
        raise FileProblem(path, "there is no certificate of an authority in it: expected PEM") from None


class _Encrypted(Exception):
    pass


def _refuse() -> str:
    raise _Encrypted
