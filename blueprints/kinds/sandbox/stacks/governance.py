"""MLflow with PostgreSQL and artifacts on S3, a DVC remote, and a report every night."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.stacks import fit
from blueprints.kinds.sandbox.stacks.base import StackModel
from blueprints.kinds.sandbox.stacks.component import Component, policies
from blueprints.kinds.sandbox.stacks.folder import folder
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import HTTP, Object
from blueprints.kinds.sandbox.stacks.roles import door, mlflow, nightly, postgresql
from blueprints.parts.names import Quantity, Schedule, ShortName

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site


class Governance(StackModel):
    """What is stored, where it came from, who needs it."""

    kind: Literal["governance"]
    artifacts: ShortName
    """The entry under ``data: {s3: ..}`` that MLflow and DVC write to."""
    buckets: list[ShortName] = Field(default=[], max_length=50)
    """Entries whose contents are reported on; default: all of the project."""
    policy: Literal["pretraining", "finetuning", "dataset-mixture", "clinical"] = "finetuning"
    """The retention policy to begin with; it reports, nothing is deleted."""
    schedule: Schedule = "13 2 * * *"
    """UTC."""
    database: Quantity = "20Gi"

    def images(self) -> tuple[str, ...]:
        """Of the database, the server, the report and the door."""
        return (postgresql.IMAGE, mlflow.IMAGE, *nightly.IMAGES, door.IMAGE)

    def doors(self) -> tuple[str, ...]:
        """MLflow, and the report below ``/reports/``."""
        return (self.name,)

    def problems(self, project: "Project", site: "Site") -> Iterable[str]:
        """Buckets that the project has not; more than its quota."""
        yield from fit.buckets(project, [self.artifacts, *self.buckets])
        yield from fit.names(project, self.name, _ROLES)


_ROLES = ("database", "tracking", "catalog", "reports", "door", "catalog-policy")


def components(place: Place, stack: Governance) -> tuple[Component, ...]:
    """The roles of the stack."""
    buckets = stack.buckets or [one.name for one in place.project.data.s3]
    return (
        postgresql.database(place, "database", "mlflow", stack.database),
        mlflow.tracking(place, "tracking", "database", stack.artifacts),
        nightly.catalog(place, "catalog", "tracking", buckets, stack.artifacts, stack.schedule),
        nightly.reports(place, "reports"),
        door.door(
            place,
            [
                ("tracking", HTTP, mlflow.PORT, "/"),
                ("reports", HTTP, nightly.PAGES_PORT, nightly.PAGES),
            ],
        ),
    )


def documents(project: "Project", stack: Governance, site: "Site") -> Iterator[File]:
    """The stack's folder, and the settings of a DVC remote to copy into repositories of data."""
    place = Place(site, project, stack.name)
    policy = nightly.policy(place, "catalog", stack.policy)
    yield from folder(place, components(place, stack), {"policy": [policy]})
    yield File(f"stacks/{stack.name}/dvc/config", _dvc(place, stack))


def network(project: "Project", stack: Governance, site: "Site") -> Iterator[Object]:
    """Who of the stack calls whom."""
    place = Place(site, project, stack.name)
    return policies(place, components(place, stack))


def _dvc(place: Place, stack: Governance) -> bytes:
    # Every value is a checked name: nothing in it means something to DVC's reader.
    store = place.site.storage.object
    lines = (
        "# Copy this to .dvc/config of a repository of data. Keys come from the environment:",
        "# AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        "[core]",
        "    remote = store",
        "    analytics = false",
        "['remote \"store\"']",
        f"    url = s3://{place.bucket(stack.artifacts)}/{stack.name}/dvc",
        f"    endpointurl = {store.endpoint}",
        f"    region = {store.region}",
    )
    return "".join(f"{line}\n" for line in lines).encode()
