"""RuleBook: the rules that are active in one space."""

from mockserver.engine.jobs import Plan

__all__ = ["RuleBook"]


class RuleBook:
    """The rules of one space; empty until a scenario is loaded."""

    def plan(self, slug: str) -> Plan | None:  # noqa: ARG002 - a Script
        """Return what changes this provider's jobs when submitted, or None."""
        return None
