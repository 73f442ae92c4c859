"""Whoever asks one worker gets the answer of all, and whoever tells one tells all."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientSession

from mockserver.edge.staging.stage import HANDSHAKES, book_of
from mockserver.engine.store.directory import Worker
from tests.edge.workers import (
    API,
    JOBS,
    FleetWorker,
    Start,
    impatient,
    start,
    three,
)

__all__ = ["start", "three"]

ALPHA, BETA, GAMMA = "key-alpha", "key-beta", "key-gamma"
MODEL = "/queue.fal.run/fal-ai/veo3.1"
BRIEF = "/exchanges/brief"
Three = list[FleetWorker]


async def order(workers: Three, *keys: str) -> list[str]:
    """Let each worker make one job in a space that is its own then; return them."""
    both = zip(workers, keys, strict=True)
    return [await worker.create(key) for worker, key in both]


async def tell(worker: FleetWorker, key: str, webhook: str) -> None:
    """Make a request of fal's at a worker, which tells a webhook of its end."""
    url = f"http://127.0.0.1:{worker.listener.port}{MODEL}?fal_webhook={webhook}"
    headers, prompt = {"Authorization": f"Key {key}"}, {"prompt": "A lighthouse"}
    async with worker.session.post(url, json=prompt, headers=headers) as response:
        assert response.status == 200


def names(answer: dict[str, Any], member: str) -> list[str]:
    return [one["id"] for one in answer[member]]


async def space_of(worker: FleetWorker) -> str:
    (space,) = worker.spaces
    return space


async def test_jobs_of_all_workers_are_listed_the_latest_first(three: Three) -> None:
    made = await order(three, ALPHA, BETA, GAMMA)

    listed = [await one.ask("/jobs?operation=generate-video") for one in three]

    ordered = [one for one in names(listed[0], "jobs") if one in made]
    assert ordered == made[::-1]
    assert listed[1] == listed[0]
    assert listed[2] == listed[0]


async def test_pages_go_on_at_whichever_worker_is_asked(three: Three) -> None:
    """Each job is on one page, in the order of one page with all."""
    for _ in range(3):
        await order(three, ALPHA, BETA, GAMMA)
    whole = names(await three[0].ask("/jobs?limit=1000"), "jobs")
    pages, after = list[str](), ""

    for turn in range(1000):
        page = await three[turn % 3].ask(f"/jobs?limit=4{after}")
        pages += names(page, "jobs")
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert len(whole) >= 9
    assert pages == whole


async def test_pages_of_deliveries_go_on_at_whichever_worker_is_asked(
    three: Three,
) -> None:
    for worker, key in zip(three, (ALPHA, BETA, GAMMA), strict=True):
        for number in range(3):
            await tell(worker, key, f"https://example.com/{number}")
    await three[0].ask("/clock/advance", {"by": "1h"})
    whole = names(await three[0].ask("/deliveries?newest_first=true"), "deliveries")
    pages, after = list[str](), ""

    for turn in range(9):
        path = f"/deliveries?newest_first=true&limit=2{after}"
        page = await three[turn % 3].ask(path)
        pages += names(page, "deliveries")
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert len(whole) == 9
    assert pages == whole


async def test_a_job_is_found_without_saying_whose_it_is(three: Three) -> None:
    """Its worker shows it, and changes it."""
    (job, _, _) = await order(three, ALPHA, BETA, GAMMA)

    shown = await three[1].ask(f"/jobs/{job}")
    failed = await three[2].ask(f"/jobs/{job}/fail", {})
    deleted = await three[1].ask(f"/jobs/{job}", method="DELETE")

    assert (shown["id"], shown["state"]) == (job, "queued")
    assert failed["phase"] == "failed"
    assert deleted == {"deleted": job}
    assert (await three[0].said(f"/jobs/{job}"))[0] == 404


async def test_a_job_of_a_space_that_nobody_has_is_found(three: Three) -> None:
    """Its space is opened by whoever is asked."""
    job = await three[0].create(ALPHA)
    await three[0].give_up()

    shown = await three[1].ask(f"/jobs/{job}")

    assert shown["id"] == job
    assert len(three[1].spaces) == 1


async def test_what_nobody_has_opened_is_listed(three: Three) -> None:
    job = await three[0].create(ALPHA)
    await three[0].give_up()

    listed = await three[2].ask("/jobs?operation=generate-video")

    assert job in names(listed, "jobs")


