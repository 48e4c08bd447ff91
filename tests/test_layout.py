"""The tree of the tests is the tree of the code."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("tutela", "tce", "governance", "blueprints", "policies")

WITHOUT_A_TEST_OF_THEIR_OWN = {
    # Values without behaviour.
    "governance/artifact.py",
    "blueprints/front.py",
    "governance/snapshot/schema.py",
}


def modules() -> list[Path]:
    """Every module with something in it to test; what a command does is tested by sessions."""
    return [
        file.relative_to(ROOT)
        for room in ROOMS
        for file in sorted((ROOT / room).rglob("*.py"))
        if file.name not in ("__init__.py", "cli.py", "errors.py")
    ]


def test_every_module_has_its_test() -> None:
    missing = []
    for module in modules():
        if str(module) in WITHOUT_A_TEST_OF_THEIR_OWN:
            continue
        test = ROOT / "tests" / module.parent / f"test_{module.stem.replace('__', '')}.py"
        if not test.is_file():
            missing.append(f"{module}: no {test.relative_to(ROOT)}")
    assert missing == []


def test_no_exception_is_left_over() -> None:
    assert {name for name in WITHOUT_A_TEST_OF_THEIR_OWN if not (ROOT / name).is_file()} == set()


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {file.parent for file in (ROOT / "tests").rglob("test_*.py")}
    assert {folder for folder in folders if not (folder / "__init__.py").is_file()} == set()


def test_every_folder_of_a_room_is_a_package() -> None:
    folders = {file.parent for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    assert {folder for folder in folders if not (folder / "__init__.py").is_file()} == set()


LONGER = {
    # Copied into training environments as one file.
    "tutela/track.py": 560,
}


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {str(module): len((ROOT / module).read_text().splitlines()) for module in modules()}
    long = {name: length for name, length in lengths.items() if length > LONGER.get(name, 400)}
    assert long == {}
