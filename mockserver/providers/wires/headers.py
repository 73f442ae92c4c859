"""Headers: those that a provider insists on, such as the version of its API."""

from collections.abc import Container

from mockserver.errors import InvalidPayloadError
from mockserver.providers.call import Call

__all__ = ["required_header"]


def required_header(
    call: Call, name: str, *, known: Container[str] | None = None
) -> str:
    """Return the value of a header that every call has to carry.

    Args:
        call: The call.
        name: The header; read in any case.
        known: The values that the provider takes; any that is not empty if None.

    Raises:
        InvalidPayloadError: Code `header-missing`; or `header-unknown`, when the value
            is not one of these. `detail` has `header` and `found`.
    """
    found = call.headers.get(name, "")
    if not found:
        raise InvalidPayloadError(code="header-missing", header=name, found=found)
    if known is not None and found not in known:
        raise InvalidPayloadError(code="header-unknown", header=name, found=found)
    return found
