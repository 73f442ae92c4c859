"""Credits: what jobs may cost together under a rule, and what the next one meets."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.engine.timeline import Timeline
from mockserver.errors import ProviderError, UnavailableError
from mockserver.scenarios.book.effects import Life
from mockserver.scenarios.written.shapes import NUMBER, TEXT, Record, Shape, choice
from mockserver.scenarios.written.source import Place

__all__ = ["CREDITS", "ENOUGH", "OUT_OF_CREDITS", "Credits", "Paid", "refusal"]

OUT_OF_CREDITS: Final = "out-of-credits"
ENOUGH: Final = 1e-9
"""What sums of prices may be off, as 0.1 ten times is."""

_PAID_MAX: Final = 20_000
Problems = Mapping[str, Callable[[], ProviderError]]


class Credits(Struct, frozen=True, kw_only=True):
    """What there is to spend on jobs.

    Attributes:
        balance: How much.
        price: What each job costs.
        then: What becomes of a job that cannot be paid: `refuse` refuses the call at
            it, `undo` also takes back the jobs that the call has made before, `fail`
            takes it, and it has failed at once.
        problem: What the call is refused with.
        error: What is wrong with a job that has failed, as rules say it.
    """

    balance: float
    price: float = 1.0
    then: str = "refuse"
    problem: str = OUT_OF_CREDITS
    error: str | None = None

    def pays(self, spent: float) -> bool:
        """Say whether one more job can be paid when so much is spent."""
        return spent + self.price <= self.balance + ENOUGH

    def meet(self, life: Life) -> Timeline:
        """Return the life of a job that cannot be paid.

        Raises:
            ProviderError: It is refused.
        """
        if self.then != "fail":
            error = refusal(self.problem, life.known.problems)
            error.undoes = self.then == "undo"
            raise error
        at_once = (replace(step, for_s=0.0) for step in life.steps[:-1])
        return Timeline((*at_once, life.failure(self.error)))


class Paid(Struct):
    """Which jobs were paid lately, and from which scope's balance, to give it back."""

    _scopes: dict[tuple[str, int], str] = field(default_factory=dict)

    def note(self, slug: str, ordinal: int, scope: str) -> None:
        """Remember one; the oldest are forgotten, whose calls are long over."""
        self._scopes[slug, ordinal] = scope
        if len(self._scopes) > _PAID_MAX:
            del self._scopes[next(iter(self._scopes))]

    def take(self, slug: str, ordinal: int) -> str | None:
        """Return from which scope a job was paid, once."""
        return self._scopes.pop((slug, ordinal), None)


def refusal(problem: str, problems: Problems) -> ProviderError:
    """Return a provider's problem by name, made anew.

    A provider without that problem of another one refuses in general.
    """
    return problems.get(problem, UnavailableError)()


def _read(raw: Any, place: Place) -> Credits:
    said = _WHOLE.read(raw if isinstance(raw, Mapping) else {"balance": raw}, place)
    fails = said.get("then") == "fail"
    if "error" in said and not fails:
        place.at("error").fail("error", "then: fail beside it, or none")
    if "problem" in said and fails:
        place.at("problem").fail("problem", "then: refuse or undo beside it, or none")
    if said.get("price") == 0:
        place.at("price").fail(0, "more than 0: what costs nothing is never refused")
    return Credits(**said)


_WHOLE: Final = Record(
    {
        "balance": (NUMBER, "What there is to spend."),
        "price": (NUMBER, "What each job costs; 1 if missing."),
        "then": (
            choice("refuse", "undo", "fail"),
            "What its call meets, or it, if it cannot be paid; refuse if missing.",
        ),
        "problem": (TEXT, "What the call is refused with; out-of-credits if missing."),
        "error": (TEXT, "A failure that the provider knows, or words in quotes."),
    },
    ("balance",),
)
CREDITS: Final = Shape({"anyOf": [NUMBER.schema, _WHOLE.shape.schema]}, _read)
