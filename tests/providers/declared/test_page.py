"""The file of docs/write-a-provider.md serves as it says; the page names all."""

import re
from pathlib import Path

import pytest

from mockserver.providers.declared.errors import KINDS
from mockserver.providers.declared.language import VERBS
from mockserver.providers.declared.words import WORDS
from tests.providers.conftest import Serve

DOCS = Path(__file__).parents[3] / "docs"
FILE = DOCS / "example-provider" / "acme.yaml"
PAGE = (DOCS / "write-a-provider.md").read_text("utf-8")
KEY = {"Authorization": "Bearer acme-test-key"}


def test_the_page_shows_the_file_as_it_is() -> None:
    text = re.compile(
        r'^```yaml title="acme.yaml"\n(.*?)^```$', re.MULTILINE | re.DOTALL
    )
    found = text.search(PAGE)

    assert found is not None
    assert found[1] == FILE.read_text("utf-8")


async def test_a_film_is_shot_and_cut(serve: Serve) -> None:
    running = await serve(providers=(str(FILE),))
    client, root = running.client, "/acme-films/v1/films"

    made = await client.post(root, json={"title": "Hello"}, headers=KEY)
    film = await made.json()
    cut = await client.post(f"{root}/{film['id']}/cancel", headers=KEY)
    again = await client.post(f"{root}/{film['id']}/cancel", headers=KEY)
    end = await (await client.get(f"{root}/the-end", headers=KEY)).json()

    assert made.status == 201
    assert film == {
        "id": film["id"],
        "title": "Hello",
        "state": "waiting",
        "created_at": 1893456000,
    }
    assert (await cut.json())["state"] == "cut"
    assert await again.json() == {"code": 409, "error": "The film is cut already"}
    assert end["url"].startswith(f"{running.origin}/acme-films/files/the-end.mp4")


def test_the_page_names_every_name_that_templates_may_show() -> None:
    names = {name for name in WORDS.names if name not in {"item", "view"}}
    heads = {name.partition(".")[0] for name in names}
    keyed = {head.rstrip("./").partition(".")[0] for head in WORDS.keyed}
    ends = {name.rpartition(".")[2] for name in names} - {"operation", "method", "path"}

    assert [one for one in heads | keyed if f"`{one}" not in PAGE] == []
    assert [end for end in ends if not re.search(rf"[.`]{end}[`,/ ]", PAGE)] == []


@pytest.mark.parametrize("word", [*VERBS, *KINDS])
def test_the_page_names_every_verb_and_kind_of_error(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_the_page_names_every_special_object() -> None:
    told = {*re.findall(r"\{(\$\w+): ", PAGE)}

    assert told == {"$each", "$pick", "$join", "$merge", "$python"}
