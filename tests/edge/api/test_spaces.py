"""Spaces over the control API."""

import asyncio

import pytest

from tests.edge.conftest import KEY, OTHER_KEY, Running, Serve


async def _keys(server: Running, **body: object) -> dict[str, str]:
    space = await server.post("/spaces", body)
    (credential,) = space["credentials"]
    fields: dict[str, str] = credential["fields"]
    return fields


async def test_a_minted_credential_opens_its_own_space(server: Running) -> None:
    fields = await _keys(server, name="checkout", pace="step", seed=9)

    job = await server.draw(fields["key"])

    space = await server.get("/spaces/checkout")
    assert (space["id"], space["seed"], space["jobs"]) == ("checkout", 9, 1)
    assert space["clock"]["pace"] == "step"
    assert space["providers"] == ["sketch"]
    assert [one["id"] for one in (await server.get("/jobs"))["jobs"]] == [job]


async def test_equal_seeds_and_names_mint_equal_credentials_and_jobs(
    serve: Serve,
) -> None:
    one, two = await serve(), await serve()
    fields = await _keys(one, name="a", seed=5)
    again = await _keys(two, name="a", seed=5)

    assert fields == again
    assert await one.draw(fields["key"]) == await two.draw(again["key"])


@pytest.mark.parametrize("other", [{"name": "b", "seed": 5}, {"name": "a", "seed": 6}])
async def test_another_seed_or_name_mints_another_credential(
    serve: Serve, other: dict[str, object]
) -> None:
    one, two = await serve(), await serve()

    fields = await _keys(one, name="a", seed=5)

    assert fields != await _keys(two, **other)


async def test_spaces_without_a_name_are_numbered(server: Running) -> None:
    one = await server.post("/spaces")
    two = await server.post("/spaces", {})

    assert (one["id"], two["id"]) == ("space-1", "space-2")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("a", 409),
        ("sketch.main", 400),
        ("sketch.new", 400),
        ("", 400),
        (".hidden", 400),
        ("a/b", 400),
        ("x" * 81, 400),
    ],
)
async def test_bad_and_taken_names_are_refused(
    server: Running, name: str, status: int
) -> None:
    await server.post("/spaces", {"name": "a"})

    response = await server.ask("POST", "/spaces", {"name": name})

    assert response.status == status


async def test_a_refused_space_is_not_opened(server: Running) -> None:
    refused = [
        await server.refused("POST", "/spaces", {"providers": ["skech"]}),
        await server.refused("POST", "/spaces", {"pace": "fast"}),
    ]

    assert refused[0] == (
        400,
        "body/providers/0: found 'skech', expected 'sketch', the nearest known name",
    )
    assert refused[1][1].startswith("body/pace: found 'fast', expected demo, real")
    assert (await server.get("/spaces"))["spaces"] == []


async def test_a_minted_space_named_like_an_account_has_none_of_its_jobs(
    server: Running,
) -> None:
    fields = await _keys(server, name="other")
    await server.draw(fields["key"])

    assert (await server.get("/spaces/other"))["jobs"] == 1


async def test_a_known_accounts_space_opens_when_it_is_asked_for(
    server: Running,
) -> None:
    clock = await server.post("/spaces/sketch.main/clock/advance", {"by": "1h"})

    assert clock["now"] == "2030-01-01T01:00:00.000Z"


async def test_a_deleted_space_loses_its_minted_key_jobs_and_exchanges(
    server: Running,
) -> None:
    fields = await _keys(server, name="a")
    await server.draw(fields["key"])

    await server.ask("DELETE", "/spaces/a")

    response = await server.client.get(
        "/sketch/drawings/x", headers={"X-Sketch-Key": fields["key"]}
    )
    assert response.status == 401
    assert (await server.refused("GET", "/spaces/a"))[0] == 404
    gone = await server.refused("POST", "/exchanges/count", {"space": "a"})
    assert gone == (
        400,
        "body/space: found 'a', expected one of: nothing, there is none",
    )
    # What is left is the call that was refused.
    assert await server.post("/exchanges/count", {}) == {"count": 1}


async def test_a_deleted_fixture_space_opens_anew_with_its_key(
    server: Running,
) -> None:
    await server.draw()

    await server.ask("DELETE", "/spaces/sketch.main")
    await server.draw()

    assert (await server.get("/spaces/sketch.main"))["jobs"] == 1


async def test_keys_that_users_brought_are_not_shown(serve: Serve) -> None:
    server = await serve(auth="open")
    await server.draw("a-real-key-of-somebody")

    listed = await (await server.ask("GET", "/spaces")).text()

    assert "a-real-key-of-somebody" not in listed
    assert "[hidden]" in listed


async def test_a_reset_space_makes_the_same_jobs_again(server: Running) -> None:
    fields = await _keys(server, name="a")
    first = await server.draw(fields["key"])
    await server.post("/clock/advance", {"by": "1h"})

    space = await server.post("/spaces/a/reset")
    second = await server.draw(fields["key"])

    assert space["clock"]["now"] == "2030-01-01T00:00:00.000Z"
    assert (space["jobs"], space["exchanges"]) == (0, 0)
    assert first == second


