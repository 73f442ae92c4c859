"""A provider with several hosts links to each path on the host that has it."""

from dataclasses import replace

import pytest

from mockserver.providers.call import Call
from mockserver.providers.provider import Provider
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from mockserver.providers.stupeflix import PROVIDER

routes = Routes[Call]()


@routes.get("/v1/jobs/{job_id}", "read")
@routes.get("/files.acme.example/f/{name}", "file")
async def nothing(call: Call) -> Reply:
    return call.reply({})


@pytest.fixture
def acme() -> Provider:
    return replace(
        PROVIDER,
        routes=routes,
        hosts=("files.acme.example", "api.acme.example"),
        roots={"files.acme.example": "/files.acme.example"},
    )


@pytest.mark.parametrize(
    ("base", "read", "file"),
    [
        (
            "http://127.0.0.1:7357/acme",
            "http://127.0.0.1:7357/acme/v1/jobs/7",
            "http://127.0.0.1:7357/acme/files.acme.example/f/a.mp4",
        ),
        (
            "https://api.acme.example",
            "https://api.acme.example/v1/jobs/7",
            "https://files.acme.example/f/a.mp4",
        ),
        (
            "http://files.acme.example:7357",
            "http://api.acme.example:7357/v1/jobs/7",
            "http://files.acme.example:7357/f/a.mp4",
        ),
        (
            "http://acme.localhost:7357",
            "http://acme.localhost:7357/v1/jobs/7",
            "http://acme.localhost:7357/files.acme.example/f/a.mp4",
        ),
    ],
)
def test_links_lead_through_the_door(
    acme: Provider, base: str, read: str, file: str
) -> None:
    assert acme.url(base, "read", job_id="7") == read
    assert acme.url(base, "file", name="a.mp4") == file


def test_at_home_each_path_has_its_host(acme: Provider) -> None:
    assert acme.home_url("read", job_id="7") == "https://api.acme.example/v1/jobs/7"
    assert acme.home_url("file", name="a.mp4") == "https://files.acme.example/f/a.mp4"


def test_whoever_came_to_another_host_stays_there(acme: Provider) -> None:
    pages = replace(acme, roots={"files.acme.example": "/v1"})

    assert pages.url("http://api.acme.example", "read", job_id="7") == (
        "http://api.acme.example/v1/jobs/7"
    )
