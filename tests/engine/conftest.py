"""An invented provider's engine, on a wall clock that a test moves itself."""

from collections.abc import Callable

import pytest

from mockserver.engine.clock import Pace
from mockserver.engine.notices import Conduct
from mockserver.engine.spaces import Space, Spaces, SpaceSettings
from mockserver.engine.store.memory import MemoryStore
from tests.engine.invented import CONDUCT, NoScript, Wall


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def make_spaces(wall: Wall) -> Callable[..., Spaces]:
    def make(
        pace: str = "manual",
        conduct: Callable[[Space, str], Conduct] = lambda space, slug: CONDUCT,
        **settings: object,
    ) -> Spaces:
        return Spaces(
            SpaceSettings(pace=Pace.parse(pace), wall=wall, **settings),  # type: ignore[arg-type]  # by name
            store=MemoryStore(),
            conduct=conduct,
            make_script=NoScript,
            populate=lambda space, slug: None,
        )

    return make


@pytest.fixture
def spaces(make_spaces: Callable[..., Spaces]) -> Spaces:
    return make_spaces()


@pytest.fixture
def space(spaces: Spaces) -> Space:
    return spaces.open("acme.main")
