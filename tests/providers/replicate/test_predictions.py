"""Predictions from create to data removal."""

from mockserver.engine.timeline import Phase, Step
from tests.providers.conftest import Serve
from tests.providers.polls import seen
from tests.providers.replicate.conftest import FROZEN, OTHER, PROMPT, TOKEN, VEO, Api

HUNYUAN = "6c9132aee14409cd6568d030453f1ba50f5f3412b844fe67f78a9eb62d55664f"


async def test_a_create_is_answered_as_the_contract_shows(api: Api) -> None:
    response = await api.post(VEO, {"input": PROMPT})

    made = await response.json()
    root = f"{api.running.origin}/replicate"
    read = f"{root}/v1/predictions/{made['id']}"
    stream = made["urls"].pop("stream")
    assert response.status == 201
    assert response.headers["Location"] == read
    assert stream.startswith(f"{root}/stream.replicate.com/v1/files/")
    assert made == {
        "id": made["id"],
        "model": "google/veo-3.1",
        "version": "hidden",
        "input": {"prompt": "A lighthouse at dusk", "seed": 7},
        "logs": "",
        "output": None,
        "data_removed": False,
        "error": None,
        "source": "api",
        "status": "starting",
        "created_at": "2030-01-01T00:00:00.000Z",
        "urls": {
            "cancel": f"{read}/cancel",
            "get": read,
            "web": f"https://replicate.com/p/{made['id']}",
        },
    }


async def test_while_it_processes_it_says_since_when_and_logs(api: Api) -> None:
    made = await api.submit()
    api.advance(6)

    read = await api.read(made["id"])

    assert read["status"] == "processing"
    assert read["logs"] == "Moderating content...\nGenerating video...\n"
    assert read["started_at"].startswith("2030-01-01T00:00:0")
    assert "completed_at" not in read


async def test_at_its_end_it_has_an_output_and_metrics(api: Api) -> None:
    made = await api.submit()
    api.advance(100)

    read = await api.read(made["id"])

    root = f"{api.running.origin}/replicate/replicate.delivery/xezq/{made['id']}"
    assert read["status"] == "succeeded"
    assert read["output"].startswith(root)
    assert read["metrics"]["predict_time"] == 75.0
    assert 76.0 < read["metrics"]["total_time"] < 79.0


async def test_by_http_the_output_is_the_file_itself(serve: Serve) -> None:
    """Clients make a file of what begins with https: or data: only."""
    api = Api(await serve())
    made = await api.submit()
    api.advance(100)

    read = await api.read(made["id"])

    assert read["output"].startswith("data:video/mp4;base64,AAAA")


async def test_links_open_without_a_token(api: Api) -> None:
    made = await api.submit()
    api.advance(100)

    response = await api.get((await api.read(made["id"]))["output"], headers={})

    assert response.status == 200
    assert response.headers["Content-Type"] == "video/mp4"


async def test_a_link_with_another_seal_leads_nowhere(api: Api) -> None:
    made = await api.submit()
    api.advance(100)
    link = (await api.read(made["id"]))["output"]
    seal = link.split("/")[-2][26:]

    response = await api.get(link.replace(seal, "A" * 20), headers={})

    assert response.status == 404


async def test_after_an_hour_its_data_is_removed(api: Api) -> None:
    made = await api.submit()
    api.advance(100)
    link = (await api.read(made["id"]))["output"]
    api.advance(3600)

    read = await api.read(made["id"])

    assert read["data_removed"] is True
    assert (read["input"], read["logs"], read["output"]) == ({}, "", None)
    assert (await api.get(link)).status == 404


async def test_several_outputs_are_a_list(api: Api) -> None:
    made = await api.submit("/v1/models/mock/list-output/predictions")
    api.advance(100)

    outputs = (await api.read(made["id"]))["output"]

    assert len(set(outputs)) == 2
    assert [(await api.get(one)).status for one in outputs] == [200, 200]


async def test_a_community_model_runs_by_its_version(api: Api) -> None:
    made = await api.submit("/v1/predictions", version=HUNYUAN)

    assert (made["model"], made["version"]) == ("tencent/hunyuan-video", HUNYUAN)


async def test_a_community_model_logs_bars(api: Api) -> None:
    made = await api.submit(
        "/v1/predictions", version=f"tencent/hunyuan-video:{HUNYUAN}"
    )
    api.advance(120 + 240)

    logs = (await api.read(made["id"]))["logs"]

    assert "\n 50%|#####     | 25/50 [" in logs


async def test_an_official_model_may_be_named_as_a_version(api: Api) -> None:
    made = await api.submit("/v1/predictions", version="google/veo-3.1")

    assert (made["model"], made["version"]) == ("google/veo-3.1", "hidden")


async def test_a_deployment_runs_its_model(api: Api) -> None:
    made = await api.submit("/v1/deployments/mock/veo/predictions")

    assert (made["model"], made["deployment"]) == ("google/veo-3.1", "mock/veo")


async def test_an_unknown_model_takes_any_input(api: Api) -> None:
    response = await api.post(
        "/v1/models/acme/films/predictions", {"input": {"anything": [1]}}
    )

    assert response.status == 201


async def test_a_second_v1_in_the_path_is_none(api: Api) -> None:
    """The clients' generations disagree on whether the base URL has it."""
    made = await api.submit(f"/v1{VEO}")

    assert (await api.get(f"/v1/v1/predictions/{made['id']}")).status == 200


async def test_a_version_that_is_missing_in_the_path_is_put_in(api: Api) -> None:
    made = await api.submit("/models/google/veo-3.1/predictions")

    assert (await api.get(f"/predictions/{made['id']}")).status == 200
    assert (await api.get("/v1")).status == 404


