"""What is said to spaces to come is known to all workers, and to later ones."""

from typing import Any

from mockserver.edge.storing.stores import codec
from mockserver.engine.standing import STANDING, Standing
from mockserver.engine.store.log import Ledger, Log
from mockserver.engine.store.shelf import GONE
from tests.engine.shelves import RecordingShelf


def noted(standing: Standing) -> Log:
    log = Log("", Ledger(RecordingShelf(), codec()))
    standing.keep(log)
    return log


async def test_what_was_said_and_not_taken_back_is_noted() -> None:
    standing = Standing()
    log = noted(standing)

    standing.put("seed", 5)
    standing.put("pace", "real")
    standing.drop("pace")
    standing.drop("nothing")

    assert log._changes == [
        ((STANDING, "seed"), 5),
        ((STANDING, "pace"), "real"),
        ((STANDING, "pace"), GONE),
    ]


async def test_what_a_store_has_kept_is_known_and_noted_no_more() -> None:
    standing = Standing()
    log = noted(standing)

    standing.restore([((STANDING, "seed"), 5)])

    assert standing.said() == {"seed": 5}
    assert log._changes == []


async def test_what_others_say_is_told_and_noted_no_more() -> None:
    standing = Standing()
    log, heard = noted(standing), list[tuple[str, Any]]()
    standing.on_change(lambda *said: heard.append(said))

    standing.fold([((STANDING, "a"), 1), ((STANDING, "b"), 2)])
    standing.fold([((STANDING, "a"), GONE)])
    standing.fold([((STANDING, "c"), 3)], whole=True)

    assert heard == [("a", 1), ("b", 2), ("a", None), ("c", 3), ("b", None)]
    assert standing.said() == {"c": 3}
    assert log._changes == []


def test_without_a_store_it_is_merely_known() -> None:
    standing = Standing()

    standing.put("seed", 5)

    assert standing.said() == {"seed": 5}
