from governance.evidence.kinds import LINKS, STORE
from governance.evidence.roots import ALWAYS, ROOTS, SOURCE_WORDS
from governance.workspace.evidence import KINDS


def test_every_root_is_answered_by_a_kind_of_source_that_there_is() -> None:
    answering = {kind for kinds in ROOTS.values() for kind in kinds}
    assert answering <= {*KINDS, LINKS, STORE}
    assert set(SOURCE_WORDS.values()) <= set(KINDS)


def test_what_protects_without_being_named_is_a_root() -> None:
    assert set(ALWAYS) <= set(ROOTS)
    # A run, a version or a save that a trainer wrote last is not needed by being known.
    assert not {"mlflow.run", "mlflow.version", "trainer.latest"} & set(ALWAYS)
