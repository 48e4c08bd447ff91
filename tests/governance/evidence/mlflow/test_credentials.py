import os
import subprocess
import sys
from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError, ExtraMissingError
from governance.evidence.mlflow.credentials import credentials


def test_they_are_read_from_mlflows_file(home: Path) -> None:
    (home / ".mlflow").mkdir()
    (home / ".mlflow/credentials").write_text(
        "[mlflow]\nmlflow_tracking_username = reader\nmlflow_tracking_password = word\n"
    )
    try:
        found = credentials("https://host", None)
    finally:
        (home / ".mlflow/credentials").unlink()
        (home / ".mlflow").rmdir()
    assert (found.username, found.password) == ("reader", "word")


def test_a_bundle_of_the_entry_goes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    assert credentials("https://host", None).verify is False
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    assert credentials("https://host", bundle).verify == str(bundle)


def test_a_bundle_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no CA bundle"):
        credentials("https://host", tmp_path / "ca.pem")


def test_settings_that_contradict_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", str(tmp_path / "ca.pem"))
    with pytest.raises(EvidenceError, match="contradict"):
        credentials("https://host", None)


def test_without_mlflow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow.utils.credentials", None)
    with pytest.raises(ExtraMissingError) as raised:
        credentials("https://host", None)
    assert "pip install" in str(raised.value.__notes__)


def test_mlflow_tells_nobody_that_it_was_imported(home: Path) -> None:
    program = (
        "import os, threading\n"
        "from governance.evidence.mlflow.credentials import credentials\n"
        "credentials('https://host', None)\n"
        "from mlflow.telemetry import get_telemetry_client\n"
        "print(get_telemetry_client(), threading.active_count())\n"
        "print('MLFLOW_DISABLE_TELEMETRY' in os.environ)\n"
    )
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MLFLOW_DISABLE_TELEMETRY", "PYTEST_CURRENT_TEST", "CI")
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout == "None 1\nFalse\n"
    assert list(home.iterdir()) == []
