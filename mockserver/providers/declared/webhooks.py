"""Webhooks: what a declared provider tells about its jobs, to whom, and how signed."""

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Final

from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.packing import pack
from mockserver.engine.spaces import Space
from mockserver.providers.declared.answering import headers_of
from mockserver.providers.declared.documents import shown
from mockserver.providers.declared.jobs import kind_of
from mockserver.providers.declared.model import Definition, Sign, Webhook
from mockserver.providers.declared.scenes import Sight, of_job, thing_of
from mockserver.providers.declared.things import records
from mockserver.providers.declared.words import Scene
from mockserver.providers.facts import Switches
from mockserver.providers.services import Services
from mockserver.providers.signing import Signing
from mockserver.providers.wires import standard_webhooks
from mockserver.providers.wires.webhooks import Webhook as Sent
from mockserver.scenarios.written.expressions import as_text, expressions

__all__ = ["DATES", "events", "labels", "notices", "signing", "undated"]

DATES: Final = "webhook_dates"
_SECRETS: Final = "webhook secret"
_TIME: Final = re.compile(r"(?:t=)?(\d{1,18})")

Event = Callable[[Services, Space, Due], Awaitable[None]]


class _Events(dict[str, Event]):
    """What happens by name; nothing if a file that was read again has it no more."""

    def __missing__(self, name: str) -> Event:
        async def nothing(services: Services, space: Space, due: Due) -> None:
            del services, space, due

        return nothing


def notices(definition: Definition) -> Callable[[Switches, Job], Iterator[Notice]]:
    """Return what says when something has to be told about a job."""

    def told(_: Switches, job: Job) -> Iterator[Notice]:
        kind = kind_of(definition, job)
        before = ""
        for at, step in job.entries():
            # A word may stand for several steps, and is told once.
            is_news, before = step.state != before, step.state
            for hook in definition.webhooks.values():
                is_its = kind is not None and hook.of == kind.name
                if is_news and is_its and step.state in hook.on:
                    yield Notice(at, hook.name, {"event": hook.on[step.state]})

    return told


def events(definition: Definition) -> Mapping[str, Event]:
    """Return what happens when something has to be told, by the webhook's name."""
    return _Events(
        {name: _teller(definition, hook) for name, hook in _hooks(definition)}
    )


def labels(definition: Definition) -> tuple[str, ...]:
    """Return what is told."""
    told = (label for _, hook in _hooks(definition) for label in hook.on.values())
    return tuple(dict.fromkeys(told))


def undated(definition: Definition) -> tuple[str, ...]:
    """Return what is told without any time of day, but for the labels that have one."""
    timed = {
        label
        for _, hook in _hooks(definition)
        for label in hook.on.values()
        if _tells_time(definition, hook)
    }
    return tuple(label for label in labels(definition) if label not in timed)


def _tells_time(definition: Definition, hook: Webhook) -> bool:
    """Say whether what is told may hold a time: of a function nobody knows."""
    kind = definition.jobs[hook.of]
    shown_parts = [hook.body, hook.headers, kind.view, *kind.views.values()]
    asked = [one for part in shown_parts[:2] for one in expressions(part)]
    if any(one.name == "view" for one in asked):
        asked += [one for part in shown_parts[2:] for one in expressions(part)]
    return any(one.known is not None and one.known.write is not None for one in asked)


def signing(definition: Definition) -> Signing | None:
    """Return how webhooks are signed: all in one way, or none is."""
    signs = [hook.sign for _, hook in _hooks(definition) if hook.sign is not None]
    if not signs:
        return None
    sign = signs[0]

    def secrets(space: Space) -> Iterable[str]:
        return space.table(definition.slug, _SECRETS).values()

    def signature(secret: str, told: Mapping[str, str], body: bytes) -> str:
        return _signature(sign, secret, told, body)

    if sign.scheme == "standard-webhooks":
        return Signing(
            standard_webhooks.SIGNATURE,
            signature,
            secrets,
            timestamp=standard_webhooks.TIMESTAMP,
            about=standard_webhooks.ABOUT,
        )
    # The time of a timestamped signature stands in the header of the signature itself.
    header = sign.header.lower()
    timestamp = header if sign.scheme == "timestamped" else ""
    about = _about(sign)
    return Signing(header, signature, secrets, timestamp=timestamp, about=about)


