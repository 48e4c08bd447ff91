from hypothesis import given
from hypothesis import strategies as st

from governance.store.join import join

NAMES = st.text(alphabet="ab-.1", min_size=1, max_size=5)


@given(
    st.sets(NAMES, max_size=30),
    st.sets(NAMES, max_size=5),
    st.floats(0.1, 5000),
    st.integers(1, 50),
)
def test_every_folder_is_under_one_prefix_and_no_file_is(
    folders: set[str], files: set[str], rows_each: float, page: int
) -> None:
    paths = [f"r/{name}/" for name in folders]
    keys = [f"r/{name}" for name in files]
    found = join("r/", paths, keys, rows_each, page)
    for path in paths:
        assert sum(path.startswith(prefix) for prefix in found) == 1
    assert not any(key.startswith(prefix) for key in keys for prefix in found)
    assert all(len(prefix) > 2 for prefix in found)
    assert all(any(path.startswith(prefix) for path in paths) for prefix in found)


def test_small_folders_share_a_page() -> None:
    folders = [f"r/checkpoint-{step}/" for step in range(500, 10_500, 500)]
    found = join("r/", folders, [], rows_each=80, page=1000)
    assert "r/checkpoint-1" in found
    assert len(found) == 9


def test_large_folders_stay_alone() -> None:
    folders = ["r/a/", "r/b/"]
    assert join("r/", folders, [], rows_each=900, page=1000) == folders


def test_one_folder_is_itself() -> None:
    assert join("", ["runs/"], [], rows_each=5, page=1000) == ["runs/"]


def test_what_did_not_fit_is_split_further() -> None:
    """A joined prefix that turned out too large is never given again."""
    folders = ["r/ab1/", "r/ab2/"]
    assert join("r/ab", folders, [], rows_each=1, page=1000) == folders
