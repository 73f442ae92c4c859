"""Views: how spaces, clocks, jobs, exchanges and deliveries look in our JSON."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockserver.delivery.body import Body, md5_of, pieces_of, size_of
from mockserver.delivery.delivery import Record
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import place_of
from mockserver.edge.gallery import Gallery
from mockserver.edge.redactors import Redactors
from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job
from mockserver.engine.keyring import Grant
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Moment
from mockserver.providers.services import Services
from mockserver.verdict.journal import Exchange
from mockserver.verdict.redact import HIDDEN, Redactor
from mockserver.verdict.stamp import stamp

__all__ = ["BODY_MAX", "Views"]

BODY_MAX: Final = 64 * 1024
_MARGIN: Final = 4 * 1024  # longer than any secret
_OPEN: Final = frozenset({"fixture", "minted"})

Document = dict[str, Any]


def masked(key: str) -> str:
    """Return as much of a key as tells it from others."""
    return f"{key[:4]}...{key[-2:]}" if len(key) > 9 else f"{key[:1]}..."


def _name_of(space_id: str, grants: Iterable[Grant]) -> str:
    """Return whose space it is: a label, an account's name, or a masked key."""
    known = [grant for grant in grants if not grant.is_revoked]
    labels = [grant.label for grant in known if grant.label]
    if labels:
        return labels[0]
    if any(grant.origin == "fixture" for grant in known):
        return next(grant.account for grant in known if grant.origin == "fixture")
    own = next(
        (grant for grant in known if space_id == f"{grant.slug}.{grant.account}"), None
    )
    return space_id if own is None else f"{own.slug} {masked(own.key)}"


