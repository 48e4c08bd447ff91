from blueprints.supply.documents import files, problems
from tests.blueprints.kinds.inference.specifications import both, typed
from tests.blueprints.supply.cases import SAID


def test_every_model_has_its_steps_at_every_site() -> None:
    spec = typed(both(supply=SAID))
    assert {one.path for one in files(spec)} == {
        "supply/images.yaml",
        "supply/images.sh",
        "supply/desk/flatten.sh",
        "supply/desk/apertus/podman/download.sh",
        "supply/desk/apertus/podman/fetch.sh",
        "supply/desk/apertus/podman/upload.sh",
        "supply/desk/apertus/apptainer/download-image.sh",
        "supply/desk/apertus/apptainer/download.sh",
        "supply/desk/apertus/apptainer/fetch-image.sh",
        "supply/desk/apertus/apptainer/fetch.sh",
        "supply/desk/apertus/apptainer/upload-image.sh",
        "supply/desk/apertus/apptainer/upload.sh",
        "supply/cloud/apertus/kubernetes/fetch.yaml",
        "supply/cloud/apertus/kubernetes/mirror.yaml",
    }


def test_without_tools_there_are_images_alone() -> None:
    paths = {one.path for one in files(typed(both()))}
    assert paths == {"supply/images.yaml", "supply/images.sh", "supply/desk/flatten.sh"}


def test_a_site_that_no_tool_is_for_is_a_problem_once() -> None:
    assert list(problems(typed(both(supply=SAID)))) == []
    assert list(problems(typed(both()))) == []
    spec = typed(both(supply=SAID))
    lacking = spec.supply.model_copy(update={"tools": spec.supply.tools[:1]})  # type: ignore[union-attr]
    spec = spec.model_copy(update={"supply": lacking})
    told = [text for _, text in problems(spec)]
    assert told == [
        "there is no image of aws for amd64, which desk has",
        "there is no image of aws for amd64, which cloud has",
    ]
