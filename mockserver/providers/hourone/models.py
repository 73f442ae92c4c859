"""Models: what Pydantic makes of a schema, to read requests and write answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.errors import Violation

__all__ = ["Model"]

Place = tuple[str | int, ...]
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of an object.

    Attributes:
        name: Its name.
        model: What its value is.
        has_default: It is filled in when it is not sent.
        default: With this.
        may_be_null: A null counts as absent, unless nulls are refused.
    """

    name: str
    model: "Model"
    has_default: bool
    default: Any
    may_be_null: bool


@dataclass(frozen=True, slots=True)
class Model:
    """One schema, made ready for reading; schemas here never contain themselves.

    Attributes:
        members: Of an object with known members, in order.
        items: Of a list.
        branches: Lists of several kinds of objects that name their kind.
        format: Of a text.
        has_format: It, or something inside it, has one.
        is_plain: What is read of it is what was sent.
    """

    members: tuple[_Member, ...] = ()
    items: "Model | None" = None
    branches: tuple["Model", ...] = ()
    format: str = ""
    has_format: bool = False
    is_plain: bool = True

    @staticmethod
    def of(schema: Schema, components: Mapping[str, Schema]) -> "Model":
        """Return the model of a schema that refers to components by their names."""
        schema = _resolved(schema, components)
        required = schema.get("required", ())
        members = tuple(
            _Member(
                name,
                Model.of(member, components),
                "default" in member,
                member.get("default"),
                name not in required and "default" not in member,
            )
            for name, member in schema.get("properties", {}).items()
        )
        items = Model.of(schema["items"], components) if "items" in schema else None
        branches = tuple(Model.of(each, components) for each in schema.get("anyOf", ()))
        inside = (*(member.model for member in members), *((items,) if items else ()))
        text = schema.get("format", "")
        has_format = bool(text) or any(model.has_format for model in inside)
        is_plain = not members and (items is None or not (items.members or items.items))
        return Model(members, items, branches, text, has_format, is_plain)

    def read(self, value: Any, *, drops_nulls: bool) -> Any:
        """Return a value with its known members only, in order, defaults filled in."""
        if self.is_plain:
            return value
        if self.items is not None:
            if not isinstance(value, list):
                return value
            return [self.items.read(one, drops_nulls=drops_nulls) for one in value]
        if not isinstance(value, dict):
            return value
        kept = {}
        for member in self.members:
            name = member.name
            if name in value:
                sent = value[name]
                if sent is not None:
                    # Most are plain: to ask each of them would be most of the work.
                    model = member.model
                    kept[name] = (
                        sent
                        if model.is_plain
                        else model.read(sent, drops_nulls=drops_nulls)
                    )
                elif not (drops_nulls and member.may_be_null):
                    kept[name] = None
            elif member.has_default:
                kept[name] = member.default
        return kept

    def formats(self, value: Any, path: Place = ()) -> Iterator[Violation]:
        """Yield the texts with a `format`, which validators take for a remark."""
        if not self.has_format:
            return
        if isinstance(value, str):
            yield Violation(path, "format", self.format, value)
        elif self.items is not None and isinstance(value, list):
            for index, each in enumerate(value):
                yield from self.items.formats(each, (*path, index))
        elif isinstance(value, dict):
            for member in self.members:
                if member.model.has_format and member.name in value:
                    place = (*path, member.name)
                    yield from member.model.formats(value[member.name], place)

    def rank(self, violation: Violation) -> tuple[int, ...]:
        """Return where a violation stands: by members' order, by lists' indexes."""
        path = violation.path
        if violation.keyword == "required":
            path = (*path, str(violation.expected))
        model, ranks = self, []
        for part in path:
            if isinstance(part, int):
                ranks.append(part)
                model = model.items or Model()
            else:
                names = [member.name for member in model.members]
                at = names.index(part) if part in names else len(names)
                ranks.append(at)
                known = at < len(names)
                model = model.members[at].model if known else Model()
        return tuple(ranks)

    def with_nulls(self, value: Any) -> Any:
        """Return an answer in which members without a value are null."""
        if self.branches and isinstance(value, list):
            return self._meant(value).with_nulls(value)
        if self.items is not None and isinstance(value, list):
            return [self.items.with_nulls(each) for each in value]
        if not self.members or not isinstance(value, dict):
            return value
        return {
            member.name: member.model.with_nulls(value.get(member.name))
            for member in self.members
        }

    def _meant(self, values: list[Any]) -> "Model":
        """Return the branch whose objects are of the kind that the values name."""
        kind = values[0].get("type") if values else None
        for branch in self.branches:
            members = branch.items.members if branch.items else ()
            if any(one.name == "type" and one.default == kind for one in members):
                return branch
        return self.branches[0]


def _resolved(schema: Schema, components: Mapping[str, Schema]) -> Schema:
    while True:
        if "$ref" in schema:
            schema = components[schema["$ref"].rpartition("/")[2]]
        elif len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return schema