async def test_spaces_of_all_are_listed_the_newest_first(three: Three) -> None:
    await order(three, ALPHA, BETA, GAMMA)
    mine = [await space_of(one) for one in three]

    listed = await three[1].ask("/spaces")
    some = await three[1].ask("/spaces?limit=2")

    assert names(listed, "spaces") == mine[::-1]
    assert names(some, "spaces") == mine[:0:-1]


async def test_exchanges_have_numbers_that_no_other_worker_gives(three: Three) -> None:
    """They are in the order in which they were answered, wherever that was."""
    made = await order([*three, *three], *(ALPHA, BETA, GAMMA) * 2)

    listed = await three[0].ask("/exchanges")
    shown = [
        await three[1].ask(f"/exchanges/{one['number']}") for one in listed["exchanges"]
    ]
    counted = await three[2].ask("/exchanges/count", {"method": "POST"})
    later = await three[2].ask(f"/exchanges?after={listed['exchanges'][2]['number']}")

    assert [one["job"] for one in listed["exchanges"]] == made[::-1]
    assert shown == listed["exchanges"]
    assert counted == {"count": 6}
    assert later["exchanges"] == listed["exchanges"][:2]


async def test_an_archive_holds_what_all_have_answered(three: Three) -> None:
    made = await order(three, ALPHA, BETA, GAMMA)

    archive = await three[2].ask("/exchanges/har")

    assert [one["_job"] for one in archive["log"]["entries"]] == made
    assert archive["log"]["version"] == "1.2"


async def test_requests_for_nobody_are_each_workers_and_shown_by_all(
    three: Three,
) -> None:
    lost = [await one.said("/digitalcarbon/nowhere") for one in three]

    listed = await three[0].ask("/exchanges/unmatched")
    cleared = await three[1].ask("/exchanges/clear", {})

    assert [status for status, _ in lost] == [404] * 3
    assert len(listed["exchanges"]) == 3
    assert cleared["cleared"] == 3
    assert (await three[2].ask("/exchanges"))["exchanges"] == []


async def test_a_reset_reaches_everybody_and_who_sleeps(three: Three) -> None:
    """No job is left, wherever it was."""
    made = await order(three, ALPHA, BETA, GAMMA)
    await three[2].give_up()

    said = await three[0].ask("/reset", {})

    left = names(await three[1].ask("/jobs?limit=1000"), "jobs")
    assert len(said["spaces"]) == 3
    assert [job for job in made if job in left] == []


async def test_clocks_move_everywhere_also_of_who_sleeps(three: Three) -> None:
    await order(three, ALPHA, BETA, GAMMA)
    spaces = [await space_of(one) for one in three]
    await three[1].give_up()
    before = await three[0].ask("/clock")
    await three[1].give_up()

    moved = await three[0].ask("/clock/advance", {"by": "1h"})

    was = {one["space"]: one["now_s"] for one in before["clocks"]}
    now = {one["space"]: one["now_s"] for one in moved["clocks"]}
    assert sorted(now) == sorted(spaces)
    assert now == {name: at + 3600 for name, at in was.items()}


async def test_all_clocks_move_or_none(three: Three) -> None:
    """One that is ahead, at another worker, lets nobody's move."""
    await order(three, ALPHA, BETA, GAMMA)
    ahead = await space_of(three[2])
    await three[0].ask(f"/spaces/{ahead}/clock/set", {"to": "2040-01-01T00:00:00Z"})
    before = await three[0].ask("/clock")

    status, said = await three[0].said("/clock/set", {"to": "2039-01-01T00:00:00Z"})

    assert status == 409
    assert ahead in said["error"]
    assert await three[1].ask("/clock") == before


async def test_a_scenario_for_all_acts_everywhere_and_in_what_comes(
    three: Three, start: Start
) -> None:
    """In open spaces, in one that sleeps, in new ones, and at a worker to come."""
    await order(three[:2], ALPHA, BETA)
    await three[1].give_up()

    applied = await three[0].ask("/faults", {"scenario": "status-blips"})
    await three[2].create(GAMMA)
    late = await start()
    await late.create("key-late")

    acting = await three[1].ask("/faults")
    assert len(applied["faults"]) == 2
    spaces = sorted(one["space"] for one in acting["faults"])
    assert spaces == sorted({*three[0].spaces, *three[2].spaces, *late.spaces})
    assert len(spaces) == 4
    assert {one["scenario"] for one in acting["faults"]} == {"status-blips"}


