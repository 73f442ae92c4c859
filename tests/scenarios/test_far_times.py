"""Whatever is asked for in years, every provider goes on to answer."""

import pytest

from mockserver.engine.clock import END_S
from mockserver.scenarios.written.magic import conjure
from tests.deep import some
from tests.scenarios.conftest import Play
from tests.scenarios.players import PLAYERS


@pytest.mark.parametrize("slug", sorted(PLAYERS))
@pytest.mark.parametrize("pace", ["step", "manual", "x1000000"])
async def test_at_the_end_of_time_jobs_are_taken_and_read(
    player: Play, slug: str, pace: str
) -> None:
    customer = await player(slug, pace=pace)
    customer.space.clock.set(END_S)

    log = await customer.play()

    assert log[-1] == "gives up"
    assert log[0].startswith("create 20")


@pytest.mark.parametrize("slug", sorted(PLAYERS))
async def test_a_job_that_ends_after_all_clocks_is_read(
    player: Play, slug: str
) -> None:
    far = {"job": {"stall": {"at": 50, "for": "100000000000s"}}}
    customer = await player(slug, {"scenario": "x", "rules": [far, far, far]})

    log = await customer.play()

    assert log[-1] == "gives up"
    assert (await customer.running.client.get("/_mock/api/jobs")).status == 200
    assert (await customer.running.client.get("/_mock/api/clock")).status == 200


@pytest.mark.parametrize("slug", some(sorted(PLAYERS), of=5))
@pytest.mark.parametrize("part", ["link_for", "keep_for", "late"])
async def test_files_may_live_for_thousands_of_years(
    player: Play, slug: str, part: str
) -> None:
    customer = await player(
        slug, {"scenario": "x", "rules": [{"media": {part: "100000000000s"}}]}
    )
    customer.space.clock.set(END_S - 1e6)

    await customer.play()

    assert customer.log[0].startswith("create 20")
    assert (await customer.running.client.get("/_mock/api/jobs")).status == 200


@pytest.mark.parametrize("digits", [7, 400, 5000])
@pytest.mark.parametrize(
    "form", ["slow-{}", "status-503-{}", "stall-{}d", "late-file-{}s", "fail-at-{}"]
)
def test_a_magic_number_without_bounds_is_mere_text(form: str, digits: int) -> None:
    assert conjure("Spring__" + form.format("9" * digits)) is None
