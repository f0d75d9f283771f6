"""Jinja templates to cheaper code that gives the same text: most of a build's time is theirs.

What is the same on every page of a build is written into the code: settings, and words that nothing is filled into. What
a template includes by name stands in its place, so that it needs no context of its own, which costs as much as what it
shows. Text is escaped without an object for each piece. Everything else is Jinja's own.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, cast

from jinja2 import Environment, TemplateError, nodes
from jinja2.bccache import FileSystemBytecodeCache
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import markup_join
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from pressroom.words import Words

try:
    from markupsafe._speedups import _escape_inner
except ImportError:
    from markupsafe._native import _escape_inner

WORDS = "t"
"""Name of `words.Words` in templates."""
VARYING = frozenset(["SITEURL"])
"""Settings that each page has otherwise."""
_UNKNOWN = object()
Node = Any
"""`jinja2.nodes.Node`, whose kinds have other attributes each."""
_PLAIN = (str, int, float, bool, type(None))
_OF_LOOPS, _OF_MACROS = frozenset(["loop"]), frozenset(["caller", "varargs", "kwargs"])
_PLACED = _OF_LOOPS | _OF_MACROS | {"self", "super"}
"""Names whose meaning is that of the place where they stand."""


def prepare(env: Environment, settings: Mapping[str, Any], varying: Callable[[], Collection[str]], salt: str) -> None:
    """Let an environment compile templates so, for a build with these settings.

    `varying` gives the names that pages set themselves; `salt` must tell apart all templates and settings.
    """

    @cache
    def filling() -> Filling:
        trees = dict(_trees(env))
        others = stored_names(trees.values()) | {*VARYING, *varying()}
        fixed = {
            name: value
            for name, value in settings.items()
            if name.isupper() and isinstance(value, _PLAIN) and name not in others
        }
        words = env.globals.get(WORDS)
        known = words if isinstance(words, Words) and WORDS not in others else None
        return Filling(env, fixed, known, without_context(trees))

    class Generator(_Generator):
        def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
            self.words_known = filling().words is not None
            super().visit_Template(cast(nodes.Template, filling().filled(node, self.name)), frame)

    env.code_generator_class = Generator
    env.make_globals = lambda own: {**env.globals, **(own or {})}  # type: ignore # a chain of mappings is slow
    if isinstance(env.bytecode_cache, Salted):
        env.bytecode_cache.salt = salt


def parse_once(env: Environment) -> None:
    """Let an environment parse each template once: a copy of the tree takes a tenth of the time.

    Every template that includes another wants a tree of its own of it, and each is looked at as a whole besides.
    """
    kept: dict[tuple[str, str | None], bytes] = {}
    parse = env._parse

    def copied(source: str, name: str | None, filename: str | None) -> nodes.Template:
        found = kept.get((source, name))
        if found is not None:
            return _Unpickler(found, env).load()  # type: ignore[no-any-return]
        tree = parse(source, name, filename)
        with suppress(pickle.PicklingError, TypeError, AttributeError, RecursionError):  # an extension's own nodes
            file = io.BytesIO()
            _Pickler(file, env).dump(tree)
            kept[source, name] = file.getvalue()
        return tree

    env._parse = copied  # type: ignore[method-assign]


class _Pickler(pickle.Pickler):
    """Leaves out the environment, which each node holds."""

    def __init__(self, file: io.BytesIO, env: Environment) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._env = env

    def persistent_id(self, value: Any) -> str | None:
        return "environment" if value is self._env else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, env: Environment) -> None:
        super().__init__(io.BytesIO(data))
        self._env = env

    def persistent_load(self, found: Any) -> Environment:
        return self._env


def plain(env: Environment) -> Environment:
    """Return an environment that compiles as Jinja does, so that a mistake is told of at its own place."""
    found = env.overlay(cache_size=0)
    found.code_generator_class = CodeGenerator
    found.bytecode_cache = None
    found.__dict__.pop("_parse", None)
    return found


def _trees(env: Environment) -> Iterator[tuple[str, Node]]:
    trees: dict[str, Node] = {}  # one for all names that a source has
    for name in sorted(env.list_templates(), key=lambda name: name.startswith("!")):
        try:
            source = env.loader.get_source(env, name)[0]  # type: ignore[union-attr]
            if source not in trees:
                trees[source] = env.parse(source, name)
            yield name, trees[source]
        except (TemplateError, UnicodeDecodeError):
            continue


def stored_names(trees: Iterable[Node]) -> set[str]:
    """Return every name that some template sets, imports, loops over or takes as a parameter."""
    found: set[str] = set()
    for tree in trees:
        found.update(node.name for node in tree.find_all(nodes.Name) if node.ctx != "load")
        found.update(
            name for node in tree.find_all((nodes.Import, nodes.FromImport, nodes.Macro)) for name in _set_by(node)
        )
    return found


def without_context(trees: Mapping[str, Node]) -> set[str]:
    """Return the templates that some template includes or imports without context: they see no settings."""
    found: set[str] = set()
    uses = {
        name: [
            (node, _named(node.template))
            for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends))
        ]
        for name, tree in trees.items()
    }
    waiting = [names for used in uses.values() for node, names in used if not getattr(node, "with_context", True)]
    while waiting:
        names = waiting.pop()
        for name in (trees.keys() if names is None else names) - found:
            found.add(name)
            waiting += [more for _, more in uses.get(name, ())]
    return found


def _named(node: Node) -> set[str] | None:
    """Return the templates that may be meant, None where only a page knows."""
    try:
        value = node.as_const()
    except nodes.Impossible:
        return None
    return {value} if isinstance(value, str) else set(value)


def _set_by(node: Node) -> list[str]:
    """Return the names that a statement sets for what comes after it."""
    if isinstance(node, nodes.FromImport):
        return [one if isinstance(one, str) else one[1] for one in node.names]
    if isinstance(node, nodes.Import):
        return [node.target]
    if isinstance(node, nodes.Macro):
        return [node.name]
    return (
        [node.target.name]
        if isinstance(node.target, nodes.Name)
        else [one.name for one in node.target.find_all(nodes.Name)]
    )


class Salted(FileSystemBytecodeCache):
    """Keeps code that depends on more than a template's source: on all that `salt` tells apart."""

    salt = ""

    def get_source_checksum(self, source: str) -> str:
        """Return what must be the same for code to be used again."""
        return super().get_source_checksum(f"{self.salt}\n{source}")


