from __future__ import annotations

from blueprints.kinds.inference.documents.storage import claimed
from tests.blueprints.kinds.inference.specifications import (
    both,
    cluster,
    host,
    model,
    objects,
    rendered,
    typed,
)


def test_a_site_has_one_claim_for_all_of_its_models() -> None:
    shape = {"weights": "16Gi"}
    models = [model(name, sites=["cloud"], shape=shape) for name in ("one", "two")]
    made = rendered(typed(both(sites=[host(), cluster(runtimes=["kubernetes"])], models=models)))
    (claim,) = objects(made, "sites/cloud/weights.yaml")
    assert claim["metadata"]["name"] == "models"
    assert claim["metadata"]["namespace"] == "serving"
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "48Gi"
    assert "Prune=false" in claim["metadata"]["annotations"]["argocd.argoproj.io/sync-options"]


def test_it_is_delivered_by_an_application_that_deletes_nothing() -> None:
    made = rendered(typed(both(sites=[host(), cluster(runtimes=["kubernetes"])])))
    (one,) = objects(made, "argocd/production/applications/models-cloud.yaml")
    assert one["spec"]["source"]["path"] == "sites/cloud"
    assert one["spec"]["project"] == "models-cloud"
    assert "finalizers" not in one["metadata"]


def test_weights_of_unknown_size_get_room() -> None:
    made = rendered(typed(both(sites=[host(), cluster(runtimes=["kubernetes"])])))
    (claim,) = objects(made, "sites/cloud/weights.yaml")
    assert claim["spec"]["resources"]["requests"]["storage"] == "1536Gi"


def test_a_chart_with_volumes_of_its_own_needs_none() -> None:
    assert list(claimed(typed(both()))) == []
    assert not [path for path in rendered(typed(both())) if path.startswith("sites/")]
