"""Exhausted: what is told of a quota that has been used up, and when it opens again."""

import re
from typing import Any, Final

from mockserver.errors import RateLimitError
from mockserver.providers.call import Call
from mockserver.providers.google import access

__all__ = ["SHORT", "VERTEX", "told"]

SHORT: Final = "Resource has been exhausted (e.g. check quota)."
VERTEX: Final = (
    "Resource exhausted. Please try again later. Please refer to"
    " https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more"
    " details."
)
_METRIC: Final = "generativelanguage.googleapis.com/predict_long_running_requests"
_QUOTAS: Final = {
    "": "PredictLongRunningRequestsPerMinutePerProjectPerModel",
    "day": "PredictLongRunningRequestsPerDayPerProjectPerModel",
}
_TYPES: Final = "type.googleapis.com/google.rpc."
_DOCS: Final = "https://ai.google.dev/gemini-api/docs/rate-limits"
_LIMIT: Final = 10
_RELEASE: Final = re.compile(r"-(?:preview|exp|\d{3})$")


def told(error: RateLimitError, call: Call) -> tuple[str, list[dict[str, Any]]]:
    """Return message and details: which quota it is, and the delay in three places.

    Vertex, and a quota of what runs at once, have no details.

    Source: contract google, section 7 and appendix C.
    """
    if access.is_vertex(call):
        return VERTEX, []
    if error.code not in _QUOTAS or error.retry_after_s <= 0:
        return SHORT, []
    limit = error.detail.get("limit", _LIMIT)
    named = str(error.detail.get("model", call.parameters.get("model", "veo-3.1")))
    model, wait_s = _RELEASE.sub("", named), error.retry_after_s
    text = (
        "You exceeded your current quota, please check your plan and billing details."
        f" For more information on this error, head to: {_DOCS}. To monitor your"
        " current usage, head to: https://ai.dev/rate-limit. \n"
        f"* Quota exceeded for metric: {_METRIC}, limit: {limit}, model: {model}\n"
        f"Please retry in {wait_s:.9f}s."
    )
    violation = {
        "quotaMetric": _METRIC,
        "quotaId": _QUOTAS[error.code],
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": str(limit),
    }
    link = {"description": "Learn more about Gemini API quotas", "url": _DOCS}
    return text, [
        {"@type": f"{_TYPES}Help", "links": [link]},
        {"@type": f"{_TYPES}QuotaFailure", "violations": [violation]},
        {"@type": f"{_TYPES}RetryInfo", "retryDelay": f"{int(wait_s)}s"},
    ]
