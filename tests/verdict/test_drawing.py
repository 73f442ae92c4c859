"""The story of a job as it is drawn: what is on each line, and which are marked."""

import re
from functools import partial
from typing import Any

import pytest

from mockserver.verdict.assertions import (
    backed_off,
    polled,
    signature_checked,
    submitted_once,
)
from mockserver.verdict.drawing import drawn
from tests.providers.hourone.conftest import Listener
from tests.verdict.conftest import Client, Meet, told


def _fault(operation: str, fault: dict[str, Any]) -> dict[str, Any]:
    rule = {"on": {"operation": operation, "times": 1}, "fault": fault}
    return {"scenario": "day", "rules": [rule]}


def _drawn(client: Client, check: Any = None, **how: Any) -> list[str]:
    story = client.story()
    broken = [] if check is None else client.broken(partial(check, **how))
    return [" ".join(line.split()) for line in drawn(story, broken)]


async def test_a_job_is_drawn_from_its_order_to_its_end(meet: Meet) -> None:
    client = await meet("digitalcarbon", _fault("status", {"kind": "error",
                        "status": 429, "retry_after": "30s"}))  # fmt: skip
    await client.order()
    await client.read(2.0, 4.0)
    client.until("completed")
    await client.read()
    await client.call("GET", f"/media/{client.job}.mp4", headers={"Range": "bytes=0-9"})

    lines = _drawn(client, polled, every_s=3.0)

    at = [re.sub(r"\+\d+\.\d+ s", "+T s", line) for line in lines[6:]]
    assert lines[:5] == [
        "+0.000 s #1 submit 200 queued",
        "+0.000 s is queued",
        "+0.000 s #2 poll 429 queued rule day/1 Retry-After 30",
        "> +2.000 s #3 poll 200 queued 2.000 s after the answer before",
        "+6.000 s #4 poll 200 queued 4.000 s after the answer before",
    ]
    assert lines[5].endswith(" s is processing")
    assert at[0] == "+T s is completed"
    assert at[1].startswith("+T s #5 poll 200 completed ")
    assert re.fullmatch(
        r"\+T s #6 download 206 part, bytes 0-9 of \d+", at[2]
    ), at  # fmt: skip


async def test_columns_are_below_each_other(meet: Meet) -> None:
    client = await meet("digitalcarbon")
    await client.order()
    await client.read(*[5.0] * 9)

    lines = drawn(client.story(), client.broken(backed_off))

    columns = {line.index("#") + len(line.split("#")[1].split()[0]) for line in lines
               if "#" in line}  # fmt: skip
    assert len(columns) == 1
    assert [line[0] for line in lines if "#" in line] == [*" " * 8, *">>>"]


async def test_refused_and_second_orders_are_drawn(meet: Meet) -> None:
    day = _fault("generate-video", {"kind": "error", "status": 503})
    client = await meet("digitalcarbon", day)
    await client.order()
    client.wait(5.0)
    await client.order()
    first = client.job
    client.wait(1.0)
    await client.order()
    second, client.job = client.job, first

    assert _drawn(client, submitted_once) == [
        "-5.000 s #1 submit 503 refused rule day/1",
        "> +0.000 s #2 submit 200 queued",
        "+0.000 s is queued",
        f"> +1.000 s #3 submit 200 job {second}",
    ]


async def test_webhooks_are_drawn_with_what_came_of_them(
    hooked: Meet, listener: Listener
) -> None:
    listener.statuses = [500]
    client = await hooked("webhook-wrong-signature")
    await told(client)
    client.wait(86_400)
    await client.player.running.instance.services.scheduler.settle(client.player.space)

    lines = [line for line in _drawn(client, signature_checked) if "webhook" in line]

    shown = [re.sub(r"[+]\d+\.\d+ s ~\S+|\d\.\d+ s$", "T", one) for one in lines]
    shown = [re.sub(r"in \d\.\d+ s", "in T", one) for one in shown]
    assert shown == [
        "> T webhook 500 video.ready answered in T wrongly signed not acknowledged",
        "> T webhook 200 video.ready answered in T attempt 2 wrongly signed",
    ]


@pytest.mark.parametrize(
    ("scenario", "outcome"),
    [
        (_fault("media", {"kind": "redirect", "status": 302}), "302 sent elsewhere"),
        (_fault("media", {"kind": "error", "status": 500}), "500 refused"),
    ],
)
async def test_downloads_say_what_came_of_them(
    meet: Meet, scenario: dict[str, Any], outcome: str
) -> None:
    client = await meet("digitalcarbon", scenario)
    await client.order()
    path = f"/media/{client.job}.mp4"
    client.finish()
    await client.call("GET", path, allow_redirects=False)

    assert _drawn(client)[-1].endswith(f"download {outcome} rule day/1")


async def test_a_file_that_is_not_there_yet_is_told(meet: Meet) -> None:
    client = await meet("digitalcarbon")
    await client.order()
    await client.call("GET", f"/media/{client.job}.mp4")

    assert _drawn(client)[-1] == "+0.000 s #2 download 404 not there yet"


async def test_a_cancelled_job_is_drawn_as_such(meet: Meet) -> None:
    client = await meet("replicate")
    await client.order()
    await client.call("POST", f"/v1/predictions/{client.job}/cancel")

    lines = _drawn(client)

    assert [one for one in lines if "cancel" in one] == [
        "+0.000 s is canceled",
        "+0.000 s #2 cancel 200 canceled",
    ]


async def test_of_a_long_story_the_ends_and_what_is_wrong_are_drawn(meet: Meet) -> None:
    client = await meet("digitalcarbon", "stuck-in-processing")
    await client.order()
    await client.read(*[60.0] * 100, 1.0, *[60.0] * 99)

    lines = _drawn(client, polled, every_s=30.0)

    assert len(lines) < 80
    assert [one for one in lines if one.startswith(">")] == [
        "> +6001.000 s #103 poll 200 processing 1.000 s after the answer before"
    ]
    assert any(re.fullmatch(r"\.\.\. \d+ more", one) for one in lines)
