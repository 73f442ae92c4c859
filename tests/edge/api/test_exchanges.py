"""Exchanges and deliveries over the control API."""

from typing import Any

import pytest

from tests.edge.conftest import KEY, OTHER_KEY, Running, Serve


async def _numbers(server: Running, body: Any) -> list[int]:
    found = await server.post("/exchanges/find", body)
    return [exchange["number"] for exchange in found["exchanges"]]


@pytest.fixture
async def busy(server: Running) -> Running:
    """Return a server with five exchanges."""
    job = await server.draw()  # 1
    await server.look(job)  # 2
    await server.draw(OTHER_KEY)  # 3
    await server.client.get("/sketch/nowhere?sketch_key=a-key-in-a-url")  # 4
    await server.client.get("/nobody?sketch_key=a-key-in-a-url")  # 5
    return server


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"limit": 2}, [5, 4]),
        ({"after": 3}, [5, 4]),
        ({"space": "sketch.main"}, [2, 1]),
        ({"provider": "sketch"}, [4, 3, 2, 1]),
        ({"operation": "draw"}, [3, 1]),
        ({"method": "post"}, [3, 1]),
        ({"status": 200}, [3, 2, 1]),
        ({"status": "404"}, [5, 4]),
        ({"status": "4xx"}, [5, 4]),
        ({"state": "waiting", "operation": "look"}, [2]),
        ({"target_contains": "nowhere"}, [4]),
        ({"body_contains": "a house"}, [3, 1]),
        ({"answer_contains": '"state":"waiting"'}, [2]),
        ({"headers": {"x-sketch-key": KEY}}, [2, 1]),
        ({"unmatched": True}, [5, 4]),
        ({"unmatched": False, "operation": "look"}, [2]),
        ({"before": 3}, [2, 1]),
        ({"before": 5, "after": 2}, [4, 3]),
        ({"text": "NOWHERE"}, [4]),
        ({"text": "A House"}, [3, 1]),
        ({"text": "no such words"}, []),
        ({"errors": True}, [5, 4]),
        ({"errors": False}, [3, 2, 1]),
        ({"since": "2100-01-01T00:00:00Z"}, []),
        ({"until": 4102444800, "space": "sketch.main"}, [2, 1]),
    ],
)
async def test_exchanges_are_found(
    busy: Running, wanted: dict[str, Any], numbers: list[int]
) -> None:
    assert await _numbers(busy, wanted) == numbers
    wanted.pop("limit", None)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("?limit=2", [5, 4]),
        ("?limit=2&before=4", [3, 2]),
        ("?text=A%20house&provider=sketch", [3, 1]),
        ("?errors=true&space=sketch.main", []),
        ("?status=4xx", [5, 4]),
    ],
)
async def test_a_list_in_brief_has_no_bodies(
    busy: Running, query: str, numbers: list[int]
) -> None:
    told = await busy.get(f"/exchanges/brief{query}")

    assert [one["number"] for one in told["exchanges"]] == numbers
    assert not [one for one in told["exchanges"] if {"request", "response"} & {*one}]


@pytest.mark.parametrize(
    "status", ["4\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT TWO}", "6xx", 40]
)
async def test_a_status_is_three_plain_digits_or_a_class(
    busy: Running, status: object
) -> None:
    response = await busy.client.post(
        "/_mock/api/exchanges/find", json={"status": status}
    )

    assert response.status == 400
    assert "expected 404, 4xx or such" in await response.text()


async def test_a_time_that_is_none_is_refused(busy: Running) -> None:
    response = await busy.client.get("/_mock/api/exchanges?since=yesterday")

    assert response.status == 400
    assert "since: found 'yesterday', expected a time such as" in await response.text()


async def test_exchanges_are_counted(busy: Running) -> None:
    counts = [
        await busy.post("/exchanges/count", wanted)
        for wanted in ({}, {"operation": "draw"}, {"status": 500})
    ]

    assert counts == [{"count": 5}, {"count": 2}, {"count": 0}]


async def test_unmatched_requests_are_listed_with_what_was_wrong(
    busy: Running,
) -> None:
    listed = (await busy.get("/exchanges/unmatched"))["exchanges"]

    assert [one["number"] for one in listed] == [5, 4]
    assert listed[0]["notes"] == ["no provider is at this path or host"]


async def test_cleared_exchanges_are_gone_and_others_stay(busy: Running) -> None:
    cleared = await busy.post("/exchanges/clear", {"space": "sketch.main"})

    assert cleared == {"cleared": 2}
    assert await _numbers(busy, {}) == [5, 4, 3]


async def test_an_exchange_tells_what_was_asked_and_answered(busy: Running) -> None:
    exchange = await busy.get("/exchanges/2")

    assert exchange["method"] == "GET"
    assert exchange["operation"] == "look"
    assert exchange["status"] == 200
    assert exchange["at"] == "2030-01-01T00:00:00.000Z"
    assert exchange["response"]["body"] == {
        "size_bytes": 19,
        "text": '{"state":"waiting"}',
        "base64": None,
        "is_cut": False,
    }
    assert ["Content-Type", "application/json"] in exchange["response"]["headers"]


async def test_credentials_are_hidden_wherever_they_travel(busy: Running) -> None:
    raw = [
        await (await busy.ask("GET", path)).text()
        for path in ("/exchanges", "/exchanges/har", "/exchanges/unmatched")
    ]

    told = "".join(raw)
    assert KEY not in told
    assert OTHER_KEY not in told
    assert "a-key-in-a-url" not in told
    assert "of-the-client" not in told
    assert "told-to-the-client" not in told
    assert "a house" in told


async def test_known_secrets_are_hidden_even_where_nobody_expects_them(
    server: Running,
) -> None:
    await server.client.post(
        "/sketch/drawings",
        headers={"X-Sketch-Key": KEY},
        json={"what": "sketch-test-secret"},
    )

    (exchange,) = (await server.get("/exchanges"))["exchanges"]

    assert exchange["request"]["body"]["text"] == '{"what": "[hidden]"}'


async def test_bodies_that_are_no_text_come_as_base64_on_demand(
    filled: Running,
) -> None:
    (job,) = (await filled.get("/jobs"))["jobs"]
    await filled.client.get(f"/sketch/files/{job['id']}")
    (listed,) = (await filled.get("/exchanges", operation="file"))["exchanges"]

    (asked,) = (await filled.get("/exchanges", operation="file", base64="true"))[
        "exchanges"
    ]

    assert listed["response"]["body"] == {
        "size_bytes": 10,
        "text": None,
        "base64": None,
        "is_cut": False,
    }
    assert asked["response"]["body"]["base64"] == "//4AZHJhd2luZw=="


async def test_long_bodies_are_cut_in_lists_and_whole_alone(server: Running) -> None:
    await server.client.post(
        "/sketch/drawings",
        headers={"X-Sketch-Key": KEY},
        data=("\u00fc" * 50_000).encode(),
    )

    (listed,) = (await server.get("/exchanges"))["exchanges"]
    alone = await server.get("/exchanges/1")

    assert listed["request"]["body"]["is_cut"] is True
    assert listed["request"]["body"]["size_bytes"] == 100_000
    assert listed["request"]["body"]["text"] == "\u00fc" * 32_768
    assert alone["request"]["body"]["is_cut"] is False
    assert alone["request"]["body"]["text"] == "\u00fc" * 50_000


async def test_the_archive_has_all_exchanges_oldest_first(busy: Running) -> None:
    log = (await busy.get("/exchanges/har"))["log"]

    assert log["version"] == "1.2"
    assert [entry["_number"] for entry in log["entries"]] == [1, 2, 3, 4, 5]
    origin = str(busy.client.make_url("/")).rstrip("/")
    first, fourth = log["entries"][0], log["entries"][3]
    assert first["request"]["url"] == f"{origin}/sketch/drawings"
    assert first["request"]["postData"]["mimeType"] == "application/json"
    assert first["response"]["content"]["mimeType"] == "application/json"
    assert fourth["request"]["queryString"] == [
        {"name": "sketch_key", "value": "[hidden]"}
    ]


async def test_the_archive_has_what_a_list_was_narrowed_to(busy: Running) -> None:
    wrong = await busy.get("/exchanges/har", errors="true")
    nobody = await busy.get("/exchanges/har", text="NOBODY")

    assert [entry["_number"] for entry in wrong["log"]["entries"]] == [4, 5]
    assert [entry["_number"] for entry in nobody["log"]["entries"]] == [5]


async def test_deliveries_tell_their_attempts(filled: Running) -> None:
    (delivery,) = (await filled.get("/deliveries"))["deliveries"]

    assert delivery["state"] == "delivered"
    assert delivery["url"] == filled.hook
    assert ["X-Sketch-Key", "[hidden]"] in delivery["headers"]
    assert [one["status"] for one in delivery["attempts"]] == [200]
    assert delivery["attempts"][0]["answer"] == "thanks"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"state": "pending"}, 0),
        ({"state": "delivered"}, 1),
        ({"provider": "sketch"}, 1),
        ({"space": "sketch.other"}, 0),
        ({"limit": 0}, 0),
        ({"text": "DRAWN"}, 1),
        ({"text": "nobody"}, 0),
        ({"errors": "true"}, 0),
        ({"errors": "false"}, 1),
        ({"newest_first": "true"}, 1),
    ],
)
async def test_deliveries_are_filtered(
    filled: Running, query: dict[str, Any], count: int
) -> None:
    listed = await filled.get("/deliveries", **query)

    assert len(listed["deliveries"]) == count


async def test_the_latest_deliveries_come_first_if_asked(filled: Running) -> None:
    job = await filled.draw(hook=filled.hook)
    await filled.post(f"/jobs/{job}/finish")

    oldest = (await filled.get("/deliveries"))["deliveries"]
    newest = (await filled.get("/deliveries", newest_first="true"))["deliveries"]

    assert newest[0]["job"] == job
    assert newest == oldest[::-1]


async def test_a_delivery_is_sent_again(filled: Running) -> None:
    (delivery,) = (await filled.get("/deliveries"))["deliveries"]

    again = await filled.post(f"/deliveries/{delivery['id']}/resend")

    assert again["state"] == "delivered"
    assert len(again["attempts"]) == 2
    assert filled.received == [("/hook", b"{}"), ("/hook", b"{}")]


async def test_a_delivery_that_nobody_takes_tells_why(serve: Serve) -> None:
    server = await serve()
    job = await server.draw(hook="http://127.0.0.1:9/")
    await server.post(f"/jobs/{job}/finish")

    (delivery,) = (await server.get("/deliveries"))["deliveries"]

    assert delivery["state"] == "failed"
    assert delivery["attempts"][0]["error"] == "connect"
    assert delivery["attempts"][0]["status"] is None


async def test_an_archive_of_some_has_those_by_their_numbers(server: Running) -> None:
    for _ in range(6):
        await server.draw()

    async def numbers(wanted: str) -> list[int]:
        told = await server.get("/exchanges/har", numbers=wanted)
        return [one["_number"] for one in told["log"]["entries"]]

    assert await numbers("5,1-3") == [1, 2, 3, 5]
    assert await numbers("4,1-5,2") == [1, 2, 3, 4, 5]
    assert await numbers("77") == []
    status, said = await server.refused("GET", "/exchanges/har", numbers="3-")
    assert status == 400
    assert "query/numbers" in said
    assert (await server.refused("GET", "/exchanges/har", numbers="9-5"))[0] == 400


async def test_an_archive_is_of_more_numbers_than_an_address_can_hold(
    server: Running,
) -> None:
    for _ in range(4):
        await server.draw()
    odd = ",".join(str(number) for number in range(1, 10_000, 2))

    archive = await server.post("/exchanges/har", {"numbers": odd, "status": "2xx"})

    assert [one["_number"] for one in archive["log"]["entries"]] == [1, 3]
    assert await server.refused("POST", "/exchanges/har", {"numbers": "3-"}) == (
        400,
        "body/numbers: found '3-', expected such as 1,5,9-12",
    )
