from governance.policy.words import many, wrapped


def test_long_text_is_wrapped_and_indented() -> None:
    lines = wrapped("p.yaml:1: " + "word " * 40).splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= 100
    assert all(line.startswith("    word") for line in lines[1:])


def test_a_long_word_stays_whole() -> None:
    assert "x" * 200 in wrapped("see " + "x" * 200)


def test_hostile_text_is_made_visible() -> None:
    assert wrapped("a\x1b[31m\nb") == "a\\x1b[31m\\nb"


def test_one_is_singular() -> None:
    assert [many(n, "rule") for n in (0, 1, 2, 1234)] == [
        "0 rules",
        "1 rule",
        "2 rules",
        "1,234 rules",
    ]
