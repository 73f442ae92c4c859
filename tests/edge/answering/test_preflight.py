"""A browser that asks whether a page may read a file is told so, at each provider."""

import pytest

from tests.providers.conftest import Serve, serve

__all__ = ["serve"]

ASK = {
    "Origin": "https://app.example.com",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "range, x-goog-api-key",
}


@pytest.mark.parametrize(
    "path",
    [
        "/digitalcarbon/media/abc.mp4",
        "/google/v1beta/files/abc:download",
        "/openai/v1/videos/video_1/content",
        "/digitalcarbon/samples/photo.jpg",
    ],
)
async def test_any_page_may_read_a_file(serve: Serve, path: str) -> None:
    running = await serve()

    response = await running.client.options(path, headers=ASK)

    assert response.status == 204, await response.text()
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response.headers["Access-Control-Allow-Headers"] == "range, x-goog-api-key"
    assert response.headers["Access-Control-Max-Age"] == "86400"


async def test_what_is_asked_for_is_repeated_only_if_it_can_be_names(
    serve: Serve,
) -> None:
    running = await serve()

    response = await running.client.options(
        "/digitalcarbon/media/abc.mp4",
        headers={**ASK, "Access-Control-Request-Headers": "a b; c"},
    )

    told = response.headers["Access-Control-Allow-Headers"]
    assert told == "Range, If-None-Match, If-Modified-Since, If-Range"


async def test_who_documents_pages_answers_as_documented(serve: Serve) -> None:
    running = await serve()

    response = await running.client.options("/idomoo/media/abc.mp4", headers=ASK)

    assert response.status == 204
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"]


async def test_what_is_no_file_is_refused_as_before(serve: Serve) -> None:
    running = await serve()

    response = await running.client.options("/openai/v1/videos", headers=ASK)

    assert response.status in {404, 405}
    assert "Access-Control-Allow-Methods" not in response.headers
