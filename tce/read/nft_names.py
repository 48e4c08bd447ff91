"""``define`` in files of nftables: names for words, filled in before anything else is read."""

from tce.read.nft_tokens import Stream, Token
from tce.read.refuse import refuse


def filled(stream: Stream) -> Stream:
    """The same without definitions, each ``$name`` being what was defined before it.

    What is filled in keeps the line where it was defined: an element of a set is found there.
    """
    known: dict[str, list[Token]] = {}
    found: list[Token] = []
    while stream.now.kind != "end":
        begins = not found or found[-1].kind == "newline" or found[-1].text in (";", "{", "}")
        if begins and stream.skip("define"):
            name = stream.word()
            stream.expect("=")
            start = stream.place
            stream.over()
            if name.text in known:
                raise refuse(stream.file, name.line, f"{name.text} is defined twice")
            known[name.text] = _known(stream, stream.tokens[start : stream.place], known)
        else:
            found.append(stream.take())
    return Stream(stream.text, stream.file, _known(stream, found, known))


def _known(stream: Stream, given: list[Token], known: dict[str, list[Token]]) -> list[Token]:
    found: list[Token] = []
    for token in given:
        if token.kind != "word" or not token.text.startswith("$"):
            found.append(token)
        elif token.text[1:] in known:
            found += known[token.text[1:]]
        else:
            raise refuse(stream.file, token.line, f"{token.text} is not defined")
    return found
