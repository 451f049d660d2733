"""Certificates that are made on the spot, good ones and bad ones, by trustme (extra ``tls``)."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trustme

VALID = "valid"
EXPIRED = "expired"
WRONG_NAME = "wrong-name"
UNKNOWN_CA = "unknown-ca"
KINDS = (VALID, EXPIRED, WRONG_NAME, UNKNOWN_CA)
"""What can be the matter with a server's certificate."""

_OTHER_NAME = "other.fakemanila.test"
_NAME = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
"""What fits into a certificate; a machine may have a name that doesn't."""
_LONG_AGO = datetime(2001, 1, 1)


class Certificates:
    """An authority, the certificate of a server and one of a client, in files of a folder that goes when it is closed.

    Whoever trusts the authority is right to trust the server, unless it has one of the bad certificates.
    """

    def __init__(self, kind: str, hosts: Iterable[str], cacert: str | os.PathLike[str] | None = None) -> None:
        """`hosts` are names and addresses of the server besides those that this machine has for itself. The authority's
        certificate is written to `cacert` too.

        Raises ImportError without the extra ``tls``, OSError where a file cannot be written.
        """
        try:
            import trustme
        except ImportError as error:
            raise ImportError(
                f"a certificate on the spot needs trustme, which cannot be imported ({error}):"
                " pip install 'fakemanila[tls]'"
            ) from error

        names = (_OTHER_NAME,) if kind == WRONG_NAME else _names(hosts)
        own = trustme.CA()
        signer = trustme.CA() if kind == UNKNOWN_CA else own
        server = signer.issue_cert(*names, not_after=_LONG_AGO if kind == EXPIRED else None)
        if cacert is not None:
            Path(cacert).write_bytes(own.cert_pem.bytes())
        self._folder = TemporaryDirectory(prefix="fakemanila-tls-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self.server = str(folder / "server.pem")
        """The server's certificate and its key."""
        self.client = str(folder / "client.pem")
        """A client's certificate and its key."""
        self.cacert = str(folder / "ca.pem") if cacert is None else os.path.abspath(cacert)
        """The authority to trust; it has signed the client's certificate, too."""
        if cacert is None:
            Path(self.cacert).write_bytes(own.cert_pem.bytes())
        self._write(self.server, server)
        self._write(self.client, own.issue_cert("client.fakemanila.test"))

    @staticmethod
    def _write(path: str, certificate: trustme.LeafCert) -> None:
        certificate.private_key_and_cert_chain_pem.write_to_path(path)

    def close(self) -> None:
        """Removes the folder."""
        self._folder.cleanup()


def _names(hosts: Iterable[str]) -> list[str]:
    """All that a server may be called by from this machine, and the given ones; each is a name or an address."""
    found = ["localhost", "127.0.0.1", "::1", socket.gethostname(), *hosts]
    return [name for name in dict.fromkeys(found) if _NAME.fullmatch(name)]
