"""Trained: the versions that a model has, of its own and from trainings."""

from dataclasses import dataclass

from mockserver.engine.clock import iso
from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing

__all__ = ["Version", "forget", "is_forgotten", "learn", "model_of", "versions_of"]

_TRAINED, _GONE = "trained", "gone version"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a model.

    Attributes:
        id: 64 hexadecimal digits.
        created: When, as it is told.
    """

    id: str
    created: str


def learn(call: Call, job: Job, destination: str, version: str) -> None:
    """Remember what a training will bring once it has succeeded.

    Args:
        call: The call that starts it.
        job: The training.
        destination: The model that gets the version.
        version: The version.
    """
    told = {"model": destination, "job": job.id}
    call.table(_TRAINED).put(version, told)


def versions_of(call: Call, model: Thing) -> list[Version]:
    """Return a model's versions, the latest first; what a training makes is of it."""
    own = [Version(model["version"], model["created"])] if model["version"] else []
    made = []
    for number, told in call.table(_TRAINED).after("", len(call.table(_TRAINED))):
        job = call.jobs.find(told["job"]) if told["model"] == model["id"] else None
        if job is not None and call.moment(job).step.phase is Phase.SUCCEEDED:
            made.append((job.ends_at, Version(number, iso(job.ends_at))))
    made.sort(key=lambda one: one[0], reverse=True)
    known = [*(version for _, version in made), *own]
    return [one for one in known if not is_forgotten(call, one.id)]


def model_of(call: Call, version: str) -> Thing | None:
    """Return the model that a training has made a version of, or None."""
    told = call.table(_TRAINED).get(version)
    model = None if told is None else things.find(call, "model", told["model"])
    if model is None or version not in {v.id for v in versions_of(call, model)}:
        return None
    return model


def forget(call: Call, version: Version) -> None:
    """Let a version be unknown from now on."""
    call.table(_GONE).put(version.id, value=True)


def is_forgotten(call: Call, version: str) -> bool:
    """Say whether somebody has deleted a version."""
    return call.table(_GONE).get(version) is not None
