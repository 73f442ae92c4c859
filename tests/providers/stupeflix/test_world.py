"""The fixture account with one profile in each state."""

from typing import Any

import pytest

from mockserver.providers.stupeflix.wire import STATES
from tests.providers.stupeflix.conftest import Api


@pytest.fixture
def states(api: Api) -> Api:
    return Api(
        api.running,
        "EXAMPLEACCESSKEY0002",
        "exampleSecretKey000000000000000000000002",
        account="states",
    )


async def test_every_state_is_there(states: Api) -> None:
    rows: list[dict[str, Any]] = await states.rows("/status/")

    found = {row["status"]["status"] for row in rows}

    assert found == set(STATES) - {"executing", "success"}
    assert {row["accesskey"] for row in rows} == {"EXAMPLEACCESSKEY0002"}


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("profile", "status"),
    [("iphone", 200), ("youtube", 200), ("quicktime", 404), ("flash", 404)],
)
async def test_only_what_is_stored_can_be_had(
    states: Api, profile: str, status: int
) -> None:
    assert (await states.get(f"/alice/clip1/{profile}/")).status == status


async def test_nothing_moves_by_itself(states: Api) -> None:
    before = await states.rows("/status/")
    states.space.clock.advance(3600)
    after = await states.rows("/status/")

    assert [row["status"]["status"] for row in before] == [
        row["status"]["status"] for row in after
    ]


@pytest.mark.ffmpeg
async def test_a_link_works_before_anything_else_was_asked(states: Api) -> None:
    url = (await states.rows("/alice/clip1/iphone/status/"))[0]["status"]

    found = await states.running.client.session.get(url["available-0-url"])

    assert found.status == 200
