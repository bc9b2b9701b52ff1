"""Every command and option is on its page, and the page names none that is not there."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from rempart.frontends.cli.app import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "command_line.md"
TEXT = PAGE.read_text(encoding="utf-8")
UNIVERSAL = {"--help", "-h"}


def commands(group=None, path=()):
    """Every command with its words, groups too."""
    group = group or get_command(app)
    for name, command in group.commands.items():
        yield (*path, name), command
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


ALL = dict(commands())


def options(command) -> set[str]:
    found = {flag for parameter in command.params for flag in parameter.opts if flag.startswith("-")}
    return found - UNIVERSAL


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_a_command_is_on_the_page(words):
    assert f"rempart {' '.join(words)}" in TEXT


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_the_options_of_a_command_are_on_the_page(words):
    missing = {flag for flag in options(ALL[words]) if f"`{flag}" not in TEXT}
    assert not missing


def test_the_page_names_no_option_that_is_not_there():
    known = set().union(*map(options, [*ALL.values(), get_command(app)])) | UNIVERSAL
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT))
    assert named <= known


@pytest.mark.parametrize(
    "words", [words for words, c in ALL.items() if not hasattr(c, "commands")], ids=" ".join
)
def test_a_command_has_examples_that_parse(words):
    command = ALL[words]
    examples = re.findall(r"\$ rempart (.+)", command.epilog or "")
    assert examples, "no examples in its help"
    for example in examples:
        arguments = example.partition(">")[0].partition("|")[0].split()
        assert tuple(arguments[: len(words)]) == words
        command.make_context(" ".join(words), arguments[len(words) :])
