"""What people call first, as it is written in each language; test_clients run it."""

from mockserver.edge.replay.trials import command, written
from mockserver.providers.facts import Trial

VALUES = {"base": "http://127.0.0.1:7357/acme", "key": "k", "secret": "it's"}
ORDER = Trial(
    about="Order",
    method="POST",
    path="/films",
    headers={"X-Key": "{key}"},
    body={"title": "A {strange} $title", "secret": "{secret}"},
    keeps={"job": "/films/0/id"},
)
LOOK = Trial(
    about="Look",
    path="/films/{job}",
    is_basic=True,
    until=("/state", ("done", "torn")),
    keeps={"film": "/links/0"},
)
FETCH = Trial(about="Fetch", path="{film}", saves="film.mp4")
CANCEL = Trial(about="Cancel", method="POST", path="/films/{job}/cancel")


def test_a_shell_keeps_what_it_is_told_in_variables() -> None:
    order, look, fetch = [one["curl"] for one in written([ORDER, LOOK, FETCH], VALUES)]

    assert order == (
        "ANSWER=$(curl -sS http://127.0.0.1:7357/acme/films \\\n"
        "  -H 'X-Key: k' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        """  -d '{"title":"A {strange} $title","secret":"it'"'"'s"}')\n"""
        "printf '%s\\n' \"$ANSWER\"\n"
        "JOB=$(printf '%s\\n' \"$ANSWER\" | grep -o '\"films\".*'"
        """ | grep -Eo '"id": *"[^"]*' | head -n 1 | cut -d '"' -f 4)"""
    )
    assert look == (
        "while :; do\n"
        '  ANSWER=$(curl -sS -f http://127.0.0.1:7357/acme/films/"$JOB" \\\n'
        """    -u 'k:it'"'"'s') || break\n"""
        "  printf '%s\\n' \"$ANSWER\"\n"
        "  printf '%s\\n' \"$ANSWER\""
        ' | grep -Eq \'"state": *("done"|"torn")\' && break\n'
        "  sleep 1\n"
        "done\n"
        "FILM=$(printf '%s\\n' \"$ANSWER\""
        """ | grep -Eo '"links": *[[] *"[^"]*' | head -n 1 | cut -d '"' -f 4)"""
    )
    assert fetch == 'curl -sS -fL -o film.mp4 "$FILM" && ls -l film.mp4'


def test_python_keeps_it_in_names() -> None:
    order, look, fetch = [
        one["python"] for one in written([ORDER, LOOK, FETCH], VALUES)
    ]

    assert order == (
        "import httpx\n\n"
        "answer = httpx.request(\n"
        '    "POST",\n'
        '    "http://127.0.0.1:7357/acme/films",\n'
        '    headers={"X-Key": "k"},\n'
        """    json={"title": "A {strange} $title", "secret": "it's"},\n"""
        ")\n"
        "print(answer.raise_for_status().text)\n"
        'job = answer.json()["films"][0]["id"]'
    )
    assert look == (
        "import time\n\n"
        "while True:\n"
        "    answer = httpx.request(\n"
        '        "GET",\n'
        '        f"http://127.0.0.1:7357/acme/films/{job}",\n'
        """        auth=("k", "it's"),\n"""
        "    )\n"
        "    print(answer.raise_for_status().text)\n"
        '    if answer.json()["state"] in ["done", "torn"]:\n'
        "        break\n"
        "    time.sleep(1)\n\n"
        'film = answer.json()["links"][0]'
    )
    assert fetch == (
        "from pathlib import Path\n\n"
        'answer = httpx.request("GET", film, timeout=60, follow_redirects=True)\n'
        'print(Path("film.mp4").write_bytes(answer.raise_for_status().content),'
        ' "film.mp4")'
    )


def test_javascript_keeps_it_in_names() -> None:
    order, look, fetch = [
        one["javascript"] for one in written([ORDER, LOOK, FETCH], VALUES)
    ]

    assert order.endswith(
        "let said = await answer.json();\n"
        "console.log(said);\n"
        "const job = said.films[0].id;"
    )
    assert look == (
        "do {\n"
        "  await new Promise((wait) => setTimeout(wait, 1000));\n"
        "  answer = await fetch(`http://127.0.0.1:7357/acme/films/${job}`, {\n"
        """    headers: { "Authorization": `Basic ${btoa("k:it's")}` },\n"""
        "  });\n"
        "  if (!answer.ok) throw new Error(await answer.text());\n"
        "  said = await answer.json();\n"
        "  console.log(said);\n"
        '} while (!["done", "torn"].includes(said.state));\n'
        "const film = said.links[0];"
    )
    assert fetch.startswith("answer = await fetch(film);\n")


def test_what_tells_nothing_is_only_called() -> None:
    *_, last = written([ORDER, CANCEL], VALUES)

    assert last == {
        "about": "Cancel",
        "curl": 'curl -sS http://127.0.0.1:7357/acme/films/"$JOB"/cancel \\\n  -X POST',
        "python": 'answer = httpx.request("POST",'
        ' f"http://127.0.0.1:7357/acme/films/{job}/cancel")\n'
        "print(answer.raise_for_status().text)",
        "javascript": "answer = await"
        " fetch(`http://127.0.0.1:7357/acme/films/${job}/cancel`, {\n"
        '  method: "POST",\n});\n'
        "if (!answer.ok) throw new Error(await answer.text());\n"
        "console.log(answer.status, await answer.text());",
    }


def test_a_word_that_was_not_there_before_is_waited_for() -> None:
    wait = Trial(about="Wait", path="/x", until=("/done", (True,)))
    (made,) = written([wait], VALUES)

    assert """grep -Eq '"done": *true'""" in made["curl"]
    assert 'if answer.json().get("done"):' in made["python"]
    assert "while (![true].includes(said.done))" in made["javascript"]


def test_the_first_is_one_line_of_curl() -> None:
    assert command([], VALUES) == ""
    assert command([CANCEL], VALUES) == (
        "curl -sS 'http://127.0.0.1:7357/acme/films/{job}/cancel' -X POST"
    )