async def test_a_scenario_that_is_cleared_is_gone_everywhere(
    three: Three, start: Start
) -> None:
    await order(three, ALPHA, BETA, GAMMA)
    await three[0].ask("/faults", {"scenario": "status-blips"})

    cleared = await three[1].ask("/faults", method="DELETE")
    late = await start()
    await late.create("key-late")

    assert len(cleared["faults"]) == 3
    states = [one["state"] for one in (await three[2].ask("/faults"))["faults"]]
    assert set(states) <= {"healed"}
    assert book_of(next(iter(late.instance.services.spaces))).loads() == []


async def test_a_scenario_that_one_cannot_read_is_nobodys(three: Three) -> None:
    """Whoever is asked says so, and nothing has changed."""
    await order(three, ALPHA, BETA, GAMMA)

    status, said = await three[0].said("/faults", {"scenario": "no-such-thing"})

    assert status == 400
    assert "no-such-thing" in said["error"]
    assert (await three[1].ask("/faults"))["faults"] == []


async def test_faults_of_handshakes_are_put_to_work_at_each_worker(
    three: Three,
) -> None:
    """Whose a connection is does not show: each worker has rules of its own."""
    applied = await three[0].ask("/faults", {"scenario": "connection-refused"})

    assert [one["space"] for one in applied["faults"]] == [HANDSHAKES] * 3
    await three[1].ask("/faults", method="DELETE")


async def test_a_seed_and_a_pace_are_those_of_all_and_of_who_comes(
    three: Three, start: Start
) -> None:
    await three[0].ask("/seed", {"seed": 77})
    await three[1].ask("/clock/pace", {"pace": "x60"})

    late = await start()
    other = await start(seed=5, pace="real")

    told = [(await one.ask("/seed"))["seed"] for one in (*three, late)]
    paces = [one.instance.services.spaces.settings.pace.name for one in (*three, late)]
    assert told == [77] * 4
    assert paces == ["x60"] * 4
    assert (await other.ask("/seed"))["seed"] == 5
    assert other.instance.services.spaces.settings.pace.name == "real"


async def test_a_credential_that_is_revoked_anywhere_opens_nothing_anywhere(
    start: Start,
) -> None:
    one, two = await start(auth="strict"), await start(auth="strict")
    made = await one.ask("/credentials", {"provider": "digitalcarbon", "key": "mine"})
    await two.create("mine")

    listed = await two.ask(f"/credentials?space={made['space']}")
    await two.ask("/credentials/revoke", {"provider": "digitalcarbon", "key": "mine"})
    again = await one.ask(f"/credentials?space={made['space']}")

    assert [one["is_revoked"] for one in listed["credentials"]] == [False]
    assert [one["is_revoked"] for one in again["credentials"]] == [True]


async def test_status_and_metrics_are_of_all(three: Three) -> None:
    """Counts are added up; a scrape has each worker's own, by name."""
    await order(three, ALPHA, BETA, GAMMA)

    status = await three[0].ask("/status")
    scraped = await three[1].ask("/metrics")
    mine = await three[1].ask("/metrics?workers=mine")

    assert (status["workers"], status["spaces"], status["exchanges"]) == (3, 3, 3)
    spaces = [
        one for one in scraped.splitlines() if one.startswith("mockserver_spaces")
    ]
    assert sorted(spaces) == sorted(
        f'mockserver_spaces{{worker="{one.id}"}} 1' for one in three
    )
    assert scraped.count("# TYPE mockserver_spaces gauge") == 1
    assert "mockserver_spaces 1" in mine.splitlines()


async def test_workers_are_listed_with_how_each_is(three: Three) -> None:
    listed = (await three[1].ask("/workers"))["workers"]

    assert {one["id"] for one in listed} == {one.id for one in three}
    assert [one["id"] for one in listed if one["is_asked"]] == [three[1].id]
    assert all(one["ready"] for one in listed)
    assert all(one["place"].startswith("127.0.0.1:") for one in listed)


async def test_a_worker_that_does_not_answer_is_named(three: Three) -> None:
    """What the others have is told."""
    await order(three, ALPHA, BETA, GAMMA)
    silent = three[2]
    silent.directory._register.me = Worker(silent.id, "x@127.0.0.1:1", 1.0)
    await silent.directory._register.beat()
    impatient(three[0])

    listed = await three[0].ask("/spaces")
    jobs = await three[0].ask("/jobs")
    lost = await three[0].said("/jobs/nowhere")
    scraped = await three[0].ask("/metrics")

    said = f"worker {silent.id} at 127.0.0.1:1 does not answer"
    assert listed["missing"] == [said]
    assert len(listed["spaces"]) == 2
    assert jobs["missing"] == [said]
    assert lost[0] == 404
    assert lost[1]["error"].endswith(said)
    assert "mockserver_workers_silent 1" in scraped.splitlines()


