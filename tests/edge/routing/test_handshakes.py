"""TLS faults, as a client meets them that comes through the proxy door."""

import ssl
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPSConnection
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests
import urllib3

from mockserver.app import build
from mockserver.edge.staging.stage import STAGE, book_of
from mockserver.errors import ScenarioError
from mockserver.server.mock import MockServer
from mockserver.server.sockets.authority import open_authority
from mockserver.verdict.journal import Exchange

HOST = "api.digitalcarbon.ai"
DONE = "/v1-beta/generate-video/00000000-0000-4000-8000-000000000003/results"
KEY = {"X-API-Key": "digitalcarbon-test-key"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockServer]:
    state = tmp_path_factory.mktemp("state")
    open_authority(state)
    with MockServer(None, pace="manual", state_dir=state, tls_port=0) as server:
        yield server
        assert server.bugs == []


@pytest.fixture
def server(running: MockServer) -> Iterator[MockServer]:
    """Return a server on which no scenario acts."""
    yield running
    running.clear_faults()
    running.reset()


def ask(server: MockServer, host: str = HOST, scheme: str = "https") -> int:
    """Ask once on a connection of its own; return the status."""
    return requests.get(
        f"{scheme}://{host}{DONE}",
        headers=KEY,
        proxies={scheme: server.url},
        verify=str(authority(server)),
        timeout=10,
    ).status_code


def authority(server: MockServer) -> Path:
    return server.config.state_folder / "ca.pem"


def refused(server: MockServer, host: str = HOST) -> str:
    """Return what a client says whose handshake comes to nothing."""
    with pytest.raises(requests.ConnectionError) as error:
        ask(server, host)
    return str(error.value)


def rule(kind: str, **on: Any) -> dict[str, Any]:
    return {"scenario": "bad-tls", "rules": [{"on": on, "fault": {"kind": kind}}]}


def lost(server: MockServer) -> list[Exchange]:
    return [one for one in server.exchanges if one.operation == "handshake"]


SEEN = {
    "tls-wrong-name": "Hostname mismatch, certificate is not valid for '" + HOST,
    "tls-expired": "certificate verify failed: certificate has expired",
    "tls-untrusted": "certificate verify failed: unable to get local issuer",
    "tls-reset": "Connection reset by peer",
}


@pytest.mark.parametrize("scenario", SEEN)
def test_a_shipped_scenario_is_met_twice_and_then_over(
    server: MockServer, scenario: str
) -> None:
    """The client hears what is wrong, and its third try works."""
    server.use(scenario)

    told = [refused(server), refused(server)]

    assert [SEEN[scenario] in one for one in told] == [True, True]
    assert ask(server) == 200
    server.faults.get(scenario).assert_fired(2)


def test_a_reset_is_one_on_the_wire(server: MockServer) -> None:
    server.use("tls-reset")
    context = ssl.create_default_context(cafile=authority(server))
    proxy = urllib3.ProxyManager(server.url, ssl_context=context)

    with pytest.raises(urllib3.exceptions.ProtocolError) as error:
        proxy.request("GET", f"https://{HOST}{DONE}", retries=False)

    assert isinstance(error.value.args[1], ConnectionResetError)


def test_the_tls_port_has_them_too(server: MockServer) -> None:
    server.use(rule("tls-expired"))
    port = server.instance.tls_port or 0
    context = ssl.create_default_context(cafile=authority(server))
    pool = urllib3.HTTPSConnectionPool(
        "127.0.0.1", port, ssl_context=context, server_hostname=HOST
    )

    with pytest.raises(urllib3.exceptions.SSLError, match="certificate has expired"):
        pool.request("GET", DONE, headers={"Host": HOST}, retries=False)


def test_a_plain_request_is_untouched(server: MockServer) -> None:
    server.use(rule("tls-reset"))

    assert ask(server, scheme="http") == 200


def test_a_client_that_checks_nothing_gets_its_answer(server: MockServer) -> None:
    """Only the firing tells that its certificate was none to be trusted."""
    server.use(rule("tls-untrusted"))
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    proxy = HTTPSConnection(
        "127.0.0.1", int(server.url.rpartition(":")[2]), context=context
    )
    proxy.set_tunnel(HOST)

    with closing(proxy):
        proxy.request("GET", DONE, headers=KEY)
        answer = proxy.getresponse()

    assert answer.status == 200
    assert lost(server) == []
    server.faults.get("bad-tls").assert_fired(1)


