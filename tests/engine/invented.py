"""An invented provider, to prove that the engine knows none."""

from mockserver.engine.jobs import Job, Request, Rewrite
from mockserver.engine.notices import Conduct
from mockserver.engine.store.shelf import State
from mockserver.engine.timeline import Phase, Step, Timeline

__all__ = ["CONDUCT", "LIFE", "SLUG", "NoScript", "Notes", "Wall", "order"]

SLUG = "acme"
LIFE = Timeline(
    (
        Step("PILED", Phase.WAITING, 10),
        Step("COOKING", Phase.RUNNING, 100, progress=(0, 100)),
        Step("SERVED", Phase.SUCCEEDED),
    )
)

CONDUCT = Conduct(
    lambda chance, at_s: chance.uuid(), ending=Step("SENT BACK", Phase.CANCELLED)
)


class Wall:
    """Real time, as a test wants it."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Notes:
    """A log that remembers what it was told."""

    def __init__(self) -> None:
        self.noted: list[tuple[object, object]] = []

    def note(self, place: object, value: object) -> None:
        self.noted.append((place, value))


class NoScript:
    """Scenarios that change nothing."""

    def rewrite(self, slug: str) -> Rewrite | None:
        return None

    def next_read_at(
        self, slug: str, operation: str, job: Job, change_at: float | None
    ) -> float | None:
        return change_at

    def state(self) -> State:
        return {}

    def restore(self, state: State) -> None:
        assert not state


def order(**changes: object) -> Request:
    """Return a request for a dish."""
    wanted: dict[str, object] = {
        "operation": "order",
        "data": {"dish": "soup"},
        "timeline": LIFE,
    }
    return Request(**{**wanted, **changes})  # type: ignore[arg-type]  # by name
