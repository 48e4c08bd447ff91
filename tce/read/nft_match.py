"""One rule of nftables as text: matches, what changes nothing, and its verdict; nft(8)."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from tce.read.nft_keys import KEYS, Key
from tce.read.nft_rules import Clause, Element, Line, Meaning, Set, Verdict
from tce.read.nft_special import flags_fit, offset_fits
from tce.read.nft_tokens import Stream
from tce.read.refuse import refuse

_FAMILY_WORDS = ("ip", "ip6", "tcp", "udp", "sctp", "th", "icmp", "icmpv6", "ct")
_META_WORDS = ("iif", "iifname", "oif", "oifname", "nfproto", "l4proto", "protocol")
_VERDICTS = ("accept", "drop", "return", "jump", "goto")
_DEEPEST = 8
"""Sets within sets."""
_LOG_WORDS = ("prefix", "group", "snaplen", "queue-threshold", "level")


class RuleReader:
    """Reads one rule, up to its end; raises NotModelledError."""

    def __init__(self, stream: Stream, sets: Mapping[str, Set], meaning: Meaning) -> None:
        self.stream = stream
        self.sets = sets
        self.meaning = meaning
        self.clauses: list[Clause] = []
        self.verdict: Verdict | None = None
        self.over = False
        self.limited: int | None = None
        self.logs = False

    def read(self) -> Line:
        """The rule."""
        stream = self.stream
        start = last = stream.place
        while not stream.ends():
            if self.over and stream.now.text != "comment":
                raise stream.odd(stream.now, "comes after the rule's verdict")
            self._statement()
            last = stream.place
        line = stream.tokens[start].line
        if self.limited is not None and self.over:
            raise refuse(stream.file, self.limited, "a verdict under a limit is not modelled")
        logs = self.logs and self.limited is None
        return Line(line, stream.between(start, last), tuple(self.clauses), self.verdict, logs)

    def _statement(self) -> None:
        token = self.stream.now
        known: dict[str, Callable[[], None]] = {
            "counter": self._counter,
            "log": self._log,
            "limit": self._limit,
            "comment": self._comment,
            "reject": self._reject,
            "continue": self._continue,
        }
        if token.kind != "word":
            raise self.stream.odd(token)
        if token.text in known:
            self.stream.take()
            known[token.text]()
        elif token.text in _VERDICTS:
            self.verdict, self.over = verdict(self.stream), True
        elif token.text in (*_FAMILY_WORDS, *_META_WORDS, "meta"):
            self._match()
        else:
            raise self.stream.odd(token)

    def _counter(self) -> None:
        if self.stream.skip("name"):
            self.stream.word()
        elif self.stream.skip("packets"):
            self.stream.word()
            self.stream.expect("bytes")
            self.stream.word()

    def _log(self) -> None:
        self.logs = True
        while self.stream.now.kind == "word":
            if self.stream.skip("flags"):
                self.stream.expect("all")
            elif self.stream.now.text in _LOG_WORDS:
                self.stream.take()
                self.stream.word()
            else:
                return

    def _limit(self) -> None:
        self.limited = self.stream.now.line
        self.stream.expect("rate")
        self.stream.skip("over")
        self._amount()
        while self.stream.skip("/") or self.stream.skip("burst"):
            self._amount()

    def _amount(self) -> None:
        self.stream.word()
        if self.stream.now.text in ("packets", "bytes", "kbytes", "mbytes"):
            self.stream.take()

    def _comment(self) -> None:
        self.stream.word()

    def _continue(self) -> None:
        self.over = True

    def _reject(self) -> None:
        self.verdict, self.over = Verdict("drop"), True
        if not self.stream.skip("with") or self.stream.skip("tcp", "reset"):
            return
        if not any(self.stream.skip(one) for one in ("icmp", "icmpv6", "icmpx")):
            raise self.stream.odd(self.stream.now)
        self.stream.skip("type")
        self.stream.word()

    def _match(self) -> None:
        stream = self.stream
        start = stream.place
        keys = [self._key()]
        while stream.skip("."):
            keys.append(self._key())
        if len(keys) == 1 and keys[0].kind == "tcp_flag":
            fits = flags_fit(stream)
        elif len(keys) == 1 and keys[0].kind == "frag_off":
            fits = offset_fits(stream)
        else:
            self._values(keys, start)
            return
        line = stream.tokens[start].line
        text = stream.between(start, stream.place)
        self.clauses.append(self.meaning.where(keys[0], fits, line, text))

    def _key(self) -> Key:
        token = self.stream.word()
        if token.text in _META_WORDS:
            name = f"meta {token.text}"
        else:
            name = f"{token.text} {self.stream.word().text}"
        if name not in KEYS:
            raise refuse(self.stream.file, token.line, f"{name} is not modelled")
        return KEYS[name]

    def _values(self, keys: list[Key], start: int) -> None:
        stream = self.stream
        maps = stream.skip("vmap")
        negated = not maps and stream.skip("!=")
        if not maps and not negated:
            stream.skip("==")
        line = stream.now.line
        named = stream.skip("@")
        if named:
            given = self.meaning.named(self.sets, stream.word().text, keys, line, maps=maps)
        elif stream.skip("{"):
            given = elements(stream, maps=maps)
            if not given:
                raise refuse(stream.file, line, "an empty set is not modelled")
        elif maps:
            raise stream.odd(stream.now)
        else:
            given = self._listed(keys, negated=negated)
        if len(keys) == 1 and not named and not maps:
            text = stream.between(start, stream.place)
            given = [replace(one, text=text) for one in given]
        self.over = maps
        self.clauses.append(self.meaning.clause(keys, given, line, negated=negated, named=named))

    def _listed(self, keys: list[Key], *, negated: bool) -> list[Element]:
        """A value; or several with commas between: any of them, of what is one of some bits."""
        stream = self.stream
        found = [_element(stream)]
        while stream.skip(","):
            if [one.kind for one in keys] != ["ct_state"] or negated:
                raise refuse(stream.file, stream.now.line, "a list without braces is not modelled")
            found.append(_element(stream))
        return found


def verdict(stream: Stream) -> Verdict:
    """One of them, where one has to be."""
    token = stream.word()
    match token.text:
        case "accept" | "drop" | "return":
            return Verdict(token.text)
        case "jump" | "goto":
            return Verdict(token.text, stream.word().text)
        case _:
            raise stream.odd(token)


def elements(stream: Stream, *, maps: bool, depth: int = 0) -> list[Element]:
    """Those up to the ``}``, whose ``{`` is behind; with verdicts or without."""
    if depth > _DEEPEST:
        raise stream.odd(stream.now, "stands in too many sets within each other")
    found = []
    stream.blank()
    while not stream.skip("}"):
        if stream.skip("{"):
            found += elements(stream, maps=maps, depth=depth + 1)
        else:
            found.append(_element(stream, maps=maps))
        stream.blank()
        if stream.now.text != "}":
            stream.expect(",")
            stream.blank()
    return found


def _element(stream: Stream, *, maps: bool = False) -> Element:
    start = stream.place
    parts, then = [], None
    while True:
        token = stream.word()
        head, colon, tail = token.text.rpartition(":")
        if maps and colon and head and tail in (*_VERDICTS, ""):
            stream.place -= 1
            stream.split(head)
            token = stream.word()
        parts.append(token.text)
        if not stream.skip("."):
            break
    if "*" in parts:
        raise stream.odd(stream.tokens[start])
    _remarks(stream)
    if maps:
        if stream.now.text.startswith(":") and stream.now.text != ":":
            stream.split("")
        stream.expect(":")
        then = verdict(stream)
    line = stream.tokens[start].line
    return Element(tuple(parts), line, stream.between(start, stream.place), then)


def _remarks(stream: Stream) -> None:
    """Counters and comments; what expires is not modelled."""
    while stream.now.text in ("counter", "comment") and stream.now.kind == "word":
        if stream.take().text == "comment":
            stream.word()
        elif stream.skip("packets"):
            stream.word()
            stream.expect("bytes")
            stream.word()
