"""Drafting: a first file of a provider from its OpenAPI; guesses are marked as such."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from mockserver.engine.timeline import Phase
from mockserver.providers.declared.described import (
    Api,
    Described,
    members_of,
    unwrapped,
)
from mockserver.providers.declared.views import Told, listed, refusal, view

__all__ = ["draft"]

_STATES: Final = ("status", "state", "task_status", "job_status", "phase")
_PHASES: Final = (
    (Phase.CANCELLED, r"cancel|abort|stopped"),
    (Phase.FAILED, r"fail|error|reject|invalid|expired|timed_out|incomplete"),
    (Phase.SUCCEEDED, r"succe|complete|done|ready|finish|publish|available|ok$"),
    (Phase.WAITING, r"queue|pending|submit|start|wait|creat|accept|prepar|plan"),
)
_USUAL: Final = {
    Phase.WAITING: "queued",
    Phase.RUNNING: "processing",
    Phase.SUCCEEDED: "completed",
    Phase.FAILED: "failed",
}
_DEPTH_MAX: Final = 8
_LENGTHS: Final = {Phase.WAITING: "1s..5s", Phase.RUNNING: "10s..60s"}
_HEAD: Final = """\
# yaml-language-server: $schema=provider.json
# A first file of {title}, made of {name}. It is served by
#   mockserver serve --provider ./{slug}.yaml --watch
# and checked by `mockserver providers validate`; `mockserver providers schema` prints
# the JSON Schema that lets editors complete it. What stands behind `Guessed:` is not
# in the description: look at it. docs/write-a-provider.md explains the language.
"""


@dataclass(slots=True)
class _Kind:
    """Jobs, or things, that operations of one collection are about."""

    name: str
    schema: Any
    way: tuple[str, ...]
    state: str = ""
    why: str = ""
    is_cancelled: bool = False
    made_by: list[str] = field(default_factory=list)

    @property
    def is_job(self) -> bool:
        """Whether it has a state."""
        return bool(self.state)


def draft(api: Api, name: str) -> str:
    """Return the text of a first file for an API.

    Args:
        api: What its OpenAPI document says.
        name: That document's file.
    """
    kinds = _kinds(api)
    told = {one.name: _about(api, one, kinds) for one in api.operations}
    jobs = [kind for kind in kinds.values() if kind.is_job]
    sample = next((o.refusal for o in api.operations if o.refusal), None)
    head = {
        "provider": api.slug,
        "title": api.title,
        "hosts": [api.host],
        "auth": api.auth,
        "errors": {"body": refusal(sample), "code": "error"},
    }
    parts = [_HEAD.format(title=api.title, name=name, slug=api.slug), _yaml(head)]
    start = _start(api, told, {kind.name for kind in jobs})
    parts += [_yaml({"start": start})] if start else []
    parts.append("jobs:\n")
    for kind in jobs or [_usual()]:
        parts.append(_marked(f"{kind.name}: {kind.why}", _job(kind)))
    things = [kind for kind in kinds.values() if not kind.is_job]
    parts += ["things:\n"] if things else []
    for kind in things:
        body = {kind.name: {"keep": _keep(api, kind), "view": _view(kind).body}}
        parts.append(_marked(f"{kind.name}: {kind.why}", body))
    parts.append("operations:\n")
    for one in api.operations:
        why, said = told[one.name]
        parts.append(_marked(why, {one.name: said}))
    return "".join(parts)


def _kinds(api: Api) -> dict[str, _Kind]:
    """Return what there is, by the path of the operation that shows one."""
    found: dict[str, _Kind] = {}
    names: set[str] = set()
    makers = {one.path for one in api.operations if one.method == "post"}
    for one in api.operations:
        if one.method != "get" or not re.search(r"\}$", one.path):
            continue
        way, schema = unwrapped(one.response)
        state = next((word for word in _STATES if word in members_of(schema)), "")
        home = one.path.rpartition("/")[0]
        if not state and home not in makers:
            continue
        name = _named(home, names)
        names.add(name)
        why = (
            f"a job, as `{one.name}` tells its `{state}`"
            if state
            else f"a thing, as `{one.name}` shows one and no state is told"
        )
        found[home] = _Kind(name, schema, way, state, why)
    return found


def _about(
    api: Api, one: Described, kinds: Mapping[str, _Kind]
) -> tuple[str, dict[str, Any]]:
    """Return why an operation does what, and what its file says of it."""
    said: dict[str, Any] = {one.method: one.path, "about": one.about}
    home, _, last = one.path.rpartition("/")
    if one.method == "post" and one.path in kinds:
        return _making(one, said, kinds[one.path], "its collection is that of these")
    kind = kinds.get(home) if re.fullmatch(r"\{\w+\}", last) else None
    if kind is not None and one.method in {"get", "delete", "put", "patch"}:
        return _on_one(one, said, kind)
    if one.method == "get" and one.path in kinds:
        return _listing(one, said, kinds[one.path])
    kind = kinds.get(home.rpartition("/")[0])
    is_cancel = re.search(r"cancel|stop|abort", last) is not None
    if kind is not None and kind.is_job and is_cancel and one.method != "get":
        kind.is_cancelled = True
        said |= {"cancels": kind.name, **_answer(one, kind)}
        return f"it ends a {kind.name}, by its path", said
    jobs = [one_kind for one_kind in kinds.values() if one_kind.is_job]
    makes_ids = any(re.search(r"id$", name) for name in _members(one.response))
    if one.method == "post" and jobs and makes_ids and not one.parameters:
        kind = _nearest(one.path, kinds, jobs)
        return _making(
            one, said, kind, f"its answer names one, and {kind.name} is near"
        )
    del api
    if one.response is not None:
        said |= {"status": one.status, "body": view(one.response, "says", {}).body}
    else:
        said["status"] = one.status
    said |= _request(one)
    return "nothing is known of it; it answers the same each time", said


def _making(
    one: Described, said: dict[str, Any], kind: _Kind, why: str
) -> tuple[str, dict[str, Any]]:
    kind.made_by.append(one.name)
    said |= {"makes": kind.name, **_request(one), **_answer(one, kind)}
    return f"it makes a {kind.name}: {why}", said


def _on_one(
    one: Described, said: dict[str, Any], kind: _Kind
) -> tuple[str, dict[str, Any]]:
    verb = {"get": "shows", "delete": "removes"}.get(one.method, "changes")
    request = _request(one) if verb == "changes" else {}
    said |= {verb: kind.name, **request, **_answer(one, kind)}
    return f"it {verb} a {kind.name}", said


def _listing(
    one: Described, said: dict[str, Any], kind: _Kind
) -> tuple[str, dict[str, Any]]:
    styles = (("token", r"token"), ("cursor", r"cursor|after"), ("number", r"^page$"))
    by, query = "offset", ""
    for style, words in styles:
        named = [name for name in one.query if re.search(words, name)]
        if named:
            by, query = style, named[0]
            break
    limit = next((n for n in one.query if re.search(r"limit|size", n)), "limit")
    page = {"by": by, "limit": limit, **({"query": query} if query else {})}
    said |= {"lists": kind.name, "page": page, "body": listed(one.response)}
    return f"it lists each {kind.name}; pages by {by}", said


def _answer(one: Described, kind: _Kind) -> dict[str, Any]:
    """Return the answer of an operation that is about one of a kind."""
    if one.response is None or one.status == 204:
        return {"status": one.status if one.status < 300 else 200}
    way, schema = unwrapped(one.response)
    own, known = _members(schema), _members(kind.schema)
    is_whole = bool(own) and {*own} == {*known}
    inner: Any = "${view}" if is_whole else _told(kind, schema).body
    outer = view(one.response, _what(kind), {}).body if way else None
    for name in reversed(way):
        inner = {name: inner}
    if way and isinstance(outer, dict):
        inner = {**outer, **inner}
    return {"status": one.status, "body": inner}


def _request(one: Described) -> dict[str, Any]:
    return {} if one.request is None else {"request": one.request}


def _job(kind: _Kind) -> dict[str, Any]:
    """Return what a file says of jobs: their life, and what is told of them."""
    told = _view(kind)
    life, ends = _life(kind)
    body: dict[str, Any] = {
        "life": life,
        "keep": {"request": "${call.body}"},
        "files": {"video": {"path": f"/_files/{kind.name}/{{id}}.mp4", "seconds": 5}},
        "view": told.body,
    }
    views = {ends[Phase.SUCCEEDED]: told.done, ends[Phase.FAILED]: told.failed}
    shown = {state: one for state, one in views.items() if one}
    return {kind.name: {**body, **({"in": shown} if shown else {})}}


def _life(kind: _Kind) -> tuple[list[dict[str, Any]], dict[Phase, str]]:
    """Return the states of jobs, in order, and the words for their ends."""
    said = _members(kind.schema).get(kind.state) or {}
    words = [one for one in said.get("enum") or () if isinstance(one, str) and one]
    phased: dict[Phase, list[str]] = {phase: [] for phase in Phase}
    for word in dict.fromkeys(words):
        phased[_phase(word)].append(word)
    for phase, usual in _USUAL.items():
        is_needed = phase in {Phase.SUCCEEDED, Phase.FAILED}
        if not phased[phase] and (is_needed or not words):
            phased[phase] = [usual]
    if kind.is_cancelled and not phased[Phase.CANCELLED]:
        phased[Phase.CANCELLED] = ["cancelled"]
    if not phased[Phase.WAITING] and not phased[Phase.RUNNING]:
        phased[Phase.RUNNING] = ["processing"]
    steps = [
        {phase.value: word, "for": _LENGTHS[phase]}
        for phase in (Phase.WAITING, Phase.RUNNING)
        for word in phased[phase]
    ]
    ends = {
        phase: phased[phase][0]
        for phase in (Phase.SUCCEEDED, Phase.FAILED, Phase.CANCELLED)
        if phased[phase]
    }
    return [*steps, *({phase.value: word} for phase, word in ends.items())], ends


def _phase(word: str) -> Phase:
    for phase, words in _PHASES:
        if re.search(words, word.lower()):
            return phase
    return Phase.RUNNING


def _keep(api: Api, kind: _Kind) -> dict[str, str]:
    made = [one for one in api.operations if one.name in kind.made_by]
    names = dict.fromkeys(n for one in made for n in _members(one.request))
    return {name: f"${{call.body/{name}}}" for name in names if _is_plain(name)}


def _view(kind: _Kind) -> Told:
    return _told(kind, kind.schema)


def _told(kind: _Kind, schema: Any) -> Told:
    return view(schema, _what(kind), {kind.state: "${moment.state}"})


def _what(kind: _Kind) -> str:
    return "job" if kind.is_job else "thing"


def _members(schema: Any) -> Mapping[str, Any]:
    return members_of(unwrapped(schema)[1])


def _nearest(path: str, kinds: Mapping[str, _Kind], jobs: list[_Kind]) -> _Kind:
    """Return the jobs whose collection has most of a path in common."""

    def common(home: str) -> int:
        pairs = zip(home.split("/"), path.split("/"), strict=False)
        return sum(one == other for one, other in pairs)

    homes = sorted((h for h, k in kinds.items() if k.is_job), key=common)
    return kinds[homes[-1]] if homes else jobs[0]


def _start(
    api: Api, told: Mapping[str, tuple[str, dict[str, Any]]], jobs: set[str]
) -> dict[str, Any]:
    """Return what people try first: the operation that makes a job, with a body."""
    for one in api.operations:
        if told[one.name][1].get("makes") in jobs and not one.parameters:
            return {one.name: _sample(one.request)}
    return {}


def _sample(schema: Any, depth: int = 0) -> Any:
    """Return a small document that fits a schema, as far as that is easily seen."""
    if not isinstance(schema, Mapping) or depth > _DEPTH_MAX:
        return {} if depth == 0 else None
    said = _said(schema)
    if said is not None:
        return said
    for word in ("oneOf", "anyOf"):
        if schema.get(word):
            return _sample(schema[word][0], depth + 1)
    kind = schema.get("type")
    kind = str(kind[0] if isinstance(kind, list) and kind else kind)
    if members_of(schema) or kind == "object":
        return _sampled_members(schema, depth)
    if kind == "array":
        items = range(int(schema.get("minItems", 0)))
        return [_sample(schema.get("items"), depth + 1) for _ in items]
    plain = {"boolean": False, "null": None, "integer": 1, "number": 1}
    least = schema.get("minimum", plain.get(kind, "x" * _length(schema)))
    return least if kind in {"integer", "number"} else plain.get(kind, least)


def _sampled_members(schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
    parts, members = [schema, *schema.get("allOf", ())], members_of(schema)
    needed = [name for part in parts for name in part.get("required", ())]
    return {name: _sample(members.get(name), depth + 1) for name in needed}


def _said(schema: Mapping[str, Any]) -> Any:
    """Return what a schema itself gives as a value, if it does."""
    for word in ("default", "const"):
        if schema.get(word) is not None:
            return schema[word]
    several = schema.get("enum") or schema.get("examples") or [None]
    return several[0] if isinstance(several, list) else None


def _length(schema: Mapping[str, Any]) -> int:
    return max(1, min(int(schema.get("minLength", 1)), 100))


def _usual() -> _Kind:
    why = "nothing tells a state, and a provider has jobs"
    return _Kind("job", {"properties": {"id": {}, "status": {}}}, (), "status", why)


def _named(home: str, taken: set[str]) -> str:
    words = [word for word in home.split("/") if word and "{" not in word]
    last = re.sub(r"[^a-z0-9]+", "-", (words[-1] if words else "job").lower())
    name = re.sub(r"(?<=[a-z]{2})s$", "", last.strip("-")) or "job"
    number, found = 2, name
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[\w.-]+", name) is not None


def _marked(why: str, body: Mapping[str, Any]) -> str:
    """Return a part of the file behind what was guessed of it."""
    lines = [f"# Guessed: {why}.", *_yaml(body).rstrip("\n").split("\n")]
    return "".join(f"  {line}\n" for line in lines)


def _yaml(value: Any) -> str:
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text


class _Dumper(yaml.SafeDumper):
    """Writes what comes twice twice, in place of names that lead to it."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - asked of each value
        return True
