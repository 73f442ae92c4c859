"""Calls for the tools to look at, without a server."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.providers.call import Call
from mockserver.providers.door import Door

Ask = Callable[..., Call]
SLUG = "digitalcarbon"  # any would do


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Return the parts of a server that does not run and takes any key."""
    return build(pace="manual", auth="open", media_dir=tmp_path)


@pytest.fixture
def ask(instance: Instance) -> Ask:
    """Return a function that makes a call: `ask("/path?query", {"Header": "x"})`."""
    return asking(instance)


def asking(instance: Instance) -> Ask:
    """Return a function that makes calls to an instance."""

    def make(
        target: str = "/",
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        space: str | None = None,
    ) -> Call:
        call = Call(
            make_mocked_request(method, target, headers=headers),
            services=instance.services,
            provider=instance.services.providers[SLUG],
            door=Door("path", f"/{SLUG}"),
            path=target.partition("?")[0],
        )
        call._space = None if space is None else instance.services.spaces.open(space)
        return call

    return make
