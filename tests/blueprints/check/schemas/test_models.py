"""The models of custom kinds."""

import pytest

from blueprints.check.schemas import core
from blueprints.check.schemas.models import Models, groups, models, nearest_group
from blueprints.check.schemas.notation import terms
from blueprints.check.schemas.policy import kinds, read

CORE = core.load(core.versions()[-1])


@pytest.mark.parametrize("practice", [False, True])
def test_every_model_can_be_compiled(practice: bool) -> None:
    known = Models(CORE, practice)
    for (group, kind), model in models().items():
        for version in model.versions:
            assert known.validator((group, version, kind)) is not None


def test_every_term_is_one_and_is_used() -> None:
    for content in kinds().values():
        for one in content if isinstance(content, list) else [content]:
            own = one.get("terms", {})
            nodes = [
                {key: value for key, value in kind.items() if key not in ("versions", "unnamed")}
                for kind in one["kinds"].values()
            ]
            used = {term for node in (*own.values(), *nodes) for term in terms(node)}
            assert used <= own.keys() | read("terms.yaml").keys()
            assert own.keys() <= used, one["group"]


def test_another_version_or_kind_has_no_validator() -> None:
    known = Models(CORE)
    assert known.validator(("argoproj.io", "v1", "Application")) is None
    assert known.validator(("argoproj.io", "v1alpha1", "Aplication")) is None


def test_a_file_of_a_tool_needs_no_name_and_an_object_does() -> None:
    known = Models(CORE)
    kustomization = known.validator(("kustomize.config.k8s.io", "v1beta1", "Kustomization"))
    issuer = known.validator(("cert-manager.io", "v1", "Issuer"))
    head = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    assert kustomization is not None
    assert kustomization.is_valid({**head, "resources": ["a.yaml"]})
    assert issuer is not None
    head = {"apiVersion": "cert-manager.io/v1", "kind": "Issuer"}
    assert not issuer.is_valid({**head, "spec": {"selfSigned": {}}})
    assert issuer.is_valid({**head, "metadata": {"name": "a"}, "spec": {"selfSigned": {}}})


def test_a_slip_in_a_group_is_near_to_it() -> None:
    assert nearest_group("argoprj.io") == "argoproj.io"
    assert nearest_group("example.org") == ""
    assert "cilium.io" in groups()
