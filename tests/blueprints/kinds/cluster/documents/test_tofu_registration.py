"""What ArgoCD is told of a cluster."""

from blueprints.kinds.cluster.documents import tofu_registration
from tests.blueprints.kinds.cluster.tofu import files, parsed

REGISTRATION = "tofu/modules/registration"


def test_argocd_may_be_nobody_else_in_the_cluster() -> None:
    role = parsed(f"{REGISTRATION}/account.tf")["resource"]["kubernetes_cluster_role_v1"]["argocd"]
    verbs = {verb for rule in role["rule"] for verb in rule["verbs"]}
    assert not {"*", "impersonate"} & verbs
    (escalating,) = (rule for rule in role["rule"] if "escalate" in rule["verbs"])
    assert escalating["api_groups"] == ["rbac.authorization.k8s.io"]


def test_the_jobs_token_is_sensitive_and_is_not_what_argocd_gets() -> None:
    variables = parsed(f"{REGISTRATION}/variables.tf")["variable"]
    assert variables["rancher_token"]["sensitive"] is True
    assert "rancher_token" not in files()[f"{REGISTRATION}/argocd.tf"]


def test_labels_are_those_that_applicationsets_select_on() -> None:
    text = files()[f"{REGISTRATION}/argocd.tf"]
    for label in (
        tofu_registration.ENVIRONMENT_LABEL,
        tofu_registration.CLUSTER_LABEL,
        tofu_registration.COMPONENT_LABEL,
    ):
        assert f'"{label}' in text
    assert '"argocd.argoproj.io/secret-type" = "cluster"' in text


def test_the_secret_lies_with_argocd_and_the_rest_in_the_cluster() -> None:
    secrets = parsed(f"{REGISTRATION}/argocd.tf")["resource"]["kubernetes_secret_v1"]
    assert secrets["cluster"]["provider"] == "kubernetes.argocd"
    account = parsed(f"{REGISTRATION}/account.tf")["resource"]
    assert all("provider" not in one for kind in account.values() for one in kind.values())
