"""Trust: the files that let clients of each stack believe our certificates."""

import os
import ssl
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.utils import CryptographyDeprecationWarning

from mockserver.errors import StartError
from mockserver.server.sockets.authority import open_authority

__all__ = ["JAVA_PASSWORD", "Trust", "java_store", "trust_files"]

JAVA_PASSWORD: Final = "changeit"  # noqa: S105 - everybody's; certificates are no secret
_END: Final = "-----END CERTIFICATE-----"
_TITLE: Final = "video-mockserver"
# Where Debian, Red Hat and Alpine keep it, for a Python that was built elsewhere.
_PLACES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
_HASH: Final = hashes.SHA256()


@dataclass(frozen=True, slots=True)
class Trust:
    """Files that clients may be pointed at.

    Attributes:
        ca: Our certificate alone, as PEM.
        bundle: The system's certificates and ours, as PEM.
        java: The same as a PKCS#12 trust store; `JAVA_PASSWORD` opens it.
        php: Folder of an ini file that names the bundle.
    """

    ca: Path
    bundle: Path
    java: Path
    php: Path


def trust_files(folder: Path) -> Trust:
    """Return the files of the authority in a folder, written now.

    Raises:
        StartError: The folder cannot be used.
    """
    own, home = open_authority(folder).pem, folder / "trust"
    trust = Trust(
        home / "ca.pem", home / "bundle.pem", home / "trust.p12", home / "php"
    )
    system = _system()
    # A server that a program of ours starts finds our own bundle.
    bundle = system if own in system else f"{system}\n{own}"
    ini = f'curl.cainfo="{trust.bundle}"\nopenssl.cafile="{trust.bundle}"\n'
    try:
        trust.php.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put(trust.ca, own.encode())
        _put(trust.bundle, bundle.encode())
        _put(trust.java, java_store(bundle))
        _put(trust.php / "mockserver.ini", ini.encode())
    except OSError as error:
        raise StartError(f"{error.filename or home}: {error.strerror}") from error
    return trust


def java_store(pem: str) -> bytes:
    """Return certificates as a PKCS#12 file whose entries Java trusts (8u301 on)."""
    unique = {one.fingerprint(_HASH): one for one in _certificates(pem)}.values()
    entries = [
        pkcs12.PKCS12Certificate(one, f"{_TITLE} {number}".encode())
        for number, one in enumerate(unique)
    ]
    sealed = BestAvailableEncryption(JAVA_PASSWORD.encode())
    return pkcs12.serialize_java_truststore(entries, sealed)


def _certificates(pem: str) -> Iterator[x509.Certificate]:
    """Yield the certificates that are well-formed; some of a system's are not."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", CryptographyDeprecationWarning)
        for part in pem.split(_END)[:-1]:
            with suppress(ValueError, CryptographyDeprecationWarning):
                yield x509.load_pem_x509_certificate(f"{part}{_END}\n".encode())


def _system() -> str:
    """Return what the system trusts, if it keeps that in a file."""
    named = ssl.get_default_verify_paths().cafile
    files = [Path(each) for each in (named, *_PLACES) if each]
    found = next((each for each in files if each.is_file()), None)
    return "" if found is None else found.read_text("ascii", errors="ignore")


def _put(file: Path, data: bytes) -> None:
    """Write a file at once: another server may be read while it is written."""
    if file.is_file() and file.read_bytes() == data:
        return
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(data)
    Path(name).replace(file)
