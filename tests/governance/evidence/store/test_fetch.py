from governance.evidence.store.fetch import CHUNK, Found, fetch
from governance.evidence.store.listing import File
from governance.recognise.reading import Unreadable


def file(number: int, size: int = 5) -> File:
    return File(f"k{number}", size, None, "", f"k{number}", "", "run", "run", "")


class Contents:
    def __init__(self) -> None:
        self.asked: list[tuple[str, int, int]] = []

    def read(self, key: str, start: int, length: int) -> bytes:
        self.asked.append((key, start, length))
        if key == "k1":
            raise Unreadable("no")
        return b"x" * length


def flat(chunks: list[list[Found]]) -> list[Found]:
    return [found for chunk in chunks for found in chunk]


def test_every_file_is_read_once_and_given_in_order() -> None:
    contents = Contents()
    chunks = list(fetch([[file(0), file(1)], [file(2, size=99)]], contents, 10))
    assert [one.file.key for one in flat(chunks)] == ["k0", "k1", "k2"]
    assert sorted(contents.asked) == [("k0", 0, 5), ("k1", 0, 5), ("k2", 0, 10)]


def test_one_that_cannot_be_read_stops_no_other() -> None:
    one, two, three = flat(list(fetch([[file(1), file(0), file(2, size=11)]], Contents(), 10)))
    assert isinstance(one.content, Unreadable)
    assert (two.content, two.whole) == (b"xxxxx", True)
    assert (three.content, three.whole) == (b"x" * 10, False)


def test_few_contents_are_in_memory_at_once() -> None:
    chunks = list(fetch([[file(number) for number in range(2 * CHUNK + 1)]], Contents(), 10))
    assert [len(chunk) for chunk in chunks] == [CHUNK, CHUNK, 1]
    large = list(fetch([[file(n, 2**20) for n in range(100)]], Contents(), 2**20))
    assert [len(chunk) for chunk in large] == [64, 36]
