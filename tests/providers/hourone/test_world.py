"""Hour One: drafts and the like that nobody has declared."""

from tests.providers.hourone.conftest import TOKEN, Api, MakeApi


async def test_a_draft_can_be_read_before_anybody_has_used_it(api: Api) -> None:
    body = {"type": "override", "draft_id": "mein Entwurf"}

    answer = await api.post("/examples", body, TOKEN)

    assert answer.status == 200
    assert answer.body["json_request"]["source_draft_id"] == "mein Entwurf"


async def test_a_draft_learns_how_many_scenes_it_has(api: Api) -> None:
    scenes = [{"name": "One"}, {"name": "Two"}, {"name": "Three"}]
    order = {"type": "override", "source_draft_id": "mine", "scenes": scenes}
    made = await api.post("/videos", {**order, "name": "x"})

    body = {"type": "override", "draft_id": "mine"}
    answer = await api.post("/examples", body, TOKEN)

    assert made.status == 201
    assert [one["name"] for one in answer.body["json_request"]["scenes"]] == [
        "Scene 1",
        "Scene 2",
        "Scene 3",
    ]


async def test_what_was_learned_binds_nobody(api: Api) -> None:
    order = {"type": "override", "source_draft_id": "mine", "name": "x"}
    await api.post("/videos", {**order, "scenes": [{"name": "1"}, {"name": "2"}]})

    answer = await api.post("/videos", {**order, "scenes": [{"name": "1"}]})

    assert answer.status == 201


async def test_in_a_strict_world_an_unknown_draft_is_no_example(
    api_with: MakeApi,
) -> None:
    api = await api_with(world="strict")
    body = {"type": "override", "draft_id": "mine"}

    answer = await api.post("/examples", body, TOKEN)

    assert (answer.status, answer.body) == (404, {"detail": "Draft not found"})
