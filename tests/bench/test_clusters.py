from pathlib import Path

import pytest

from bench import clusters
from blueprints.emit.yaml import yaml_text
from blueprints.engine import spec


def test_each_figure_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other work on the machine is no fault of the program.
    monkeypatch.setattr(clusters, "MOST_SECONDS", 10_000)
    code = clusters.measure(tmp_path, 4)
    told = capsys.readouterr().out.splitlines()
    assert code == 0, told
    assert [line.split()[0] for line in told] == ["render", "check", "copier", "together"]


@pytest.mark.parametrize("count", [1, 9, 50, 200])
def test_a_specification_has_as_many_clusters_as_asked_and_is_right(count: int) -> None:
    data = clusters.specification(clusters.example(), count)
    loaded = spec.parse(yaml_text([data]), "clusters.yaml")
    assert len(list(loaded.model.deployments())) == count  # type: ignore[attr-defined]
