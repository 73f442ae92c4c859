"""MockServer and AsyncMockServer, driven over HTTP as a client does."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints

import aiohttp
import pytest
import requests
import uvloop

import mockserver as package
from mockserver.app import build
from mockserver.errors import (
    ClockError,
    ConfigError,
    ConflictError,
    NotFoundError,
    ScenarioError,
    StartError,
)
from mockserver.providers.provider import Provider
from mockserver.server.credentials import ClientCredential
from mockserver.server.mock import AsyncMockServer, MockServer
from mockserver.server.sockets.listener import bind, is_loopback, write_port
from mockserver.server.sockets.loops import maker
from mockserver.server.spaces import SpaceHandle

JOBS = "/v1-beta/generate-video"
ORDER: dict[str, Any] = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {
        "template_id": "ActiveListing1",
        "property_details": {"address": "123 Main St", "price": "$500,000"},
    },
}
EPOCH_S = 1893456000.0  # 2030-01-01T00:00:00Z


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    with MockServer(pace="manual", auth="strict", media_dir=tmp_path) as running:
        yield running


def submit(server: MockServer | SpaceHandle, **changes: Any) -> str:
    response = requests.post(
        server.url_for("digitalcarbon") + JOBS,
        json={**ORDER, **changes},
        headers={"X-API-Key": server.space.credential("digitalcarbon")},
        timeout=5,
    )
    job_id: str = response.json()["job_id"]
    return job_id


def status(server: MockServer | SpaceHandle, job_id: str) -> Any:
    response = requests.get(
        f"{server.url_for('digitalcarbon')}{JOBS}/{job_id}/status",
        headers={"X-API-Key": server.space.credential("digitalcarbon")},
        timeout=5,
    )
    return response.json()


# Where it listens


def test_a_server_answers_on_a_free_port_of_loopback(server: MockServer) -> None:
    response = requests.get(f"{server.url}/_mock/api/health", timeout=5)

    assert server.url.startswith("http://127.0.0.1:")
    assert response.json() == {"status": "ok"}


def test_a_stopped_server_has_freed_its_port_and_its_thread(tmp_path: Path) -> None:
    before = {*threading.enumerate()}
    server = MockServer(media_dir=tmp_path).start()
    port = int(server.url.rpartition(":")[2])

    server.stop()

    bound = socket.create_server(("127.0.0.1", port))
    bound.close()
    assert not [
        thread for thread in {*threading.enumerate()} - before if "mock" in thread.name
    ]
    assert not server.is_running


def test_a_server_can_be_stopped_twice(tmp_path: Path) -> None:
    server = MockServer(media_dir=tmp_path).start()
    server.stop()

    server.stop()

    assert repr(server) == "<MockServer: not running>"


def test_starting_a_running_server_changes_nothing(server: MockServer) -> None:
    url = server.url

    assert server.start().url == url


def test_a_stopped_server_says_so(tmp_path: Path) -> None:
    server = MockServer(media_dir=tmp_path)

    with pytest.raises(StartError, match="the server is not running"):
        _ = server.url


def test_a_port_in_use_is_one_clear_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(StartError) as caught:
            MockServer(port=port, media_dir=tmp_path).start()

    assert str(caught.value) == (
        f"port {port} on 127.0.0.1 is in use; choose another with --port,"
        " or --port 0 for a free one"
    )


def test_an_unknown_host_is_one_clear_error() -> None:
    with pytest.raises(StartError, match=r"host: found 'no\.such\.host\.invalid'"):
        bind("no.such.host.invalid", 0)


def test_ipv6_addresses_stand_in_brackets(tmp_path: Path) -> None:
    with MockServer(host="::1", media_dir=tmp_path) as server:
        response = requests.get(f"{server.url}/_mock/api/health", timeout=5)

    assert server.config.host == "::1"
    assert response.url.startswith("http://[::1]:")
    assert response.status_code == 200


def test_localhost_has_one_port_on_all_its_addresses() -> None:
    sockets = bind("localhost", 0)
    ports = {bound.getsockname()[1] for bound in sockets}
    for bound in sockets:
        bound.close()

    assert len(ports) == 1
    assert is_loopback(sockets[:0])


def test_every_interface_is_not_loopback() -> None:
    sockets = bind("0.0.0.0", 0)  # noqa: S104 - what is tested
    found = is_loopback(sockets)
    for bound in sockets:
        bound.close()

    assert not found


def test_a_server_on_every_interface_names_an_address_that_can_be_used(
    tmp_path: Path,
) -> None:
    with MockServer(host="0.0.0.0", media_dir=tmp_path) as server:  # noqa: S104 - what is tested
        url = server.url

    assert url.startswith("http://127.0.0.1:")


def test_a_port_file_holds_the_number_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_port(tmp_path / "port", 41234)

    assert (tmp_path / "port").read_text() == "41234\n"
    assert [file.name for file in tmp_path.iterdir()] == ["port"]


def test_a_port_file_in_no_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="No such file or directory"):
        write_port(tmp_path / "nowhere" / "port", 1)


def test_links_lead_to_the_external_url(tmp_path: Path) -> None:
    with MockServer(external_url="https://mock.example", media_dir=tmp_path) as server:
        assert server.url_for("digitalcarbon") == "https://mock.example/digitalcarbon"


# Settings


def test_settings_are_parsed_as_flags_are() -> None:
    server = MockServer(seed="7", journal_max=3, credentials=["stupeflix:A:B"])

    assert server.config.seed == 7
    assert server.config.journal_max == 3
    assert server.config.credentials[0].secret == "B"
    assert server.config.pace == "step"
    assert server.config.port == 0


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(
        ConfigError, match="found unknown setting 'paec'; the nearest known one is pace"
    ):
        MockServer(paec="step")


def test_a_wrong_value_is_refused() -> None:
    with pytest.raises(ConfigError, match="pace: found 'fast', expected demo, real"):
        MockServer(pace="fast")


def test_a_secret_is_not_shown_when_it_is_wrong() -> None:
    with pytest.raises(ConfigError, match="found a value that is not shown"):
        MockServer(credentials=["hunter2"])


def test_an_unknown_provider_is_named(server: MockServer) -> None:
    with pytest.raises(ConfigError, match="found 'sora', expected one of"):
        server.url_for("sora")


# Spaces and credentials


def test_a_credential_is_the_key_and_has_its_fields(server: MockServer) -> None:
    credential = server.space.credential("digitalcarbon")

    assert credential.startswith("dc_")
    assert credential.fields == {"api_key": str(credential)}
    assert credential.api_key == credential
    assert credential.secret is None
    assert server.space.credential("digitalcarbon") is credential


def test_a_credential_has_no_other_fields(server: MockServer) -> None:
    with pytest.raises(AttributeError, match="no field 'secret_key'; there is api_key"):
        _ = server.space.credential("digitalcarbon").secret_key


@pytest.mark.parametrize(
    "slug",
    [
        "digitalcarbon",
        "fal",
        "google",
        "hourone",
        "idomoo",
        "impossible",
        "luma",
        "openai",
        "replicate",
        "runway",
        "stupeflix",
    ],
)
def test_type_checkers_know_the_fields_of_each_provider(
    server: MockServer, slug: str
) -> None:
    fields = server.space.credential(slug).fields

    assert fields
    assert fields.keys() <= get_type_hints(ClientCredential).keys()


def test_a_strict_server_knows_only_what_was_made(server: MockServer) -> None:
    response = requests.get(
        f"{server.url_for('digitalcarbon')}{JOBS}/x/status",
        headers={"X-API-Key": "made-up"},
        timeout=5,
    )

    assert response.status_code == 401


def test_two_spaces_do_not_see_each_other(server: MockServer) -> None:
    one, two = server.open_space("one"), server.open_space("two")
    job_id = submit(one)

    assert [job.id for job in one.jobs] == [job_id]
    assert list(two.jobs) == []
    assert status(two, job_id) == {"detail": "Job not found"}


def test_equal_names_and_seeds_give_equal_jobs(tmp_path: Path) -> None:
    with MockServer(pace="manual", media_dir=tmp_path) as first:
        one = submit(first.open_space("same"))
    with MockServer(pace="manual", media_dir=tmp_path) as second:
        two = submit(second.open_space("same"))

    assert one == two


def test_another_seed_gives_other_jobs(server: MockServer) -> None:
    one = server.open_space("one", seed=1)
    two = server.open_space("two", seed=2)

    assert (one.seed, two.seed) == (1, 2)
    assert submit(one) != submit(two)


def test_a_space_can_have_a_pace_of_its_own(server: MockServer) -> None:
    space = server.open_space("quick", pace="x60")

    assert space.pace == "x60"
    assert server.space.pace == "manual"


def test_a_space_can_change_its_pace(server: MockServer) -> None:
    server.space.change_pace("real")

    assert server.space.pace == "real"


def test_a_space_can_switch_a_providers_setting(server: MockServer) -> None:
    server.space.switch("digitalcarbon", "world", value="strict")

    response = requests.post(
        server.url_for("digitalcarbon") + JOBS,
        json={**ORDER, "template_params": {"template_id": "Nope"}},
        headers={"X-API-Key": server.space.credential("digitalcarbon")},
        timeout=5,
    )

    assert response.json() == {"detail": "Invalid template_id: Nope"}


def test_an_unknown_setting_of_a_provider_is_refused(server: MockServer) -> None:
    with pytest.raises(ConfigError, match=r"digitalcarbon\.nope: no such setting"):
        server.space.switch("digitalcarbon", "nope", value=True)


def test_a_closed_space_is_forgotten_with_its_keys(server: MockServer) -> None:
    old = server.open_space("gone")
    key = old.credential("digitalcarbon")
    submit(old)

    server.close_space("gone")

    response = requests.get(
        f"{server.url_for('digitalcarbon')}{JOBS}/x/status",
        headers={"X-API-Key": key},
        timeout=5,
    )
    assert response.status_code == 401
    assert list(server.open_space("gone").jobs) == []


# Time


def test_advancing_moves_jobs_and_takes_text_numbers_and_timedeltas(
    server: MockServer,
) -> None:
    job_id = submit(server)

    server.advance("30m")
    server.advance(60)
    server.advance(timedelta(hours=1))

    assert server.space.now == EPOCH_S + 1800 + 60 + 3600
    assert status(server, job_id) == {"status": "completed"}


def test_setting_takes_text_numbers_and_datetimes(server: MockServer) -> None:
    server.set("2030-01-01T01:00:00Z")
    server.set(EPOCH_S + 7200)
    server.set(datetime(2030, 1, 1, 3, tzinfo=UTC))

    assert server.space.now == EPOCH_S + 10800


def test_time_does_not_go_back(server: MockServer) -> None:
    assert server.space.now == EPOCH_S

    with pytest.raises(ClockError, match="clocks only move forward"):
        server.set("2020-01-01")


@pytest.mark.parametrize("wrong", ["soon", "-1h"])
def test_a_duration_that_is_none_is_refused(server: MockServer, wrong: str) -> None:
    with pytest.raises(ClockError, match=f"advance: found '{wrong}'"):
        server.advance(wrong)


def test_a_time_that_is_none_is_refused(server: MockServer) -> None:
    with pytest.raises(ClockError, match="set: found 'tomorrow'"):
        server.set("tomorrow")


def test_next_stops_at_each_change(server: MockServer) -> None:
    submit(server)
    job = server.jobs.only()
    states = [job.state]

    server.next()
    states.append(job.state)
    server.next()
    states.append(job.state)

    assert states == ["queued", "processing", "completed"]


def test_time_can_run_and_stand_still(server: MockServer) -> None:
    server.space.resume()
    server.scale(1e6)
    server.freeze()
    stands_at = server.space.now

    assert stands_at > EPOCH_S
    assert server.space.now == stands_at


def test_a_job_fails_as_its_provider_would_say(server: MockServer) -> None:
    job = server.jobs.get(submit(server))

    job.fail('"no ink left"')

    assert (job.phase, job.timeline[-1][0].error) == ("failed", "no ink left")
    with pytest.raises(ConflictError, match="has ended: failed"):
        job.fail()


def test_finishing_a_job_that_has_ended_on_a_running_clock_changes_nothing(
    server: MockServer,
) -> None:
    job_id = submit(server)
    server.finish(job_id)
    server.resume()

    server.finish(job_id)

    assert server.jobs.only().is_terminal


# Jobs and exchanges


def test_a_job_shows_what_it_is(server: MockServer) -> None:
    job_id = submit(server)

    job = server.jobs.only()

    assert job.id == job_id
    assert (job.slug, job.operation) == ("digitalcarbon", "generate-video")
    assert (job.state, job.phase, job.progress) == ("queued", "waiting", None)
    assert job.data["property"] == ["123 Main St", "$500,000"]
    assert job.created_at == EPOCH_S
    assert repr(job) == f"<job {job_id} of digitalcarbon: queued>"
    assert server.jobs.get(job_id).id == job_id
    assert server.jobs.last().id == job_id
    assert [one.id for one in server.jobs[:1]] == [job_id]


def test_only_and_last_say_what_they_found(server: MockServer) -> None:
    with pytest.raises(AssertionError, match="found 0 jobs, expected one"):
        server.jobs.only()
    with pytest.raises(AssertionError, match="found no job"):
        server.jobs.last()
    with pytest.raises(NotFoundError):
        server.jobs.get("nope")


def test_a_job_submitted_twice_is_found_out(server: MockServer) -> None:
    submit(server)
    server.jobs.only().assert_submitted_once()
    submit(server)

    with pytest.raises(AssertionError, match="submitted 2 times, expected once"):
        server.jobs.last().assert_submitted_once()


def test_another_order_is_no_second_submit(server: MockServer) -> None:
    submit(server)
    submit(server, files=[{"url": "https://example.com/image2.jpg"}])

    server.jobs.last().assert_submitted_once()


def test_polls_are_counted_and_the_timeline_is_told(server: MockServer) -> None:
    job_id = submit(server)
    status(server, job_id)
    server.next()
    status(server, job_id)
    job = server.jobs.only()

    job.assert_polled(at_most=2, at_least=2)
    with pytest.raises(AssertionError) as caught:
        job.assert_polled(at_most=1)
    with pytest.raises(AssertionError, match="polled 2 times, expected at least 3"):
        job.assert_polled(at_least=3)

    lines = str(caught.value).splitlines()
    assert lines[0] == f"job {job_id}: polled 2 times, expected at most 1"
    calls = [line.split("#")[1].split()[1:] for line in lines if "#" in line]
    assert [call[:3] for call in calls] == [
        ["submit", "200", "queued"],
        ["poll", "200", "queued"],
        ["poll", "200", "processing"],
    ]
    assert [line[0] for line in lines[1:]] == [" ", " ", " ", " ", ">"]


def test_fixture_jobs_are_nobodys_jobs(server: MockServer) -> None:
    server.instance.services.world("digitalcarbon")
    space = server.open_space("digitalcarbon.main")
    server.instance.services.spaces.open("digitalcarbon.main").jobs("digitalcarbon")

    assert list(space.jobs) == []


def test_exchanges_are_kept_and_those_of_a_space_apart(server: MockServer) -> None:
    submit(server.open_space("one"))
    submit(server.open_space("two"))
    requests.get(f"{server.url}/nowhere", timeout=5)

    assert [one.space for one in server.exchanges] == ["one", "two", ""]
    assert [one.operation for one in server.open_space("one").exchanges] == [
        "generate-video"
    ]


def test_resetting_forgets_jobs_and_time_but_not_keys(server: MockServer) -> None:
    first = submit(server)
    server.advance("1h")

    server.reset()

    assert list(server.jobs) == []
    assert server.exchanges == []
    assert server.space.now == EPOCH_S
    assert submit(server) == first


def test_a_space_is_reset_alone(server: MockServer) -> None:
    one, two = server.open_space("one"), server.open_space("two")
    submit(one)
    submit(two)

    one.reset()

    assert (len(one.jobs), len(two.jobs)) == (0, 1)


def test_nothing_was_sent_and_no_bug_was_met(server: MockServer) -> None:
    submit(server)

    server.settle()

    assert server.deliveries == []
    assert server.bugs == []
    assert server.bug_count == 0


def test_an_unknown_scenario_is_refused(server: MockServer) -> None:
    with pytest.raises(ScenarioError, match="found 'stuck'"):
        server.use("stuck")


# On the running loop


async def test_the_asynchronous_server_serves_on_the_running_loop(
    tmp_path: Path,
) -> None:
    async with (
        AsyncMockServer(pace="manual", media_dir=tmp_path) as server,
        aiohttp.ClientSession() as client,
    ):
        key = server.space.credential("digitalcarbon")
        base = server.url_for("digitalcarbon") + JOBS
        async with client.post(base, json=ORDER, headers={"X-API-Key": key}) as answer:
            job_id = (await answer.json())["job_id"]
        server.advance("1h")
        await server.settle()
        async with client.get(
            f"{base}/{job_id}/status", headers={"X-API-Key": key}
        ) as answer:
            said = await answer.json()

    assert said == {"status": "completed"}
    assert not server.is_running


async def test_a_space_on_the_running_loop_cannot_wait_for_it(tmp_path: Path) -> None:
    async with AsyncMockServer(pace="manual", media_dir=tmp_path) as server:
        with pytest.raises(RuntimeError, match="await the server's own method"):
            server.space.settle()


async def test_a_server_in_a_thread_serves_asyncio_tests(tmp_path: Path) -> None:
    with MockServer(pace="manual", media_dir=tmp_path) as server:
        await asyncio.to_thread(submit, server)
        server.advance("1h")

        assert server.jobs.only().state == "completed"


async def test_the_application_is_made_for_other_runners(
    aiohttp_client: Any, tmp_path: Path
) -> None:
    client = await aiohttp_client(package.create_app(media_dir=tmp_path))

    response = await client.get("/_mock/api/health")

    assert response.status == 200


# Imports


def test_the_public_names_are_there() -> None:
    names = {"AsyncMockServer", "MockServer", "Provider", "__version__", "create_app"}

    assert names < set(package.__all__)
    assert dir(package) == package.__all__
    assert all(hasattr(package, name) for name in package.__all__)
    assert not hasattr(package, "Nope")


def test_importing_the_package_and_the_plugin_loads_no_web_framework() -> None:
    script = (
        "import mockserver, mockserver.pytest_plugin, mockserver.cli, sys, json;"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True
    )
    loaded = set(json.loads(done.stdout))

    heavy = {"aiohttp", "asyncio", "yaml", "jsonschema", "jsonschema_rs", "faker"}
    assert loaded & (heavy | {"orjson", "PIL", "mockserver.app"}) == set()


def test_a_store_that_servers_share_is_not_for_a_server_in_a_program() -> None:
    """The message hides the password, and says what would be right."""
    with pytest.raises(StartError, match=r"store: found redis://cache/1, which") as it:
        MockServer(store="redis://me:hunter2@cache/1").start()

    assert "expected memory, or sqlite:" in str(it.value)


def test_starting_a_server_loads_neither_faker_nor_what_explains_violations(
    tmp_path: Path,
) -> None:
    script = (
        "import sys, json; from mockserver import MockServer\n"
        f"with MockServer(media_dir={str(tmp_path)!r}): pass\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True
    )

    assert set(json.loads(done.stdout)) & {"faker", "jsonschema"} == set()


class Unloaded(Mapping[str, Provider]):
    """Providers of which none is there yet."""

    def __getitem__(self, slug: str) -> Provider:
        raise AssertionError(f"{slug} was loaded, and nobody has asked for it")

    def __contains__(self, slug: object) -> bool:
        return slug == "digitalcarbon"

    def __iter__(self) -> Iterator[str]:
        return iter(("digitalcarbon",))

    def __len__(self) -> int:
        return 1


def test_no_provider_is_loaded_before_it_is_asked_for() -> None:
    """All of them together would take longer than the rest of the start."""
    instance = build(served=Unloaded())

    assert [*instance.services.providers] == ["digitalcarbon"]


def test_a_server_in_a_test_runs_on_the_loop_that_everybody_has() -> None:
    assert maker("auto", is_alone=False) is asyncio.new_event_loop
    assert maker("asyncio", is_alone=True) is asyncio.new_event_loop


@pytest.mark.parametrize(("name", "is_alone"), [("auto", True), ("uvloop", False)])
def test_a_server_of_its_own_runs_on_uvloop(name: str, *, is_alone: bool) -> None:
    assert maker(name, is_alone=is_alone) is uvloop.new_event_loop


def test_without_uvloop_only_who_asks_for_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)

    assert maker("auto", is_alone=True) is asyncio.new_event_loop
    with pytest.raises(StartError, match="loop: found uvloop, which cannot be"):
        MockServer(loop="uvloop").start()