async def test_cancel_ends_it(api: Api) -> None:
    made = await api.submit()
    api.advance(6)

    response = await api.post(f"/v1/predictions/{made['id']}/cancel")

    told = await response.json()
    assert (response.status, told["status"], told["output"]) == (200, "canceled", None)
    assert told["completed_at"] == "2030-01-01T00:00:06.000000Z"


async def test_cancel_leaves_what_is_over(api: Api) -> None:
    response = await api.post(f"/v1/predictions/{FROZEN}4/cancel")

    assert (response.status, (await response.json())["status"]) == (200, "failed")


async def test_a_deadline_before_the_start_aborts(api: Api) -> None:
    headers = {**TOKEN, "Cancel-After": "30s"}
    path = "/v1/models/mock/cold/predictions"
    made = await (await api.post(path, {"input": PROMPT}, headers)).json()
    api.advance(30)

    read = await api.read(made["id"])

    assert made["deadline"] == "2030-01-01T00:00:30.000Z"
    assert (read["status"], "started_at" in read) == ("aborted", False)


async def test_a_deadline_after_the_start_cancels(api: Api) -> None:
    headers = {**TOKEN, "Cancel-After": "1m30s"}
    path = "/v1/models/mock/stuck/predictions"
    made = await (await api.post(path, {"input": PROMPT}, headers)).json()
    api.advance(89)
    before = (await api.read(made["id"]))["status"]
    api.advance(1)

    assert before == "processing"
    assert (await api.read(made["id"]))["status"] == "canceled"


async def test_a_flagged_prediction_fails_with_the_texts_of_the_field(api: Api) -> None:
    made = await api.submit("/v1/models/mock/flagged/predictions")
    api.advance(60)

    read = await api.read(made["id"])

    assert (read["status"], read["output"]) == ("failed", None)
    assert read["error"] == (
        "The input or output was flagged as sensitive."
        " Please try again with different inputs. (E005)"
    )


async def test_the_fixtures_have_every_state(api: Api) -> None:
    told = [await api.read(f"{FROZEN}{number}") for number in range(1, 8)]

    assert [one["status"] for one in told] == [
        "starting", "processing", "succeeded", "failed", "canceled", "aborted",
        "succeeded",
    ]  # fmt: skip
    assert [one["data_removed"] for one in told] == [False] * 6 + [True]


async def test_another_account_sees_none_of_it(api: Api) -> None:
    made = await api.submit()

    assert (await api.get(f"/v1/predictions/{made['id']}", OTHER)).status == 404


async def test_pages_neither_repeat_nor_skip_while_there_are_more(api: Api) -> None:
    made = [(await api.submit())["id"] for _ in range(103)]
    first = await (await api.get("/v1/predictions")).json()
    late = (await api.submit())["id"]

    second = await (await api.get(first["next"])).json()

    told = [one["id"] for one in [*first["results"], *second["results"]]]
    assert len(first["results"]) == 100
    assert told[:103] == made[::-1]
    assert late not in told
    assert second["next"] is None


async def test_a_list_has_links_where_a_read_has_the_file(serve: Serve) -> None:
    """A page of a hundred clips would take a second each to make."""
    api = Api(await serve())
    made = await api.submit("/v1/models/google/veo-3.1/predictions")
    api.advance(100)

    listed = await (await api.get("/v1/predictions")).json()

    output = listed["results"][0]["output"]
    assert listed["results"][0]["id"] == made["id"]
    assert output.startswith(f"{api.running.origin}/replicate/replicate.delivery/")


async def test_what_is_there_from_the_start_is_paged_as_well(api: Api) -> None:
    for _ in range(97):
        await api.submit()
    first = await (await api.get("/v1/predictions")).json()

    second = await (await api.get(first["next"])).json()

    ids = [one["id"][-1] for one in [*first["results"][97:], *second["results"]]]
    assert ids == ["7", "6", "5", "4", "3", "2", "1"]


async def test_a_list_between_dates_has_only_those(api: Api) -> None:
    api.advance(10)
    made = await api.submit()
    api.advance(10)
    await api.submit()

    response = await api.get(
        "/v1/predictions?created_after=2030-01-01T00:00:05Z"
        "&created_before=2030-01-01T00:00:15Z"
    )

    results = (await response.json())["results"]
    assert [one["id"] for one in results] == [made["id"]]


async def test_reads_are_polls(api: Api) -> None:
    made = await api.submit()

    await api.read(made["id"])
    await api.read(made["id"])

    handle = seen(api.running, "replicate", "main", made["id"])
    handle.assert_polled(at_least=2, at_most=2)


async def test_the_token_is_not_told_back(api: Api) -> None:
    """One client sends itself as its input, token and all."""
    path = "/v1/models/acme/films/predictions"

    response = await api.post(path, {"input": {"auth": "r8_driver"}})

    assert (await response.json())["input"] == {"auth": "[redacted]"}


async def test_a_forced_failure_without_a_text_has_one(api: Api) -> None:
    made = await api.submit()
    jobs = api.running.space("replicate", "main").jobs("replicate")

    jobs.force(jobs.get(made["id"]), Step("failed", Phase.FAILED))

    assert (await api.read(made["id"]))["error"]


async def test_after_thirty_minutes_a_run_fails(api: Api) -> None:
    space = api.running.space("replicate", "main")
    model = space.table("replicate", "model").get("google/veo-3.1")
    assert model is not None
    long = {**model, "seconds": 7200.0}
    space.table("replicate", "model").put("google/veo-3.1", long)
    made = await api.submit()
    api.advance(1799)
    before = await api.read(made["id"])

    api.advance(6)

    after = await api.read(made["id"])
    assert (before["status"], after["status"]) == ("processing", "failed")
    assert after["error"] == "Prediction exceeded the limit of 30 minutes."
