"""What docs/scenarios.md makes of other scenarios, played as it stands there."""

import re
from pathlib import Path
from typing import Any

from mockserver.edge.staging.stage import book_of
from mockserver.scenarios.written.source import Source
from tests.scenarios.conftest import Play

PAGE = (Path(__file__).parents[2] / "docs/scenarios.md").read_text(encoding="utf-8")
SOURCES = [
    Source.parse(text, "docs/scenarios.md")
    for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
]
DAYS: dict[str, Any] = {one.document["scenario"]: one.document for one in SOURCES}


async def test_nearly_there(player: Play) -> None:
    customer = await player("hourone", DAYS["nearly-there"])
    start = customer.space.clock.now()

    await customer.play()

    assert customer.log[-1] == "failed"
    assert customer.space.clock.now() - start > 20 * 60


async def test_black_friday(player: Play) -> None:
    customer = await player("digitalcarbon", DAYS["black-friday"])

    seen = [(await customer.ask(*customer.creation()))[0] for _ in range(6)]

    (loaded,) = book_of(customer.space).record()
    assert seen == [503, 503, 429, 429, 429, 429]
    assert [one.rule.name for one in loaded.actives] == [
        "rate-limited/1",
        "slow-api/1",
        "half-of-them-fail/1",
        "black-friday/1",
    ]
