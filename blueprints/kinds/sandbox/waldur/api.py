"""A Waldur portal over HTTP, through its own client (extra ``waldur``).

The token goes into a header and nowhere else: no argument, no address, no message. An answer
with a page missing is an error, or people would lose their rights for it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from blueprints.display import visible
from blueprints.kinds.sandbox.waldur.portal import COUNTED, Portal, PortalError, project

if TYPE_CHECKING:
    from waldur_api_client.client import AuthenticatedClient

TIMEOUT_SECONDS = 60.0
_SUFFIX = "/api"


class _Model(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


def read(url: str, token: str, offering: str | None = None, known: Collection[str] = ()) -> Portal:
    """All projects of the portal that the token may see, also those that are over.

    `url` is the portal's API, such as ``https://portal.example.org/api/``. With `offering`, only
    its resources, and only the people of projects that have one or are `known` (UUIDs without
    dashes): others are nobody's business here. Raises :class:`PortalError`.
    """
    try:
        import waldur_api_client  # noqa: F401
    except ImportError as error:
        raise PortalError(
            "reading a portal needs the package waldur-api-client",
            "pip install 'tutela[waldur]'",
        ) from error
    from waldur_api_client.client import AuthenticatedClient

    counts = _Counts()
    client = AuthenticatedClient(
        base_url=url.rstrip("/").removesuffix(_SUFFIX),
        token=_header(token),
        timeout=_timeout(),
        # A redirect could carry the token to somebody else.
        follow_redirects=False,
        httpx_args={"event_hooks": {"response": [counts.saw]}, "trust_env": False},
    )
    with _told(url, token), client:
        return _portal(client, counts, offering, known)


def _portal(
    client: "AuthenticatedClient",
    counts: "_Counts",
    offering: str | None,
    known: Collection[str],
) -> Portal:
    from waldur_api_client.api.marketplace_resources import (
        marketplace_resources_list,
    )
    from waldur_api_client.api.projects import (
        projects_list,
        projects_list_users_list,
    )
    from waldur_api_client.models.resource_state import ResourceState
    from waldur_api_client.types import UNSET

    projects = counts.complete(
        "projects", lambda: projects_list.sync_all(client=client, include_terminated=True)
    )
    if not projects:
        raise PortalError(
            "the portal shows no project", "look whether the token's user may see the projects"
        )
    granted: dict[str, list[Mapping[str, object]]] = {}
    resources = counts.complete(
        "resources",
        lambda: marketplace_resources_list.sync_all(
            client=client,
            offering_uuid=[UUID(offering)] if offering else UNSET,
            state=[ResourceState(state) for state in COUNTED],
        ),
    )
    for resource in resources:
        said = resource.to_dict()
        granted.setdefault(UUID(str(said.get("project_uuid"))).hex, []).append(said)
    found = []
    for one in projects:
        said = one.to_dict()
        uuid = UUID(str(said.get("uuid")))
        asked = offering is None or uuid.hex in known or uuid.hex in granted
        users = (
            []
            if said.get("is_removed") or not asked
            else counts.complete(
                f"users of {uuid.hex}",
                partial(projects_list_users_list.sync_all, uuid, client=client),
            )
        )
        found.append(project(said, [user.to_dict() for user in users], granted.get(uuid.hex, [])))
    return Portal(tuple(found))


class _Counts:
    """Compares what came with what the portal said there is (header ``X-Result-Count``)."""

    def __init__(self) -> None:
        self._said: list[str] = []

    def saw(self, response: Any) -> None:
        if "X-Result-Count" in response.headers:
            self._said.append(response.headers["X-Result-Count"])

    def complete(self, what: str, ask: Callable[[], list[Any]]) -> list[Any]:
        self._said.clear()
        answer = ask()
        for said in self._said[-1:]:
            if said != str(len(answer)):
                raise PortalError(
                    f"the portal said that there are {visible(said)} {what} and gave {len(answer)}"
                )
        return answer


def _header(token: str) -> str:
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise PortalError("the token is empty or holds something that no token holds")
    return token


def _timeout() -> Any:
    import httpx

    return httpx.Timeout(TIMEOUT_SECONDS)


@contextmanager
def _told(url: str, token: str) -> Iterator[None]:
    """Errors of the client as one line without the token, whatever the portal sent back."""
    import httpx
    from waldur_api_client.errors import UnexpectedStatus

    try:
        yield
    except UnexpectedStatus as error:
        refused = error.status_code in (401, 403)
        raise PortalError(
            f"the portal {url} answered {error.status_code} to {_path(error.url)}",
            *(["look whether the token is valid and its user may read this"] if refused else []),
        ) from None
    except httpx.HTTPError as error:
        said = visible(str(error).replace(token, "***"))
        raise PortalError(f"cannot read the portal {url}: {said}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # What the client's models raise for an answer of another shape.
        raise PortalError(
            f"the portal {url} answered what its client does not understand"
            f" ({type(error).__name__})"
        ) from None


def _path(url: object) -> str:
    return visible(str(getattr(url, "path", url)))
