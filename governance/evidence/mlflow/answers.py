"""What a tracking server's answers mean, and the errors where they mean nothing.

Nothing that a server wrote is repeated, only MLflow's own words for errors and a host's name.
"""

import json
import re
from urllib.parse import urlsplit

from governance.evidence.errors import EvidenceError

NO_SUCH = "RESOURCE_DOES_NOT_EXIST"
"""MLflow's word for what it does not have; any other 404 is not its answer."""
_CODE = re.compile(r"[A-Z_]{1,64}")
_LET_US_IN = (
    "export MLFLOW_TRACKING_USERNAME=NAME MLFLOW_TRACKING_PASSWORD=..",
    "export MLFLOW_TRACKING_TOKEN=..",
)


class AnswerError(EvidenceError):
    """A server did not answer, or not with what was asked for."""

    def __init__(
        self,
        message: str,
        *hints: str,
        status: int | None = None,
        code: str | None = None,
        hang: bool = False,
    ) -> None:
        super().__init__(message, *hints)
        self.status = status
        self.code = code
        """MLflow's own word for the error."""
        self.hang = hang
        """It took too long."""
        self.too_much = hang or isinstance(self, TooLongError)
        """Less could be asked for."""


class TooLongError(AnswerError):
    """An answer has more bytes than are read."""


def judge(host: str, status: int, location: str, body: bytes) -> None:
    """Raise AnswerError unless the status says that all is well."""
    if status == 200:
        return
    if 300 <= status < 400:
        parts = urlsplit(location)
        where = f" to {parts.scheme}://{parts.hostname}" if parts.hostname else ""
        raise AnswerError(
            f"{host} redirects{where} instead of answering",
            "register the address that it redirects to, if it is MLflow's",
            *_LET_US_IN,
            status=status,
        )
    if status in (401, 403):
        raise AnswerError(f"{host} refuses ({status})", *_LET_US_IN, status=status)
    code = _code(body)
    said = f"{status} {code}" if code else str(status)
    raise AnswerError(f"{host} answers with an error ({said})", status=status, code=code)


def object_of(body: bytes, host: str) -> dict[str, object]:
    """Return the JSON object of an answer, or raise AnswerError."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"{host} answers with something that is no JSON", status=200) from error
    if not isinstance(value, dict):
        raise AnswerError(f"{host} answers with something that is not MLflow's", status=200)
    return value


def _code(body: bytes) -> str | None:
    """Return MLflow's word for the error, where there is one."""
    try:
        code = object_of(body, "").get("error_code")
    except AnswerError:
        return None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None
