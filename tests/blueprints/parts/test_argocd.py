from blueprints.parts.argocd import app_project


def test_a_project_that_names_nothing_allows_nothing() -> None:
    spec = app_project("default", "argocd", part_of="platform", description="nothing")["spec"]
    assert spec == {
        "description": "nothing",
        "sourceRepos": [],
        "destinations": [],
        "clusterResourceWhitelist": [],
        "namespaceResourceWhitelist": [],
    }


def test_it_allows_what_is_named() -> None:
    made = app_project(
        "climate",
        "argocd",
        part_of="climate",
        description="a tenant",
        sources=["https://git.example.org/climate.git"],
        destinations=[{"name": "production", "namespace": "climate"}],
        kinds=[("", "Service")],
        source_namespaces=["climate"],
        roles=[{"name": "viewer"}],
    )
    assert made["spec"] == {
        "description": "a tenant",
        "sourceRepos": ["https://git.example.org/climate.git"],
        "sourceNamespaces": ["climate"],
        "destinations": [{"name": "production", "namespace": "climate"}],
        "clusterResourceWhitelist": [],
        "namespaceResourceWhitelist": [{"group": "", "kind": "Service"}],
        "roles": [{"name": "viewer"}],
    }


def test_it_says_whose_signatures_sources_need() -> None:
    wanted: dict[str, object] = {"git": {"policies": []}}
    made = app_project("signed", "argocd", part_of="signed", description="signed", integrity=wanted)
    spec = made["spec"]
    assert isinstance(spec, dict)
    assert spec["sourceIntegrity"] == wanted
