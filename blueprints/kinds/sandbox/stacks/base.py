"""What every stack is: a value in the specification, and files in the tenant's tree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from blueprints.engine.blueprint import File
from blueprints.parts.names import ShortName, Strict

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site


class StackModel(Strict):
    """The fields that all stacks share; a stack adds ``kind: Literal["..."] `` and its own."""

    kind: str
    """The word that :data:`~blueprints.kinds.sandbox.stacks.KINDS` knows it by."""
    name: ShortName
    """Unique in its project; names the stack's folder and begins every object's name."""

    def images(self) -> tuple[str, ...]:
        """The keys that the stack needs in ``site.images``."""
        return ()

    def doors(self) -> tuple[str, ...]:
        """What people open in a browser: each is ``https://<profiles.host(site, project, door)>``,
        and a client ``<project>-<door>`` of Dex that comes back to
        ``/oauth2/callback`` there. Its secret is ``client_secret`` at
        ``<secrets.prefix>/<project>/doors/<door>``.
        """
        return ()

    def problems(self, project: "Project", site: "Site") -> Iterable[str]:
        """What does not fit together with the rest of the specification; lower case."""
        _ = project, site
        return ()


class Documents(Protocol):
    """Makes the files of one stack."""

    def __call__(self, project: "Project", stack: Any, site: "Site") -> Iterable[File]:
        """Paths are relative to the tenant's repository and lie in ``stacks/<folder>/``.

        Each ``<folder>`` is the stack's name, or begins with it and ``-``; the sandbox adds one
        ``apps/<folder>.yaml`` (an Application in the tenant's namespace) for every folder.
        """


class Policies(Protocol):
    """Makes the network policies of one stack."""

    def __call__(
        self, project: "Project", stack: Any, site: "Site"
    ) -> Iterable[Mapping[str, object]]:
        """Kubernetes documents in the project's namespace, for the project's ``tenancy/``."""


@dataclass(frozen=True)
class StackKind:
    """One kind of stack: its model and its documents."""

    model: type[StackModel]
    documents: Documents
    network: Policies
    """What its pods may say to each other and to the outside. These are the platform's, not the
    tenant's (``tenancy/``): policies add up, so whoever may write one may open anything."""
