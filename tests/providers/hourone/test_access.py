"""Credentials, paths and methods: what the framework answers by itself."""

import pytest

from tests.providers.hourone.conftest import (
    KEY,
    OTHER_KEY,
    OVERRIDE,
    TOKEN,
    Api,
    MakeApi,
)

WITH_KEY = [
    ("GET", "/videos"), ("POST", "/videos"), ("GET", "/videos/x"),
    ("DELETE", "/videos/x"), ("POST", "/videos/x/subtitles"),
    ("GET", "/videos/x/metadata"), ("POST", "/voice-preview"),
    ("GET", "/voice-preview/x"), ("GET", "/analytics/summary"),
]  # fmt: skip
WITH_TOKEN = [
    ("POST", "/examples"), ("GET", "/examples/create-video"), ("GET", "/keys"),
    ("POST", "/keys"), ("DELETE", "/keys/x"), ("POST", "/playground/generate"),
    ("GET", "/playground/videos"), ("GET", "/playground/videos/x/download"),
    ("PUT", "/playground/videos/x/share"), ("GET", "/webhooks"), ("POST", "/webhooks"),
    ("GET", "/webhooks/x"), ("PUT", "/webhooks/x"), ("DELETE", "/webhooks/x"),
    ("PUT", "/webhooks/x/secret"), ("PUT", "/webhooks/x/pause"),
    ("PUT", "/webhooks/x/toggle-status"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), WITH_KEY)
@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({}, "Not authenticated"),
        ({"api-key": ""}, "Not authenticated"),
        (TOKEN, "Not authenticated"),
        ({"api-key": "nobody"}, "Invalid API key"),
    ],
)
async def test_operations_with_a_key(
    api: Api, method: str, path: str, headers: dict[str, str], text: str
) -> None:
    answer = await api.call(method, path, headers=headers)

    assert (answer.status, answer.body) == (401, {"detail": text})
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize(("method", "path"), WITH_TOKEN)
@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({}, "Not authenticated"),
        (KEY, "Not authenticated"),
        ({"Authorization": "Bearer"}, "Not authenticated"),
        ({"Authorization": "Basic eDp5"}, "Invalid authentication credentials"),
        ({"Authorization": "Bearer nobody"}, "Invalid authentication credentials"),
    ],
)
async def test_operations_with_a_bearer_token(
    api: Api, method: str, path: str, headers: dict[str, str], text: str
) -> None:
    answer = await api.call(method, path, headers=headers)

    assert (answer.status, answer.body) == (401, {"detail": text})
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_these_are_all_operations() -> None:
    assert len(WITH_KEY) + len(WITH_TOKEN) == 26


async def test_the_status_can_be_the_frameworks_own(api_with: MakeApi) -> None:
    api = await api_with(auth_error_status=403)

    for path, headers in (
        ("/videos", {}),
        ("/keys", {}),
        ("/videos", {"api-key": "x"}),
    ):
        assert (await api.get(path, headers)).status == 403


async def test_header_and_scheme_are_read_in_any_case(api: Api) -> None:
    assert (await api.get("/videos", {"API-Key": "hourone-test-key"})).status == 200
    token = {"authorization": "bearer hourone-test-token"}
    assert (await api.get("/keys", token)).status == 200


async def test_the_documentations_placeholder_opens_the_same_account(api: Api) -> None:
    video = await api.start()

    listed = await api.get("/videos", {"api-key": "YOUR_API_KEY"})

    assert [one["id"] for one in listed.body] == [video["id"]]


async def test_an_api_key_may_stand_in_for_the_token(api: Api) -> None:
    token = {"Authorization": "Bearer hourone-test-key"}
    body = {"name": "a", "events": [], "url": "http://127.0.0.1/"}

    await api.post("/webhooks", body, token)

    assert len((await api.get("/webhooks", TOKEN)).body) == 1


async def test_any_key_opens_its_own_space(serve: object) -> None:
    api = Api(await serve(auth="open"))  # type: ignore[operator]  # a fixture
    await api.start({"api-key": "mine"})

    assert len((await api.get("/videos", {"api-key": "mine"})).body) == 1
    assert (await api.get("/videos", {"api-key": "yours"})).body == []
    token = {"Authorization": "Bearer mine"}
    assert (await api.post("/keys", None, token)).status == 201


async def test_credentials_are_asked_for_before_the_body_is_read(api: Api) -> None:
    answer = await api.call("POST", "/videos", headers={}, body=b"{")

    assert answer.status == 401


async def test_an_unknown_path_is_not_found_even_without_credentials(api: Api) -> None:
    answer = await api.get("/nothing", {})

    assert (answer.status, answer.body) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/videos", {"GET", "POST"}),
        ("PATCH", "/videos/x", {"GET", "DELETE"}),
        ("GET", "/playground/generate", {"POST"}),
        ("POST", "/webhooks/x", {"GET", "PUT", "DELETE"}),
    ],
)
async def test_another_method_is_not_allowed(
    api: Api, method: str, path: str, allowed: set[str]
) -> None:
    answer = await api.call(method, path, headers={})

    assert (answer.status, answer.body) == (405, {"detail": "Method Not Allowed"})
    assert set(answer.headers["Allow"].split(", ")) == allowed


async def test_head_is_not_answered_like_get(api: Api) -> None:
    assert (await api.call("HEAD", "/videos")).status == 405


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/videos/", "/videos"),
        ("/videos/?a=b%20c", "/videos?a=b%20c"),
        ("/videos/x/", "/videos/x"),
        ("/webhooks/x/pause/", "/webhooks/x/pause"),
    ],
)
async def test_a_slash_at_the_end_leads_to_the_path_without(
    api: Api, path: str, target: str
) -> None:
    answer = await api.get(path, {})

    assert (answer.status, answer.body) == (307, "")
    assert answer.headers["Location"] == f"{api.running.origin}/hourone/api/v1{target}"