class Views:
    """Shows things as the documents of the control API.

    Args:
        services: The server's rooms.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self.redactors = Redactors(services)
        self._gallery = Gallery(services)
        self._next_times: dict[str, Mapping[str, float]] = {}

    def clock(self, space: Space) -> Document:
        """Return `clock` of the schemas; looks at every job of the space."""
        return {**self.time(space), "next_event_at": _stamp(space.next_event_at())}

    def time(self, space: Space) -> Document:
        """Return `time` of the schemas."""
        clock = space.clock
        return {
            "space": space.id,
            "now": stamp(clock.now()),
            "now_s": clock.now(),
            "pace": clock.pace.name,
            "rate": clock.rate,
            "is_frozen": clock.is_frozen,
        }

    def space(self, space: Space) -> Document:
        """Return `space` of the schemas."""
        grants = [*self._services.spaces.keyring.grants(space=space.id)]
        journal = self._services.journal
        return {
            "id": space.id,
            "name": _name_of(space.id, grants),
            "seed": space.seed,
            "clock": self.time(space),
            "providers": space.slugs(),
            "jobs": sum(len(space.jobs(slug)) for slug in space.slugs()),
            "planned": len(space.agenda),
            "exchanges": journal.count(space.id),
            "credentials": [
                self.credential(grant) for grant in grants if not grant.is_revoked
            ],
        }

    def credential(self, grant: Grant) -> Document:
        """Return `credential` of the schemas; what users brought is hidden."""
        fields = self.fields(grant)
        if grant.origin not in _OPEN:
            fields = dict.fromkeys(fields, HIDDEN)
        return {
            "provider": grant.slug,
            "space": grant.space,
            "account": grant.account,
            "label": grant.label,
            "shown": masked(grant.key),
            "is_revoked": grant.is_revoked,
            "kind": grant.kind,
            "origin": grant.origin,
            "fields": fields,
        }

    def fields(self, grant: Grant) -> dict[str, str]:
        """Return a credential as clients ask for it, with the provider's names."""
        provider = self._services.providers[grant.slug]
        sample = provider.credential(Chance(grant.slug, "names"))
        return sample.of(grant.key, grant.secret)

    def job(self, space: Space, slug: str, job: Job) -> Document:
        """Return `job` of the schemas."""
        now = space.clock.now()
        moment = job.at(now)
        redactor = self.redactors.get(slug, space.id)
        return {
            "id": job.id,
            "space": space.id,
            "provider": slug,
            "operation": job.operation,
            "ordinal": job.ordinal,
            "state": moment.step.state,
            "phase": moment.step.phase.value,
            "progress": moment.progress,
            "error": _hidden(moment.step.error, redactor),
            "created_at": stamp(job.created_at),
            "arrived_at": _stamp(job.arrived_at or None),
            "elapsed_s": now - job.created_at,
            "changes_at": _stamp(job.next_change_at(now)),
            "media": job.media_state(now).value,
            "link": job.link_state(now).value,
            "preview": self._gallery.links(space, slug, job),
            "timeline": _timeline(job, moment, redactor),
        }

    def job_details(
        self, space: Space, slug: str, job: Job, *, exchanges: int
    ) -> Document:
        """Return `job-details` of the schemas, with so many of the latest exchanges."""
        records = self._services.outbox.deliveries(space, slug=slug, job_id=job.id)
        about = [*self._services.journal.find(space.id, slug=slug, about=job.id)]
        latest = about[max(0, len(about) - exchanges) :]
        life = job.media
        return {
            **self.job(space, slug, job),
            "data": self.redactors.get(slug, space.id).data(job.data),
            "media_life": {
                "lag_s": life.lag_s,
                "keep_s": life.keep_s,
                "link_s": life.link_s,
                "issued_at_submit": life.issued_at_submit,
            },
            "exchanges": [self.exchange(exchange) for exchange in latest],
            "deliveries": [self.delivery(space, record) for record in records],
        }

    def exchange(self, exchange: Exchange) -> Document:
        """Return `exchange` of the schemas."""
        redactor = self.redactors.of(exchange)
        return {
            "number": exchange.number,
            "space": exchange.space,
            "provider": exchange.slug,
            "operation": exchange.operation,
            "method": exchange.method,
            "target": redactor.target(exchange.target),
            "status": exchange.status,
            "at": stamp(exchange.at) if exchange.space else None,
            "wall_at": stamp(exchange.wall_at),
            "elapsed_s": exchange.elapsed_s,
            "size_bytes": exchange.size_bytes,
            "job": exchange.job,
            "jobs": [*exchange.jobs],
            "is_poll": exchange.is_poll,
            "role": exchange.role,
            "state": exchange.state,
            "fault": exchange.fault,
            "notes": [redactor.text(note) for note in exchange.notes],
            "hint": redactor.text(exchange.hint),
        }

    def exchange_details(
        self, exchange: Exchange, *, base64: bool = False, bound: int = BODY_MAX
    ) -> Document:
        """Return `exchange-details` of the schemas.

        Args:
            exchange: What to show.
            base64: Show bodies that are no text, too.
            bound: How many bytes of a body to show.
        """
        redactor = self.redactors.of(exchange)

        def side(
            headers: Iterable[tuple[str, str]], body: bytes | None, size: int
        ) -> Mapping[str, Any]:
            shown = (
                None
                if body is None
                else _body(body, redactor, bound=bound, size_bytes=size, base64=base64)
            )
            pairs = [[*pair] for pair in redactor.headers(headers)]
            return {"headers": pairs, "body": shown}

        return {
            **self.exchange(exchange),
            "request": side(
                exchange.request_headers, exchange.request_body, exchange.request_bytes
            ),
            "response": side(
                exchange.response_headers, exchange.response_body, exchange.size_bytes
            ),
        }

    def _next_time(self, space: Space, record: Record) -> float | None:
        """Return when something of a delivery next falls due, if anything does."""
        if space.id not in self._next_times:
            self._next_times[space.id] = self._services.outbox.next_times(space)
        return self._next_times[space.id].get(record.id)

    def _signature(self, record: Record) -> Document | None:
        """Return how a delivery is signed; None if it is not."""
        provider = self._services.providers.get(record.delivery.slug)
        signing = None if provider is None else provider.signing
        message = record.delivery.message
        if signing is None or not isinstance(message, Message):
            return None
        if not message.header(signing.header):
            return None
        dated = signing.timestamp if signing.timestamp != signing.header else ""
        return {"header": signing.header, "timestamp": dated, "about": signing.about}

    def delivery(self, space: Space, record: Record) -> Document:
        """Return `delivery` of the schemas."""
        delivery, parcel = record.delivery, record.delivery.message
        redactor = self.redactors.about(space, delivery.slug, delivery.job_id)
        return {
            "id": record.id,
            "space": space.id,
            "provider": delivery.slug,
            "label": delivery.label,
            "job": delivery.job_id,
            "state": record.state.value,
            "passage": record.passage,
            "planned_at": stamp(record.planned_at),
            "next_at": _stamp(self._next_time(space, record)),
            "signature": self._signature(record),
            "method": parcel.method,
            "url": redactor.target(parcel.url),
            "place": {
                name: redactor.text(said) for name, said in place_of(parcel).items()
            },
            "headers": [[*pair] for pair in redactor.headers(parcel.header_pairs)],
            "size_bytes": size_of(pieces_of(parcel.body)),
            "md5": md5_of(parcel.body),
            "body": _sent(parcel.body, redactor),
            "attempts": [
                {
                    "number": attempt.number,
                    "at": stamp(attempt.at),
                    "passage": attempt.passage,
                    "status": attempt.status,
                    "error": attempt.error,
                    "reason": redactor.text(attempt.reason),
                    "elapsed_s": attempt.elapsed_s,
                    "answer": redactor.text(attempt.answer),
                    "is_copy": attempt.is_copy,
                    "is_tampered": attempt.is_tampered,
                    "is_repeat": attempt.is_repeat,
                    "size_bytes": attempt.size_bytes,
                    "md5": attempt.md5,
                }
                for attempt in record.attempts
            ],
        }


