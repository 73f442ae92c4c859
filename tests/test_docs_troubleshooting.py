"""The page about status codes tells the statuses that really come."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import requests
from aiohttp import encode_basic_auth

from mockserver import MockServer
from mockserver.providers import discover
from tests.deep import some

PAGE = Path(__file__).parents[1] / "docs/troubleshooting.md"
TEXT = PAGE.read_text(encoding="utf-8")
# A read of something that the fixtures have, with what opens its space.
READS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "digitalcarbon": (
        "/v1-beta/generate-video/unique_job_id/status",
        {"X-API-Key": "your_api_key_here"},
    ),
    "fal": (
        "/queue.fal.run/fal-ai/veo3.1/requests/00000000-0000-7000-8000-000000000003/status",
        {"Authorization": "Key driver-id:driver-secret"},
    ),
    "google": (
        "/v1beta/models/veo-3.1-generate-preview/operations/mockop000001",
        {"x-goog-api-key": "google-test-key"},
    ),
    "heygen": ("/v3/videos", {"x-api-key": "heygen-test-key"}),
    "hourone": (
        "/api/v1/videos/a0000000000000000000000000000001",
        {"api-key": "hourone-states-key"},
    ),
    "idomoo": (
        "/api/v2/storyboards/1234",
        {"Authorization": "Basic MTIzNDp0ZXN0LXNlY3JldA=="},
    ),
    "impossible": (
        "/v2/progress/v2:us-east-1:00000000-0000-4000-8000-000000000001",
        {},
    ),
    "luma": (
        "/dream-machine/v1/generations/00000000-0000-4000-8000-000000000003",
        {"Authorization": "Bearer luma-test-key"},
    ),
    "luma-agents": (
        "/v1/files",
        {"Authorization": "Bearer luma-agents-test-key"},
    ),
    "mux": (
        "/video/v1/assets",
        {"Authorization": encode_basic_auth("mux-test-token", "mux-test-secret")},
    ),
    "openai": (
        "/v1/videos/video_6ab13b800003819000000000000000030000000000000003",
        {"Authorization": "Bearer openai-test-key"},
    ),
    "replicate": (
        "/v1/account",
        {"Authorization": "Bearer r8_driver"},
    ),
    "runway": (
        "/v1/organization",
        {"Authorization": "Bearer key_x", "X-Runway-Version": "2024-11-06"},
    ),
    "shotstack": ("/edit/v1/templates", {"x-api-key": "shotstack-test-key"}),
    "stupeflix": (
        "/v2/status?tasks=x",
        {"Authorization": "Secret exampleSecretKey000000000000000000000001"},
    ),
}


def rows(first: str) -> list[list[str]]:
    """Return the cells of the table that begins with a cell."""
    table = TEXT.split(f"\n| {first} |", 1)[1].split("\n\n", 1)[0]
    lines = [f"| {first} |{table}".splitlines()[0], *table.splitlines()[2:]]
    return [[cell.strip("` ") for cell in line.split("|")[1:-1]] for line in lines]


SLUGS, *PROBLEMS = rows("problem")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockServer]:
    """Return a running server for all problems."""
    folder = tmp_path_factory.mktemp("media")
    with MockServer(pace="step", media_dir=folder) as running:
        yield running


def answered(server: MockServer, slug: str, problem: str) -> int:
    """Return the status of a read that has a problem."""
    path, headers = READS[slug]
    fault = {"kind": "error", "problem": problem}
    server.use({"scenario": problem, "rules": [{"on": {}, "fault": fault}]})
    try:
        url = server.url_for(slug) + path
        return requests.get(url, headers=headers, timeout=10).status_code
    finally:
        server.clear_faults()


def test_the_table_has_every_provider() -> None:
    assert SLUGS[1:] == sorted(discover())


@pytest.mark.parametrize("row", some(PROBLEMS, of=3), ids=[row[0] for row in PROBLEMS])
def test_each_provider_tells_a_problem_with_the_status_shown(
    row: list[str], server: MockServer
) -> None:
    problem, *statuses = row

    found = [str(answered(server, slug, problem)) for slug in SLUGS[1:]]

    assert found == statuses


@pytest.mark.parametrize("slug", SLUGS[1:])
def test_a_read_without_a_problem_is_answered(slug: str, server: MockServer) -> None:
    """So the statuses above are those of the problems, not of a bad request."""
    path, headers = READS[slug]

    response = requests.get(server.url_for(slug) + path, headers=headers, timeout=10)

    assert response.status_code == 200


def test_the_table_of_problems_is_that_of_scenarios() -> None:
    scenarios = (PAGE.parent / "scenarios.md").read_text(encoding="utf-8")
    (named,) = re.findall(
        r"^- Problems: (.*?), in the provider's", scenarios, re.MULTILINE | re.DOTALL
    )

    assert [row[0] for row in PROBLEMS] == re.findall(r"`([a-z-]+)`", named)
