"""Variables of a shell script, as far as they are known without running it.

commands = parse(text, "serve.sh")
values = Values.of(commands, "serve.sh")  # assignments of the top level, in their order
values.fields(commands[3].words[1])       # ["--name=scout"]
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from blueprints.runtimes.reading.commands import Assignment, Command, split
from blueprints.runtimes.reading.words import Part, Word, expands
from blueprints.runtimes.runtime import ReadError

Value: TypeAlias = str | tuple[str, ...]
_DECLARES: Final = ("export", "readonly", "local", "declare", "typeset")


@dataclass
class Values:
    """Variables whose values are known without running anything."""

    file: str
    known: dict[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, commands: Iterable[Command], file: str = "") -> "Values":
        """Of the assignments outside of functions and conditions, in their order.

        A variable that is assigned something unknown, or assigned anywhere else as well, is
        unknown.
        """
        values = cls(file)
        elsewhere = set()
        for command in commands:
            for one in (*command.assignments, *_declared(command)):
                if command.within or (command.words and one in command.assignments):
                    elsewhere.add(one.name)
                else:
                    values.assign(one)
        for name in elsewhere:
            values.known.pop(name, None)
        return values

    def assign(self, one: Assignment) -> None:
        """Take an assignment over; what it cannot know is forgotten."""
        old: Value | None = self.known.pop(one.name, None)
        try:
            new: Value = (
                tuple(text for each in one.value for text in self.fields(each))
                if isinstance(one.value, tuple)
                else self.text(one.value)
            )
        except ReadError:
            return
        if not one.append:
            self.known[one.name] = new
        elif isinstance(old, str) and isinstance(new, str):  # noqa: SIM114 - types
            self.known[one.name] = old + new
        elif isinstance(old, tuple) and isinstance(new, tuple):
            self.known[one.name] = old + new

    def fields(self, one: Word) -> list[str]:
        """The words that the shell makes of a word: several of ``"${name[@]}"``, else one.

        Raises :class:`ReadError` for anything that is not known beforehand, for patterns, and for
        variables outside of quotes, which would be split.
        """
        made: list[str] | None = None
        for part in one.parts:
            found = self._part(part, one)
            if isinstance(found, str):
                made = [*(made or [""])]
                made[-1] += found
            elif found:
                made = [*(made or [""])]
                made[-1] += found[0]
                made += found[1:]
        return [] if made is None else made

    def text(self, one: Word) -> str:
        """As :meth:`fields`, for a word that must stay one."""
        literal = one.literal
        if literal is not None:
            return literal
        made = [self._part(part, one, split=False) for part in one.parts]
        if any(not isinstance(part, str) for part in made):
            raise self._error(one, "a list where one text is needed")
        return "".join(part for part in made if isinstance(part, str))

    def words(self, command: Command) -> list[str]:
        """Program and arguments of a command as the shell would pass them on."""
        return [text for one in command.words for text in self.fields(one)]

    def _part(self, part: Part, of: Word, *, split: bool = True) -> str | tuple[str, ...]:
        if part.kind == "text":
            if expands(part):
                raise self._error(of, f"a pattern outside of quotes: {part.text}")
            return part.text
        if part.kind != "variable":
            raise self._error(of, f"known only when it runs: {part.text}")
        name, every = part.text.removesuffix("[@]"), part.text.endswith("[@]")
        value = self.known.get(name)
        if value is None or isinstance(value, tuple) != every:
            raise self._error(of, f"a variable that is not known beforehand: {part.text}")
        if split and not part.quoted:
            raise self._error(of, f"a variable outside of quotes: {part.text}")
        return value

    def _error(self, one: Word, what: str) -> ReadError:
        return ReadError(f"{self.file}:{one.line}: {what}")


def _declared(command: Command) -> Iterator[Assignment]:
    """What ``export name=value`` and its like assign."""
    if command.program not in _DECLARES:
        return
    for one in command.words[1:]:
        found = split(one)
        if found is not None:
            yield found