class Filling(NodeTransformer):
    """Puts included templates, settings and plain words in place, and leaves out what then never comes to pass."""

    def __init__(
        self, env: Environment, settings: Mapping[str, Any], words: Words | None, without_context: Collection[str]
    ) -> None:
        self.env, self.settings, self.words, self.without_context = env, settings, words, without_context
        self.fixed = settings
        self._within: list[str] = []
        self._sets: list[list[Node]] = []
        """Statements that set names, by the template that is being filled in and those around it."""

    def filled(self, tree: Node, name: str | None) -> Node:
        """Fill in a template."""
        self.fixed = {} if name in self.without_context else self.settings
        return self._filled(tree)

    def _filled(self, tree: Node, parts: list[Node] | None = None) -> Any:
        """Fill in a template, or parts of it."""
        kinds = (nodes.Assign, nodes.AssignBlock, nodes.Import, nodes.FromImport, nodes.Macro)
        self._sets.append([*tree.find_all(kinds)])
        try:
            return self._inner(tree) if parts is None else [self.visit(part) for part in parts]
        finally:
            self._sets.pop()

    def _is_placed(self, found: list[Node], place: Node) -> bool:
        """Tell whether nodes from another file mean something else in the place of a node.

        What is set there only later would be what they see, or nothing at all.
        """
        later = {
            name
            for node in self._sets[-1]
            if node is not place and node.lineno >= place.lineno
            for name in _set_by(node)
        }
        return any(_names(node) & later or _asks(node, _PLACED) for node in found)

    def visit_Concat(self, node: Node) -> Node:
        """Join what is known as a page does, which escapes text beside HTML."""
        found = self._inner(node)
        values = [self._value(one) for one in found.nodes]
        if _UNKNOWN in values or not any(hasattr(value, "__html__") for value in values):
            return found
        return nodes.Const(markup_join(values), lineno=node.lineno)

    def visit_Name(self, node: Node) -> Node:
        """Write a setting's value."""
        if node.ctx == "load" and node.name in self.fixed:
            return nodes.Const(self.fixed[node.name], lineno=node.lineno)
        return node

    def visit_Getattr(self, node: Node) -> Node:
        """Write the interface's language and direction."""
        if self.words is not None and _is_words(node.node) and node.attr in ("lang", "dir"):
            return nodes.Const(getattr(self.words, node.attr), lineno=node.lineno)
        return self._inner(node)

    def visit_Call(self, node: Node) -> Node:
        """Write a text that has no places."""
        node = self._inner(node)
        if self.words is None or not _is_words(node.node) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        key: Any = node.args[0].value if len(node.args) == 1 and isinstance(node.args[0], nodes.Const) else None
        known = isinstance(self.words.texts.get(key), str)
        return nodes.Const(self.words(key), lineno=node.lineno) if known else node

    def visit_If(self, node: Node) -> Any:
        """Leave out branches that are never taken."""
        arms: list[nodes.If] = []
        for one in (node, *node.elif_):
            test, body = self.visit(one.test), self._all(one.body)
            value = self._value(test)
            if value is _UNKNOWN:
                arms.append(nodes.If(test, body, [], [], lineno=one.lineno))
            elif value:
                otherwise = body
                break
        else:
            otherwise = self._all(node.else_)
        if not arms:
            return otherwise
        arms[0].elif_, arms[0].else_ = arms[1:], otherwise
        return arms[0]

    def visit_CondExpr(self, node: Node) -> Node:
        """Leave out what is never chosen."""
        found = self._inner(node)
        value = self._value(found.test)
        if value is _UNKNOWN or (not value and found.expr2 is None):
            return found
        return found.expr1 if value else found.expr2

    def visit_And(self, node: Node) -> Node:
        """Leave out a first part that is known."""
        found = self._inner(node)
        value = self._value(found.left)
        return found if value is _UNKNOWN else found.right if value else found.left

    def visit_Or(self, node: Node) -> Node:
        """Leave out a first part that is known."""
        found = self._inner(node)
        value = self._value(found.left)
        return found if value is _UNKNOWN else found.left if value else found.right

    def visit_Include(self, node: Node) -> Node:
        """Put a template in the place where it is included."""
        name = _constant(node.template)
        tree = self._tree(name) if node.with_context and not node.ignore_missing else None
        if tree is None or any(tree.find(kind) for kind in (nodes.Extends, nodes.Block)):
            return node
        self._within.append(name)
        body = self._filled(tree).body
        self._within.pop()
        return node if self._is_placed(body, node) else nodes.Scope(body, lineno=node.lineno)

    def visit_FromImport(self, node: Node) -> Any:
        """Put macros that see what the template sees into it, where they need no others of theirs."""
        tree = self._tree(_constant(node.template)) if node.with_context else None
        if tree is None:
            return node
        macros = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
        wanted = [macros.get(name) if isinstance(name, str) else None for name in node.names]
        others = macros.keys() - set(node.names) | {
            one.name for part in tree.body if not isinstance(part, nodes.Macro) for one in part.find_all(nodes.Name)
        }
        if None in wanted or any(_names(macro) & others for macro in wanted if macro):
            return node
        found = self._filled(tree, [macro for macro in wanted if macro])
        return node if self._is_placed(found, node) else found

    def _tree(self, name: Any) -> Node:
        if not isinstance(name, str) or name in self._within:
            return None
        try:
            source, filename, _ = self.env.loader.get_source(self.env, name)  # type: ignore[union-attr]
            return self.env._parse(source, name, filename)
        except (TemplateError, UnicodeDecodeError):
            return None

    def _inner(self, node: Node) -> Node:
        return self.generic_visit(node)

    def _all(self, found: list[Node]) -> list[Node]:
        return list(self._inner(nodes.Scope(found)).body)

    def _value(self, node: Node) -> Any:
        try:
            return node.as_const(nodes.EvalContext(self.env))
        except Exception:  # what goes wrong does so on a page, if one comes there
            return _UNKNOWN


