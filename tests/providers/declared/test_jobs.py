"""Jobs of a provider in YAML: made, read, listed, ended, forgotten; their files."""

import re

import pytest

from mockserver.media.cards.card import Sign
from tests.providers.conftest import Probe, Serve
from tests.providers.declared.conftest import FILE, KEY, Acme


async def test_a_job_is_made_and_answered_as_the_file_says(acme: Acme) -> None:
    response = await acme.ask(
        "POST", "/v1/films", {"title": "Hello", "size": "large", "parts": ["a", "b"]}
    )

    told = await response.json()
    film = told["film"]
    assert response.status == 201
    assert re.fullmatch(r"film_[0-9a-f]{8}", film["id"])
    assert response.headers["Location"] == f"/v1/films/{film['id']}"
    assert told["asked"] == "Hello"
    assert [*film] == ["id", "state", "made", "parts", "url"]
    assert (film["state"], film["made"], film["url"]) == ("waiting", "1893456000", None)
    assert [part["of"] for part in film["parts"]] == ["a", "b"]
    assert film["parts"][0]["key"] != film["parts"][1]["key"]


@pytest.mark.parametrize("name", ["job", "self", "data", "title"])
async def test_a_job_remembers_a_change_whatever_it_is_called(
    acme: Acme, name: str
) -> None:
    film_id = await acme.shoot(parts=["a"])

    status, told = await acme.told("PATCH", f"/v1/films/{film_id}", {name: "new"})
    _, kept = await acme.told("PATCH", f"/v1/films/{film_id}", {"parts": []})

    assert (status, told["id"], len(told["parts"])) == (200, film_id, 1)
    assert kept["parts"] == []


async def test_a_job_goes_through_its_states(acme: Acme) -> None:
    film_id = await acme.shoot()

    acme.advance(40)
    running = await acme.film(film_id)
    acme.advance(30)
    done = await acme.film(film_id)

    assert (running["state"], running["percent"]) == ("shooting", 50)
    assert done["state"] == "done"
    assert "percent" not in done
    assert done["over"] == "2030-01-01T00:01:10.000Z"
    assert [*done] == ["id", "state", "made", "parts", "url", "poster", "over"]


async def test_a_film_names_the_model_that_was_asked_for_and_no_other(
    acme: Acme,
) -> None:
    """A provider's slug is none."""
    services = acme.running.instance.services
    space = acme.running.space("acme", "studio")
    jobs, makes = space.jobs("acme"), services.providers["acme"].makes
    film_id = await acme.shoot()
    assert makes is not None

    [plain] = makes(services, space, jobs.get(film_id))
    jobs.revise(jobs.get(film_id), model="reel-2")
    [named] = makes(services, space, jobs.get(film_id))

    assert plain.cards[0].facts == (("ratio", "4:3"),)
    assert named.cards[0].facts == (("model", "reel-2"), ("ratio", "4:3"))


async def test_a_film_names_its_provider_as_people_write_it(acme: Acme) -> None:
    services = acme.running.instance.services
    space, makes = (
        acme.running.space("acme", "studio"),
        services.providers["acme"].makes,
    )
    film_id = await acme.shoot()
    assert makes is not None

    [film] = makes(services, space, space.jobs("acme").get(film_id))

    assert film.sign == Sign("Acme Films", film_id)


@pytest.mark.ffmpeg
async def test_its_files_are_what_was_asked_for(acme: Acme, probe: Probe) -> None:
    film_id = await acme.shoot(size="large")
    acme.advance(70)
    done = await acme.film(film_id)

    reel = await acme.running.client.session.get(done["url"])
    poster = await acme.running.client.session.get(done["poster"])

    assert done["url"].split("?")[0].endswith(f"/acme/cdn/{film_id}.mp4")
    facts = probe(await reel.read())
    assert facts.size == (160, 180)
    assert facts.duration_s == pytest.approx(2.0, abs=0.1)
    assert poster.content_type == "image/jpeg"
    assert probe(await poster.read()).size == (160, 90)


@pytest.mark.ffmpeg
async def test_the_kind_of_a_file_may_be_asked_for(acme: Acme) -> None:
    film_id = await acme.shoot(kind="gif")
    acme.advance(70)
    done = await acme.film(film_id)

    reel = await acme.running.client.session.get(done["url"])
    other = await acme.ask("GET", f"/cdn/{film_id}.mp4")

    assert reel.content_type == "image/gif"
    assert other.status == 404


async def test_a_file_is_not_there_before_its_job_is_done(acme: Acme) -> None:
    film_id = await acme.shoot()

    early = await acme.ask("GET", f"/cdn/{film_id}.mp4", headers={})

    assert early.status == 404


@pytest.mark.ffmpeg
async def test_a_link_ends_and_a_later_read_has_a_new_one(acme: Acme) -> None:
    film_id = await acme.shoot()
    acme.advance(70)
    old = (await acme.film(film_id))["url"]
    acme.advance(3601)

    late = await acme.running.client.session.get(old)
    new = await acme.running.client.session.get((await acme.film(film_id))["url"])

    assert (late.status, await late.json()) == (
        403,
        {"code": "late", "status": 403, "text": "Too late"},
    )
    assert new.status == 200


