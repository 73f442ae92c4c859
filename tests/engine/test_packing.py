"""What is kept of a request is compact, and bounded."""

import sys

import pytest

from mockserver.engine.packing import pack, pack_kept
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


def test_a_document_becomes_compact_json() -> None:
    assert (
        pack({"dish": "süß", "n": [1, None]}) == '{"dish":"süß","n":[1,null]}'.encode()
    )


def test_no_byte_is_held_in_vain() -> None:
    packed = pack({"a": 1})

    assert sys.getsizeof(packed) == sys.getsizeof(b"") + len(packed)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        pack({"a": object()})
