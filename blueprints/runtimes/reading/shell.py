"""A shell script as its commands, in the order in which they stand; nothing is run.

Reads what the scripts of renders are made of: simple commands, pipelines and lists, ``if``,
``while``, ``until``, ``for``, ``case``, functions, groups and subshells, ``[[ .. ]]`` and
``(( .. ))``, redirections, here-documents, assignments and arrays. Anything else is refused.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from blueprints.runtimes.reading.commands import Assignment, Command, Redirection, split
from blueprints.runtimes.reading.words import Part, Text, Word, word
from blueprints.runtimes.runtime import ReadError

_OPENS: Final = {"if": "fi", "while": "done", "until": "done", "for": "done", "case": "esac"}
_BETWEEN: Final = ("then", "elif", "else", "do")
_CLOSES: Final = ("fi", "done", "esac", "}")
_JOINS: Final = ("&&", "||", ";;", "|&", ";", "&", "|", "\n")
_REDIRECTIONS: Final = ("<<<", "<<-", "<<", "&>>", "&>", ">>", ">|", ">&", "<&", "<>", "<", ">")
_FUNCTION: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)[ \t]*\([ \t]*\)")


def parse(text: str | bytes, file: str) -> tuple[Command, ...]:
    """Every simple command of a script. Raises :class:`ReadError` for what is not read."""
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            raise ReadError(f"{file}:1: not UTF-8") from error
    return tuple(_Script(Text(file, text)).read())


@dataclass
class _Script:
    text: Text
    within: list[str] = field(default_factory=list)
    waiting: list[tuple[int, Redirection]] = field(default_factory=list)
    """Here-documents whose text begins on the next line, with the command they belong to."""
    found: list[Command] = field(default_factory=list)

    def read(self) -> list[Command]:
        while True:
            self._blank()
            if not self.text.here():
                break
            self._step()
        if self.within:
            raise self.text.error(f"the end, inside of {self.within[-1]}")
        if self.waiting:
            raise self.text.error("a here-document that never begins")
        return self.found

    def _blank(self) -> None:
        """Past blanks, comments and ends of lines, with the here-documents that follow them."""
        while True:
            self.text.skip()
            if self.text.here() != "\n":
                return
            self.text.take()
            self._documents()

    def _step(self) -> None:
        text = self.text
        if self.within and self.within[-1] == "case" and self._pattern():
            return
        if text.starts("(("):
            self._arithmetic()
        elif text.here() == "(":
            text.take()
            self.within.append("(")
        elif text.here() == ")":
            text.take()
            self._close(")")
        elif found := _FUNCTION.match(text.text, text.at):
            text.take(len(found.group()))
            self._blank()
            if text.here() != "{":
                raise text.error("a function without braces is not read")
            text.take()
            self.within.append(f"function {found.group(1)}")
        else:
            self._command()

    def _pattern(self) -> bool:
        """A branch of ``case``: its pattern, or its end; False inside of a branch."""
        text = self.text
        mark = text.at
        one = word(text)
        if one is not None and one.plain == "esac":
            self._close("case")
            return True
        text.at = mark
        if text.here() == "(":
            text.take()
        end = re.compile(r"[ \t]*\)").match
        while True:
            text.skip()
            if word(text) is None:
                raise text.error("a pattern of case is missing")
            if closed := end(text.text, text.at):
                text.take(len(closed.group()))
                self.within.append("branch")
                return True
            text.skip()
            if text.here() != "|":
                raise text.error("a pattern of case that does not end")
            text.take()

    def _arithmetic(self) -> None:
        line = self.text.line
        end = self.text.text.find("))", self.text.at)
        if end < 0:
            raise self.text.error("(( that is never closed", line)
        self.text.at = end + 2
        self._join()

    def _command(self) -> None:
        text = self.text
        line = text.line
        words: list[Word] = []
        assignments: list[Assignment] = []
        redirections: list[Redirection] = []
        while True:
            text.skip()
            redirection = self._redirection()
            if redirection is not None:
                redirections.append(redirection)
                continue
            one = word(text)
            if one is None:
                break
            if not words and not assignments and not redirections and self._keyword(one):
                return
            found = split(one) if not words else None
            if found is not None and text.here() == "(" and not _parts_text(found):
                assignments.append(Assignment(found.name, self._array(), found.append))
            elif found is not None:
                assignments.append(found)
            else:
                words.append(one)
            if words and words[0].plain == "[[":
                self._test(words)
        if not (words or assignments or redirections):
            if text.here() in ("", "\n"):
                return
            if self._join() == "":
                raise text.error(f"not read: {text.here()}")
            return
        number = len(self.found)
        self.found.append(
            Command(
                line,
                tuple(words),
                tuple(assignments),
                tuple(redirections),
                tuple(self.within),
            )
        )
        self.waiting += [(number, one) for one in redirections if one.operator in ("<<", "<<-")]
        joined = self._join()
        last = self.found[number]
        self.found[number] = Command(
            last.line,
            last.words,
            last.assignments,
            last.redirections,
            last.within,
            joined,
        )

    def _keyword(self, one: Word) -> bool:
        """Whether the word was part of a compound command, which is then open or closed."""
        name = one.plain
        if name == "!":
            return True
        if name in ("if", "while", "until", "{"):
            self.within.append(name)
        elif name in _BETWEEN:
            pass
        elif name in ("for", "case"):
            self._header(name)
        elif name in _CLOSES:
            self._close(name)
        elif name == "function":
            raise self.text.error("functions are read as name() only", one.line)
        else:
            return False
        return True

    def _header(self, name: str) -> None:
        """``for x in a b`` as a command of its own, ``case x in`` without one."""
        text, line = self.text, self.text.line
        text.skip()
        subject = word(text)
        text.skip()
        inside = word(text)
        if subject is None or inside is None or inside.plain != "in":
            raise text.error(f"{name} without in is not read")
        if name == "case":
            self.within.append("case")
            return
        words = [Word((Part("text", "for", quoted=False),), line), subject, inside]
        while True:
            text.skip()
            one = word(text)
            if one is None:
                break
            words.append(one)
        self.found.append(Command(line, tuple(words), within=tuple(self.within)))
        self.within.append(f"for {subject.plain}")
        self._join()

    def _close(self, name: str) -> None:
        opened = self.within.pop() if self.within else ""
        if opened == "branch" and name == "esac":
            opened = self.within.pop()
        kind = opened.split(" ")[0]
        fits = {"}": ("{", "function"), ")": ("(",), "case": ("case",)}.get(name)
        if kind not in (fits or tuple(one for one, end in _OPENS.items() if end == name)):
            raise self.text.error(f"{name} closes nothing that is open")
        while True:
            self.text.skip()
            if self._redirection() is None:
                break
        self._join()

    def _join(self) -> str:
        """What stands behind a command; the branch of a ``case`` ends with ``;;``."""
        self.text.skip()
        if self.text.here() in ("", ")"):
            return ""
        found = self.text.starts(*_JOINS)
        if found is None:
            return ""
        self.text.take(len(found))
        if found == ";;":
            if not self.within or self.within.pop() != "branch":
                raise self.text.error(";; outside of case")
        elif found == "\n":
            self._documents()
        return found

    def _redirection(self) -> Redirection | None:
        text = self.text
        number = re.compile(r"[0-9]*(?=[<>])|\{[A-Za-z_]+\}(?=[<>])").match(text.text, text.at)
        digits = number.group() if number else ""
        operator = next(
            (one for one in _REDIRECTIONS if text.text.startswith(one, text.at + len(digits))), None
        )
        if operator is None or text.starts("<(", ">("):
            return None
        text.take(len(digits) + len(operator))
        text.skip()
        target = word(text)
        if target is None:
            raise text.error(f"{operator} to nothing")
        return Redirection(operator, target, digits)

    def _array(self) -> tuple[Word, ...]:
        line = self.text.line
        self.text.take()
        made: list[Word] = []
        while True:
            self._blank()
            if self.text.here() == ")":
                self.text.take()
                return tuple(made)
            one = word(self.text)
            if one is None:
                raise self.text.error("a list that does not end", line)
            made.append(one)

    def _test(self, words: list[Word]) -> None:
        """The rest of ``[[ .. ]]``: its operators are words here."""
        while words[-1].plain != "]]":
            self._blank()
            if operator := self.text.starts("&&", "||", "(", ")", "<", ">"):
                self.text.take(len(operator))
                words.append(Word((Part("text", operator, quoted=False),), self.text.line))
                continue
            one = word(self.text)
            if one is None:
                raise self.text.error("[[ that is never closed")
            words.append(one)

    def _documents(self) -> None:
        """The texts of here-documents, which begin where a line has just ended."""
        for number, one in self.waiting:
            body = self._document(one)
            last = self.found[number]
            changed = tuple(
                Redirection(each.operator, each.target, each.number, body) if each is one else each
                for each in last.redirections
            )
            self.found[number] = Command(
                last.line, last.words, last.assignments, changed, last.within, last.joined
            )
        self.waiting = []

    def _document(self, one: Redirection) -> str:
        end = "".join(part.text for part in one.target.parts)
        if all(not part.quoted for part in one.target.parts):
            raise self.text.error(f"a here-document whose end {end} is not quoted is not read")
        lines: list[str] = []
        while True:
            if not self.text.here():
                raise self.text.error(f"a here-document without its end {end}")
            stop = self.text.text.find("\n", self.text.at)
            stop = len(self.text.text) if stop < 0 else stop
            line = self.text.take(stop - self.text.at)
            self.text.take()
            line = line.lstrip("\t") if one.operator == "<<-" else line
            if line == end:
                return "".join(f"{each}\n" for each in lines)
            lines.append(line)


def _parts_text(found: Assignment) -> bool:
    return isinstance(found.value, Word) and bool(found.value.parts)
