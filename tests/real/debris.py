"""What interrupted copies leave behind, and files that no layout knows. Nothing to install."""

from pathlib import Path

from tests.real.case import Case

SOURCE = (
    "the endings that curl and wget (.part), rclone (.partial), rsync (.<name>.<random>) and the "
    "Linux NFS client (.nfs<hex>) give, because no training library writes them"
)
WHY = "left behind by an interrupted program"


def write(folder: Path) -> None:
    """Each temporary file is debris alone; notes and scripts are unknown, and kept."""
    case = Case(folder, "debris", "scratch after a bad night", by_hand=SOURCE)
    for key in (
        "scratch/corpus.tar.part",
        "scratch/model.safetensors.incomplete",
        "scratch/dump.tmp",
        "scratch/shard.bin.partial",
        "scratch/.nfs00000000a1b2c3d400000001",
    ):
        case.put(key, b"half")
        case.artifact(key, "debris", "debris", complete=None, why=WHY)
    case.put("notes/plan.md", "# plan\n")
    case.put("notes/sub/data.xyz", b"?")
    case.artifact("notes/", "unknown", "unknown", slot="rest")
    case.close()
