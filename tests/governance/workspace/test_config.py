"""``tutela.yaml`` as typed values."""

from pathlib import Path

import pytest

from blueprints.yamlfile import InvalidFileError, load
from governance.workspace.config import (
    Config,
    OptionError,
    StoreConfig,
    config_of,
    endpoint_identity,
    read_config,
    store_given,
)


def config(text: str) -> Config:
    return config_of(load(text, "tutela.yaml"))


def problem(text: str) -> str:
    with pytest.raises(InvalidFileError) as caught:
        config(text)
    return str(caught.value)


def test_everything_may_be_left_out(tmp_path: Path) -> None:
    file = tmp_path / "tutela.yaml"
    file.write_text("# nothing yet\n")
    assert read_config(file) == Config()
    assert Config().policies == []


def test_a_whole_configuration_is_read() -> None:
    read = config("""
stores:
  site:
    endpoint: https://S3.Example.org/
    type: vast
    profile: site
    buckets: [alpha]
    governance: s3://records/tutela
sources: [s3://alpha, file:///scratch/alpha, inventory.parquet]
projects:
  alpha:
    prefixes: [s3://alpha/team-a, file:///scratch/alpha]
    owners: [ada]
    quota: 100TB
  beta: {pattern: 's3://[^/]+/beta-'}
evidence:
  mlflow: [{uri: https://mlflow.example.org/}]
  dvc: [{repo: data.git, owns: [s3://alpha/dvc], name: data}]
policy: [a.yaml, b.yaml]
""")
    site = read.stores["site"]
    assert site.endpoint == "https://S3.Example.org"
    assert site.known_as == "s3.example.org:443"
    assert site.governance == "s3://records/tutela/"
    assert read.projects["alpha"].prefixes == ["s3://alpha/team-a/", "file:///scratch/alpha/"]
    assert read.projects["alpha"].quota == 100 * 10**12
    assert read.projects["beta"].owners == []
    assert [(kind, entry.known_as) for kind, entry in read.evidence.entries] == [
        ("mlflow", "mlflow-example-org-a664da"),
        ("dvc", "data"),
    ]
    assert read.evidence.dvc[0].owns == ("s3://alpha/dvc/",)
    assert read.policies == ["a.yaml", "b.yaml"]


def test_a_store_is_known_by_identity_else_address() -> None:
    assert endpoint_identity("http://LocalHost:8333") == "localhost:8333"
    assert endpoint_identity("http://s3.example.org") == "s3.example.org:80"
    assert endpoint_identity(None) == "aws"
    assert config("stores: {a: {identity: vast-1}}").stores["a"].known_as == "vast-1"


def test_a_bucket_finds_its_store() -> None:
    two = config("stores: {a: {buckets: [alpha]}, b: {}}")
    assert [store and store[0] for store in map(two.store_of, ("alpha", "beta"))] == ["a", "b"]
    open_to_all = config("stores: {a: {}, b: {}}")
    assert open_to_all.store_of("alpha") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "stores:\n  a:\n    endpiont: https://x\n",
            'tutela.yaml:3: unknown key "endpiont" in stores.a; did you mean "endpoint"?',
        ),
        (
            "stores:\n  a:\n    endpoint: s3.example.org\n",
            "tutela.yaml:3: stores.a.endpoint: is not a URL such as https://s3.example.org",
        ),
        (
            "stores: {a: {endpoint: 'https://x:99999'}}",
            "tutela.yaml:1: stores.a.endpoint: has a port that is not between 1 and 65535",
        ),
        (
            "stores: {a: {endpoint: 'https://x/path'}}",
            "tutela.yaml:1: stores.a.endpoint: has more than scheme, host and port",
        ),
        (
            "stores: {a: {governance: 'file:///x'}}",
            "tutela.yaml:1: stores.a.governance: has to be s3://bucket/prefix/",
        ),
        (
            "stores:\n  a: {buckets: [b-1]}\n  c: {buckets: [b-1]}\n",
            "tutela.yaml:3: bucket b-1 is named by two stores: a and c",
        ),
        (
            "projects:\n  p:\n    prefixes: ['']\n",
            "tutela.yaml:3: projects.p.prefixes[0]: has to start with s3://bucket or file:///path",
        ),
        (
            "projects:\n  p:\n    prefixes: ['s3://']\n",
            "tutela.yaml:3: projects.p.prefixes[0]: names no bucket; write s3://bucket/prefix/",
        ),
        (
            "projects:\n  p: {owners: [a]}\n",
            "tutela.yaml:2: projects.p: needs prefixes or a pattern: "
            "nothing would belong to this project",
        ),
        (
            "projects: {p: {prefixes: ['s3://bkt/x']}, q: {prefixes: ['s3://bkt/x/']}}",
            "tutela.yaml:1: s3://bkt/x/ belongs to two projects: p and q",
        ),
        (
            "projects: {p: {pattern: '.*'}}",
            "tutela.yaml:1: projects.p.pattern: matches everything, the empty text too",
        ),
        (
            "projects: {p: {prefixes: ['s3://bkt/x'], quota: lots}}",
            "tutela.yaml:1: projects.p.quota: is not an amount of bytes such as 100TB, "
            "1.5 TiB or 5000000",
        ),
        ("sources: ['']", "tutela.yaml:1: sources[0]: is empty; write s3://bucket/prefix, "),
        ("policy: ''", "tutela.yaml:1: policy: string should have at least 1 character"),
    ],
)
def test_each_mistake_is_told_with_its_line(text: str, message: str) -> None:
    assert problem(text).startswith(message)


def test_a_bad_pattern_is_told() -> None:
    assert "is not a regular expression" in problem("projects: {p: {pattern: '('}}")


def test_secrets_are_refused_before_anything_is_said_about_their_place() -> None:
    assert problem("stores:\n  a:\n    secret_key: x\n") == (
        "tutela.yaml:3: secret_key looks like a secret, and none may be in this file"
    )


def test_options_of_a_command_line_give_a_store() -> None:
    given = store_given(endpoint="http://x:1/", profile=None, region="r", ca_bundle=None)
    assert given == StoreConfig(endpoint="http://x:1", region="r")
    assert store_given(endpoint=None) == StoreConfig()
    with pytest.raises(OptionError, match=r"^--endpoint-url is not a URL such as"):
        store_given(endpoint="x")
    assert OptionError.exit_code == 2
