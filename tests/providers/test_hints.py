"""Every refusal of ours says what was sought, what is near and what would allow it."""

from collections.abc import Iterator

import pytest
import requests

from mockserver import MockServer

AUTH = ("1234", "test-secret")
KEY = {"X-API-Key": "digitalcarbon-test-key"}
JOBS = "/v1-beta/generate-video"


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """Return a running server whose Idomoo is strict."""
    settings = {"idomoo": {"world": "strict"}}
    with MockServer(explain=True, auth="strict", providers_settings=settings) as one:
        yield one


def hint(response: requests.Response) -> str:
    """Return what the header says."""
    return response.headers["X-Mock-Hint"]


def idomoo(server: MockServer, path: str, **more: object) -> requests.Response:
    """Ask Idomoo."""
    url = f"{server.url_for('idomoo')}/api/v2{path}"
    return requests.get(url, timeout=10, **more)  # type: ignore[arg-type]  # as it is


def test_an_unknown_id(server: MockServer) -> None:
    said = hint(idomoo(server, "/storyboards/1243", auth=AUTH))

    assert said.startswith("looked for storyboard '1243'; did you mean 1236 or 1235")
    assert said.endswith("--set idomoo.world=lenient")


def test_the_id_that_is_always_unknown(server: MockServer) -> None:
    said = hint(idomoo(server, "/scenes/404404404", auth=AUTH))

    assert "this one is always unknown" in said


def test_an_unknown_path_names_the_nearest(server: MockServer) -> None:
    said = hint(idomoo(server, "/storyboard/1234", auth=AUTH))

    assert "did you mean GET /api/v2/storyboards/1234" in said


def test_another_method_names_those_that_there_are(server: MockServer) -> None:
    url = f"{server.url_for('idomoo')}/api/v2/storyboards/1234"

    said = hint(requests.post(url, auth=AUTH, timeout=10))

    assert "did you mean GET or OPTIONS?" in said


def test_what_was_taken_for_an_id_may_be_none(server: MockServer) -> None:
    url = f"{server.url_for('openai')}/v1/videos/generations"

    said = hint(requests.post(url, timeout=10))

    assert "did you mean GET or DELETE or POST /v1/videos?" in said


def test_the_path_of_another_provider_names_that_one(server: MockServer) -> None:
    url = f"{server.url_for('digitalcarbon')}/v1/videos"

    said = hint(requests.post(url, timeout=10))

    assert "did you mean POST /openai/v1/videos?" in said


def test_an_unknown_credential_says_how_to_register_it(server: MockServer) -> None:
    said = hint(idomoo(server, "/accounts", auth=("99", "secret-of-mine")))

    assert "mockserver credentials add idomoo KEY" in said
    assert "secret-of-mine" not in said


def test_a_misspelt_job_names_the_nearest(server: MockServer) -> None:
    url = server.url_for("digitalcarbon") + JOBS
    near = f"{url}/00000000-0000-4000-8000-00000000001/results"

    said = hint(requests.get(near, headers=KEY, timeout=10))

    assert "did you mean 00000000-0000-4000-8000-000000000001" in said


def test_a_job_of_another_space_names_that_space(server: MockServer) -> None:
    url = server.url_for("digitalcarbon") + JOBS
    job = f"{url}/00000000-0000-4000-8000-000000000001/results"
    requests.get(job, headers=KEY, timeout=10)
    other = {"X-API-Key": "digitalcarbon-other-key"}

    said = hint(requests.get(job, headers=other, timeout=10))

    assert "the credential of the space digitalcarbon.main, which has it" in said


def test_a_call_at_the_wrong_time_names_the_state(server: MockServer) -> None:
    url = server.url_for("digitalcarbon") + JOBS
    queued = f"{url}/00000000-0000-4000-8000-000000000001/results"

    said = hint(requests.get(queued, headers=KEY, timeout=10))

    assert said.startswith("looked for results, which is queued; to allow it:")


def test_a_wrong_value_names_the_nearest_of_its_list(server: MockServer) -> None:
    url = f"{server.url_for('idomoo')}/api/v2/storyboards/generate"
    video = {"video_type": "mp5", "height": 90}
    order = {"storyboard_id": 1234, "output": {"video": [video]}, "data": []}

    said = hint(requests.post(url, json=order, auth=AUTH, timeout=10))

    assert "output/video/0/video_type: found 'mp5'" in said
    assert "did you mean mp4?" in said


