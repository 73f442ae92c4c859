"""Certificates, good ones and those that are wrong on purpose."""

import ssl
from pathlib import Path

import pytest

from mockserver.scenarios.faults.handshake import Flaw
from mockserver.server.sockets.certificates import Certificates

HOST = "api.digitalcarbon.ai"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("state"))


def shake(certificates: Certificates, flaw: Flaw, *, checks: bool = True) -> None:
    """Shake hands in memory, as a client that trusts the authority."""
    trusting = ssl.create_default_context(cadata=certificates.authority.pem)
    trusting.check_hostname = checks
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    serving = certificates.context(HOST, flaw)
    server = serving.wrap_bio(there, back, server_side=True)
    client = trusting.wrap_bio(back, there, server_hostname=HOST)
    for side in (client, server, client):
        _step(side)


def _step(side: ssl.SSLObject) -> None:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return


def test_without_a_flaw_the_client_is_content(certificates: Certificates) -> None:
    shake(certificates, Flaw.NONE)


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        (Flaw.WRONG_NAME, 62),  # X509_V_ERR_HOSTNAME_MISMATCH
        (Flaw.EXPIRED, 10),  # X509_V_ERR_CERT_HAS_EXPIRED
        (Flaw.UNTRUSTED, 20),  # X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
    ],
)
def test_a_flaw_is_the_one_that_was_asked_for(
    certificates: Certificates, flaw: Flaw, code: int
) -> None:
    """Each is refused for its own reason, and so for no other one."""
    with pytest.raises(ssl.SSLCertVerificationError) as error:
        shake(certificates, flaw)

    assert error.value.verify_code == code


def test_a_wrong_name_is_all_that_is_wrong(certificates: Certificates) -> None:
    """Who does not look at names, takes it: the authority has signed it."""
    shake(certificates, Flaw.WRONG_NAME, checks=False)


def test_a_context_is_made_once_for_each_flaw(certificates: Certificates) -> None:
    good = certificates.context(HOST)

    assert certificates.context(HOST) is good
    assert certificates.context(HOST, Flaw.EXPIRED) is not good
    assert certificates.known(HOST, Flaw.EXPIRED) is not None
    assert certificates.known("never.asked.for") is None


def test_no_key_is_left_behind(tmp_path: Path) -> None:
    """Beside the authority itself, nothing stays in its folder."""
    Certificates(tmp_path).context(HOST, Flaw.UNTRUSTED)

    assert [one.name for one in tmp_path.iterdir()] == ["ca.pem"]
