"""What every stack is: a value in the specification, and files in the tenant's tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.names import ShortName, Strict

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site


class StackModel(Strict):
    """The fields that all stacks share; a stack adds ``kind: Literal["..."] `` and its own."""

    name: ShortName
    """Unique in its project; names the stack's folder and begins every object's name."""

    def images(self) -> tuple[str, ...]:
        """The keys that the stack needs in ``site.images``."""
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


@dataclass(frozen=True)
class StackKind:
    """One kind of stack: its model and its documents."""

    model: type[StackModel]
    documents: Documents
