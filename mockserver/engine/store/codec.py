"""Codec: values of tables as MessagePack, exactly; what it is made of has a name.

JSON's own types and bytes are written as they are. Tuples, mapping proxies, enums and
frozen values are extensions: of the registered ones, the name and the members.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

import msgspec

from mockserver.engine.store.shelf import Place, Row
from mockserver.errors import StoreError
from mockserver.records import members

__all__ = ["VERSION", "ValueCodec"]

VERSION: Final = 1
"""Of what is written now; what is older is brought up by `_MIGRATIONS`."""

_TUPLE, _PROXY, _NAMED, _TEXT, _INTEGER, _PACKED = 1, 2, 3, 4, 5, 6
_PLAIN: Final = frozenset({bytes, float, bool, type(None)})
_SHARED_MAX: Final = 4096
_LARGEST: Final = 1 << 63
# Clients choose keys, and may put what parts a place in them.
_ESCAPED: Final = MappingProxyType({0: "\1n", 1: "\1e"})
_MIGRATIONS: Final[Mapping[int, Callable[[Place, Any], Any]]] = MappingProxyType({})

Packing = tuple[Callable[[Any], Any], Callable[[Any], Any]]

_encode = msgspec.msgpack.encode


class ValueCodec:
    """Writes and reads what tables, clocks and agendas hold.

    Args:
        types: The frozen records, named tuples and enums that values are made of.
            Their names are what is written: a type that is renamed, or whose members
            change their order, needs another version.
        shared: Those of them of which equal ones are one when they are read: a million
            jobs have a few timelines.
        packed: Types that make plain data of themselves, and what reads that.
        repeated: Members of types that many values have in common; hashable.
    """

    def __init__(
        self,
        types: Iterable[type],
        shared: Iterable[type] = (),
        packed: Mapping[type, Packing] = MappingProxyType({}),
        repeated: Mapping[type, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self._repeated = repeated
        self._texts: dict[Any, Any] = {}
        self._packed = {one.__name__: (one, *how) for one, how in packed.items()}
        self._types = {one.__name__: one for one in types}
        self._members = {one: _members(one) for one in self._types.values()}
        self._shared = frozenset(shared)
        self._writers: dict[type, Callable[[Any], Any]] = {
            str: _text,
            int: _integer,
            dict: self._mapping,
            list: self._list,
            tuple: self._tuple,
            MappingProxyType: self._proxy,
            **dict.fromkeys(self._shared, self._once),
        }
        self._written: dict[int, tuple[Any, msgspec.msgpack.Ext]] = {}
        self._read: dict[bytes, Any] = {}
        self._decoder = msgspec.msgpack.Decoder(ext_hook=self._extension)

    def place(self, place: Place) -> bytes:
        """Return a place as bytes; equal places are equal bytes."""
        whole = "\0".join(place)
        if "\1" in whole or whole.count("\0") >= len(place):
            whole = "\0".join(part.translate(_ESCAPED) for part in place)
        return whole.encode("utf-8", "surrogatepass")

    def read_place(self, place: bytes) -> Place:
        """Return a place that was written so."""
        whole = place.decode("utf-8", "surrogatepass")
        parts = whole.split("\0")
        if "\1" in whole:
            parts = [part.replace("\1n", "\0").replace("\1e", "\1") for part in parts]
        return tuple(parts)

    def encode(self, place: Place, value: Any) -> bytes:
        """Return the value of a place as bytes.

        Raises:
            TypeError: There is no way to write it; names the place.
        """
        try:
            return _encode((VERSION, self._plain(value)))
        except TypeError as error:
            raise TypeError(f"{'/'.join(place)}: {error}") from error

    def read(self, place: bytes, value: bytes) -> Row:
        """Return what was written so.

        Raises:
            StoreError: It is damaged, or of a version from the future.
        """
        known = self.read_place(place)
        try:
            version, found = self._decoder.decode(value)
        except (msgspec.MsgspecError, ValueError, TypeError, LookupError) as error:
            named = "/".join(known)
            raise StoreError(f"{named}: found damaged bytes: {error}") from error
        if version > VERSION:
            raise StoreError(
                f"{'/'.join(known)}: found version {version}, expected at most"
                f" {VERSION}: a later release has written it; use that, or another file"
            )
        for step in range(version, VERSION):
            found = _MIGRATIONS[step](known, found)
        return known, found

    def _plain(self, value: Any) -> Any:
        """Return a value in the types that MessagePack has, and extensions."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        writer = self._writers.get(kind)
        return self._named(value) if writer is None else writer(value)

    def _mapping(self, value: dict[Any, Any]) -> Any:
        return {self._plain(k): self._plain(v) for k, v in value.items()}

    def _list(self, value: Iterable[Any]) -> list[Any]:
        # As `_plain` does it; for what most values are, a call would cost more than it.
        plain = self._plain
        return [
            one
            if type(one) in _PLAIN or (type(one) is str and one.isascii())
            else plain(one)
            for one in value
        ]

    def _tuple(self, value: tuple[Any, ...]) -> msgspec.msgpack.Ext:
        return _extension(_TUPLE, self._list(value))

    def _proxy(self, value: Mapping[Any, Any]) -> msgspec.msgpack.Ext:
        return _extension(_PROXY, self._mapping(dict(value)))

    def _named(self, value: Any) -> msgspec.msgpack.Ext:
        kind = type(value)
        members = self._members.get(kind)
        known = self._packed.get(kind.__name__)
        if known is not None and known[0] is kind:
            return _extension(_PACKED, [kind.__name__, self._plain(known[1](value))])
        if members is None:
            raise TypeError(f"found a {kind.__name__}, expected JSON or a known type")
        parts = [value.value] if isinstance(value, Enum) else _parts(value, members)
        return _extension(_NAMED, [kind.__name__, *self._list(parts)])

    def _once(self, value: Any) -> msgspec.msgpack.Ext:
        """Write what many values share once, for as long as it is at hand."""
        known = self._written.get(id(value))
        if known is None:
            if len(self._written) >= _SHARED_MAX:
                self._written.clear()
            known = self._written[id(value)] = value, self._named(value)
        return known[1]

    def _extension(self, code: int, data: memoryview) -> Any:
        raw = bytes(data)
        if code == _TEXT:
            return raw.decode("utf-8", "surrogatepass")
        if code == _INTEGER:
            return int(raw)
        if code == _NAMED:
            return self._built(raw)
        if code == _PACKED:
            name, data = self._decoder.decode(raw)
            return self._packed[name][2](data)
        inside = self._decoder.decode(raw)
        return tuple(inside) if code == _TUPLE else MappingProxyType(inside)

    def _same(self, value: Any) -> Any:
        """Return of equal values the one that was read first."""
        if len(self._texts) >= _SHARED_MAX:
            self._texts.clear()
        return self._texts.setdefault(value, value)

    def _built(self, raw: bytes) -> Any:
        known = self._read.get(raw)
        if known is not None:
            return known
        name, *parts = self._decoder.decode(raw)
        kind = self._types[name]
        members = self._members[kind]
        if issubclass(kind, Enum):
            return kind(parts[0])
        said = dict(zip(members, parts, strict=False))
        for member in self._repeated.get(kind, ()):
            said[member] = self._same(said[member])
        built = kind(**said)
        if kind in self._shared:
            if len(self._read) >= _SHARED_MAX:
                self._read.clear()
            self._read[raw] = built
        return built


def _members(kind: type) -> tuple[str, ...]:
    named: tuple[str, ...] = getattr(kind, "_fields", ())
    return members(kind) or named


def _parts(value: Any, members: Iterable[str]) -> list[Any]:
    return [getattr(value, name) for name in members]


def _extension(code: int, value: Any) -> msgspec.msgpack.Ext:
    return msgspec.msgpack.Ext(code, _encode(value))


def _text(value: str) -> Any:
    """Return a text as it is, or, with halves of characters in it, as their bytes."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raw = value.encode("utf-8", "surrogatepass")
        return msgspec.msgpack.Ext(_TEXT, raw)
    return value


def _integer(value: int) -> Any:
    if -_LARGEST <= value < _LARGEST:
        return value
    return msgspec.msgpack.Ext(_INTEGER, str(value).encode())