def test_a_misspelt_provider_is_in_the_journal(server: MockServer) -> None:
    requests.get(f"{server.url}/idomo/api/v2", timeout=10)

    assert "did you mean /idomoo/?" in server.exchanges[-1].hint


@pytest.mark.parametrize(
    ("path", "host", "said"),
    [
        ("/v1/videos", "127.0.0.1", "did you mean POST /openai/v1/videos?;"),
        ("/DigitalCarbon/x", "127.0.0.1", "did you mean /digitalcarbon/?;"),
        ("/x", "openai.com", "did you mean host api.openai.com?;"),
        ("/x", "api.opnai.com:443", "did you mean host api.openai.com?;"),
        ("/x", "opnai.localhost", "did you mean host openai.localhost?;"),
        ("/x", "intranet.example", "known: /digitalcarbon/, /fal/,"),
    ],
)
def test_a_request_for_nobody_says_for_whom_it_was(
    server: MockServer, path: str, host: str, said: str
) -> None:
    requests.post(server.url + path, headers={"Host": host}, timeout=10)

    assert said in server.exchanges[-1].hint


@pytest.mark.parametrize("slug", ["digitalcarbon", "nobody"])
@pytest.mark.parametrize("before", range(30, 80, 7))
def test_a_hint_is_not_cut_amid_a_secret(
    server: MockServer, slug: str, before: int
) -> None:
    """What is left of a secret is none that anybody knows, and would be shown."""
    key = "digitalcarbon-test-key"
    requests.get(server.url_for("digitalcarbon") + JOBS, headers=KEY, timeout=10)

    requests.get(f"{server.url}/{slug}/{'a' * before}/{key}/x", timeout=10)

    answer = requests.get(f"{server.url}/_mock/api/exchanges?limit=1", timeout=10)
    [exchange] = answer.json()["exchanges"]
    assert "digitalcarbon-te" not in exchange["hint"]
    assert "looked for" in exchange["hint"]


def test_what_is_answered_well_has_no_hint(server: MockServer) -> None:
    response = idomoo(server, "/storyboards/1234", auth=AUTH)

    assert "X-Mock-Hint" not in response.headers


def _at(host: str, method: str, path: str) -> str:
    with MockServer(explain=True, providers=("mux", "fal", "openai")) as server:
        return hint(
            requests.request(
                method, server.url + path, headers={"Host": host}, timeout=10
            )
        )


@pytest.mark.parametrize(
    ("host", "asked", "said"),
    [
        (
            "stream.mux.com",
            "GET /abc123/hihgest.mp4",
            (
                "an operation for GET /abc123/hihgest.mp4; did you mean GET"
                " /abc123/highest.mp4?"
            ),
        ),
        (
            "api.mux.com",
            "GET /v1/assets",
            "an operation for GET /v1/assets; did you mean GET /video/v1/assets?",
        ),
        (
            "api.mux.com",
            "GET /streams/abc123/highest.mp4",
            "did you mean GET https://stream.mux.com/abc123/highest.mp4?",
        ),
        (
            "rest.fal.ai",
            "POST /storage/upload/initate",
            (
                "an operation for POST /storage/upload/initate; did you mean POST"
                " /storage/upload/initiate?"
            ),
        ),
        (
            "queue.fal.run",
            "GET /fal-ai/veo3/request/abc/status",
            (
                "looked for GET at /fal-ai/veo3/request/abc/status; did you mean POST"
                " or OPTIONS or GET /fal-ai/veo3/requests/abc/status?"
            ),
        ),
        (
            "stream.mux.com",
            "GET /video/v1/assets/abc/nothing/at/all",
            "GET https://api.mux.com/video/v1/assets",
        ),
        ("127.0.0.1", "GET /mux/v1/assets", "did you mean GET /video/v1/assets?"),
        (
            "127.0.0.1",
            "GET /mux/stream/abc123/hihgest.mp4",
            "did you mean GET /stream/abc123/highest.mp4?",
        ),
    ],
)
def test_a_path_is_told_as_a_client_has_to_send_it_there(
    host: str, asked: str, said: str
) -> None:
    """At a host of the provider's, what comes before it inside of us is not told."""
    method, _, path = asked.partition(" ")

    assert said in _at(host, method, path)