def _constant(node: Node) -> Any:
    return node.value if isinstance(node, nodes.Const) else None


def _names(node: Node) -> set[str]:
    return {one.name for one in node.find_all(nodes.Name)}


def _asks(node: Node, names: frozenset[str]) -> bool:
    """Tell whether a node reads one of these names of the place where it stands."""
    if isinstance(node, nodes.Name):
        return node.ctx == "load" and node.name in names
    if isinstance(node, nodes.For):
        around = any(_asks(one, names) for one in node.iter_child_nodes(exclude=("body",)))
        return around or any(_asks(one, names - _OF_LOOPS) for one in node.body)
    if isinstance(node, nodes.Macro):
        names -= _OF_MACROS
    return any(_asks(one, names) for one in node.iter_child_nodes())


def _is_words(node: Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == WORDS


class _Generator(CodeGenerator):
    words_known = False

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline(f"from {__name__} import said, shown")
        super().visit_Template(node, frame)

    def visit_Call(self, node: Node, frame: Frame, **more: Any) -> None:  # type: ignore[override] # as it wraps it
        if not self.words_known or not _is_words(node.node):
            super().visit_Call(node, frame, **more)
            return
        self.write("said(")
        self.write(frame.symbols.ref(node.node.name))
        self.signature(node, frame)
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("shown(")


said = Words.__call__


def shown(value: Any) -> str:
    """Return a value as HTML.

    >>> shown("a & b"), shown(Markup("<b>")), shown(5)
    ('a &amp; b', Markup('<b>'), '5')
    """
    kind = value.__class__
    if kind is str:
        return _escape_inner(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(escape(value))
