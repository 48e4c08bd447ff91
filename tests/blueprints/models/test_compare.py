from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from blueprints.models.compare import compare
from tests.blueprints.kinds.inference.specifications import both
from tests.blueprints.models.chart import chart
from tests.blueprints.models.repository import repository

PODMAN = "models/apertus/desk/podman"
CHART = "models/apertus/cloud/vllm-chart"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return repository(tmp_path, both())


def edit(folder: Path, path: str, old: str, new: str) -> None:
    file = folder / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_what_was_rendered_is_the_same_everywhere(made: Path) -> None:
    found = compare(made)
    assert [one.folder for one in found.renders] == [
        PODMAN,
        "models/apertus/desk/apptainer",
        CHART,
    ]
    assert found.exit_code == 0
    assert str(found).splitlines()[-1] == "3 of 3 renders are the service that is specified"
    assert all(one.facts > 30 for one in found.renders)


def test_the_first_difference_is_named_with_both_values(made: Path) -> None:
    edit(made, f"{PODMAN}/serve.sh", "--env=HF_HUB_OFFLINE=1", "--env=HF_HUB_OFFLINE=0")
    found = compare(made)
    assert found.exit_code == 3
    first, *rest = str(found).splitlines()
    assert first == (f"{PODMAN}: another service: env.HF_HUB_OFFLINE is '0'; specified is '1'")
    assert rest[-1] == "2 of 3 renders are the service that is specified"


def test_what_is_added_and_what_is_left_out_are_differences(made: Path) -> None:
    edit(made, f"{PODMAN}/serve.sh", "  --rm \\\n", "  --rm \\\n  --privileged \\\n")
    edit(made, f"{CHART}/values.yaml", "HF_HUB_OFFLINE", "X_OTHER")
    found = {one.folder: one for one in compare(made).renders}
    (added,) = found[PODMAN].differences
    assert (added.fact, added.meant) == ("option.--privileged", None)
    assert {one.fact for one in found[CHART].differences} == {"env.HF_HUB_OFFLINE", "env.X_OTHER"}


def test_three_differences_are_told_and_the_others_counted(made: Path) -> None:
    file = made / PODMAN / "serve.sh"
    file.write_text(file.read_text().replace("  --env=HF_", "  --env=XX_"))
    lines = str(compare(made)).splitlines()
    assert lines[0].startswith(f"{PODMAN}: another service: env.HF_")
    assert lines[3].startswith("  and ")
    assert lines[3].endswith(" more")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda file: file.unlink(), "there is no such render"),
        (lambda file: file.write_text("podman run 'x"), "serve.sh:1"),
        (lambda file: file.write_text(""), "serve.sh:1"),
    ],
)
def test_what_cannot_be_read_is_told_and_is_not_the_same(
    made: Path, change: Callable[[Path], object], said: str
) -> None:
    change(made / PODMAN / "serve.sh")
    found = compare(made)
    assert found.exit_code == 3
    first = str(found).splitlines()[0]
    assert first.startswith(f"{PODMAN}: not read: ")
    assert said in first


def test_a_render_that_nothing_specifies_is_told(made: Path) -> None:
    other = made / "models" / "apertus" / "desk" / "docker" / "serve.sh"
    other.parent.mkdir()
    other.write_bytes((made / PODMAN / "serve.sh").read_bytes())
    found = compare(made)
    assert found.exit_code == 3
    line = "models/apertus/desk/docker: not read: nothing of it is specified"
    assert line in str(found).splitlines()


def test_what_a_runtime_cannot_say_is_told_and_no_difference(made: Path) -> None:
    found = compare(made)
    told = [line for line in str(found).splitlines() if " cannot say " in line]
    assert any(line.startswith("apptainer cannot say shared-memory: ") for line in told)
    chart = next(one for one in found.renders if one.folder == CHART)
    assert "working-folder" in (chart.unsaid or {})


def test_a_chart_that_is_not_at_hand_is_told(made: Path) -> None:
    assert "vllm-chart was compared by its values alone: chart-vllm is not at hand" in str(
        compare(made)
    )


def test_machines_read_it_too(made: Path) -> None:
    edit(made, f"{PODMAN}/serve.sh", "--workdir=/models", "--workdir=/")
    said = json.loads(json.dumps(compare(made).as_json()))
    assert (said["schema"], said["same"]) == ("tutela/model-compare/v1", False)
    assert said["renders"][0]["differences"] == [
        {"fact": "working-folder", "meant": "/models", "found": "/"}
    ]


def test_what_was_not_rendered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError):
        compare(tmp_path)


def test_charts_lie_in_a_folder(made: Path) -> None:
    with pytest.raises(ExpectedError, match="is no folder of charts"):
        compare(made, charts=made / "spec.yaml")


def test_progress_names_model_and_site(made: Path) -> None:
    told: list[str] = []
    compare(made, told.append)
    assert told == ["comparing apertus at desk", "comparing apertus at cloud"]


def test_values_are_compared_as_what_helm_makes_of_them(made: Path, tmp_path: Path) -> None:
    pytest.importorskip("helm_python")
    found = compare(made, charts=chart(tmp_path / "charts"))
    assert found.exit_code == 0
    assert "by its values alone" not in str(found)
    chart(made / "charts", ".Values.image.command", 'prepend .Values.image.command "env"')
    (one,) = (each for each in compare(made).renders if each.runtime == "vllm-chart")
    assert one.differences[0].fact == "argv.0"
    assert one.differences[0].found == "env"


def test_what_helm_says_of_values_is_told(made: Path, tmp_path: Path) -> None:
    pytest.importorskip("helm_python")
    charts = chart(tmp_path / "charts", ".Values.serviceName", 'required "who?" .Values.nobody')
    (one,) = (each for each in compare(made, charts=charts).renders if each.runtime == "vllm-chart")
    assert "chart-vllm 0.0.2" in one.unread
    assert "who?" in one.unread
