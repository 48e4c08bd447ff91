"""What is read of a checkpoint in Megatron's older format."""

from governance.recognise.folder import Tree
from governance.recognise.megatron_look import MODEL, TRACKER, MegatronLook
from tests.blueprints.formats.saved_by_torch import tensors, torch_file
from tests.governance.recognise.cells import cell

SAVE = "r/iter_0000005/"


def look(*ranks: str, size: int = 9, tracker: bool = True) -> MegatronLook:
    tree = Tree()
    for rank in ranks:
        tree.add(f"{SAVE}{rank}/", [cell(MODEL, size=size)])
    if tracker:
        tree.add("r/", [cell(TRACKER)])
    folder = tree.folder(SAVE)
    return MegatronLook.of(folder, folder.folders, [MODEL], mixed=True)


def named(first: MegatronLook, **args: int) -> list[str]:
    data = torch_file({"args": args, "model": tensors("m", w=1)})
    key = f"{SAVE}{first.ranks[0]}/{MODEL}"
    return [one.key[len(SAVE) :] for one in first.judge({key: data, f"r/{TRACKER}": b"5"}).named]


def test_the_first_rank_and_the_tracker_are_read() -> None:
    assert [one.key for one in look("mp_rank_01", "mp_rank_00").reads] == [
        f"{SAVE}mp_rank_00/{MODEL}",
        f"r/{TRACKER}",
    ]
    assert look("mp_rank_00", size=0, tracker=False).reads == ()


def test_ranks_are_named_in_the_form_of_those_that_are_there() -> None:
    sizes = {"tensor_model_parallel_size": 2, "pipeline_model_parallel_size": 1}
    assert named(look("mp_rank_00"), **sizes) == [f"mp_rank_0{n}/{MODEL}" for n in (0, 1)]
    sizes |= {"expert_model_parallel_size": 2}
    assert named(look("mp_rank_00_000"), **sizes)[-1] == f"mp_rank_01_001/{MODEL}"
    sizes |= {"pipeline_model_parallel_size": 3}
    assert named(look("mp_rank_00_000_000"), **sizes)[-1] == f"mp_rank_01_002_001/{MODEL}"
    assert named(look("mp_rank_00"), **sizes) == []


def test_without_sizes_only_the_first_rank_is_certain() -> None:
    assert named(look("mp_rank_00")) == [f"mp_rank_00/{MODEL}"]
    assert named(look("mp_rank_00"), tensor_model_parallel_size=0) == []
    assert named(look("mp_rank_00"), tensor_model_parallel_size=10**9) == []
