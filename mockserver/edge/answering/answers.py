"""Answers: ours are held against the schemas of what providers say; tests want it."""

from mockserver.providers.call import Call
from mockserver.providers.reply import Reply

__all__ = ["check_answer"]


def check_answer(call: Call, reply: Reply) -> None:
    """Hold one of our own JSON answers against its schema, if there is one.

    The schema is `<operation>.<state>.response` when the call is about a job
    and there is one, else `<operation>.response`.

    Raises:
        AssertionError: We said something that the provider would not say.
    """
    if reply.document is None or not 200 <= reply.status < 300:
        return
    schemas = call.services.schemas(call.provider.slug)
    name = f"{call.operation}.response"
    job = call.job
    if job is not None:
        by_state = f"{call.operation}.{call.moment(job).step.state}.response"
        name = by_state if by_state in schemas else name
    violations = schemas.check(name, reply.document) if name in schemas else ()
    if violations:
        said = "; ".join(violation.describe() for violation in violations)
        raise AssertionError(f"{name}: {said}")
