"""Parts: what one worker contributes to an answer of several, and how they are one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from heapq import merge
from itertools import islice
from typing import Any, Final, NamedTuple, Self

from mockserver.engine.spaces import Space

__all__ = ["MISSING", "Key", "Part", "Reach", "Row", "Rows", "counted", "opened",
           "paged", "summed"]  # fmt: skip

MISSING: Final = "missing"
"""The member of answers that names the workers which did not answer."""

Key = list[Any]
Finish = Callable[[Sequence["Row"]], Any]


class Reach(Enum):
    """Whose business an endpoint is, where several workers share a store.

    Attributes:
        ANYONE: That of whoever is asked, or of the worker with the space that is named.
        AWAKE: Each worker has a part of the answer, of the spaces that it has open.
        LATEST: The same, once those of the latest spaces are open that nobody has.
        ALL: Each does its part, and it is done to spaces that nobody has, too.
    """

    ANYONE = "anyone"
    AWAKE = "awake"
    LATEST = "latest"
    ALL = "all"


class Row(NamedTuple):
    """One item of a list.

    Attributes:
        key: What the list is ordered by: numbers and texts.
        space: The space that it is about, of which one worker alone may tell; empty
            if several may.
        document: How it looks.
    """

    key: Key
    space: str
    document: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of an answer this worker is to give.

    Attributes:
        order: A name of the whole, the same at each worker.
        is_trial: It is to be found out whether it can be done, and nothing more.
        seeks: Only say which spaces here have what the path names.
        only: Only what is about these spaces is left to do; the rest is done.
        beyond: Go on after this key, which is another worker's.
    """

    order: str = ""
    is_trial: bool = False
    seeks: bool = False
    only: frozenset[str] | None = None
    beyond: Key | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Return what another worker wants."""
        only = told.get("only")
        return cls(**{**told, "only": None if only is None else frozenset(only)})

    def dump(self) -> dict[str, Any]:
        """Return it as another worker is told."""
        told = {
            "order": self.order,
            "is_trial": self.is_trial,
            "seeks": self.seeks,
            "only": None if self.only is None else sorted(self.only),
            "beyond": self.beyond,
        }
        return {name: value for name, value in told.items() if value}


def opened(space: Space) -> Key:
    """Return what lists that go space by space are ordered by."""
    return [space.opened_s, space.id]


def summed(names: Iterable[str], told: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return the first of several documents with some members added up over all.

    Args:
        names: Those members.
        told: Who has told what.
    """
    (_, first), *_ = told
    total = {name: sum(document[name] for _, document in told) for name in names}
    return {**first, **total}


def paged(name: str, limit: int | None) -> Finish:
    """Return what makes a page of a list's rows, of which there is one more than fits.

    Args:
        name: The member of the answer that has them.
        limit: How many a page has at most; None if it has all.
    """

    def page(rows: Sequence[Row]) -> dict[str, Any]:
        shown = [row.document for row in rows[:limit]]
        is_last = limit is None or not shown or len(rows) <= limit
        return {name: shown, "next": None if is_last else shown[-1]["id"]}

    return page


def _plain(name: str) -> Finish:
    return lambda rows: {name: [row.document for row in rows]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A list, or one worker's part of it.

    Attributes:
        name: What the answer calls it.
        rows: Its items in their order, at least as many as `limit` says if there are.
        newest_first: The greatest keys come first.
        limit: How many are shown; None for all.
        is_paged: It may begin after an item of some worker's.
        mark: The key of the item after which it begins, where that was looked for and
            found.
        lacking: What is raised instead if no worker knows what was named; None if this
            one does.
        finish: Makes the answer of the items; `{name: [...]}` if None.
    """

    name: str
    rows: Sequence[Row]
    newest_first: bool = False
    limit: int | None = None
    is_paged: bool = False
    mark: Key | None = None
    lacking: Exception | None = None
    finish: Finish | None = field(default=None, repr=False)

    def document(self) -> Any:
        """Return the whole answer; raise what says that what was named is unknown."""
        if self.lacking is not None:
            raise self.lacking
        return (self.finish or _plain(self.name))(self.rows)

    def dump(self) -> dict[str, Any]:
        """Return it as a part of another worker's answer."""
        rows, lacks = [[*row] for row in self.rows], self.lacking is not None
        return {"rows": rows, "mark": self.mark, "lacks": lacks}

    def joined(self, others: Iterable[Mapping[str, Any]]) -> "Rows":
        """Return one list of what several workers have told.

        Of a space that has moved meanwhile, one of them tells alone.

        Args:
            others: What `dump` has told there.
        """
        told = [*others]
        rows = ([Row(*row) for row in other["rows"]] for other in told)
        parts = _apart([self.rows, *rows])
        found = merge(*parts, key=lambda row: row.key, reverse=self.newest_first)
        lacking = self.lacking if all(other["lacks"] for other in told) else None
        return replace(self, rows=[*islice(found, self.limit)], lacking=lacking)


def counted(name: str, count: int, lacking: Exception | None = None) -> Rows:
    """Return an answer that is one number, which several workers add up.

    Args:
        name: What the answer calls it.
        count: This worker's part.
        lacking: As of `Rows`; what there is some of is known.
    """
    rows = [Row([0], "", count)]
    lacking = None if count else lacking
    return Rows(name=name, rows=rows, lacking=lacking, finish=partial(_added, name))


def _added(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    return {name: sum(row.document for row in rows)}


def _apart(parts: Iterable[Sequence[Row]]) -> Iterator[list[Row]]:
    """Yield each part without what is about spaces of an earlier one."""
    told: set[str] = set()
    for part in parts:
        yield [row for row in part if not row.space or row.space not in told]
        told |= {row.space for row in part}
