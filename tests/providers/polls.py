"""What the server has counted about a job, some of whose reads a fault answers."""

from mockserver.edge.staging.stage import STAGE
from mockserver.server.handles import JobHandle
from mockserver.server.sockets.loops import SameLoop
from tests.providers.conftest import Running

__all__ = ["blip", "seen"]

BLIPS = {
    "scenario": "blips",
    "rules": [
        {
            "on": {"operation": "status", "nth": "2..3"},
            "fault": {"kind": "error", "status": 503},
        }
    ],
}


def blip(running: Running, slug: str, account: str) -> None:
    """Let the second and third status read of an account answer 503."""
    running.instance.app[STAGE].use([running.space(slug, account)], BLIPS)


def seen(running: Running, slug: str, account: str, job_id: str) -> JobHandle:
    """Return a job as a test of a user sees it."""
    job = running.space(slug, account).jobs(slug).get(job_id)
    return JobHandle(running.instance, SameLoop(), slug, job)
