"""What is kept of a request is compact, and bounded."""

import pytest

from mockserver.engine.packing import pack_kept
from mockserver.engine.spaces import Space
from mockserver.errors import PayloadTooLargeError
from tests.engine.invented import SLUG, order


def test_a_mebibyte_is_kept() -> None:
    text = "x" * ((1 << 20) - 2)

    assert len(pack_kept(text)) == 1 << 20


def test_a_job_that_would_keep_more_is_refused(space: Space) -> None:
    """Sixty orders of 20 MB were 1.3 GB."""
    with pytest.raises(PayloadTooLargeError) as caught:
        space.jobs(SLUG).submit(order(data={"text": "x" * (1 << 20)}))

    assert caught.value.detail == {"limit": 1 << 20, "found": (1 << 20) + 11}
    assert len(space.jobs(SLUG)) == 0


def test_a_job_that_would_grow_too_large_stays_as_it_was(space: Space) -> None:
    job = space.jobs(SLUG).submit(order())

    with pytest.raises(PayloadTooLargeError):
        space.jobs(SLUG).revise(job, text="x" * (1 << 20))

    assert space.jobs(SLUG).get(job.id) == job
