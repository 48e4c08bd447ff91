"""kubeconform is on no package registry: a script prints what its documentation shows."""

from pathlib import Path

from blueprints.check.finding import Finding, NotChecked
from tests.blueprints.check.places import repository
from tests.blueprints.check.tools.programs import program, used

# github.com/yannh/kubeconform, Readme.md, "-output json".
SCRIPT = """\
for last in "$@"; do :; done
cat <<END
{"resources": [
  {"filename": "$last", "kind": "Service", "name": "web", "version": "v1",
   "status": "statusInvalid", "msg": "problem validating schema",
   "validationErrors": [{"path": "/spec/ports", "msg": "expected array"}]},
  {"filename": "$last", "kind": "Odd", "name": "x", "version": "a/v1", "status": "statusError",
   "msg": "could not find schema for Odd"},
  {"filename": "$last", "kind": "Service", "name": "ok", "version": "v1", "status": "statusValid",
   "msg": ""}
]}
END
exit 1
"""


def test_its_report_is_read_for_each_version(tmp_path: Path) -> None:
    repo = repository(
        tmp_path / "repo",
        {
            "a.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
            "b.yaml": "no: object\n",
            ".tutela-check.yaml": "version: 1\nkubernetes: ['1.31', '1.33']\n",
        },
    )
    script = f'echo "$@" >> {tmp_path}/words\n{SCRIPT}'
    found, missed = used("kubeconform", repo, program(tmp_path / "bin", "kubeconform", script))
    assert found == [
        Finding("a.yaml", 0, "kubeconform", f"Service web ({one}): problem validating schema")
        for one in ("1.31", "1.33")
    ]
    assert missed == [
        NotChecked("kubeconform", f"Odd x ({one}): could not find schema for Odd", "a.yaml")
        for one in ("1.31", "1.33")
    ]
    words = (tmp_path / "words").read_text()
    assert "-kubernetes-version 1.31.0" in words
    assert "b.yaml" not in words


def test_one_that_says_nothing_is_not_checked(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a.yaml": "apiVersion: v1\nkind: A\n"})
    script = "echo 'no network' >&2; exit 1"
    _, missed = used("kubeconform", repo, program(tmp_path / "bin", "kubeconform", script))
    assert [one.reason for one in missed] == ["no network"]
