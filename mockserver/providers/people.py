"""People: names, companies and titles that faker makes up, loaded at first use."""

from importlib import import_module
from typing import TYPE_CHECKING

from mockserver.engine.chance import Chance

if TYPE_CHECKING:
    from faker import Faker

__all__ = ["people"]


def people(chance: Chance) -> "Faker":
    """Return a faker whose draws depend on a chance only.

    Slow the first time (a tenth of a second): call it in a thread, and never while
    a server starts.
    """
    faker: Faker = import_module("faker").Faker("en_US")
    faker.seed_instance(chance.seed("people"))
    return faker
