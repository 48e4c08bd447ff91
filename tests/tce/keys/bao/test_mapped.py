import pytest
import requests
from hvac import exceptions

from tce.keys.bao import errors
from tce.keys.bao.mapped import refused, unknown, unreached

SERVER = "https://bao.example.org:8200"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), errors.TrustError),
        (requests.exceptions.SSLError("WRONG_VERSION_NUMBER"), errors.DownError),
        (requests.exceptions.ConnectTimeout(), errors.SlowError),
        (requests.exceptions.ReadTimeout(), errors.SlowError),
        (requests.exceptions.ConnectionError("Read timed out."), errors.SlowError),
        (requests.exceptions.ConnectionError("refused"), errors.DownError),
    ],
)
def test_what_never_answered_is_told_apart(
    error: requests.RequestException, kind: type[errors.BaoError]
) -> None:
    found = unreached(error, SERVER)
    assert type(found) is kind
    assert SERVER in str(found)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (exceptions.VaultDown(errors=["OpenBao is sealed"]), errors.SealedError),
        (exceptions.InternalServerError(errors=["Vault is sealed"]), errors.SealedError),
        (exceptions.VaultDown(errors=["node not active"]), errors.DownError),
        (exceptions.Forbidden(errors=["permission denied"]), errors.DeniedError),
        (exceptions.InvalidPath(errors=[]), errors.MissingError),
        (exceptions.InvalidRequest(errors=["check-and-set parameter"]), errors.ConflictError),
        (exceptions.InvalidRequest(errors=["encryption key not found"]), errors.GoneKeyError),
        (exceptions.InvalidRequest(errors=["by policy (too old)"]), errors.GoneKeyError),
        (exceptions.InvalidRequest(errors=["anything else"]), errors.BaoError),
        (exceptions.UnexpectedError("no json"), errors.BaoError),
    ],
)
def test_what_was_refused_is_told_apart(
    error: exceptions.VaultError, kind: type[errors.BaoError]
) -> None:
    assert type(refused(error, SERVER, "a/b")) is kind


def test_an_answer_of_many_lines_becomes_one() -> None:
    error = exceptions.InvalidRequest(errors=["1 error occurred:\n\t* no\n\n", "x" * 1000])
    text = str(refused(error, SERVER, "a/b"))
    assert text.startswith("a/b: 1 error occurred: * no")
    assert "\n" not in text
    assert len(text) < 320


def test_a_token_that_was_never_given_is_asked_for() -> None:
    assert "wants a token" in str(unknown(given=False))
    assert "expired" in str(unknown(given=True))
