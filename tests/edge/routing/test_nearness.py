"""Mistakes that people make with paths, and what they are told that they meant."""

from time import process_time

import pytest

from mockserver.edge.routing.nearness import elsewhere, near, shown
from mockserver.providers.discovery import discover
from tests.deep import some

PROVIDERS = discover()
ROUTES = {slug: one.routes for slug, one in PROVIDERS.items()}

VEO = "veo-3.0-generate-001"
MISTAKES = (
    # A version or prefix is missing, another one, or twice
    ("digitalcarbon", "POST /generate-video", "POST /v1-beta/generate-video"),
    ("digitalcarbon", "POST /v1/generate-video", "POST /v1-beta/generate-video"),
    ("openai", "POST /videos", "POST /v1/videos"),
    ("openai", "POST /v1/v1/videos", "POST /v1/videos"),
    ("openai", "POST /openai/v1/videos", "POST /v1/videos"),
    ("runway", "POST /image_to_video", "POST /v1/image_to_video"),
    ("luma", "GET /dream-machine/generations/abc",
     "GET /dream-machine/v1/generations/abc"),
    ("luma", "POST /v1/generations", "POST /dream-machine/v1/generations"),
    ("luma-agents", "POST /generations", "POST /v1/generations"),
    ("google", f"POST /v2/models/{VEO}:predictLongRunning",
     f"POST /v1/models/{VEO}:predictLongRunning"),
    ("google", f"POST /models/{VEO}:predictLongRunning",
     f"POST /v1/models/{VEO}:predictLongRunning"),
    ("hourone", "POST /api/v2/videos", "POST /api/v1/videos"),
    ("idomoo", "POST /v2/storyboards/generate",
     "POST /api/v2/storyboards/generate"),
    ("impossible", "POST /v3/render/demo", "POST /v2/render/demo"),
    ("stupeflix", "PUT /alice/clip/definition/",
     "PUT /stupeflix-1.0/alice/clip/definition/"),
    ("stupeflix", "GET /stupeflix-2.0/alice/clip/status/",
     "GET /stupeflix-1.0/alice/clip/status/"),
    ("mux", "POST /v1/assets", "POST /video/v1/assets"),
    ("shotstack", "POST /v1/render", "POST /edit/v1/render"),
    ("shotstack", "POST /edit/production/render", "POST /edit/v1/render"),
    # Slashes
    ("digitalcarbon", "POST /v1-beta/generate-video/",
     "POST /v1-beta/generate-video"),
    ("digitalcarbon", "GET //v1-beta/generate-video//a1/status",
     "GET /v1-beta/generate-video/a1/status"),
    ("digitalcarbon", "GET /v1-beta%2Fgenerate-video/a1/status",
     "GET /v1-beta/generate-video/a1/status"),
    ("google", f"POST /v1beta/models/{VEO}/predictLongRunning",
     f"POST /v1beta/models/{VEO}:predictLongRunning"),
    # One and many, cases of letters, other letters
    ("digitalcarbon", "GET /v1-beta/generate-videos/a1/status",
     "GET /v1-beta/generate-video/a1/status"),
    ("digitalcarbon", "POST /V1-Beta/Generate-Video",
     "POST /v1-beta/generate-video"),
    ("digitalcarbon", "GET /v1-beta/g%C3%A9n%C3%A9rate-video/a1/status",
     "GET /v1-beta/generate-video/a1/status"),
    ("openai", "GET /v1/video/video_1", "GET /v1/videos/video_1"),
    ("openai", "GET /v1/videos/video_1/contents",
     "GET /v1/videos/video_1/content"),
    ("runway", "GET /v1/task/abc", "GET /v1/tasks/abc"),
    ("replicate", "GET /v1/prediction/abc", "GET /v1/predictions/abc"),
    ("fal", "POST /queue.fal.run/fal-ai/veo3/requests/a1/statuses",
     "GET /queue.fal.run/fal-ai/veo3/requests/a1/status"),
    ("google", f"POST /v1beta/models/{VEO}:predictlongrunning",
     f"POST /v1beta/models/{VEO}:predictLongRunning"),
    ("impossible", "POST /v2/batches", "POST /v2/batch"),
    ("heygen", "GET /v3/video/abc", "GET /v3/videos/abc"),
    ("shotstack", "GET /edit/v1/rendering/abc", "GET /edit/v1/render/abc"),
    # What is asked for is told in another way
    ("hourone", "GET /api/v1/videos/abc/status", "GET /api/v1/videos/abc"),
    ("openai", "POST /v1/videos/generations", "POST /v1/videos"),
    # What is too long to be quoted is told by its name
    ("openai", f"GET /v1/video/{'a' * 65}", "GET /v1/videos/{video_id}"),
)  # fmt: skip


@pytest.mark.parametrize(("slug", "asked", "meant"), some(MISTAKES, of=12))
def test_who_mistakes_a_path_is_told_which_was_meant(
    slug: str, asked: str, meant: str
) -> None:
    method, path = asked.split(" ")

    assert near(ROUTES[slug], method, path)[0] == meant


def test_what_is_hardly_alike_is_not_told() -> None:
    assert near(ROUTES["openai"], "POST", "/v1/chat/completions") == ()
    assert near(ROUTES["digitalcarbon"], "GET", "/<script>alert(1)</script>") == ()


def test_what_is_about_as_near_is_told_too() -> None:
    assert near(ROUTES["stupeflix"], "POST", "/v3/create") == (
        "POST /v2/create",
        "POST /v1/create",
    )


def test_what_was_asked_for_is_not_what_was_meant() -> None:
    assert near(ROUTES["digitalcarbon"], "GET", "/v1-beta/generate-video") == (
        "POST /v1-beta/generate-video",
    )
    assert "POST /v1/videos" not in near(ROUTES["openai"], "POST", "/v1/videos")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("POST /v1/videos", ("POST /openai/v1/videos",)),
        ("POST /v1-beta/generate-video",
         ("POST /digitalcarbon/v1-beta/generate-video",)),
        ("POST /v1/image_to_video", ("POST /runway/v1/image_to_video",)),
        ("GET /favicon.ico", ()),
        ("POST /v1/chat/completions", ()),
    ],
)  # fmt: skip
def test_the_path_of_a_provider_without_its_slug_names_the_provider(
    asked: str, meant: tuple[str, ...]
) -> None:
    method, path = asked.split(" ")

    assert elsewhere(ROUTES, method, path) == meant


@pytest.mark.parametrize(
    "path",
    [
        "/" + "a" * 100_000,
        "/a" * 50_000,
        "/" * 100_000,
        "/v1" * 16,
        f"/{'a' * 100_000}/videos",
        "/%2F" * 30_000,
        "/" + "%C3%A9" * 10_000,
        "/" + "/".join(["abcdefgh" * 8] * 16),
    ],
    ids=len,
)
def test_no_path_takes_long(path: str) -> None:
    """Of every provider; 0.02 to 0.1 s of processor time is what it takes."""
    began = process_time()

    found = [near(routes, "GET", path) for routes in ROUTES.values()]
    others = elsewhere(ROUTES, "GET", path)

    assert process_time() - began < 2
    assert len(found) == len(ROUTES)
    assert others == ()


def test_a_template_is_shown_without_the_expressions_of_its_parameters() -> None:
    assert shown("/a/{app:(?:x/y|[^/]{2})+}/{n}:{verb:b|c}/") == "/a/{app}/{n}:{verb}/"
