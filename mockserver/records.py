"""Records: what values that are made of named members have in them.

Most are of msgspec's `Struct`, which makes a class in a thirtieth of a dataclass' time;
dataclasses are those that starting does not load, and those with members that are not
shown, not compared or not handed in.
"""

from dataclasses import fields, is_dataclass

__all__ = ["members"]


def members(kind: type) -> tuple[str, ...]:
    """Return the names of what a record is made of, in order; none of anything else."""
    names: tuple[str, ...] | None = getattr(kind, "__struct_fields__", None)
    if names is not None:
        return names
    if not is_dataclass(kind):
        return ()
    return tuple(one.name for one in fields(kind) if one.init)
