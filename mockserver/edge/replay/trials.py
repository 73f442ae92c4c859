"""Trials: the calls with which people begin, in each language, one after the other."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from shlex import quote
from typing import Any, Final

from mockserver.edge.replay import javascript, python
from mockserver.edge.replay.calls import Hole, Piece, Text
from mockserver.edge.replay.curl import word
from mockserver.edge.replay.literals import literal
from mockserver.providers.facts import Trial

__all__ = ["LANGUAGES", "command", "written"]

LANGUAGES: Final = ("curl", "python", "javascript")
_NAMED: Final = re.compile(r"(\{\w+\})")
_TOLD: Final = "printf '%s\\n' \"$ANSWER\""
_INDENT: Final = re.compile(r"^(?=.)", re.MULTILINE)


def written(trials: Sequence[Trial], values: Mapping[str, str]) -> list[dict[str, str]]:
    """Return each trial as `about` and as a text in each of the languages.

    Those of one language run in their order in one shell, interpreter or module.

    Args:
        trials: What is called.
        values: What `base`, `key` and other names stand for.
    """
    kept: set[str] = set()
    found = []
    for number, trial in enumerate(trials):
        spelled = _Spelled(trial, values, frozenset(kept), is_first=not number)
        texts = (_shell(spelled), _python(spelled), _javascript(spelled))
        found.append({"about": trial.about, **dict(zip(LANGUAGES, texts, strict=True))})
        kept.update(trial.keeps)
    return found


def command(trials: Sequence[Trial], values: Mapping[str, str]) -> str:
    """Return the first trial as one line of curl; nothing if there is none."""
    if not trials:
        return ""
    return " ".join(_curl(_Spelled(trials[0], values, frozenset(), is_first=True), ()))


class _Spelled:
    """A trial whose names have been replaced: by values, or by holes."""

    def __init__(
        self,
        trial: Trial,
        values: Mapping[str, str],
        kept: frozenset[str],
        *,
        is_first: bool,
    ) -> None:
        self.trial, self.is_first = trial, is_first
        self._values, self._kept = values, kept

    def text(self, template: str) -> Text:
        """Return what a template means."""
        pieces: list[Piece] = []
        for part in _NAMED.split(template):
            name = part[1:-1]
            if part.startswith("{") and name in self._kept:
                pieces.append(Hole(name, is_kept=True))
            elif part.startswith("{") and name in self._values:
                pieces.append(self._values[name])
            elif part:
                pieces.append(part)
        return tuple(pieces)

    @property
    def url(self) -> Text:
        """Where it is sent."""
        path = self.trial.path
        return self.text(path if path.startswith("{") else f"{{base}}{path}")

    @property
    def has_body(self) -> bool:
        """Whether it has a body."""
        return self.trial.body is not None

    @property
    def pair(self) -> tuple[str, str]:
        """User and password, where they go along."""
        return self._values.get("key", "KEY"), self._values.get("secret", "SECRET")


def _shell(spelled: _Spelled) -> str:
    trial = spelled.trial
    if trial.saves:
        asked = _curl(spelled, ("-fL", f"-o {quote(trial.saves)}"))
        return f"{_folded(asked)} && ls -l {quote(trial.saves)}"
    if trial.until is None and not trial.keeps:
        return _folded(_curl(spelled, ()))
    kept = [f"{name.upper()}=$({_read(at)})" for name, at in trial.keeps.items()]
    if trial.until is None:
        lines = [f"ANSWER=$({_folded(_curl(spelled, ()))})", _TOLD, *kept]
        return "\n".join(lines)
    name, wanted = _name(trial.until[0]), [json.dumps(v) for v in trial.until[1]]
    ends = wanted[0] if len(wanted) == 1 else f"({'|'.join(wanted)})"
    lines = [
        f"ANSWER=$({_folded(_curl(spelled, ('-f',)))}) || break",
        _TOLD,
        f"""{_TOLD} | grep -Eq '"{name}": *{ends}' && break""",
        "sleep 1",
    ]
    looped = _INDENT.sub("  ", "\n".join(lines))
    return "\n".join(["while :; do", looped, "done", *kept])


def _curl(spelled: _Spelled, more: Sequence[str]) -> Iterator[str]:
    """Yield the words of a curl command, each with what belongs to it."""
    trial = spelled.trial
    yield " ".join(["curl -sS", *more, word(spelled.url)])
    if trial.method != ("GET" if trial.body is None else "POST"):
        yield f"-X {quote(trial.method)}"
    if trial.is_basic:
        yield f"-u {quote(':'.join(spelled.pair))}"
    for name, template in trial.headers.items():
        yield f"-H {word((f'{name}: ', *spelled.text(template)))}"
    if trial.body is not None:
        yield "-H 'Content-Type: application/json'"
        text = json.dumps(trial.body, ensure_ascii=False, separators=(",", ":"))
        yield f"-d {word(spelled.text(text))}"


def _folded(words: Iterator[str]) -> str:
    return " \\\n  ".join(words)


def _read(pointer: str) -> str:
    """Return what reads a text of the answer, with what every system has."""
    names = _names(pointer)
    within = [f"grep -o '\"{names[-2]}\".*'"] if len(names) > 1 else []
    is_list = pointer.rpartition("/")[2].isdecimal()
    found = f"""grep -Eo '"{names[-1]}": *{"[[] *" if is_list else ""}"[^"]*'"""
    return " | ".join([_TOLD, *within, found, "head -n 1", "cut -d '\"' -f 4"])


def _names(pointer: str) -> list[str]:
    return [part for part in pointer.split("/")[1:] if not part.isdecimal()]


def _name(pointer: str) -> str:
    return _names(pointer)[-1]


def _python(spelled: _Spelled) -> str:
    trial = spelled.trial
    imports = [
        *(["import time"] if trial.until else []),
        *(["from pathlib import Path"] if trial.saves else []),
        *(["import httpx"] if spelled.is_first else []),
    ]
    told = "answer.raise_for_status()"
    lines = [_asked_by_python(spelled), f"print({told}.text)"]
    kept = [
        f"{name} = answer.json(){_indices(pointer)}"
        for name, pointer in trial.keeps.items()
    ]
    if trial.saves:
        file = python.quoted(trial.saves)
        lines[1] = f"print(Path({file}).write_bytes({told}.content), {file})"
    elif trial.until is not None:
        ends = _ends_in_python(*trial.until)
        # In a program that people run against a clock that goes by itself.
        lines += [f"if answer.json(){ends}:\n    break", "time.sleep(1)"]
        looped = _INDENT.sub("    ", "\n".join(lines))
        lines = [f"while True:\n{looped}", *([""] if kept else [])]
    return "\n".join([*imports, *([""] if imports else []), *lines, *kept])


def _asked_by_python(spelled: _Spelled) -> str:
    trial = spelled.trial
    pairs = [
        f"{python.quoted(name)}: {python.expression(spelled.text(template))}"
        for name, template in trial.headers.items()
    ]
    user, password = map(python.quoted, spelled.pair)
    more = [
        *([f"auth=({user}, {password})"] if trial.is_basic else []),
        *(
            [f"json={literal(python.STYLE, trial.body, spelled.text)}"]
            if spelled.has_body
            else []
        ),
        *(["timeout=60", "follow_redirects=True"] if trial.saves else []),
    ]
    url = python.expression(spelled.url)
    return python.request("answer", trial.method, url, pairs, more)


def _ends_in_python(pointer: str, wanted: Sequence[Any]) -> str:
    if [*wanted] == [True]:
        # It is not there before.
        return f".get({python.quoted(_name(pointer))})"
    of = (
        python.quoted(value) if isinstance(value, str) else repr(value)
        for value in wanted
    )
    return f"{_indices(pointer)} in [{', '.join(of)}]"


def _indices(pointer: str) -> str:
    parts = pointer.split("/")[1:]
    told = (part if part.isdecimal() else python.quoted(part) for part in parts)
    return "".join(f"[{one}]" for one in told)


def _javascript(spelled: _Spelled) -> str:
    trial = spelled.trial
    let = "let " if spelled.is_first else ""
    lines = [
        _asked_by_javascript(spelled, f"{let}answer"),
        "if (!answer.ok) throw new Error(await answer.text());",
    ]
    if trial.saves:
        file = javascript.quoted(trial.saves)
        data = "Buffer.from(await answer.arrayBuffer())"
        lines += [
            f'(await import("node:fs")).writeFileSync({file}, {data});',
            f"console.log({file});",
        ]
        return "\n".join(lines)
    if trial.until is None and not trial.keeps:
        return "\n".join([*lines, "console.log(answer.status, await answer.text());"])
    lines += [f"{let}said = await answer.json();", "console.log(said);"]
    if trial.until is not None:
        pointer, wanted = trial.until
        rest = "await new Promise((wait) => setTimeout(wait, 1000));"
        looped = _INDENT.sub("  ", "\n".join([rest, *lines]))
        of = ", ".join(map(json.dumps, wanted))
        lines = [
            f"do {{\n{looped}\n}} while (![{of}].includes(said{_members(pointer)}));"
        ]
    kept = [
        f"const {name} = said{_members(pointer)};"
        for name, pointer in trial.keeps.items()
    ]
    return "\n".join([*lines, *kept])


def _asked_by_javascript(spelled: _Spelled, target: str) -> str:
    trial = spelled.trial
    options = {}
    if trial.method != "GET":
        options["method"] = javascript.quoted(trial.method)
    headers = {
        name: javascript.expression(spelled.text(template))
        for name, template in trial.headers.items()
    }
    if trial.is_basic:
        pair = javascript.quoted(":".join(spelled.pair))
        headers["Authorization"] = f"`Basic ${{btoa({pair})}}`"
    if spelled.has_body:
        headers["Content-Type"] = '"application/json"'

    if headers:
        pairs = (f"{javascript.quoted(name)}: {one}" for name, one in headers.items())
        options["headers"] = f"{{ {', '.join(pairs)} }}"
    if spelled.has_body:
        told = literal(javascript.STYLE, trial.body, spelled.text, 2)
        options["body"] = f"JSON.stringify({told})"
    return javascript.request(target, javascript.expression(spelled.url), options)


def _members(pointer: str) -> str:
    return "".join(map(_member, pointer.split("/")[1:]))


def _member(part: str) -> str:
    if part.isdecimal():
        return f"[{part}]"
    return f".{part}" if part.isidentifier() else f"[{json.dumps(part)}]"
