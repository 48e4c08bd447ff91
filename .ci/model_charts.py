"""Puts the Helm chart that vLLM ships where the tests find it, from vLLM's own source package.

python .ci/model_charts.py FOLDER

Nothing of the package is run: pip asks a build backend for its metadata first, and gets ours, which
copies what stands in the package.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "vllm==0.28.0"
"""The first whose chart is 0.0.2; up to 0.33 no newer one has another."""
BACKEND = """\
import email, pathlib, shutil


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(folder, config_settings=None):
    version = email.message_from_string(pathlib.Path("PKG-INFO").read_text())["Version"]
    made = pathlib.Path(folder) / f"vllm-{version}.dist-info"
    made.mkdir()
    shutil.copy("PKG-INFO", made / "METADATA")
    (made / "WHEEL").write_text("Wheel-Version: 1.0\\n")
    return made.name
"""


def main(folder: Path) -> None:
    """Unpack the chart into ``FOLDER/chart-vllm``."""
    with tempfile.TemporaryDirectory() as work:
        backend = Path(work, "backend", "setuptools")
        backend.mkdir(parents=True)
        (backend / "__init__.py").write_text("")
        (backend / "build_meta.py").write_text(BACKEND)
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q"]
        alone = ["--no-deps", "--no-binary", ":all:", "--no-build-isolation", "-d", work]
        environment = {**os.environ, "PYTHONPATH": str(backend.parent)}
        subprocess.run([*command, *alone, PACKAGE], check=True, env=environment)
        (source,) = Path(work).glob("vllm-*.tar.gz")
        with tarfile.open(source) as archive:
            for member in archive:
                _, found, path = member.name.partition("/chart-helm/")
                stream = archive.extractfile(member) if found and member.isreg() else None
                if stream is not None:
                    target = folder / "chart-vllm" / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(stream.read())
    assert (folder / "chart-vllm" / "Chart.yaml").is_file(), f"{PACKAGE} has no chart"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