async def test_a_worker_that_has_died_is_missed_by_nobody(three: Three) -> None:
    """Its spaces are opened by whoever is asked."""
    made = await order(three, ALPHA, BETA, GAMMA)
    await three[2].die()
    await three[2].listener.close()

    listed = await three[0].ask("/jobs?operation=generate-video")

    assert "missing" not in listed
    assert [one for one in names(listed, "jobs") if one in made] == made[::-1]


async def test_what_happens_anywhere_is_told_to_who_listens_anywhere(
    three: Three,
) -> None:
    """Nothing is missed from when it begins."""
    url = f"http://127.0.0.1:{three[0].listener.port}{API}/events?kinds=exchange"
    async with ClientSession() as session, session.get(url) as response:
        assert (await response.content.readline()) == b": listening\n"

        made = await order(three, ALPHA, BETA, GAMMA)

        told = list[str]()
        async with asyncio.timeout(20):
            while len(told) < 3:
                line = await response.content.readline()
                if line.startswith(b"data: "):
                    told.append(json.loads(line[6:])["job"])

    assert sorted(told) == sorted(made)


@pytest.mark.parametrize("path", ["/jobs?provider=nobody", "/deliveries?state=odd"])
async def test_a_mistake_is_told_as_by_a_server_that_is_alone(
    three: Three, path: str
) -> None:
    status, said = await three[0].said(path)

    assert status == 400
    assert "worker" not in said["error"]


async def test_deliveries_and_worlds_of_all_are_told(three: Three) -> None:
    await order(three, ALPHA, BETA, GAMMA)

    deliveries = await three[0].ask("/deliveries")
    world = await three[0].ask("/world")
    lost = await three[0].said("/deliveries/none")

    assert deliveries == {"deliveries": [], "next": None}
    assert isinstance(world, dict)
    assert lost[0] == 404


async def test_a_space_that_moves_brings_its_exchanges_along(three: Three) -> None:
    """They have their numbers, and are told of once."""
    job = await three[0].create(ALPHA)
    await three[0].said(f"{JOBS}/{job}/status", key=ALPHA)
    before = await three[1].ask("/exchanges")
    await three[0].give_up()

    moved = await three[2].ask("/exchanges")
    await three[2].create(ALPHA)
    after = await three[1].ask("/exchanges")

    assert len(before["exchanges"]) == 2
    assert moved == before
    assert after["exchanges"][1:] == before["exchanges"]
    assert len(after["exchanges"]) == 3


async def test_what_was_cleared_does_not_come_back_with_its_space(
    three: Three,
) -> None:
    await order(three, ALPHA, BETA, GAMMA)
    await three[1].give_up()

    cleared = await three[0].ask("/exchanges/clear", {})
    await three[2].give_up()

    assert cleared["cleared"] == 3
    assert (await three[0].ask("/exchanges"))["exchanges"] == []


async def test_lists_in_brief_page_over_all_workers(three: Three) -> None:
    """What comes before a number is the rest of the list, whoever is asked."""
    await order([*three, *three], *(ALPHA, BETA, GAMMA) * 2)

    whole = [one["number"] for one in (await three[0].ask(BRIEF))["exchanges"]]
    first = [
        one["number"] for one in (await three[1].ask(f"{BRIEF}?limit=2"))["exchanges"]
    ]
    rest = (await three[2].ask(f"{BRIEF}?before={first[-1]}"))["exchanges"]
    fresh = (await three[1].ask(f"{BRIEF}?after={whole[2]}"))["exchanges"]

    assert len(whole) == 6
    assert first + [one["number"] for one in rest] == whole
    assert [one["number"] for one in fresh] == whole[:2]


async def test_whichever_worker_is_asked_knows_what_comes(three: Three) -> None:
    (job, _, _) = await order(three, ALPHA, BETA, GAMMA)
    space = await space_of(three[0])

    told = await three[2].ask(f"/spaces/{space}/clock/coming?by=2h")

    assert {one["job"] for one in told["coming"]} == {job}