def _about(sign: Sign) -> str:
    """Say what is signed, and how."""
    key = "its key is the secret of the webhook"
    if sign.scheme == "timestamped":
        return (
            "t, the time, and v1, HMAC-SHA256 in hexadecimal of that time, a dot and"
            f" the body; {key}"
        )
    written = "hexadecimal" if sign.encoding == "hex" else "base64"
    before = f"{sign.prefix} and " if sign.prefix else ""
    return f"{before}HMAC-SHA256 of the body in {written}; {key}"


def _hooks(definition: Definition) -> Iterable[tuple[str, Webhook]]:
    return definition.webhooks.items()


def _teller(definition: Definition, hook: Webhook) -> Event:
    async def tell(services: Services, space: Space, due: Due) -> None:
        """Post what is due to whoever wants to know: the job as its event has found it.

        When that is sent is another matter; a scenario may have it early or late.
        """
        slug = definition.slug
        job = space.jobs(slug).about(due)
        if job is None or due.about is None:
            return
        event = str(due.data["event"])
        chance = space.jobs(slug).chance(job.ordinal)
        sight = Sight(services, definition, space, due.about.at, job.base)
        scene = replace(
            of_job(sight, definition.jobs[hook.of], job),
            event=event,
            chance=chance.fork("event", hook.name, event, due.about.at),
        )
        for target in _targets(definition, hook, scene, space):
            _send(definition, hook, scene, target, due)

    return tell


def _targets(
    definition: Definition, hook: Webhook, scene: Scene, space: Space
) -> Iterator[Scene]:
    """Yield a scene for each address that wants to be told."""
    if not hook.each:
        yield scene
        return
    for record in [*records(space, definition.slug, hook.each)]:
        target = replace(scene, thing=thing_of(space, record))
        wanted = shown(hook.wants, target)
        if not isinstance(wanted, list) or scene.event in wanted:
            yield target


def _send(
    definition: Definition, hook: Webhook, scene: Scene, target: Scene, due: Due
) -> None:
    space, services = scene.space, scene.services
    url = as_text(shown(hook.to, target))
    if space is None or not url.startswith(("http://", "https://")):
        return
    if target.thing is not None and scene.chance is not None:
        scene = replace(scene, chance=scene.chance.fork(target.thing.id))
    body, dated_by = pack(shown(hook.body, scene)), ""
    headers = {"Content-Type": "application/json", **headers_of(hook.headers, scene)}
    if hook.sign is not None:
        secret = as_text(shown(hook.sign.secret, target))
        if hook.sign.scheme != "hmac":
            dated_by = str(services.setting(definition.slug, DATES, space))
        at_s = space.clock.wall() if dated_by == "wall" else due.at
        if secret:
            space.table(definition.slug, _SECRETS).put(secret, secret)
            headers |= _signed(hook.sign, secret, body, scene, at_s)
    Sent(
        label=str(scene.event),
        url=url,
        body=body,
        headers=headers,
        ladder=hook.retry,
        dated_by=dated_by,
    ).send(services, space, due)


def _signed(
    sign: Sign, secret: str, body: bytes, scene: Scene, at_s: float
) -> Mapping[str, str]:
    """Return the headers that prove who has sent a body."""
    if sign.scheme == "standard-webhooks" and scene.chance is not None:
        key = _standard(secret)
        return standard_webhooks.headers(key, body, chance=scene.chance, at_s=at_s)
    told = {sign.header.lower(): f"t={int(at_s)}"}
    signature = _signature(sign, secret, told, body)
    return dict.fromkeys((sign.header, *sign.also), signature)


def _signature(sign: Sign, secret: str, told: Mapping[str, str], body: bytes) -> str:
    """Return the signature of a webhook, with the time that its headers tell."""
    if sign.scheme == "standard-webhooks":
        return standard_webhooks.sign(_standard(secret), told, body)
    key = secret.encode()
    if sign.scheme == "timestamped":
        found = _TIME.match(told.get(sign.header.lower(), ""))
        time = found[1] if found else "0"
        digest = hmac.new(key, f"{time}.".encode() + body, sha256).hexdigest()
        return f"t={time},v1={digest}"
    made = hmac.new(key, body, sha256)
    is_hex = sign.encoding == "hex"
    return sign.prefix + (
        made.hexdigest() if is_hex else b64encode(made.digest()).decode()
    )


def _standard(secret: str) -> str:
    """Return a secret as Standard Webhooks writes one; any text will do."""
    try:
        b64decode(secret.removeprefix("whsec_"), validate=True)
    except (Base64Error, ValueError):
        return f"whsec_{b64encode(secret.encode()).decode()}"
    return secret
