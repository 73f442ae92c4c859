"""Whatever is sent to the control API, it never breaks."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.edge.api import ENDPOINTS
from mockserver.edge.api.shapes import Schema
from tests.edge.conftest import Running

WORDS = ["sketch", "sketch.main", "demo", "x60", "2h", "draw", "drawn", "2030-01-01"]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.sampled_from([-1, 0, 1, 1.0, 5.0, 1e300])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(WORDS), inner, max_size=3
        )
    ),
    max_leaves=6,
)
ENDLESS = {"stream-events", "shutdown"}
OFFERED = [one for one in ENDPOINTS if one.name not in ENDLESS]


def _bodies(schema: Schema) -> st.SearchStrategy[Any]:
    """Return bodies with the right names and any values, and any bodies at all."""
    names = [*schema.get("properties", {"sketch": {}})]
    return st.dictionaries(st.sampled_from(names or ["x"]), VALUES, max_size=4) | VALUES


REQUESTS = st.sampled_from(OFFERED).flatmap(
    lambda one: st.tuples(
        st.just(one),
        _bodies(one.body),
        st.sampled_from([*one.query, "nonsense"]),
        st.text(max_size=10) | st.sampled_from(WORDS),
        st.text(min_size=1, max_size=10).filter(lambda text: text not in {".", ".."})
        | st.sampled_from(WORDS),
    )
)


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS)
async def test_any_request_is_answered_without_a_bug(
    filled: Running, request: tuple[Any, Any, str, str, str]
) -> None:
    endpoint, body, name, value, inside = request
    path = endpoint.path.replace("{", "\0").split("\0")[0]
    rest = endpoint.path.partition("}")[2]
    whole = f"{path}{quote(inside, safe='')}{rest}" if "{" in endpoint.path else path

    response = await filled.client.request(
        endpoint.method,
        f"/_mock/api{whole}",
        json=body,
        params={name: value} if value else {},
    )

    assert response.status in {200, 201, 202, 400, 404, 405, 409, 413}
    await response.read()
