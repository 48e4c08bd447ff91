"""How the nodes of one MLflow are called, and what could not be placed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from governance.evidence.errors import EvidenceError
from governance.evidence.gather import Gather
from governance.evidence.mlflow.entities import DEFAULT_WORKSPACE
from governance.evidence.schema import moment_of


@dataclass(frozen=True)
class Nodes:
    """Names of nodes; `known_as` is the name of the source. Ids are foreign and stay raw."""

    known_as: str

    def run(self, run: str) -> str:
        """Return the node of a run."""
        return f"mlflow:{self.known_as}/run/{run}"

    def model(self, model: str) -> str:
        """Return the node of a logged model."""
        return f"mlflow:{self.known_as}/model/{model}"

    def version(self, workspace: str, model: str, number: str) -> str:
        """Return the node of a version of a registered model."""
        return f"mlflow:{self.known_as}/version/{_within(workspace)}{model}/{number}"

    def alias(self, workspace: str, model: str, alias: str) -> str:
        """Return the node of an alias."""
        return f"mlflow:{self.known_as}/alias/{_within(workspace)}{model}@{alias}"

    def dataset(self, name: str, digest: str) -> str:
        """Return the node of a dataset."""
        return f"mlflow:{self.known_as}/dataset/{name}@{digest}"


def _within(workspace: str) -> str:
    # MLflow allows no colon in the name of a model.
    return "" if workspace == DEFAULT_WORKSPACE else f"{workspace}:"


def moment(milliseconds: int | None) -> datetime | None:
    """Return MLflow's milliseconds since 1970 as a time."""
    return None if milliseconds is None else moment_of(milliseconds / 1000)


@dataclass
class Unplaced:
    """What lies where nobody can say, counted: ten thousand runs are one line."""

    _found: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def add(self, what: str, why: str, example: str) -> None:
        """Count one: `what` is a plural ("logged models"), `why` reads after "that lie"."""
        count, first = self._found.get((what, why), (0, example))
        self._found[what, why] = (count + 1, first)

    def tell(self, into: Gather) -> None:
        """Say all of them as problems."""
        for (what, why), (count, example) in self._found.items():
            into.problem(f"{what} that lie {why}: {count:,}, such as {example}")


@contextmanager
def part(into: Gather, what: str) -> Iterator[None]:
    """Make what cannot be read in here a problem, so that the rest is still said."""
    try:
        yield
    except EvidenceError as error:
        into.problem(f"{what}: {error}")
