import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.mlflow.entities import Version
from governance.evidence.mlflow.places import Found, Places

RUN = "0" * 32
MODEL = "m-" + "0" * 32


def version(model: str, number: str, source: str | None, location: str | None = None) -> Version:
    return Version("default", model, number, source, location, None, None, None, None, {})


def known() -> Places:
    versions = [
        version("llama", "1", f"runs:/{RUN}/model"),
        version("llama", "2", "gs://other/model"),
        version("loop", "1", "models:/loop/1"),
        version("copy", "1", "models:/llama/1", "s3://moved/here"),
    ]
    return Places(
        runs={RUN: "s3://b/1/run/artifacts", "local": "/srv/mlruns/1/x/artifacts", "away": None},
        models={MODEL: "s3://b/1/models/m/artifacts"},
        versions={(one.workspace, one.model, one.number): one for one in versions},
        names={("default", "llama", "prod"): "1", ("default", "llama", "Staging"): "2"},
    )


@pytest.mark.parametrize(
    ("uri", "node"),
    [
        ("s3://b/key", "s3://b/key"),
        ("s3a://b/key", "s3://b/key"),
        ("/srv/models/x", "file:///srv/models/x"),
        ("file:///srv/a%20b", "file:///srv/a b"),
        (f"runs:/{RUN}/model", "s3://b/1/run/artifacts/model"),
        (f"runs:/{RUN}", "s3://b/1/run/artifacts"),
        ("runs:/local/model", "file:///srv/mlruns/1/x/artifacts/model"),
        (f"models:/{MODEL}", "s3://b/1/models/m/artifacts"),
        (f"models:/{MODEL}/part", "s3://b/1/models/m/artifacts/part"),
        ("models:/llama/1", "s3://b/1/run/artifacts/model"),
        ("models:/llama@prod", "s3://b/1/run/artifacts/model"),
        ("models:/llama/Staging", "gs://other/model"),
        ("models:/copy/1", "s3://moved/here"),
        ("gs://bucket/key", "gs://bucket/key"),
        ("dbfs:/x", "dbfs:/x"),
    ],
)
def test_every_way_to_say_a_place_is_followed(uri: str, node: str) -> None:
    assert known().find(uri, "default").node == node


@pytest.mark.parametrize(
    ("uri", "node"),
    [
        ("mlflow-artifacts:/1/run/artifacts", "s3://site/mlflow/1/run/artifacts"),
        ("mlflow-artifacts:///1/run/artifacts/", "s3://site/mlflow/1/run/artifacts"),
        ("mlflow-artifacts://other:5000/1/run/artifacts", None),
        ("mlflow-artifacts:/../secrets", None),
        ("mlflow-artifacts:/", None),
    ],
)
def test_what_the_server_hands_out_lies_where_the_entry_says(uri: str, node: str | None) -> None:
    places = known()
    places.served = "s3://site/mlflow/"
    assert places.find(uri, "default").node == node


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        (None, "at no place"),
        ("", "at no place"),
        ("mlflow-artifacts:/1/run/artifacts", "behind the tracking server"),
        ("https://host/api/2.0/mlflow-artifacts/artifacts/1", "behind the tracking server"),
        ("runs:/unknown/model", "in a run that is not there"),
        ("runs:/away", "at no place"),
        ("runs:/../../etc", "in a run that is not there"),
        (f"runs:/{RUN}/../../x", "at an address that cannot be one"),
        ("models:/unknown/1", "in a model that is not there"),
        ("models:/llama/latest", "in a model that is not there"),
        ("models:/llama@nobody", "in a model that is not there"),
        ("models:/m-unknown", "in a model that is not there"),
        ("models:/loop/1", "behind names that lead in a circle"),
        ("./mlruns/1", "at a relative path"),
        ("prompt-template", "at a relative path"),
        ("s3://", "at an address that cannot be one"),
        ("s3://b/a\nb", "at an address that cannot be one"),
        ("sftp://host/path", "in a store of a kind that is not known"),
    ],
)
def test_what_cannot_be_placed_says_why(uri: str | None, why: str) -> None:
    assert known().find(uri, "default") == Found(None, why)


def test_names_of_another_workspace_mean_nothing_here() -> None:
    assert known().find("models:/llama/1", "other").node is None


@given(st.text())
def test_no_text_is_an_accident(text: str) -> None:
    for uri in (text, f"runs:/{text}", f"models:/{text}", f"file:{text}", f"runs:/{RUN}/{text}"):
        found = known().find(uri, "default")
        assert bool(found.node) != bool(found.why)
