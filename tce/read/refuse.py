"""How readers say no: ``file:line: what``, and what can be typed."""

from tce.space.errors import NotModelledError


def refuse(file: str, line: int, what: str, *hints: str) -> NotModelledError:
    """The error for a line that is not understood in full; to be raised."""
    return NotModelledError(f"{file}:{line}: {what}", *hints)


def plain(text: str, file: str, *, tabs: bool) -> str:
    """The text, if every device reads it as it looks.

    A carriage return is an error to nft and part of a word to a switch; a tab pasted into a
    switch's command line asks it to complete the word before. What is not printable (also marks
    that turn the direction of writing) can make a line look like another.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if line.isprintable():
            continue
        if "\r" in line:
            hint = f"sed -i 's/\\r$//' {file}"
            raise refuse(file, number, "the line ends in CR LF: lines end in LF", hint)
        if "\t" in line and not tabs:
            raise refuse(file, number, "the line holds a tab", f"sed -i 's/\\t/ /g' {file}")
        odd = [one for one in line if one != "\t" and not one.isprintable()]
        if odd:
            raise refuse(file, number, f"the character {odd[0]!a} is not modelled")
    return text
