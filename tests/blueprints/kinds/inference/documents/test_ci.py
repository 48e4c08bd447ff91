from __future__ import annotations

import yaml

from tests.blueprints.kinds.inference.specifications import data, rendered, typed


def test_the_check_and_the_comparison_run_on_every_change() -> None:
    made = rendered(typed(data()))
    workflow = yaml.safe_load(made[".github/workflows/check.yaml"])
    runs = [step.get("run") for step in workflow["jobs"]["check"]["steps"]]
    assert runs[-2:] == ["tutela check . --format github", "tutela model compare ."]


def test_gitlab_runs_the_same() -> None:
    made = rendered(typed(data(ci="gitlab")))
    pipeline = yaml.safe_load(made[".gitlab-ci.yml"])
    assert pipeline["check"]["script"][-1] == "tutela model compare ."
    assert ".github/workflows/check.yaml" not in made