async def test_links_lead_back_through_the_real_host(api: Api) -> None:
    headers = {**KEY, "Host": "api.makereals.com"}

    video = await api.call("POST", "/videos", OVERRIDE, headers=headers, root="/api/v1")

    assert video.body["video_player_url"] == (
        f"http://api.makereals.com/player/{video.body['id']}"
    )


async def test_a_new_key_revokes_the_earlier_one_but_no_pinned_key(api: Api) -> None:
    first = (await api.post("/keys", None, TOKEN)).body
    video = await api.start({"api-key": first["key"]})
    second = (await api.post("/keys", None, TOKEN)).body

    revoked = await api.get("/videos", {"api-key": first["key"]})
    fresh = await api.get("/videos", {"api-key": second["key"]})
    pinned = await api.get("/videos")
    listed = await api.get("/keys", TOKEN)

    assert (revoked.status, revoked.body) == (401, {"detail": "Invalid API key"})
    assert [one["id"] for one in fresh.body] == [video["id"]]
    assert pinned.status == 200
    assert listed.body == [
        {
            "id": second["id"],
            "created_at": "2030-01-01T00:00:00.000000",
            "updated_at": "2030-01-01T00:00:00.000000",
        }
    ]


async def test_keys_of_fixtures_may_be_revoked_as_the_real_ones_are(
    api_with: MakeApi,
) -> None:
    """Not pinned, every earlier key of the account is revoked; tokens are not."""
    api = await api_with(pinned_keys=False)
    fresh = (await api.post("/keys", None, TOKEN)).body

    earlier = await api.get("/videos")
    placeholder = await api.get("/videos", {"api-key": "YOUR_API_KEY"})
    now = await api.get("/videos", {"api-key": fresh["key"]})
    listed = await api.get("/keys", TOKEN)

    assert (earlier.status, earlier.body) == (401, {"detail": "Invalid API key"})
    assert (placeholder.status, now.status) == (401, 200)
    assert [one["id"] for one in listed.body] == [fresh["id"]]


async def test_a_fixtures_key_that_is_not_pinned_is_listed_and_deleted(
    api_with: MakeApi,
) -> None:
    api = await api_with(pinned_keys=False)
    other = {"Authorization": "Bearer hourone-other-token"}
    listed = (await api.get("/keys", other)).body

    deleted = await api.delete(f"/keys/{listed[0]['id']}", other)

    assert [[*one] for one in listed] == [["id", "created_at", "updated_at"]]
    assert deleted.status == 204
    assert (await api.get("/keys", other)).body == []
    assert (await api.get("/videos", OTHER_KEY)).status == 401
    assert (await api.get("/videos")).status == 200


async def test_a_space_that_begins_anew_has_its_keys_again(api_with: MakeApi) -> None:
    api = await api_with(pinned_keys=False)
    await api.post("/keys", None, TOKEN)
    before = await api.get("/videos")

    api.running.instance.services.spaces.reset("hourone.main")

    assert (before.status, (await api.get("/videos")).status) == (401, 200)


async def test_a_revoked_key_is_no_token_either(serve: object) -> None:
    api = Api(await serve(auth="open"))  # type: ignore[operator]  # a fixture
    key = (await api.post("/keys", None, TOKEN)).body
    await api.post("/keys", None, TOKEN)

    token = {"Authorization": f"Bearer {key['key']}"}

    assert (await api.get("/keys", token)).status == 401


async def test_rotation_leaves_other_accounts_alone(api: Api) -> None:
    other = {"Authorization": "Bearer hourone-other-token"}
    theirs = (await api.post("/keys", None, other)).body
    await api.post("/keys", None, TOKEN)

    assert (await api.get("/videos", {"api-key": theirs["key"]})).status == 200
    assert (await api.get("/videos", OTHER_KEY)).status == 200
    assert len((await api.get("/keys", other)).body) == 1


async def test_a_key_can_be_revoked_once(api: Api) -> None:
    key = (await api.post("/keys", None, TOKEN)).body

    first = await api.delete(f"/keys/{key['id']}", TOKEN)
    second = await api.delete(f"/keys/{key['id']}", TOKEN)
    used = await api.get("/videos", {"api-key": key["key"]})

    assert (first.status, first.body) == (204, "")
    assert (second.status, second.body) == (404, {"detail": "Key not found"})
    assert used.status == 401


@pytest.mark.parametrize(
    ("made", "asked", "count"),
    [("a", "a", 1), ("a", "b", 0), ("a", None, 1), (None, "b", 1)],
)
async def test_a_workspace_narrows_keys_and_playground_only_when_both_name_one(
    api: Api, made: str | None, asked: str | None, count: int
) -> None:
    making = {**TOKEN, **({"workspace-id": made} if made else {})}
    asking = {**TOKEN, **({"workspace-id": asked} if asked else {})}
    await api.post("/keys", None, making)
    await api.post("/playground/generate", {}, making)

    assert len((await api.get("/keys?as_client=x", asking)).body) == count
    assert len((await api.get("/playground/videos", asking)).body) == count


async def test_a_line_break_in_a_path_is_no_reason_for_another_answer(api: Api) -> None:
    answer = await api.put("/playground/videos/a%0Ab/share")

    assert (answer.status, answer.body) == (404, {"detail": "Video not found"})
