"""Report: what a failed test wants to know of its space, in virtual time."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from mockserver.delivery.delivery import Attempt, Record
from mockserver.edge.redactors import Redactors
from mockserver.engine.timeline import Step
from mockserver.scenarios.book.firings import Firing
from mockserver.server.face import Face
from mockserver.server.faults import FaultHandle
from mockserver.server.handles import JobHandle
from mockserver.server.receiver import Webhook
from mockserver.verdict.journal import Exchange
from mockserver.verdict.redact import Redactor

__all__ = ["lines_of", "tell", "told"]

SHOWN: Final = 60
BODY_MAX: Final = 300
_MARGIN: Final = 4096  # half of a secret is not known as one


def told(face: Face, exchanges: list[Exchange]) -> Iterator[str]:
    """Yield the lines about a test: its exchanges, jobs, faults and deliveries.

    Args:
        face: The test's space or server.
        exchanges: Those of the test, oldest first.
    """
    redactors = Redactors(face.services)
    since_s = exchanges[0].at if exchanges else 0.0
    surplus = len(exchanges) - SHOWN
    if surplus > 0:
        yield f"... {surplus} more"
    for exchange in exchanges[-SHOWN:]:
        yield f"{_moment(exchange.at, since_s)} {_line(exchange, redactors)}"
        yield from _bodies(exchange, redactors)
    if not exchanges:
        yield "no requests"
    # Whose webhook it is, nobody says: what is known of any provider is hidden.
    any_of = redactors.get("", "")
    jobs = (any_of.text(_job(one)) for one in [*face.jobs][-SHOWN:])
    yield from _part("jobs", jobs)
    faults = face.faults
    yield from _part("faults", (row for one in faults for row in _fault(one, since_s)))
    sent = (_delivery(one, since_s, any_of) for one in face.deliveries[-SHOWN:])
    yield from _part("deliveries", sent)
    received = (_received(one, since_s, any_of) for one in face.received[-SHOWN:])
    yield from _part("webhooks received", received)


def lines_of(face: Face, exchanges: Iterable[Exchange]) -> Iterator[str]:
    """Yield a line about each exchange, secrets hidden."""
    redactors = Redactors(face.services)
    yield from (_line(one, redactors) for one in exchanges)


def _line(exchange: Exchange, redactors: Redactors) -> str:
    """Return an exchange as one line, secrets hidden."""
    redactor = redactors.of(exchange)
    # Queries may hold credentials; the path is what tells requests apart.
    path = redactor.target(exchange.target.partition("?")[0])
    said = [exchange.operation, exchange.state, exchange.job]
    said += [f"rule {exchange.fault}"] if exchange.fault else []
    said += [redactor.text(note) for note in (*exchange.notes, exchange.hint)]
    about = "  ".join(filter(None, said))
    return f"  {exchange.number}  {exchange.method} {path}  {exchange.status}  {about}"


def _bodies(exchange: Exchange, redactors: Redactors) -> Iterator[str]:
    """Yield the beginnings of both bodies, on a line each, secrets hidden."""
    redactor = redactors.of(exchange)
    for mark, body in ((">", exchange.request_body), ("<", exchange.response_body)):
        if body:
            raw = redactor.body(body[: BODY_MAX + _MARGIN], is_cut=True)
            try:
                text = " ".join(raw.decode("utf-8", "strict").split())
            except UnicodeDecodeError:
                text = f"({len(body)} bytes)"
            yield f"{'':>14} {mark} {_short(text)}"


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    rows = [*lines]
    if rows:
        yield f"{title}:"
        yield from (f"  {row}" for row in rows)


def _job(job: JobHandle) -> str:
    steps = " > ".join(_step(step, at) for step, at in job.timeline)
    return f"{job.id} of {job.slug}, {job.operation}: {job.state}  ({steps})"


def _step(step: Step, at_s: float) -> str:
    error = f" {step.error}" if step.error else ""
    return f"{step.state} {at_s:.1f} s{error}"


def _fault(fault: FaultHandle, since_s: float) -> Iterator[str]:
    word = "active" if fault.is_active else "healed"
    for rule in fault.rules:
        fired = "never fired" if not rule.fired else f"fired {rule.fired} times"
        on = ", ".join(_firing(one, since_s) for one in rule.firings[-5:])
        yield f"{rule.title} ({word}): {fired}" + (on and f": {on}")


def _firing(firing: Firing, since_s: float) -> str:
    what = f"#{firing.exchange}" if firing.exchange else f"delivery {firing.delivery}"
    return f"{what} at {_moment(firing.at, since_s).strip()}"


def _delivery(record: Record, since_s: float, redactor: Redactor) -> str:
    url = getattr(record.delivery.message, "url", "").partition("?")[0]
    url = redactor.text(redactor.target(url))
    tries = ", ".join(_try(one, since_s) for one in record.attempts)
    about = (
        f"{record.delivery.slug} {record.delivery.label} for {record.delivery.job_id}"
    )
    return f"{record.id} {about}: {record.state.value} to {url}  {tries}".rstrip()


def _try(attempt: Attempt, since_s: float) -> str:
    outcome = attempt.status or attempt.error or attempt.passage.value
    return f"{outcome} at {_moment(attempt.at, since_s).strip()}"


def _received(webhook: Webhook, since_s: float, redactor: Redactor) -> str:
    said = _short(" ".join(redactor.text(webhook.text).split()))
    path = redactor.target(webhook.path)
    when = _moment(webhook.at, since_s).strip()
    return f"{webhook.number} {webhook.method} {path} at {when}  {said}"


def _moment(at_s: float, since_s: float) -> str:
    """Return virtual seconds since the first exchange; nothing outside of a space."""
    return f"{at_s - since_s:+12.3f} s" if at_s else f"{'':>14}"


def _short(text: str) -> str:
    return text if len(text) <= BODY_MAX else f"{text[:BODY_MAX]}..."


def tell(report: Any, title: str, text: str) -> None:
    """Add a section to what pytest tells of a failure: files for JUnit have it, too."""
    # A failure that was told as mere text has no place for sections.
    add = getattr(report.longrepr, "addsection", None)
    if add is None:
        report.sections.append((title, text))
    else:
        add(title, text)