async def test_a_failed_one_says_what_was_wrong(acme: Acme) -> None:
    told = await acme.film("torn-film")

    assert told["error"] == {"code": "broken", "text": "The reel broke."}


async def test_one_that_is_not_over_can_be_cancelled_once(acme: Acme) -> None:
    film_id = await acme.shoot()

    first = await acme.told("POST", f"/v1/films/{film_id}/cancel")
    second = await acme.told("POST", f"/v1/films/{film_id}/cancel")

    assert (first[0], first[1]["state"]) == (200, "cut")
    assert second == (
        409,
        {"code": "over", "status": 409, "text": "The film is cut already"},
    )


async def test_only_one_that_is_over_can_be_forgotten(acme: Acme) -> None:
    film_id = await acme.shoot()

    early = await acme.told("DELETE", f"/v1/films/{film_id}")
    acme.advance(70)
    done = await acme.told("DELETE", f"/v1/films/{film_id}")
    gone = await acme.told("GET", f"/v1/films/{film_id}")

    assert (early[0], early[1]["text"]) == (409, "The film is still waiting")
    assert done == (204, None)
    text = f"There is no film {film_id}"
    assert gone == (404, {"code": "none", "status": 404, "text": text})


async def test_a_list_has_pages_and_filters(acme: Acme) -> None:
    films = [await acme.shoot() for _ in range(3)]

    _, first = await acme.told("GET", "/v1/films?limit=2")
    _, second = await acme.told("GET", f"/v1/films?limit=2&from={first['next']}")
    _, torn = await acme.told("GET", "/v1/films?state=torn")

    assert [one["id"] for one in first["films"]] == [films[2], films[1]]
    assert (first["more"], first["all"]) == (True, 5)
    assert second["films"][0]["id"] == films[0]
    assert [one["id"] for one in torn["films"]] == ["torn-film"]
    assert (torn["more"], torn["next"]) == (False, None)


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "from=nowhere"])
async def test_a_page_that_is_none_is_refused(acme: Acme, query: str) -> None:
    status, told = await acme.told("GET", f"/v1/films?{query}")

    assert (status, told["code"]) == (422, "wrong")


async def test_a_request_has_to_fit_its_schema_and_its_checks(acme: Acme) -> None:
    empty = await acme.told("POST", "/v1/films", {})
    loud = await acme.told("POST", "/v1/films", {"title": "HELLO!"})
    small = await acme.told("POST", "/v1/films", {"title": "a small film"})

    assert empty == (
        422,
        {"code": "wrong", "status": 422, "text": "wrong: (root): 'title' is missing"},
    )
    assert (loud[0], loud[1]["text"]) == (400, "too loud: whisper")
    assert small[1]["text"] == "wrong: a small film has to be small"


async def test_either_scheme_opens_the_space(acme: Acme) -> None:
    film_id = await acme.shoot()

    own = await acme.ask(
        "GET", f"/v1/films/{film_id}", headers={"X-Acme-Key": "acme-test-key"}
    )
    nobody = await acme.ask("GET", f"/v1/films/{film_id}", headers={})

    assert own.status == 200
    assert await nobody.json() == {
        "code": "key",
        "status": 401,
        "text": "This key opens nothing",
    }


async def test_every_answer_has_the_headers_of_the_file(acme: Acme) -> None:
    traced = await acme.ask("GET", "/v1/about", headers={**KEY, "X-Trace": "t-1"})
    plain = await acme.ask("GET", "/v1/nowhere")

    assert traced.headers["X-Trace"] == "t-1"
    assert re.fullmatch("[0-9a-f]{8}", plain.headers["X-Trace"])
    assert "X-Nothing" not in plain.headers


async def test_what_is_about_nothing_is_answered_as_well(acme: Acme) -> None:
    about = await acme.told("GET", "/v1/about")
    await acme.shoot()
    count = await acme.told("GET", "/v1/count")

    assert about == (200, {"name": "Acme", "now": 1893456000})
    assert count == (200, {"films": 3})


async def test_a_file_may_be_handed_over_inside_the_answer(serve: Serve) -> None:
    acme = Acme(await serve(providers=(str(FILE),), handover="data"))
    film_id = await acme.shoot()
    acme.advance(70)

    done = await acme.film(film_id)

    assert done["poster"].startswith("data:image/jpeg;base64,")


async def test_equal_requests_and_seeds_give_equal_bytes(serve: Serve) -> None:
    one, other = [Acme(await serve(providers=(str(FILE),))) for _ in "12"]

    answers = [
        await (
            await acme.ask("POST", "/v1/films", {"title": "Hello", "parts": [1]})
        ).read()
        for acme in (one, other)
    ]

    assert answers[0] == answers[1]
