"""Wire facts of Replicate: states, lives, identifiers, credentials, settings."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from string import ascii_lowercase, digits
from types import MappingProxyType
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.clock import iso
from mockserver.engine.keyring import Grant
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.provider import (
    Credential,
    Secrets,
    Setting,
    Trial,
    webhook_dates_setting,
    world_setting,
)
from mockserver.providers.wires.authorization import authorization

__all__ = [
    "ABORTED",
    "CANCELED",
    "FAILURE",
    "FLAGGED",
    "HOSTS",
    "ROOTS",
    "SECRETS",
    "SETTINGS",
    "SLUG",
    "START",
    "STATES",
    "TIMELINES",
    "TRAINING",
    "authenticate",
    "clean_path",
    "credential",
    "life_of",
    "new_id",
    "stamp",
    "texts",
    "username",
]

SLUG: Final = "replicate"
HOSTS: Final = ("api.replicate.com", "replicate.delivery", "stream.replicate.com")
ROOTS: Final[Mapping[str, str]] = {host: f"/{host}" for host in HOSTS[1:]}
STATES: Final[Mapping[str, Phase]] = {  # contract replicate, section 4
    "starting": Phase.WAITING,
    "processing": Phase.RUNNING,
    "succeeded": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
    "canceled": Phase.CANCELLED,
    "aborted": Phase.CANCELLED,
}
_PARTS: Final = frozenset(
    {"account", "collections", "deployments", "files", "hardware", "models"}
    | {"predictions", "search", "trainings", "webhooks"}
)
FLAGGED: Final = (  # contract replicate, section 9, exchange 4
    "The input or output was flagged as sensitive."
    " Please try again with different inputs. (E005)"
)
FAILURE: Final = Step(
    "failed",
    Phase.FAILED,
    error="Prediction failed for an unknown reason. It might have run out of memory?",
)
CANCELED: Final = Step("canceled", Phase.CANCELLED)
ABORTED: Final = Step("aborted", Phase.CANCELLED)
_SUCCEEDED: Final = Step("succeeded", Phase.SUCCEEDED)
_USUAL_S: Final = 75.0
_LONGEST_S: Final = 1800.0  # contract replicate, section 7
_TOO_LONG: Final = "Prediction exceeded the limit of 30 minutes."
_OFFICIAL_S: Final = (1.0, 4.0)
_COLD_S: Final = (20.0, 120.0)
_ID_HEAD, _ID_TAIL = 10, 12

SECRETS: Final = Secrets(headers=("authorization",), body=("auth", "key"))

SETTINGS: Final = (
    world_setting(),
    Setting(
        "result_delivery",
        default="auto",
        about="Outputs are links, the files themselves (data), or, so that clients make"
        " files of them, links by https and files by http (auto).",
        choices=("auto", "link", "data"),
    ),
    Setting(
        "wait_answer",
        default="succeeded",
        about="What a blocking create says of a prediction that is done: processing,"
        " with its output, is what the real one often says.",
        choices=("succeeded", "processing"),
    ),
    Setting(
        "wait_over_status",
        default=202,
        about="Status of a blocking create whose wait is over.",
        choices=(202, 201),
    ),
    Setting(
        "retention_s",
        default=3600.0,
        about="Seconds after which input, output, logs and files of a prediction that"
        " is over are removed.",
    ),
    Setting(
        "file_retention_s",
        default=86400.0,
        about="Seconds after which an uploaded file is gone.",
    ),
    Setting(
        "file_signatures",
        default="any",
        about="Links to download uploaded files need any signature, or the right one"
        " (checked), by the world's secret.",
        choices=("any", "checked"),
    ),
    Setting(
        "credit_usd",
        default=-1.0,
        about="US dollars that a space may spend; below 0 there is no end.",
    ),
    webhook_dates_setting(),
)

_KEY_HEADER: Final = MappingProxyType({"Authorization": "Bearer {key}"})
START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/v1/models/google/veo-3.1/predictions",
        headers=_KEY_HEADER,
        body={"input": {"prompt": "A lighthouse at dusk"}},
        keeps={"job": "/id"},
    ),
    Trial(about="Look at it", path="/v1/predictions/{job}", headers=_KEY_HEADER),
    Trial(
        about="Cancel it",
        method="POST",
        path="/v1/predictions/{job}/cancel",
        headers=_KEY_HEADER,
    ),
)


@lru_cache(maxsize=1024)
def _life(
    starts: tuple[float, float], seconds: float, ends: str, error: str
) -> Timeline:
    begun = Step("starting", Phase.WAITING, starts)
    if ends == "never":
        return Timeline((begun, Step("processing", Phase.RUNNING)))
    if seconds > _LONGEST_S:
        seconds, ends, error = _LONGEST_S, "failed", _TOO_LONG
    run = Step("processing", Phase.RUNNING, seconds, progress=(0, 100))
    if ends == "failed":
        failed = Step("failed", Phase.FAILED, error=error or FAILURE.error)
        return Timeline((begun, run, failed))
    return Timeline((begun, run, _SUCCEEDED))


def life_of(model: Thing) -> Timeline:
    """Return the life of a prediction by a model; equal ones are one.

    Source: contract replicate, section 4 and appendix A.
    """
    low, high = model.get("starts") or (
        _OFFICIAL_S if model.get("official", True) else _COLD_S
    )
    ends = str(model.get("ends", "succeeded"))
    error = str(model.get("error", ""))
    return _life((float(low), float(high)), float(model["seconds"]), ends, error)


TRAINING: Final = "create-training"
_USUAL: Final = life_of({"seconds": _USUAL_S})
_TRAINING: Final = life_of({"seconds": 20.0})  # contract replicate, section 3.7
TIMELINES: Final[Mapping[str, Timeline]] = {
    "create-prediction": _USUAL,
    "create-model-prediction": _USUAL,
    "create-deployment-prediction": _USUAL,
    TRAINING: _TRAINING,
}


def new_id(chance: Chance, at_s: float) -> str:  # noqa: ARG001 - a NewId
    """Return 26 lower-case letters and digits; places 11 to 15 as in recent ones.

    Source: contract replicate, section 3.2.
    """
    alphabet = ascii_lowercase + digits
    head, mark, tail = (
        chance.word("head", _ID_HEAD, alphabet),
        chance.word("mark", 1, alphabet),
        chance.word("tail", _ID_TAIL - 1, alphabet),
    )
    return f"{head}rm{mark}0c{tail}"


def credential(chance: Chance) -> Credential:
    """Draw a new API token: `r8_` and 37 letters and digits."""
    alphabet = ascii_lowercase + ascii_lowercase.upper() + digits
    return Credential(
        {"api_token": f"r8_{chance.word('token', 37, alphabet)}"}, key="api_token"
    )


def authenticate(call: Call) -> Grant:
    """Return what `Authorization: Bearer TOKEN`, or the older `Token TOKEN`, opens.

    Raises:
        UnauthorizedError: Code `missing` or `unknown`.

    Source: contract replicate, section 2.
    """
    scheme, token = authorization(call)
    if scheme not in {"bearer", "token"} or not token:
        raise UnauthorizedError("missing")
    return call.open_key(token)


def username(call: Call) -> str:
    """Return the name of the account that calls."""
    return call.space.id.rpartition(".")[2]


def clean_path(path: str) -> str:
    """Return a path with one `/v1`, whether the client's base URL had it or not.

    The clients' generations disagree on that.

    Source: contract replicate, section 1.
    """
    if path.startswith("/v1/v1/"):
        return path[3:]
    return f"/v1{path}" if path[1:].partition("/")[0] in _PARTS else path


def stamp(at_s: float, *, places: int = 6) -> str:
    """Write a time as `2026-11-20T10:00:02.418203Z`; creation has 3 places."""
    parts = int(at_s % 1 * 10**places)
    return f"{iso(at_s, zone='')}.{parts:0{places}d}Z"


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: the prompt."""
    given = payload.get("input") if isinstance(payload, dict) else None
    prompt = given.get("prompt") if isinstance(given, dict) else None
    if isinstance(prompt, str):
        yield prompt
