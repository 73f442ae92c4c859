"""Failing: what may be said to be wrong with a job that is let fail."""

from mockserver.errors import ConfigError
from mockserver.names import nearest
from mockserver.providers.provider import Provider
from mockserver.scenarios.checks.known import quoted

__all__ = ["error_of"]


def error_of(provider: Provider, said: str | None) -> str | None:
    """Return what a failed job's error is; the provider's usual one for None.

    Args:
        provider: Whose job it is.
        said: The name of a failure that the provider documents, or words in double
            quotes, as in rules of scenarios.

    Raises:
        ConfigError: It is neither.
    """
    if said is None:
        return provider.failure.error
    words = quoted(said)
    if words is not None:
        return words
    if said not in provider.failures:
        right = nearest(said, provider.failures)
        raise ConfigError(
            f"error: found {said!r}, expected {right}, or words in double quotes"
        )
    return provider.failures[said]
