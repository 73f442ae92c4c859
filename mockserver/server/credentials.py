"""ClientCredential: what a client of a test is configured with."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

__all__ = ["ClientCredential"]

__tracebackhide__ = True


class ClientCredential(str):
    """What a client is configured with; the text itself is the key.

    The values that the provider at hand has are attributes under its own names, of
    which type checkers know those of the providers that ship.

    Attributes:
        slug: The provider that it is for.
        fields: All values by name, such as `{"access_key": ..., "secret_key": ...}`.
        secret: What proves the key, or None.
        access_key, secret_key: Of Stupeflix.
        account_id, api_secret_key: Of Idomoo.
        api_key: Of DigitalCarbon, Hour One, Impossible Software, OpenAI and Runway.
        api_key: Of DigitalCarbon, Google, Hour One, Impossible Software and OpenAI.
        api_secret, project: Of Impossible Software.
        api_token: Of Replicate.
        auth_token: Of Luma.
        fal_key: Of fal.
    """

    __slots__ = ("fields", "secret", "slug")

    slug: str
    fields: Mapping[str, str]
    secret: str | None
    access_key: str
    account_id: str
    api_key: str
    api_secret: str
    api_secret_key: str
    api_token: str
    auth_token: str
    fal_key: str
    project: str
    secret_key: str

    def __new__(
        cls, slug: str, fields: Mapping[str, str], key: str, secret: str | None
    ) -> Self:
        """Return the value; `key` and `secret` are names of fields."""
        made = super().__new__(cls, fields[key])
        made.slug = slug
        made.fields = MappingProxyType(dict(fields))
        made.secret = None if secret is None else fields[secret]
        return made

    # Not for type checkers: they would take any name for a field.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> str:
            """Return a value by the provider's name for it.

            Raises:
                AttributeError: This provider has no such field; names those it has.
            """
            if name in self.__slots__ or name not in self.fields:
                known = "" if name in self.__slots__ else ", ".join(self.fields)
                raise AttributeError(f"no field {name!r}; there is {known}")
            return self.fields[name]
