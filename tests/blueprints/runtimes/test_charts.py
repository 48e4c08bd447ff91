import io
import tarfile
from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from blueprints.runtimes.charts import Chart, Helm, at_hand, load
from blueprints.runtimes.runtime import ReadError

ABOUT = b"apiVersion: v2\nname: one\nversion: 0.0.%d\n"
TEMPLATE = b'kind: ConfigMap\nmetadata:\n  name: {{ required "no name" .Values.name }}\n'


def _folder(path: Path, version: int = 2) -> Path:
    (path / "templates").mkdir(parents=True)
    (path / "Chart.yaml").write_bytes(ABOUT % version)
    (path / "templates/a.yaml").write_bytes(TEMPLATE)
    (path / "values.schema.json").write_text('{"required": ["other"]}')
    (path / ".helmignore").write_text("values.schema.json\n")
    return path


def _package(path: Path, version: int) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("Chart.yaml", ABOUT % version), ("templates/a.yaml", TEMPLATE)):
            info = tarfile.TarInfo(f"one/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def test_of_charts_at_hand_the_newest_counts(tmp_path: Path) -> None:
    _folder(tmp_path / "one")
    _package(tmp_path / "one-0.0.10.tgz", 10)
    (tmp_path / "notes.txt").write_text("no chart")
    assert at_hand([tmp_path])["one"].version == "0.0.10"
    assert at_hand([tmp_path / "one"])["one"].version == "0.0.2"
    assert at_hand([tmp_path / "absent"]) == {}


def test_a_chart_is_what_it_would_be_packed_as(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("outside")
    folder = _folder(tmp_path / "one")
    (folder / "link").symlink_to(tmp_path / "secret")
    assert set(load(folder).files) == {"Chart.yaml", "templates/a.yaml", ".helmignore"}
    assert set(load(_package(tmp_path / "a.tgz", 3)).files) == {"Chart.yaml", "templates/a.yaml"}


def test_what_is_no_chart_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(b"no archive")
    with pytest.raises(ExpectedError, match="cannot read the chart"):
        load(tmp_path / "a.tgz")
    folder = _folder(tmp_path / "one")
    (folder / "Chart.yaml").write_text("version: 1\n")
    with pytest.raises(ExpectedError, match="gives it no name"):
        load(folder)


def test_helm_makes_manifests_or_says_why_not(tmp_path: Path) -> None:
    if not Helm.installed():
        pytest.skip("helm-python-sdk is not installed")
    chart = load(_folder(tmp_path / "one"))
    with Helm() as helm:
        made = helm.made(chart, "scout", "models", b"name: x\n")
        assert made == {"one/templates/a.yaml": b"kind: ConfigMap\nmetadata:\n  name: x\n"}
        with pytest.raises(ReadError, match=r"one 0\.0\.2: .*no name"):
            helm.made(chart, "scout", "models", b"{}\n")
        broken = Chart("two", "1", {"templates/a.yaml": b"{{"})
        with pytest.raises(ReadError, match="two 1"):
            helm.made(broken, "scout", "models", b"{}\n")
