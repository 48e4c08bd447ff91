"""What roles let somebody do."""

from pathlib import Path

from blueprints.check.cluster.rights import dangers, grants, guarded
from tests.blueprints.check.cluster.known import known

ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: a, namespace: team}
rules:
  - {apiGroups: [""], resources: [pods], verbs: [get, impersonate]}
  - {apiGroups: ["*"], resources: ["pods/*"], verbs: [list]}
  - {apiGroups: [""], resources: [resourcequotas], verbs: [get]}
  - {apiGroups: [""], resources: [limitranges], verbs: [patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a, namespace: team}
roleRef: {kind: Role, name: a}
subjects: [{kind: Group, name: people}, {kind: ServiceAccount, name: b}]
"""


def test_dangers_and_guarded_things_are_told_rule_by_rule(tmp_path: Path) -> None:
    (role,) = known(tmp_path, role=ROLE).of_kind("Role")
    assert [index for index, _ in dangers(role)] == [0, 1, 1]
    assert [index for index, _ in guarded(role)] == [3]


def test_a_grant_is_a_subject_with_its_role(tmp_path: Path) -> None:
    found = known(tmp_path, role=ROLE)
    held = [(grant.subject["name"], grant.role_name, grant.namespace) for grant in grants(found)]
    assert held == [("people", "a", "team"), ("b", "a", "team")]
    assert all(grant.role is not None for grant in grants(found))
