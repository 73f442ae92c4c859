"""Problems: names for errors that mean the same for every provider."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from mockserver.errors import (
    ConflictError,
    ForbiddenError,
    InvalidPayloadError,
    NotFoundError,
    NotReadyError,
    PayloadTooLargeError,
    ProviderError,
    RateLimitError,
    UnauthorizedError,
    UnavailableError,
)

__all__ = ["PROBLEMS"]

PROBLEMS: Final[Mapping[str, Callable[[], ProviderError]]] = {
    "unauthorized": UnauthorizedError,
    "forbidden": ForbiddenError,
    "not-found": NotFoundError,
    "invalid": InvalidPayloadError,
    "conflict": ConflictError,
    "not-ready": NotReadyError,
    "too-large": partial(PayloadTooLargeError, limit=0, found=0),
    "rate-limited": partial(RateLimitError, 60.0),
    "out-of-credits": partial(ForbiddenError, "credits"),
    "internal": UnavailableError,
    "unavailable": lambda: UnavailableError().with_status(503),
}
"""Made anew for each answer; a provider's own of the same name comes first."""