async def test_others_are_answered_while_many_spaces_begin_anew(
    server: Running,
) -> None:
    """A reset of ten thousand spaces kept everybody waiting for seconds."""
    spaces = server.instance.services.spaces
    old = [spaces.open(f"s{number}") for number in range(1000)]
    resetting = asyncio.create_task(server.post("/reset"))

    count = 0
    while not resetting.done():
        await server.get("/health")
        count += 1

    names = (await resetting)["spaces"]
    assert {space.id for space in old} <= {*names}
    assert not any(space.is_open for space in old)
    assert count >= 5


async def test_a_reset_twice_is_a_reset(server: Running) -> None:
    await server.draw()

    once = await server.post("/reset")
    twice = await server.post("/reset")

    assert once == twice == {"spaces": ["sketch.main"]}
    assert (await server.get("/jobs"))["jobs"] == []
    assert (await server.get("/exchanges"))["exchanges"] == []


async def _filled(server: Running) -> None:
    await server.draw(hook=server.hook)
    await server.post("/clock/advance", {"by": "1h"})
    await server.client.patch(
        "/_mock/api/spaces/sketch.main/settings", json={"sketch": {"pencil": "hard"}}
    )


async def _state(server: Running) -> dict[str, object]:
    space = await server.get("/spaces/sketch.main")
    settings = await server.get("/spaces/sketch.main/settings")
    return {
        "jobs": space["jobs"],
        "journal": space["exchanges"],
        "deliveries": len((await server.get("/deliveries"))["deliveries"]),
        "settings": settings["sketch"]["pencil"],
        "now": space["clock"]["now"],
    }


@pytest.mark.parametrize(
    ("what", "after"),
    [("jobs", 0), ("journal", 0), ("deliveries", 0), ("settings", "soft")],
)
async def test_a_reset_of_one_thing_leaves_everything_else(
    server: Running, what: str, after: object
) -> None:
    await _filled(server)
    before = await _state(server)

    await server.post("/spaces/sketch.main/reset", {"what": [what]})

    assert await _state(server) == {**before, what: after}
    assert before == {
        "jobs": 1,
        "journal": 1,
        "deliveries": 1,
        "settings": "hard",
        "now": "2030-01-01T01:00:00.000Z",
    }


async def test_a_reset_of_quotas_forgets_what_was_spent(server: Running) -> None:
    await server.draw()
    space = server.instance.services.spaces.open("sketch.main")
    space.quotas.spend("credits", 3, 10)

    await server.post("/spaces/sketch.main/reset", {"what": ["quotas"]})

    assert space.quotas.balance("credits", 10) == 10


async def test_a_reset_of_jobs_brings_the_fixtures_back(server: Running) -> None:
    await server.draw(OTHER_KEY)
    await server.ask("DELETE", "/jobs/framed")

    await server.post("/spaces/sketch.other/reset", {"what": ["jobs"]})

    assert [job["id"] for job in (await server.get("/jobs"))["jobs"]] == ["framed"]


async def test_a_reset_of_jobs_tells_nobody(server: Running) -> None:
    await server.draw(hook=server.hook)

    await server.post("/spaces/sketch.main/reset", {"what": ["jobs"]})
    await server.post("/spaces/sketch.main/clock/advance", {"by": "1h"})

    assert server.received == []


async def test_settings_change_in_one_space_only(server: Running) -> None:
    await server.draw(KEY)
    await server.draw(OTHER_KEY)

    changed = await server.client.patch(
        "/_mock/api/spaces/sketch.main/settings",
        json={"sketch": {"pencil": "hard", "is_tidy": True}},
    )
    other = await server.get("/spaces/sketch.other/settings")

    assert await changed.json() == {"sketch": {"pencil": "hard", "is_tidy": True}}
    assert other == {"sketch": {"pencil": "soft", "is_tidy": False}}


async def test_null_takes_a_setting_back(server: Running) -> None:
    await _filled(server)

    response = await server.client.patch(
        "/_mock/api/spaces/sketch.main/settings", json={"sketch": {"pencil": None}}
    )

    assert (await response.json())["sketch"]["pencil"] == "soft"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"skech": {}},
         "body: found 'skech', expected 'sketch', the nearest known name"),
        ({"sketch": {"is_tidy": True, "pencl": 1}},
         "body/sketch: found 'pencl', expected 'pencil', the nearest known name"),
        ({"sketch": {"is_tidy": True, "pencil": "loud"}},
         "body/sketch/pencil: found 'loud', expected ('soft', 'hard')"),
    ],
)  # fmt: skip
async def test_wrong_settings_change_nothing(
    server: Running, body: object, error: str
) -> None:
    refused = await server.refused("PATCH", "/spaces/sketch.main/settings", body)

    assert refused == (400, error)
    assert await server.get("/spaces/sketch.main/settings") == {
        "sketch": {"pencil": "soft", "is_tidy": False}
    }


async def test_a_new_seed_is_for_new_spaces(server: Running) -> None:
    await server.post("/spaces", {"name": "old"})

    await server.post("/seed", {"seed": 77})
    new = await server.post("/spaces", {"name": "new"})

    assert new["seed"] == 77
    assert (await server.get("/spaces/old"))["seed"] == 1


async def test_the_newest_spaces_come_first(server: Running) -> None:
    for name in ("one", "two", "three"):
        await server.post("/spaces", {"name": name})

    listed = await server.get("/spaces", limit=2)

    assert [space["id"] for space in listed["spaces"]] == ["three", "two"]
