"""MLflow on real database servers: read as of one moment, and nothing can be written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError
from governance.evidence.mlflow.database import opened
from tests.governance.evidence.mlflow.reading import read
from tests.labs.mlflow_lab import Filled, fill
from tests.real.databases import ServedLab, mariadb, postgresql

pytestmark = pytest.mark.real

Made = tuple[ServedLab, Filled]


@pytest.fixture(scope="module", params=[postgresql, mariadb], ids=["postgresql", "mariadb"])
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    folder, beside = tmp_path_factory.mktemp("database"), tmp_path_factory.mktemp("beside")
    with request.param(folder, beside) as lab:
        with pytest.raises(EvidenceError, match="not one of MLflow"):
            read(lab.uri)
        with lab.client() as client:
            filled = fill(client)
        yield lab, filled


def test_a_database_says_the_same_as_the_server_on_it(made: Made) -> None:
    lab, filled = made
    said = read(lab.uri, metrics=["loss", "eval"])
    assert said.problems == []
    place = f"{filled.root}/1/models/{filled.model}/artifacts"
    assert ("names", f"model/{filled.model}", place) in said.edges
    with lab.server() as address:
        assert read(address, metrics=["loss", "eval"]).same() == said.same()


def test_nothing_can_be_written(made: Made) -> None:
    from sqlalchemy.exc import DBAPIError

    with (
        opened(made[0].uri, Path("/")) as connection,
        pytest.raises(DBAPIError, match=r"(?i)read.only"),
    ):
        connection.exec_driver_sql("DELETE FROM runs")


def test_it_is_one_moment_whatever_is_written_meanwhile(made: Made) -> None:
    import sqlalchemy as sa

    writer = sa.create_engine(made[0].uri, poolclass=sa.NullPool)
    count = "SELECT count(*) FROM params"
    with opened(made[0].uri, Path("/")) as connection:
        before = connection.exec_driver_sql(count).scalar()
        with writer.begin() as other:
            other.exec_driver_sql("DELETE FROM params")
        assert connection.exec_driver_sql(count).scalar() == before
    with opened(made[0].uri, Path("/")) as connection:
        assert connection.exec_driver_sql(count).scalar() == 0
    writer.dispose()


def test_a_server_that_does_not_let_us_in_is_one_clear_error(made: Made) -> None:
    before, _, database = made[0].uri.rpartition("/")
    host = before.rpartition(":")[0]
    for uri in (
        f"{before}/nowhere",
        f"{host}:1/{database}",
        f"{before}/{database}".replace("@", "x@"),
    ):
        with pytest.raises(EvidenceError, match="cannot be read"):
            read(uri)
