"""What a space has from the start, and what Google tells webhooks."""

from mockserver.engine.spaces import Space
from mockserver.providers.google import library
from mockserver.providers.google.world import FILES
from mockserver.providers.services import Services

__all__ = ["populate"]


def populate(services: Services, space: Space, slug: str) -> None:
    """Give a space the files that its world has, and those of its jobs."""
    world = services.world_in(slug, space)
    account = world.account_of(space.id, slug)
    now = space.clock.started_at_s
    known = world.details("files", account).items()
    for number, (key, said) in enumerate(known):
        file = {**said, "id": key, "number": -1 - number, "created_at": now}
        space.table(slug, FILES).put(key, file)
    number = -len(known)
    for job in space.jobs(slug).list_jobs():
        for sample, name in enumerate(job.data.get("files", ())):
            number -= 1
            made = {"id": name, "job": job.id, "sample": sample, "number": number}
            space.table(slug, library.MADE).put(name, made)
