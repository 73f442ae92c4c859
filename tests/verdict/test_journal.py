"""The journal is bounded in number and in bytes, and says what it has cut."""

import pytest
from multidict import CIMultiDict

from mockserver.verdict.har import har
from mockserver.verdict.journal import Exchange, Journal
from mockserver.verdict.redact import Redactor

KIB = 1024
MIB = 1024 * KIB


def exchange(
    space: str = "s",
    *,
    asked: bytes = b"",
    told: bytes = b"",
    headers: dict[str, str] | None = None,
    answered: dict[str, str] | None = None,
    notes: tuple[str, ...] = (),
) -> Exchange:
    return Exchange(
        "POST",
        "/path",
        CIMultiDict(headers or {}),
        status=200,
        response_headers=CIMultiDict(answered or {}),
        response_body=told,
        size_bytes=len(told),
        wall_at=0.0,
        elapsed_s=0.0,
        request_body=asked,
        space=space,
        notes=notes,
    )


def numbers(journal: Journal, space: str | None = None) -> list[int]:
    return [one.number for one in journal.exchanges(space)]


def filled(journal: Journal, count: int, **parts: object) -> Journal:
    for _ in range(count):
        journal.add(exchange(**parts))  # type: ignore[arg-type]  # as asked
    return journal


@pytest.mark.parametrize("side", ["asked", "told"])
def test_bodies_of_both_sides_count(side: str) -> None:
    """Whole answers to sixty large bodies were two gigabytes."""
    journal = filled(Journal(1000, MIB), 20, **{side: bytes(200 * KIB)})

    assert numbers(journal) == [16, 17, 18, 19, 20]
    assert journal.held_bytes <= MIB


@pytest.mark.parametrize("side", ["headers", "answered"])
def test_headers_of_both_sides_count(side: str) -> None:
    large = {f"X-{n}": "v" * 3000 for n in range(10)}

    journal = filled(Journal(1000, MIB), 100, **{side: large})

    assert 30 <= len(journal) < 40
    assert journal.held_bytes <= MIB


def test_targets_and_notes_count() -> None:
    journal = filled(Journal(1000, MIB), 100, notes=("n" * 1000,) * 30)

    assert 30 <= len(journal) < 40


def test_exchanges_without_anything_count() -> None:
    """A million empty ones are not nothing."""
    assert len(filled(Journal(10_000, MIB), 2_000)) == 510


def test_the_latest_is_kept_whatever_it_takes() -> None:
    journal = filled(Journal(1000, 1), 3, told=bytes(MIB))

    assert numbers(journal) == [3]


def test_the_space_that_was_idle_for_longest_loses_its_oldest_first() -> None:
    journal = Journal(1000, MIB)
    filled(journal, 3, space="idle", told=bytes(200 * KIB))
    filled(journal, 3, space="busy", told=bytes(200 * KIB))

    assert numbers(journal, "idle") == [2, 3]
    assert numbers(journal, "busy") == [4, 5, 6]


def test_the_number_for_each_space_still_bounds() -> None:
    journal = filled(Journal(3), 5)

    assert numbers(journal) == [3, 4, 5]
    assert journal.held_bytes == sum(one.kept_bytes for one in journal.exchanges())


def test_what_is_cleared_no_longer_counts() -> None:
    journal = filled(Journal(), 5, told=bytes(KIB))

    journal.clear()

    assert (len(journal), journal.held_bytes) == (0, 0)


def test_only_the_beginning_of_a_long_body_is_kept_and_its_length() -> None:
    journal = filled(Journal(), 1, asked=b"a" * MIB, told=b"b" * MIB)

    (kept,) = journal.exchanges()
    assert kept.request_body == b"a" * 256 * KIB
    assert kept.response_body == b"b" * 256 * KIB
    assert (kept.request_bytes, kept.size_bytes) == (MIB, MIB)


def test_only_the_beginning_of_many_headers_is_kept() -> None:
    """A hundred headers of 8 KB each are let through by the listener."""
    journal = filled(Journal(), 1, headers={f"X-{n}": "v" * 8000 for n in range(100)})

    (kept,) = journal.exchanges()
    held = [*kept.request_headers]
    assert [name for name, _ in held] == ["X-0", "X-1", "X-2", "X-3", "X-4", "..."]
    assert held[0][1] == "v" * 8000
    assert held[-2][1] == "..."
    assert held[-1][1] == "95 more, and the last one's value"
    assert kept.kept_bytes < 40 * KIB


def test_only_some_notes_are_kept() -> None:
    """They are cut between words, so that no half of a secret is left."""
    journal = filled(Journal(), 1, notes=("a note " * 1000,) * 100)

    (kept,) = journal.exchanges()
    assert kept.notes == ("a note " * 146 + "a...",) * 32


def test_an_archive_says_what_was_cut() -> None:
    journal = filled(Journal(), 1, asked=b"a" * MIB, told=b"b" * 300 * KIB)
    filled(journal, 1, asked=b"short", told=b"short")

    archive = har(
        journal.exchanges(), lambda _: Redactor(), origin="http://x", version="1"
    )

    cut, whole = archive["log"]["entries"]
    comment = "the first 262144 of {} bytes"
    assert cut["request"]["postData"]["comment"] == comment.format(MIB)
    assert cut["request"]["bodySize"] == MIB
    assert cut["response"]["content"]["comment"] == comment.format(300 * KIB)
    assert "comment" not in whole["request"]["postData"]
    assert "comment" not in whole["response"]["content"]


def test_when_all_of_a_space_is_forgotten_the_next_one_loses_its_oldest() -> None:
    journal = filled(Journal(1000, MIB), 1, space="idle", told=bytes(200 * KIB))

    filled(journal, 10, space="busy", told=bytes(200 * KIB))

    assert numbers(journal, "idle") == []
    assert numbers(journal, "busy") == [7, 8, 9, 10, 11]


def of_spaces(*spaces: str) -> Journal:
    journal = Journal(10_000)
    for space in spaces:
        journal.add(exchange(space))
    return journal


def test_the_newest_of_all_spaces_come_in_one_order() -> None:
    """Also beyond the first ones, which are found without looking at the others."""
    journal = of_spaces(*("abb" * 400))

    assert [one.number for one in journal.newest()] == [*range(1200, 0, -1)]
    assert [one.number for one in journal.newest("a")][:3] == [1198, 1195, 1192]


@pytest.mark.parametrize(
    ("space", "before", "found"),
    [
        (None, 4, [3, 2, 1]),
        (None, 1, []),
        (None, 900, [6, 5, 4, 3, 2, 1]),
        ("a", 5, [4, 1]),
        ("a", 6, [4, 1]),
        ("none", 4, []),
    ],
)
def test_those_before_a_number_are_found(
    space: str | None, before: int, found: list[int]
) -> None:
    journal = of_spaces("a", "b", "b", "a", "b", "a")

    newest = journal.newest(space, before=before)

    assert [one.number for one in newest] == found


def test_what_comes_or_goes_changes_what_is_kept() -> None:
    journal = of_spaces("a", "b", "a")
    before = journal.extent("a")

    journal.add(exchange("b"))
    same = journal.extent("a")
    journal.add(exchange("a"))

    assert before == same == (1, 3, 2)
    assert journal.extent("a") == (1, 5, 3)
    assert journal.extent("none") is None