def test_a_rule_of_one_provider_is_not_for_others(server: MockServer) -> None:
    server.use(rule("tls-reset", provider="idomoo"))

    assert ask(server) == 200
    assert "Connection reset" in refused(server, "v.idomoo.com")


def test_a_rule_lets_some_through_first(server: MockServer) -> None:
    server.use(rule("tls-reset", nth=2))

    assert ask(server) == 200
    assert "Connection reset" in refused(server)
    assert ask(server) == 200


def test_a_rule_heals_when_its_time_is_over(server: MockServer) -> None:
    server.use("tls-expired", ttl="1m")

    server.advance("2m")

    assert ask(server) == 200


def test_the_journal_has_what_came_to_nothing(server: MockServer) -> None:
    """A handshake that was meant to fail is no request that nobody knows."""
    server.use("tls-reset")

    refused(server)

    (exchange,) = lost(server)
    assert (exchange.slug, exchange.status) == ("digitalcarbon", 0)
    assert (exchange.target, exchange.fault) == (f"{HOST}:443", "tls-reset/1")
    assert exchange.notes == ("TLS, reset on purpose: the connection is reset",)
    assert not exchange.is_unmatched
    (firing,) = server.faults.get("tls-reset").firings
    assert (firing.slug, firing.operation) == ("digitalcarbon", "handshake")
    assert firing.exchange == exchange.number


def test_the_journal_has_what_the_client_has_said(server: MockServer) -> None:
    """It is told as meant, without the advice to trust the authority."""
    server.use("tls-untrusted")
    is_kept = Event()
    server.services.journal.on_add(lambda _: is_kept.set())

    refused(server)

    assert is_kept.wait(15)
    (exchange,) = lost(server)
    assert exchange.notes == ("TLS, untrusted on purpose: TLSV1_ALERT_UNKNOWN_CA",)


def test_nobody_pays_for_what_does_not_act(server: MockServer) -> None:
    """There is no space of handshakes before somebody needs one."""
    server.services.spaces.delete("_handshakes")

    server.use("offline")

    assert "_handshakes" not in server.services.spaces.names()


def test_only_what_acts_on_handshakes_is_in_their_space(server: MockServer) -> None:
    server.use("offline")

    server.use("tls-expired")

    found = {(one.scenario, one.space == "_handshakes") for one in server.faults}
    assert found == {("offline", False), ("tls-expired", True)}


def test_one_space_has_none(server: MockServer) -> None:
    """Whose handshake it is, nobody knows."""
    with pytest.raises(ScenarioError, match="expected it in all spaces: --scenario"):
        server.space.use("tls-expired")


def test_a_header_cannot_ask_for_one(server: MockServer) -> None:
    answer = requests.get(
        f"{server.url}/digitalcarbon{DONE}",
        headers={**KEY, "X-Mock-Scenario": "tls-expired"},
        timeout=10,
    )

    assert answer.status_code == 400
    assert (
        "'tls-expired', whose faults act on connections before"
        in answer.json()["error"]
    )


def test_a_store_knows_how_often_it_has_acted(tmp_path: Path) -> None:
    """Of two handshakes that fail, one does before and one after a new start."""
    open_authority(tmp_path)
    settings = {"state_dir": tmp_path, "store": f"sqlite:{tmp_path / 'db'}"}
    with MockServer(None, **settings) as before:
        before.use("tls-expired")
        refused(before)

    with MockServer(None, **settings) as after:
        assert "certificate has expired" in refused(after)
        assert ask(after) == 200
        after.faults.get("tls-expired").assert_fired(2)


def test_a_file_that_is_watched_may_come_to_need_the_space(tmp_path: Path) -> None:
    """What is read again acts as if it had been so from the beginning."""
    instance = build(pace="manual")
    stage, file = instance.app[STAGE], tmp_path / "day.yaml"
    file.write_text("scenario: day\nrules: [{fault: {kind: reset}}]\n")
    stage.start_with(str(file))
    file.write_text("scenario: day\nrules: [{fault: {kind: tls-reset}}]\n")

    stage.reload(file)

    (space,) = instance.services.spaces
    assert space.id == "_handshakes"
    assert [one.scenario.name for one in book_of(space).loads()] == ["day"]
