"""Door: how a request has come to a provider."""

__all__ = ["Door"]


class Door:
    """How a request reached a provider, and so where links have to lead.

    Attributes:
        name: `path` or `host`.
        prefix: What stands before the provider's own paths in links.
    """

    __slots__ = ("name", "prefix")

    def __init__(self, name: str, prefix: str) -> None:
        self.name, self.prefix = name, prefix
