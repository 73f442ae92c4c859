"""Batches: many definitions with their profiles at once, or none of them."""

import pytest

from tests.providers.stupeflix.conftest import MOVIE, STORED, Api, md5_hex, said


def task(resource: str, inside: str = MOVIE.decode() + STORED) -> str:
    return f'<task user="bob" resource="{resource}">{inside}</task>'


async def put(api: Api, *tasks: str) -> tuple[int, str]:
    body = f"<batch>{''.join(tasks)}</batch>".encode()
    return await said(await api.send("PUT", "/batch/", body, "text/xml"))


async def test_all_tasks_exist_as_if_sent_one_by_one(api: Api) -> None:
    assert await put(api, task("a"), task("b")) == (200, "")

    found = await api.get("/bob/b/definition/")

    assert await found.read() == MOVIE
    assert found.headers["ETag"] == md5_hex(MOVIE)
    assert len(await api.rows("/bob/status/")) == 2


async def test_declarations_may_stand_in_the_middle(api: Api) -> None:
    pasted = '<?xml version="1.0" encoding="UTF-8"?>\n' + MOVIE.decode() + STORED

    assert await put(api, task("a", pasted), task("b", pasted)) == (200, "")


async def test_an_empty_batch_does_nothing(api: Api) -> None:
    assert await put(api) == (200, "")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (task("b", MOVIE.decode()), "needs one element movie and one element profiles"),
        (task("b", STORED), "needs one element movie and one element profiles"),
        (
            task("b", "<profiles/>" + MOVIE.decode()),
            "profiles needs an element profile",
        ),
        (
            task("b", "<movie/><profiles><profile name='x'/></profiles>"),
            "unknown profile name x",
        ),
        (task("b!"), "resource must match [a-zA-Z0-9]{1,256}"),
        (task(""), "resource must match [a-zA-Z0-9]{1,256}"),
        ("<film/>", "unknown element film in batch"),
    ],
)  # fmt: skip
async def test_one_wrong_task_stops_all_and_is_named(
    api: Api, wrong: str, reason: str
) -> None:
    answer = await put(api, task("a"), wrong)

    assert answer == (400, f"InvalidBatch: task 2: {reason}")
    assert await api.rows("/bob/status/") == []
    assert (await api.get("/bob/a/definition/")).status == 404


async def test_a_task_that_was_left_open_is_refused(api: Api) -> None:
    body = f'<batch><task user="bob" resource="a">{MOVIE.decode()}</batch>'.encode()

    assert await said(await api.send("PUT", "/batch/", body, "text/xml")) == (
        400, "InvalidBatch: the body is not well-formed XML"
    )  # fmt: skip


@pytest.mark.deep
async def test_a_clients_largest_batch_is_taken(api: Api) -> None:
    tasks = [task(f"clip{number}") for number in range(4000)]

    assert await put(api, *tasks) == (200, "")
    assert sum(map(len, tasks)) > 1_000_000


async def test_a_batch_beyond_all_bounds_is_refused(api: Api) -> None:
    assert await put(api, "x" * 9_000_000) == (
        400, "InvalidBatch: more than 8388608 bytes"
    )  # fmt: skip
