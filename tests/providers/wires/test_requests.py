"""Each request draws identifiers of its own, and the same ones in another run."""

from pathlib import Path

import pytest

from mockserver.app import build
from mockserver.providers.wires.requests import request_chance
from tests.providers.wires.conftest import Ask, asking


@pytest.mark.parametrize("space", [None, "mine"])
def test_no_two_requests_draw_the_same(ask: Ask, space: str | None) -> None:
    drawn = [request_chance(ask(space=space)).hex("id") for _ in range(3)]

    assert len({*drawn}) == 3


def test_spaces_draw_apart(ask: Ask) -> None:
    drawn = [request_chance(ask(space=s)).hex("id") for s in ("mine", "yours", None)]

    assert len({*drawn}) == 3


@pytest.mark.parametrize("space", [None, "mine"])
def test_a_request_draws_the_same_in_another_run(
    tmp_path: Path, space: str | None
) -> None:
    runs = [asking(build(pace="manual", media_dir=tmp_path)) for _ in range(2)]

    first, again = (request_chance(ask(space=space)).hex("id") for ask in runs)

    assert first == again


@pytest.mark.parametrize("space", [None, "mine"])
def test_another_seed_draws_otherwise(tmp_path: Path, space: str | None) -> None:
    runs = [
        asking(build(pace="manual", seed=seed, media_dir=tmp_path)) for seed in (1, 2)
    ]

    one, other = (request_chance(ask(space=space)).hex("id") for ask in runs)

    assert one != other
