"""What a failed job says is wrong: the provider's own words, or those in quotes."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from tests.scenarios.conftest import Play

# Hour One says that a video has failed, and not why.
WORDS = {
    "digitalcarbon": '"error_message":"Rendering failed"',
    "fal": '"loc":["body"],"msg":"Internal server error"',
    "idomoo": '"error_description":"The render failed."',
    "impossible": '"statusCode":500,"message":"Render failed"',
    "openai": '"message":"The server had an error while processing your request."',
    "replicate": '"error":"Prediction failed',
    "stupeflix": '"error":"the video could not be generated"',
}
RUNNING = {"phase": "running", "for": "5s"}
# fal says in the result what is wrong, and not in the status.
BESIDE = {"fal": "/status"}
WAYS: dict[str, Callable[[str], dict[str, Any]]] = {
    "fail_with": lambda error: {"job": {"fail_with": error}},
    "fail_at": lambda error: {"job": {"fail_at": {"progress": 50, "error": error}}},
    "timeline": lambda error: {
        "timeline": [RUNNING, {"phase": "failed", "error": error}]
    },
}
every_way = pytest.mark.parametrize("way", WAYS)


def _job(**said: Any) -> dict[str, Any]:
    return {"scenario": "x", "rules": [{"job": said}]}


async def _said(player: Play, slug: str, document: dict[str, Any]) -> str:
    customer = await player(slug, document, pace="manual")
    job = await customer.order()
    assert job is not None
    customer.space.clock.advance(3000)
    method, path, document = customer.reading(job)
    read = path.removesuffix(BESIDE.get(slug, ""))
    response = await customer.send(method, read, document)
    return await response.text()


@every_way
@pytest.mark.parametrize("slug", WORDS)
async def test_a_failure_is_told_in_the_providers_words(
    player: Play, slug: str, way: str
) -> None:
    day = {"scenario": "x", "rules": [WAYS[way]("render-failed")]}

    assert WORDS[slug] in await _said(player, slug, day)


@every_way
@pytest.mark.parametrize("slug", WORDS)
async def test_words_in_quotes_are_told_as_they_are(
    player: Play, slug: str, way: str
) -> None:
    day = {"scenario": "x", "rules": [WAYS[way]('"No space left"')]}

    said = await _said(player, slug, day)

    assert "No space left" in said
    assert '\\"' not in said


async def test_a_failure_that_others_know_is_the_usual_one(player: Play) -> None:
    said = await _said(player, "digitalcarbon", _job(fail_with="asset"))

    assert '"error_message":"Rendering failed"' in said


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (_job(fail_with="rate-limited"), "rules/0/job/fail_with"),
        (_job(fail_at={"progress": 60, "error": "aset"}), "rules/0/job/fail_at/error"),
        (
            {"scenario": "x", "rules": [{"timeline": [
                {"phase": "failed", "error": "render_faild"}]}]},
            "rules/0/timeline/0/error",
        ),
    ],
)  # fmt: skip
def test_no_words_of_ours_get_onto_the_wire(
    stage: Stage, document: dict[str, Any], place: str
) -> None:
    with pytest.raises(ScenarioError, match=f"{place}: .* words in double quotes"):
        stage.read(document)
