"""Who asks a tracking server: what MLflow's own clients are told by the environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from governance.evidence.errors import EvidenceError, ExtraMissingError

if TYPE_CHECKING:
    from mlflow.utils.rest_utils import MlflowHostCreds


def credentials(uri: str, ca_bundle: Path | None) -> "MlflowHostCreds":
    """Return the credentials for a server; `ca_bundle` goes before what the environment says.

    Raises ExtraMissingError without mlflow-skinny, EvidenceError for settings that contradict.
    """
    with _no_telemetry():
        try:
            from mlflow.exceptions import MlflowException
            from mlflow.utils.credentials import get_default_host_creds
            from mlflow.utils.rest_utils import MlflowHostCreds
        except ImportError as error:
            raise ExtraMissingError(
                "asking a tracking server needs mlflow-skinny", "pip install 'tutela[evidence]'"
            ) from error
    try:
        found: MlflowHostCreds = get_default_host_creds(uri)  # type: ignore[no-untyped-call]
    except MlflowException as error:
        raise EvidenceError(
            "the MLFLOW_TRACKING_ settings of the environment contradict"
        ) from error
    if ca_bundle is not None:
        if not ca_bundle.is_file():
            raise EvidenceError(f"there is no CA bundle at {ca_bundle}")
        found.server_cert_path = str(ca_bundle)
        found.ignore_tls_verification = False
    return found


@contextmanager
def _no_telemetry() -> Iterator[None]:
    """MLflow tells its makers when it is imported, unless this is set."""
    name = "MLFLOW_DISABLE_TELEMETRY"
    before = os.environ.get(name)
    os.environ[name] = "true"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
