from tests.blueprints.kinds.sandbox.stacks.made import place


def test_names_begin_with_the_stack() -> None:
    assert place("papers").name("chat") == "papers-chat"
    assert place("papers").secret("chat") == "sandboxes/climate/stacks/papers/chat"
    assert place("papers").host("papers") == "papers.climate.sandboxes.example.org"


def test_labels_hold_the_selector() -> None:
    here = place("papers")
    labels = here.labels("chat", "chainlit")
    assert here.selector("chat", "chainlit").items() <= labels.items()
    assert labels["app.kubernetes.io/part-of"] == "climate"


def test_virtual_machines_are_the_nodes_that_are_no_accelerators() -> None:
    assert place().on_accelerators() == {
        "nodeSelector": {"hpc": "true"},
        "tolerations": [
            {"key": "hpc", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
        ],
    }
    affinity = str(place().on_virtual_machines())
    assert "'key': 'hpc', 'operator': 'NotIn', 'values': ['true']" in affinity


def test_where_accelerators_have_no_label_nothing_is_said_of_the_others() -> None:
    storage = {
        "filesystem": "files",
        "block": "disks",
        "object": {"endpoint": "https://s3.example.org:9000", "cidrs": ["192.0.2.0/28"]},
    }
    here = place(profile="commercial", storage=storage)
    assert here.on_virtual_machines() == {}
    assert here.on_accelerators() == {
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
    }
    assert here.store == ("s3.example.org", 9000)


def test_a_bucket_is_found_by_its_entry() -> None:
    assert place().bucket("text") == "climate-text"
