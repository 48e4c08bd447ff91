"""What is read of a DeepSpeed checkpoint, alone and inside another save."""

from governance.recognise.deepspeed_look import Look
from governance.recognise.folder import Folder, Tree
from tests.governance.recognise.cells import cell

NAMES = ["mp_rank_00_model_states.pt", "zero_pp_rank_0_mp_rank_00_optim_states.pt"]


def folder(path: str, *beside: str) -> Folder:
    tree = Tree()
    for name in NAMES:
        tree.add(path, [cell(name, size=9)])
    tree.add(path[: path.rfind("/", 0, -1) + 1], [cell(name, size=12) for name in beside])
    return tree.folder(path)


def test_alone_the_optimizer_and_the_tracker_are_read() -> None:
    look = Look.of(folder("r/global_step5/", "latest"), NAMES)
    assert [(one.key, one.length) for one in look.reads] == [
        ("r/global_step5/" + NAMES[1], 9),
        ("r/latest", 12),
    ]
    assert (look.unmarked, look.unsure) == ((), None)


def test_inside_a_save_the_tracker_need_only_be_there() -> None:
    look = Look.of(folder("r/checkpoint-5/global_step5/", "latest"), NAMES)
    assert len(look.reads) == 1
    look = Look.of(folder("r/checkpoint-5/global_step5/"), NAMES)
    assert look.unmarked == ("r/checkpoint-5/latest",)


def test_alone_without_a_tracker_it_is_unsure() -> None:
    look = Look.of(folder("r/global_step5/"), NAMES[:1])
    assert look.reads == ()
    assert look.unsure == "no latest beside it says that the save was finished"


def test_at_the_top_of_a_bucket_there_is_nothing_beside_it() -> None:
    assert Look.of(folder("global_step5/"), NAMES).latest is None
