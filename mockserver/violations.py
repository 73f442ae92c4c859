"""Explain with jsonschema why a payload, or a schema, is not valid."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from mockserver.errors import VIOLATIONS_MAX, Violation

__all__ = ["broken", "explainer"]

_Keyword = Callable[[Any, Any, Any, Any], Iterable[ValidationError] | None]


def broken(schema: Any) -> str:
    """Return where and why a schema is none; nothing if jsonschema finds no fault."""
    validator = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    error = best_match(validator.iter_errors(schema))
    if error is None:
        return ""
    place = "/".join(str(part) for part in error.absolute_path) or "(root)"
    return f"{place}: {error.message}"


def explainer(
    schemas: Mapping[str, Any], uri: str
) -> Callable[[object], tuple[Violation, ...]]:
    """Return the function from a payload to its violations, in order.

    Args:
        schemas: Every schema that may be referred to, by address.
        uri: The address of the one that payloads are held against.
    """
    resources = ((at, DRAFT202012.create_resource(schemas[at])) for at in schemas)
    registry: Registry[Any] = Registry().with_resources(resources)
    validator = _Explaining({"$ref": uri}, registry=registry)

    def explain(payload: object) -> tuple[Violation, ...]:
        try:
            errors = list(islice(validator.iter_errors(payload), VIOLATIONS_MAX))
        except RecursionError:
            return ()
        flat = [one for error in errors for one in _flat(error)]
        ordered = sorted(flat, key=_place)[:VIOLATIONS_MAX]
        return tuple(_violation(error) for error in ordered)

    return explain


def _violation(error: ValidationError) -> Violation:
    keyword, expected = error.validator, error.validator_value
    if not keyword:  # the schema `false`
        keyword, expected = "not", {}
    return Violation(
        path=tuple(error.absolute_path),
        keyword=str(keyword),
        expected=expected,
        found=error.instance,
        schema_path=tuple(error.absolute_schema_path),
    )


def _flat(error: ValidationError) -> Iterator[ValidationError]:
    """Replace a failed anyOf or oneOf by the errors of the branch that was meant."""
    branches: dict[object, list[ValidationError]] = defaultdict(list)
    for inner in error.context:
        branches[inner.schema_path[0]].append(inner)
    meant = [each for each in branches.values() if not any(map(_is_other, each))]
    if len(meant) != 1:
        yield error
        return
    for inner in meant[0]:
        yield from _flat(inner)


def _is_other(error: ValidationError) -> bool:
    """Tell whether an error shows that its branch was not the one meant."""
    depth = len(error.path)
    return (error.validator == "type" and depth == 0) or (
        error.validator == "const" and depth <= 1
    )


def _place(error: Any) -> tuple[int, ...]:
    inherited = _place(error.parent) if error.parent else ()
    return (*inherited, *vars(error).get("place", ()))


def _ranked(error: ValidationError, rank: int) -> ValidationError:
    """Note at which member of its object or array an error lies."""
    place: list[int] = vars(error).setdefault("place", [])
    place.insert(0, rank)
    return error


def _open(schema: Any) -> Any:
    # jsonschema forgets where it is inside `false`, which means `not: {}`.
    return {"not": {}} if schema is False else schema


def _in_branches(keyword: str) -> _Keyword:
    original = Draft202012Validator.VALIDATORS[keyword]

    def validate(
        validator: Any, branches: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        yield from original(validator, map(_open, branches), instance, schema) or ()

    return validate


def _in_items(keyword: str) -> _Keyword:
    original = Draft202012Validator.VALIDATORS[keyword]

    def validate(
        validator: Any, value: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        opened = [*map(_open, value)] if isinstance(value, list) else value
        # Here, too: a branch of `anyOf` collects all of its errors.
        errors = original(validator, opened, instance, schema) or ()
        for error in islice(errors, VIOLATIONS_MAX):
            yield _ranked(error, error.path[0]) if error.path else error

    return validate


def _properties(
    validator: Any, properties: Any, instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    for rank, (name, member) in enumerate(properties.items()):
        if name in instance:
            found = validator.descend(
                instance[name], _open(member), path=name, schema_path=name
            )
            yield from (_ranked(error, rank) for error in found)


def _required(
    validator: Any, required: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    names = list(schema.get("properties", ()))
    for name in required:
        if name not in instance:
            error = ValidationError(f"{name} is missing", validator_value=name)
            yield _ranked(error, names.index(name) if name in names else len(names))


def _additional_properties(
    validator: Any, additional: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    surplus = {key: instance[key] for key in instance if not _is_named(key, schema)}
    last = len(schema.get("properties", ())) + len(instance)
    if additional is False and surplus:
        yield _ranked(ValidationError("surplus", instance=surplus), last)
    elif additional is not False:
        for rank, (key, value) in enumerate(surplus.items(), start=last):
            for error in validator.descend(value, additional, path=key):
                yield _ranked(error, rank)


def _pattern_properties(
    validator: Any, patterns: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    first = len(schema.get("properties", ()))
    for pattern, subschema in patterns.items():
        for rank, (key, value) in enumerate(instance.items(), start=first):
            if _matches({"pattern": pattern}, key):
                found = validator.descend(
                    value, _open(subschema), path=key, schema_path=pattern
                )
                yield from (_ranked(error, rank) for error in found)


def _is_named(key: str, schema: Any) -> bool:
    patterns = schema.get("patternProperties", ())
    return key in schema.get("properties", ()) or any(
        _matches({"pattern": pattern}, key) for pattern in patterns
    )


def _as_decided(keyword: str) -> _Keyword:
    """Judge one keyword as jsonschema-rs does.

    Python's `re` is not ECMA-262 (there `$` fits before a newline, and digits go
    beyond ASCII); jsonschema divides floats, so that 0.3 is no multiple of 0.1.
    """

    def validate(
        _validator: Any, value: Any, instance: Any, _schema: Any
    ) -> Iterator[ValidationError]:
        if not _matches({keyword: value}, instance):
            yield ValidationError(keyword)

    return validate


def _matches(schema: dict[str, Any], instance: Any) -> bool:
    try:
        return jsonschema_rs.Draft202012Validator(schema).is_valid(instance)
    except (ValueError, TypeError):
        return bool(Draft202012Validator(schema).is_valid(instance))


_Explaining: Final[Any] = extend(  # type: ignore[no-untyped-call]  # the stubs lack it
    Draft202012Validator,
    {
        "properties": _properties,
        "items": _in_items("items"),
        "prefixItems": _in_items("prefixItems"),
        "allOf": _in_branches("allOf"),
        "anyOf": _in_branches("anyOf"),
        "oneOf": _in_branches("oneOf"),
        "required": _required,
        "additionalProperties": _additional_properties,
        "patternProperties": _pattern_properties,
        "pattern": _as_decided("pattern"),
        "multipleOf": _as_decided("multipleOf"),
    },
)
