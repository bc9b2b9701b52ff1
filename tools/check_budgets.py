"""Hold the sources to the house budgets: sizes, kernel shape, names and forbidden constructs.

The size of a function is its lines of code: signature and body, without decorators, docstring,
blank lines and comments. Lines of a nested function count for it and for the one around it.
"""

from __future__ import annotations

import ast
import io
import statistics
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MEDIAN_LINES, NINETIETH_LINES, MOST_LINES = 8, 30, 60
MODULE_LINES = 500
KERNEL_PARAMETERS, KERNEL_NESTING = 7, 3
EMPTY_NAMES = frozenset({"util", "utils", "common", "helper", "helpers", "misc", "manager"})
MAY_PRINT = "frontends/cli/"

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)
_NO_CODE = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)


class Fault(NamedTuple):
    """One budget that is broken, and where."""

    place: str
    message: str


class Size(NamedTuple):
    """Lines of code of one function."""

    place: str
    lines: int


def code_lines(source: str) -> set[int]:
    """Numbers of the lines that hold code: neither blank nor comment nor docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def functions(tree: ast.Module) -> Iterator[Function]:
    """All functions and methods of a module, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def nesting(node: ast.AST) -> int:
    """Depth of the deepest block inside a node; an `elif` is as deep as its `if`."""
    return max((_depth(child) for child in ast.iter_child_nodes(node)), default=0)


def _depth(node: ast.AST) -> int:
    if not isinstance(node, _BLOCKS):
        return nesting(node)
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        body = max((_depth(child) for child in node.body), default=0)
        return max(1 + body, _depth(node.orelse[0]))
    return 1 + nesting(node)


def is_kernel(function: Function) -> bool:
    """Whether a function carries the `@kernel` decorator."""
    return any(isinstance(item, ast.Name) and item.id == "kernel" for item in function.decorator_list)


def n_parameters(function: Function) -> int:
    """Number of parameters of a function, of every kind."""
    given = function.args
    named = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
    return named + (given.vararg is not None) + (given.kwarg is not None)


def kernel_faults(function: Function, place: str) -> Iterator[Fault]:
    """Budgets of one kernel: parameters and nesting."""
    if n_parameters(function) > KERNEL_PARAMETERS:
        yield Fault(place, f"{n_parameters(function)} parameters; a kernel takes {KERNEL_PARAMETERS} at most")
    if nesting(function) > KERNEL_NESTING:
        yield Fault(place, f"blocks {nesting(function)} deep; a kernel nests {KERNEL_NESTING} at most")


def forbidden(node: ast.AST, may_print: bool) -> str | None:
    """What is wrong with one construct, if anything."""
    if isinstance(node, ast.Global):
        return "`global`; pass the value, or make it a constant"
    if isinstance(node, ast.ExceptHandler) and node.type is None:
        return "bare `except`; name what is expected"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in ("exec", "eval"):
            return f"`{node.func.id}`; write the code out"
        if node.func.id == "print" and not may_print:
            return f"`print`; only {MAY_PRINT} speaks to the user"
    return None


def name_faults(path: Path, package: Path) -> Iterator[Fault]:
    """Names of modules and folders that say nothing."""
    name = path.relative_to(package).with_suffix("").as_posix()
    for word in name.replace("/", "_").split("_"):
        if word in EMPTY_NAMES:
            yield Fault(name, f"`{word}` says nothing; name the thing by the field's noun")


def module_faults(path: Path, package: Path) -> tuple[list[Fault], list[Size]]:
    """Broken budgets of one module, and the sizes of its functions."""
    source = path.read_text(encoding="utf-8")
    place = path.relative_to(package.parent).as_posix()
    tree, code = ast.parse(source), code_lines(source)
    faults = list(name_faults(path, package))
    n_lines = len(source.splitlines())
    if n_lines > MODULE_LINES:
        faults.append(Fault(place, f"{n_lines} lines; a module has {MODULE_LINES} at most"))
    for node in ast.walk(tree):
        message = forbidden(node, may_print=MAY_PRINT in place)
        if message:
            faults.append(Fault(f"{place}:{node.lineno}", message))
    sizes = []
    for function in functions(tree):
        size = function_size(function, code, place)
        sizes.append(size)
        faults.extend(function_faults(function, size))
    return faults, sizes


def function_size(function: Function, code: set[int], place: str) -> Size:
    """Lines of code of one function; `code` holds the numbers of the module's lines of code."""
    span = range(function.lineno, (function.end_lineno or function.lineno) + 1)
    return Size(f"{place}:{function.lineno} {function.name}", len(code.intersection(span)))


def function_faults(function: Function, size: Size) -> Iterator[Fault]:
    """Budgets of one function; more of them for a kernel."""
    if size.lines > MOST_LINES:
        yield Fault(size.place, f"{size.lines} lines of code; a function has {MOST_LINES} at most")
    if is_kernel(function):
        yield from kernel_faults(function, size.place)


def distribution_faults(lines: list[int]) -> Iterator[Fault]:
    """Budgets of all functions together: the median and the 90th percentile of their size."""
    median, ninetieth = quantiles(lines)
    if median > MEDIAN_LINES:
        yield Fault("all functions", f"median {median:g} lines; {MEDIAN_LINES} at most")
    if ninetieth > NINETIETH_LINES:
        yield Fault("all functions", f"90th percentile {ninetieth:g} lines; {NINETIETH_LINES} at most")


def quantiles(lines: list[int]) -> tuple[float, float]:
    """Median and 90th percentile of the sizes; zero where there are none."""
    if len(lines) < 2:
        return (float(lines[0]), float(lines[0])) if lines else (0.0, 0.0)
    return statistics.median(lines), statistics.quantiles(lines, n=10, method="inclusive")[8]


def check(package: Path) -> tuple[list[Fault], str]:
    """All broken budgets of a package, and one line of figures about it."""
    faults: list[Fault] = []
    sizes: list[Size] = []
    paths = sorted(package.rglob("*.py"))
    for path in paths:
        found, measured = module_faults(path, package)
        faults += found
        sizes += measured
    lines = [size.lines for size in sizes]
    faults += distribution_faults(lines)
    median, ninetieth = quantiles(lines)
    longest = max(sizes, key=lambda size: size.lines, default=Size("none", 0))
    return faults, (
        f"{len(sizes)} functions in {len(paths)} modules: median {median:g} lines, 90th percentile "
        f"{ninetieth:g}, longest {longest.lines} ({longest.place})"
    )


def main(arguments: list[str]) -> int:
    """Check one package (by default `src/rempart`); 1 if a budget is broken."""
    default = Path(__file__).resolve().parent.parent / "src" / "rempart"
    package = Path(arguments[0]).resolve() if arguments else default
    faults, figures = check(package)
    for fault in faults:
        print(f"{fault.place}: {fault.message}")
    print(figures if not faults else f"{len(faults)} budgets broken. {figures}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
