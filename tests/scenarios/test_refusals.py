"""A job can be refused with a problem, even one that its provider does not have."""

import pytest

from tests.scenarios.conftest import Play

DOCUMENT = {
    "scenario": "refused",
    "about": "A problem of one provider is asked of another one.",
    "rules": [{"on": {"operation": "create"}, "job": {"refuse": "no-results"}}],
}


@pytest.mark.parametrize("slug", ["digitalcarbon", "hourone", "idomoo"])
async def test_a_problem_that_a_provider_lacks_is_refused_in_general(
    player: Play, slug: str
) -> None:
    customer = await player(slug, DOCUMENT)

    assert await customer.order() is None
