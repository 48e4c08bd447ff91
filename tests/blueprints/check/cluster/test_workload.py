"""Pods of documents."""

from pathlib import Path

from tests.blueprints.check.cluster.known import known, pod

CRON = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: team}
spec:
  jobTemplate:
    spec:
      parallelism: 3
      template:
        metadata: {labels: {app: nightly}}
        spec:
          initContainers: [{name: first}, {name: beside, restartPolicy: Always}]
          containers: [{name: main}]
"""


def test_a_workload_knows_its_labels_containers_and_number(tmp_path: Path) -> None:
    (web,) = known(tmp_path, web=pod("web")).workloads
    assert (web.labels, web.replicas, web.is_job) == ({"app": "web"}, 2, False)
    assert [one.name for one in web.containers] == ["main"]
    assert web.containers[0].path == ("spec", "template", "spec", "containers", 0)


def test_a_job_runs_as_many_as_it_says(tmp_path: Path) -> None:
    (nightly,) = known(tmp_path, cron=CRON).workloads
    assert (nightly.labels, nightly.replicas, nightly.is_job) == ({"app": "nightly"}, 3, True)
    assert [(one.name, one.runs_on) for one in nightly.containers] == [
        ("first", False),
        ("beside", True),
        ("main", True),
    ]
