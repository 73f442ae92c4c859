"""Reading: a provider's file becomes a definition; all mistakes are told at once."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from mockserver.engine.jobs import MediaLife
from mockserver.engine.quotas import RateLimit
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.declared.documents import laid_over
from mockserver.providers.declared.language import METHODS, PROVIDER, VERBS
from mockserver.providers.declared.model import (
    Check,
    Credentials,
    Definition,
    Field,
    File,
    Form,
    JobKind,
    Limit,
    Operation,
    Page,
    Row,
    Sign,
    ThingKind,
    Upload,
    Webhook,
)
from mockserver.providers.declared.schemas import Schemas
from mockserver.providers.facts import Setting
from mockserver.scenarios.written.mistakes import Mistakes
from mockserver.scenarios.written.source import Place, Source

__all__ = ["read"]

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PARAMETER: Final = re.compile(r"\{(\w+)(?::((?:[^{}]|\{\d+(?:,\d*)?\})+))?\}")
_QUERIES: Final = {"offset": "offset", "number": "page", "cursor": "after"}
_OF_JOBS: Final = frozenset(
    {"makes", "shows", "lists", "changes", "cancels", "removes"}
)
_OF_THINGS: Final = frozenset({"makes", "shows", "lists", "changes", "removes"})
_NEEDS_ID: Final = frozenset({"shows", "changes", "cancels", "removes"})


def read(source: Source, folder: Path) -> Definition:
    """Return what a file says.

    Args:
        source: The file as it was parsed.
        folder: Where it lies: other files that it names begin there.

    Raises:
        ScenarioError: One line for each mistake: place, what was found and what would
            be right.
    """
    said = PROVIDER.read(source.document, source.root)
    return _Reader(said, source.root, folder).definition()


class _Reader:
    """Makes a definition of parts that have the right shapes."""

    def __init__(self, said: Mapping[str, Any], root: Place, folder: Path) -> None:
        self._said, self._root, self._folder = said, root, folder
        self._mistakes = Mistakes()
        self._schemas = Schemas(said.get("schemas", {}), root.at("schemas"), folder)
        self._kinds = [*said["jobs"], *said.get("things", {})]

    def definition(self) -> Definition:
        said, root = self._said, self._root
        with self._mistakes:
            if _SLUG.fullmatch(said["provider"]) is None:
                right = "lower-case letters, digits and single dashes"
                root.at("provider").fail(said["provider"], right)
        with self._mistakes:
            if not said["jobs"]:
                root.at("jobs").fail({}, "at least one kind of jobs")
        jobs = self._each("jobs", self._job)
        self._check_failed(jobs)
        things = self._each("things", self._thing)
        operations = self._each("operations", self._operation)
        webhooks = self._each("webhooks", self._webhook)
        rows = [*self._rows()]
        start = self._start(operations)
        settings = self._each("settings", self._setting)
        credential = said.get("credential", {})
        secret = credential.get("secret")
        self._mistakes.tell()
        return Definition(
            place=root,
            folder=self._folder,
            slug=said["provider"],
            title=said["title"],
            hosts=tuple(name for name, _ in said["hosts"]),
            roots={name: at for name, at in said["hosts"] if at is not None},
            python=said.get("python", ""),
            auth=said["auth"],
            credentials=Credentials(
                Field(**{"name": "key", **credential.get("key", {})}),
                None if secret is None else Field(**{"name": "secret", **secret}),
            ),
            ids=said.get("ids"),
            settings=tuple(settings.values()),
            clients=said.get("clients", {}),
            start=start,
            headers=said.get("headers", {}),
            error_body=said["errors"]["body"],
            error_code=said["errors"].get("code"),
            rows=tuple(rows),
            schemas=self._schemas.all,
            jobs=jobs,
            things=things,
            operations=operations,
            webhooks=webhooks,
            world=said.get("world") or {},
            prices=said.get("prices", {}),
            examples=said.get("examples", {}),
        )

    def _each(self, part: str, read_one: Any) -> dict[str, Any]:
        found = {}
        for name, one in self._said.get(part, {}).items():
            with self._mistakes:
                found[name] = read_one(name, one, self._root.at(part, name))
        return found

    def _setting(self, name: str, said: Mapping[str, Any], place: Place) -> Setting:
        default = said["default"]
        if not isinstance(default, bool | float | int | str):
            place.at("default").fail(default, "a text, a number, true or false")
        choices = tuple(said.get("choices", ()))
        if choices and default not in choices:
            place.at("default").fail(default, f"one of its choices: {choices}")
        return Setting(name, default, said["about"], choices)

    def _job(self, name: str, said: Mapping[str, Any], place: Place) -> JobKind:
        steps, ends = [], dict[Phase, Step]()
        at = place.at("life")
        for number, one in enumerate(said["life"]):
            length, progress = one.get("for"), one.get("progress")
            step = Step(one["state"], one["phase"], length, progress, one.get("error"))
            if not one["phase"].is_terminal and ends:
                at.at(number).fail(one["state"], "what a job passes before its ends")
            if one["phase"] in ends:
                at.at(number).fail(one["state"], f"only one that is {one['phase']}")
            if one["phase"].is_terminal:
                ends[one["phase"]] = step
            else:
                steps.append(step)
        for phase in (Phase.SUCCEEDED, Phase.FAILED):
            if phase not in ends:
                words = [one["state"] for one in said["life"]]
                at.fail(words, f"also a state that is {phase.value}")
        if not steps:
            at.fail([ends[Phase.SUCCEEDED].state], "a state before its end")
        failures = said.get("failures", {})
        files = {
            key: File(**{"name": key, **one})
            for key, one in said.get("files", {}).items()
        }
        for key, file in files.items():
            self._check_file(file, place.at("files", key, "path"))
        media = said.get("media", {})
        kind = JobKind(
            name=name,
            life=Timeline((*steps, ends[Phase.SUCCEEDED])),
            failed=ends[Phase.FAILED],
            cancelled=ends.get(Phase.CANCELLED),
            failures={key: one["code"] for key, one in failures.items()},
            reasons={
                one["code"]: one["text"] for one in failures.values() if "text" in one
            },
            keep=said.get("keep", {}),
            texts=said.get("texts", ()),
            files=files,
            media=MediaLife(
                media.get("lag", 0.0), media.get("keep"), media.get("link")
            ),
            view=said.get("view"),
            names=said.get("names"),
            views={
                state: laid_over(said.get("view"), own)
                for state, own in said.get("in", {}).items()
            },
        )
        for state in kind.views:
            place.at("in", state).choose(state, kind.states, "state")
        return kind

    def _check_file(self, file: File, place: Place) -> None:
        names = _parameters(file.path, place)
        if not file.path.startswith("/") or not {"id", "name"} & {*names}:
            place.fail(file.path, "a path such as /files/{id}.mp4")
        for name in names:
            place.choose(name, ("id", "name", "ext"), "parameter")

    def _check_failed(self, jobs: Mapping[str, JobKind]) -> None:
        """Refuse kinds of jobs whose words contradict each other."""
        known: dict[str, Phase] = {}
        for name, kind in jobs.items():
            for word, phase in kind.states.items():
                with self._mistakes:
                    if known.setdefault(word, phase) is not phase:
                        place = self._root.at("jobs", name, "life")
                        place.fail(
                            word, f"that it is {known[word].value}, as elsewhere"
                        )

    def _thing(self, name: str, said: Mapping[str, Any], place: Place) -> ThingKind:
        if name in self._said["jobs"]:
            place.fail(name, "a name that no kind of jobs has")
        told, upload = dict(said), said.get("upload")
        if upload is not None:
            renamed = {"for": "for_s", "from": "origin", "set": "sets"}
            parts = {renamed.get(key, key): one for key, one in upload.items()}
            if "form" in parts:
                form = {renamed.get(key, key): v for key, v in parts["form"].items()}
                parts["form"] = Form(**form)
            told["upload"] = Upload(**parts)
            named = _parameters(upload["path"], place.at("upload", "path"))
            if {*named} != {"id", "seal"} or not upload["path"].startswith("/"):
                right = "a path such as /uploads/{id}/{seal}"
                place.at("upload", "path").fail(upload["path"], right)
            if "makes" in upload:
                at = place.at("upload", "makes")
                at.choose(upload["makes"], self._said["jobs"], "a kind of jobs")
        return ThingKind(**{"name": name, **told})

    def _operation(self, name: str, said: Mapping[str, Any], place: Place) -> Operation:
        method = _one_of(said, METHODS, place)
        verb = _one_of(said, VERBS, place) if {*VERBS} & {*said} else "says"
        path, of = said[method], said.get(verb, "")
        if not path.startswith("/"):
            place.at(method).fail(path, "a path that begins with /")
        names = _parameters(path, place.at(method))
        self._check_verb(verb, of, names, place)
        self._check_parts(verb, said, place)
        request = self._schemas.add(f"{name}.request", said.get("request"), place)
        self._schemas.add(f"{name}.response", said.get("response"), place, "response")
        page = said.get("page", {"by": "offset"})
        body = said.get("body")
        return Operation(
            name=name,
            method=method.upper(),
            path=path,
            verb=verb,
            of=of,
            parameter=names[-1] if names else "",
            about=said.get("about", f"{verb.capitalize()} {of}.".replace(" .", ".")),
            request=request,
            checks=tuple(self._checks(name, said.get("checks", ()), place)),
            only=said.get("only", ""),
            limit=_limit(name, said.get("limit")),
            sets=said.get("set"),
            page=Page(**{"query": _QUERIES.get(page["by"], page["by"]), **page}),
            status=said.get(
                "status", 200 if "body" in said or verb == "calls" else 204
            ),
            headers=said.get("headers", {}),
            body=body,
            has_body="body" in said,
        )

    def _check_verb(self, verb: str, of: str, names: list[str], place: Place) -> None:
        if verb in {"says", "calls"}:
            return
        place.at(verb).choose(of, self._kinds, "a kind of jobs or things")
        fits = _OF_JOBS if of in self._said["jobs"] else _OF_THINGS
        if verb not in fits:
            right = f"{', '.join(sorted(fits))}: {of} is {_sort(fits)}"
            place.at(verb).fail(verb, right)
        if verb in _NEEDS_ID and not names:
            place.fail(verb, "a path with a parameter for the id, such as {id}")

    def _check_parts(self, verb: str, said: Mapping[str, Any], place: Place) -> None:
        for part, wanted in (("set", "changes"), ("page", "lists")):
            if part in said and verb != wanted:
                place.at(part).fail(part, f"it with {wanted} only, and this one {verb}")
        only, of = said.get("only"), said.get(verb)
        upload = self._said.get("things", {}).get(of, {}).get("upload")
        if only == "uploaded" and upload is None:
            place.at("only").fail(only, f"it of an upload only, and {of} is none")
        if isinstance(only, dict) and of not in self._said.get("things", {}):
            place.at("only").fail([*only], f"it of a thing only, and {of} is none")
        if only in ("finished", "unfinished") and of not in self._said["jobs"]:
            place.at("only").fail(only, f"it of a job only, and {of} is none")

    def _checks(self, name: str, said: Any, place: Place) -> Iterator[Check]:
        for number, one in enumerate(said):
            at = place.at("checks", number)
            way = _one_of(one, ("fits", "refuses", "python"), at)
            schema = f"{name}.check-{number}"
            self._schemas.add(schema, one.get("fits", one.get("refuses")), at, way)
            yield Check(
                name=schema,
                fits=way == "fits",
                refuses=way == "refuses",
                python=one.get("python", ""),
                error=self._kind(one.get("error", "invalid"), at.at("error")),
                text=one.get("text", ""),
            )

    def _kind(self, said: str, place: Place) -> tuple[str, str]:
        kind, _, code = said.partition(" ")
        return place.choose(kind, self._schemas.errors, "a kind of error"), code.strip()

    def _rows(self) -> Iterator[Row]:
        for said, row in self._said["errors"].get("rows", {}).items():
            with self._mistakes:
                place = self._root.at("errors", "rows", said)
                kind, code = self._kind(said, place)
                text = row.get("text", "")
                yield Row(kind, code, row["status"], text, row.get("code"))

    def _webhook(self, name: str, said: Mapping[str, Any], place: Place) -> Webhook:
        place.at("of").choose(said["of"], self._said["jobs"], "a kind of jobs")
        words = [one["state"] for one in self._said["jobs"][said["of"]]["life"]]
        for state in said["on"]:
            place.at("on", state).choose(state, words, "a state")
        if "each" in said:
            known = self._said.get("things", {})
            place.at("each").choose(said["each"], known, "a kind of things")
        sign = said.get("sign")
        if sign is not None:
            if (sign["scheme"] == "standard-webhooks") == ("header" in sign):
                has_own = "header" in sign
                right = "no header: the scheme has its own" if has_own else "a header"
                place.at("sign").fail([*sign], right)
            sign = Sign(**sign)
        return Webhook(**{"name": name, **said, "sign": sign})

    def _start(self, operations: Mapping[str, Operation]) -> tuple[str, Any]:
        said, place = self._said.get("start"), self._root.at("start")
        makers = [
            one.name
            for one in operations.values()
            if one.verb == "makes" and one.of in self._said["jobs"]
        ]
        if said is None:
            return (makers[0], {}) if makers else ("", None)
        with self._mistakes:
            if len(said) != 1:
                place.fail([*said], "one operation that makes a job, with its body")
            name, body = next(iter(said.items()))
            place.at(name).choose(name, makers, "an operation that makes a job")
            return name, body
        return "", None


def _parameters(path: str, place: Place) -> list[str]:
    """Return the names of a path's parameters, whose patterns have to be some."""
    for found in _PARAMETER.finditer(path):
        try:
            re.compile(found[2] or "")
        except re.error as error:
            place.fail(path, f"a pattern behind {found[1]}: {error}")
    names = [found[1] for found in _PARAMETER.finditer(path)]
    if len({*names}) < len(names):
        place.fail(path, "each parameter once")
    return names


def _limit(operation: str, said: Mapping[str, Any] | None) -> Limit | None:
    if said is None:
        return None
    rate = RateLimit(said["calls"], said["per"])
    return Limit(said.get("name", operation), rate)


def _sort(verbs: frozenset[str]) -> str:
    return "a job" if verbs is _OF_JOBS else "a thing"


def _one_of(said: Mapping[str, Any], names: tuple[str, ...], place: Place) -> str:
    found = [name for name in names if name in said]
    if len(found) != 1:
        place.fail(found or [*said], f"exactly one of: {', '.join(names)}")
    return found[0]
