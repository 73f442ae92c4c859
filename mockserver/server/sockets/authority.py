"""Authority: the throw-away CA that clients are told to trust, and what it signs."""

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mockserver.engine.clock import utc, wall_s
from mockserver.errors import StartError

__all__ = ["Authority", "Leaf", "open_authority"]

NAME: Final = "ca.pem"
_TITLE: Final = "video-mockserver throw-away CA"
_CA_LIFE: Final = timedelta(days=1825)
# More than 398 days is too long for some clients.
_LEAF_LIFE: Final = timedelta(days=365)
# Clocks of containers differ.
_BEFORE: Final = timedelta(days=1)
_RENEWED_BEFORE: Final = timedelta(days=30)
_COMMON_NAME_MAX: Final = 64
_PEM: Final = serialization.Encoding.PEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What a certificate for one host looks like.

    Attributes:
        host: The name or address that it is for.
        is_expired: It was valid until yesterday.
    """

    host: str
    is_expired: bool = False


class Authority:
    """A certificate authority that lives in a folder of the user's.

    Args:
        certificate: Its own certificate.
        key: Its private key.
    """

    def __init__(
        self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> None:
        self.certificate = certificate
        self._key = key
        # One key for all hosts: they all end in the same process.
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())

    @property
    def pem(self) -> str:
        """Its certificate, which is no secret, as PEM."""
        return self.certificate.public_bytes(_PEM).decode()

    @property
    def bundle(self) -> bytes:
        """Certificate and private key as PEM, to be kept."""
        return self.certificate.public_bytes(_PEM) + _private(self._key)

    def issue(self, leaf: Leaf) -> bytes:
        """Return a host's private key and its certificate, as one PEM."""
        now = utc(wall_s())
        ends = now - _BEFORE if leaf.is_expired else now + _LEAF_LIFE
        begins = ends - _LEAF_LIFE if leaf.is_expired else now - _BEFORE
        public = self._leaf_key.public_key()
        issuer = self._key.public_key()
        made = (
            x509.CertificateBuilder()
            .subject_name(_name(leaf.host[:_COMMON_NAME_MAX]))
            .issuer_name(self.certificate.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )
        signed = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer)
        for extension in (
            x509.SubjectAlternativeName([_alternative(leaf.host)]),
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
            x509.SubjectKeyIdentifier.from_public_key(public),
            signed,
        ):
            made = made.add_extension(extension, critical=False)
        certificate = _limited(made, is_ca=False).sign(self._key, hashes.SHA256())
        return _private(self._leaf_key) + certificate.public_bytes(_PEM)


def open_authority(folder: Path) -> Authority:
    """Return the authority of a folder; it is made there if there is none yet.

    Several servers may do so at once: whoever is first has made it for all.

    Raises:
        StartError: The folder cannot be used.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / NAME
        found = _read(file)
        if found is None:
            _put(file, new_authority().bundle)
            found = _read(file)
    except OSError as error:
        raise StartError(f"{error.filename or folder}: {error.strerror}") from error
    if found is None:
        raise StartError(f"{folder / NAME}: found no certificate authority; remove it")
    return found


def new_authority() -> Authority:
    """Return a new authority, which nobody trusts yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    public, now = key.public_key(), utc(wall_s())
    name = _name(_TITLE)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + _CA_LIFE)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(public), critical=False
        )
    )
    return Authority(_limited(made, is_ca=True).sign(key, hashes.SHA256()), key)


def _read(file: Path) -> Authority | None:
    """Return the authority of a file; None if there is none that is still good."""
    try:
        pem = file.read_bytes()
        certificate = x509.load_pem_x509_certificate(pem)
        key = serialization.load_pem_private_key(pem, password=None)
    except (FileNotFoundError, ValueError):
        return None
    ends = certificate.not_valid_after_utc.replace(tzinfo=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return None
    if ends - _RENEWED_BEFORE < utc(wall_s()):
        return None
    return Authority(certificate, key)


def _put(file: Path, pem: bytes) -> None:
    """Write a file that only its owner may read; a good one that came first stays."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(pem)
        if file.exists():
            draft.replace(file)  # it is no good, or too old
        else:
            with suppress(FileExistsError):
                os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, plain)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _limited(made: x509.CertificateBuilder, *, is_ca: bool) -> x509.CertificateBuilder:
    """Say what a certificate may be used for; strict clients look at that."""
    depth = 0 if is_ca else None
    basic = x509.BasicConstraints(ca=is_ca, path_length=depth)
    usage = _usage(is_ca=is_ca)
    return made.add_extension(basic, critical=True).add_extension(usage, critical=True)


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )
