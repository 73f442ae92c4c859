"""Things of a provider in YAML: endpoints and uploads."""

import re

from tests.providers.declared.conftest import Acme


async def test_a_thing_is_made_read_listed_changed_and_forgotten(acme: Acme) -> None:
    status, made = await acme.told("POST", "/v1/hooks", {"url": "http://a.example/"})
    key = made["hook"]["id"]

    listed = await acme.told("GET", "/v1/hooks")
    moved = await acme.told("PATCH", f"/v1/hooks/{key}", {"url": "http://b.example/"})
    dropped = await acme.told("DELETE", f"/v1/hooks/{key}")
    gone = await acme.told("GET", f"/v1/hooks/{key}")

    assert status == 201
    assert re.fullmatch(r"hook-\d{6}", key)
    assert re.fullmatch(r"[0-9A-Za-z]{16}", made["secret"])
    assert made["hook"]["made"] == "2030-01-01T00:00:00Z"
    assert [one["id"] for one in listed[1]] == ["main-hook", key]
    assert moved[1]["url"] == "http://b.example/"
    assert dropped == (204, None)
    assert gone[0] == 404


async def test_an_upload_makes_a_job_once_its_bytes_have_come(acme: Acme) -> None:
    _, made = await acme.told("POST", "/v1/stills", {"type": "image/png", "bytes": 4})
    key, session = made["still"]["id"], acme.running.client.session
    early = await acme.told("POST", f"/v1/stills/{key}/use")

    first = await session.put(made["put"], data=b"1234")
    again = await session.put(made["put"], data=b"5678")
    _, still = await acme.told("GET", f"/v1/stills/{key}")
    used = await acme.told("POST", f"/v1/stills/{key}/use")

    assert made["until"] == 1893456600
    assert early == (409, {"code": "empty", "status": 409, "text": "No bytes yet"})
    assert (first.status, again.status) == (200, 200)
    assert (still["state"], still["size"]) == ("here", 4)
    assert (await acme.film(still["film"]))["state"] == "waiting"
    assert used[1]["state"] == "used"
    assert len((await acme.told("GET", "/v1/films"))[1]["films"]) == 2


async def test_bytes_that_are_too_many_late_or_guessed_are_refused(acme: Acme) -> None:
    _, made = await acme.told("POST", "/v1/stills", {"bytes": 4})
    session, put = acme.running.client.session, made["put"]

    long = await session.put(put, data=b"12345")
    guessed = await session.put(f"{put[:-1]}_", data=b"1234")
    acme.advance(601)
    late = await session.put(put, data=b"1234")

    assert (long.status, (await long.json())["text"]) == (
        422,
        "wrong: found 5 bytes, expected 4",
    )
    assert guessed.status == 404
    assert late.status == 403


async def test_an_upload_is_forgotten_with_its_bytes(acme: Acme) -> None:
    _, made = await acme.told("POST", "/v1/stills", {})
    key = made["still"]["id"]
    await acme.running.client.session.put(made["put"], data=b"1234")

    gone = await acme.told("DELETE", f"/v1/stills/{key}")
    put = await acme.running.client.session.put(made["put"], data=b"1234")

    assert gone == (200, {"gone": key})
    assert put.status == 404
