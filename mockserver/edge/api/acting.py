"""Acting: a scenario at work in a space, as the control API tells it."""

from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.asked import VALUE
from mockserver.engine.clock import iso
from mockserver.engine.spaces import Space
from mockserver.scenarios.book.deeds import Loaded
from mockserver.scenarios.book.firings import Firing

__all__ = ["ACTING", "acting"]

_FIRING: Final = shapes.record(
    {
        "at": shapes.moment("On the space's clock."),
        "provider": shapes.text(),
        "operation": shapes.text("Of the call; empty for a delivery."),
        "job": shapes.text("Empty if there is none."),
        "exchange": shapes.maybe(shapes.integer("Number of the call, once answered.")),
        "delivery": shapes.text("Its name; empty if it was none."),
    }
)
ACTING: Final = shapes.record(
    {
        "id": shapes.text("Its number in the space."),
        "space": shapes.text(),
        "scenario": shapes.text(),
        "with": shapes.mapping(VALUE, "What was chosen, by parameter."),
        "about": shapes.text(),
        "source": shapes.text("start, api, test, magic, or the header's value."),
        "since": shapes.moment("On the space's clock."),
        "until": shapes.maybe(shapes.moment("When it heals by itself.")),
        "state": shapes.choice(
            ("active", "healed"), "Whether any of it acts on the providers used here."
        ),
        "fired": shapes.integer("How often its rules have acted."),
        "rules": shapes.array(
            shapes.record(
                {
                    "name": shapes.text("What the journal calls it."),
                    "seen": shapes.integer("How often its conditions held."),
                    "fired": shapes.integer("How often it has acted."),
                    "times": shapes.maybe(shapes.integer("How often at most.")),
                    "per": shapes.text("For what that is counted apart."),
                    "left": shapes.maybe(shapes.integer("How often it still may.")),
                    "healed": shapes.flag("It acts no more."),
                    "firings": shapes.array(_FIRING, "When it has: the latest times."),
                }
            )
        ),
    }
)


def acting(space: Space, loaded: Loaded) -> dict[str, Any]:
    """Return a scenario with what each of its rules has done, and may still do."""
    until, now_s, used = loaded.until_s, space.clock.now(), space.slugs()
    return {
        "id": loaded.id,
        "space": space.id,
        "scenario": loaded.scenario.name,
        "with": {**loaded.scenario.given},
        "about": loaded.scenario.about,
        "source": loaded.source,
        "since": iso(loaded.since_s),
        "until": None if until is None else iso(until),
        "state": "healed" if loaded.is_quiet(now_s, used) else "active",
        "fired": loaded.fired,
        "rules": [
            {
                "name": acted.name,
                "seen": acted.seen,
                "fired": acted.fired,
                "times": acted.times,
                "per": acted.per,
                "left": acted.left(now_s, used),
                "healed": acted.is_quiet(now_s, used),
                "firings": [_told(one) for one in acted.firings],
            }
            for acted in loaded.acted
        ],
    }


def _told(firing: Firing) -> dict[str, Any]:
    return {
        "at": iso(firing.at),
        "provider": firing.slug,
        "operation": firing.operation,
        "job": firing.job,
        "exchange": firing.exchange or None,
        "delivery": firing.delivery,
    }