def _hidden(text: str | None, redactor: Redactor) -> str | None:
    return text if text is None else redactor.text(text)


def _timeline(job: Job, moment: Moment, redactor: Redactor) -> list[Document]:
    starts = (0.0, *job.ends)
    ends = (*job.ends, None)
    return [
        {
            "state": step.state,
            "phase": step.phase.value,
            "starts_s": start,
            "ends_s": end,
            "progress": None if step.progress is None else [*step.progress],
            "error": _hidden(step.error, redactor),
            "is_current": position == moment.position,
        }
        for position, (step, start, end) in enumerate(
            zip(job.timeline.steps, starts, ends, strict=True)
        )
    ]


def _sent(body: Body, redactor: Redactor) -> Document | None:
    """Return the beginning of a body; of a file's, length and MD5 tell."""
    if not isinstance(body, bytes):
        return None
    size = len(body)
    return _body(body, redactor, bound=BODY_MAX, size_bytes=size, base64=False)


def _body(
    body: bytes, redactor: Redactor, *, bound: int, size_bytes: int, base64: bool
) -> Document:
    # Half of a secret is not known as one: more is looked at than is shown.
    is_short = len(body) < size_bytes
    shown = redactor.body(body[: bound + _MARGIN], is_cut=is_short)
    surplus = min(_MARGIN, max(0, len(body) - bound))
    shown = shown[: len(shown) - surplus]
    is_cut = bool(surplus) or is_short
    try:
        # A cut may part a letter; that alone makes no text binary.
        text = shown.decode("utf-8", "ignore" if _is_text(shown, is_cut) else "strict")
    except UnicodeDecodeError:
        text = None
    coded = b64encode(shown).decode() if base64 and text is None else None
    return {"size_bytes": size_bytes, "text": text, "base64": coded, "is_cut": is_cut}


def _is_text(body: bytes, is_cut: bool) -> bool:  # noqa: FBT001 - one of two
    if not is_cut:
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(body) - 3
    return True


def _stamp(at_s: float | None) -> str | None:
    return None if at_s is None else stamp(at_s)
