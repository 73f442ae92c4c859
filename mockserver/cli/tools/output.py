"""Output: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["print_error", "print_json", "print_line", "print_table"]


def print_line(line: str = "", *, flush: bool = False) -> None:
    """Write one line to stdout; at once, if somebody watches what happens."""
    sys.stdout.write(f"{line}\n")
    if flush:
        sys.stdout.flush()


def print_error(line: str) -> None:
    """Write one line to stderr, under our name."""
    sys.stderr.write(f"mockserver: {line}\n")


def print_json(document: Any) -> None:
    """Write a JSON document, indented, to stdout."""
    print_line(json.dumps(document, indent=2, ensure_ascii=False))


def print_table(
    names: Sequence[str], rows: Iterable[Sequence[object]], *, indent: int = 0
) -> None:
    """Write columns under their names; values that are None are left empty."""
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    table = [list(names), *texts]
    widths = [max(len(row[column]) for row in table) for column in range(len(names))]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print_line(" " * indent + "  ".join(cells).rstrip())
