"""What a template may be made of and where it pays: its syntax tree, checked and changed before it runs."""

from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from hub.discovery.errors import Unusable

COUNTED = " counted"
WEIGHED = " weighed"
MADE = " made"
JOINED = " joined"
"""Names of filters of ours; the blank keeps templates from using them by name."""

_LOOPS_DEEP = 3
_NODES = 1500
_DEPTH = 80
_CHARACTERS_SHIFT = 4

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.AssignBlock, nodes.With,
    nodes.ExprStmt,
    nodes.Break, nodes.Continue, nodes.Name, nodes.NSRef, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair,
    nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Getitem, nodes.Getattr, nodes.Slice,
    nodes.Concat, nodes.Compare, nodes.Operand, nodes.BinExpr, nodes.UnaryExpr,
)  # fmt: skip


def rewrite(tree: nodes.Template) -> nodes.Template:
    """Return a template whose every loop, operation and output pays. Raises Unusable for what may not be in one."""
    _check(tree, 0, 0, [0])
    changed = _Counting().visit(tree)
    return changed if isinstance(changed, nodes.Template) else tree


def _check(node: nodes.Node, depth: int, loops: int, seen: list[int]) -> None:
    seen[0] += 1
    if seen[0] > _NODES or depth > _DEPTH:
        raise Unusable("template", f"a template may have {_NODES} parts, nested {_DEPTH} deep")
    if not isinstance(node, _ALLOWED):
        raise Unusable("template", f"{type(node).__name__} is not taken in a template here")
    if isinstance(node, nodes.For):
        loops += 1
        if node.recursive or loops > _LOOPS_DEEP:
            raise Unusable("template", f"loops may not be recursive, nor more than {_LOOPS_DEEP} deep")
    if isinstance(node, nodes.AssignBlock) and node.filter is not None:
        raise Unusable("template", "a set block takes no filter in a template here")
    for child in node.iter_child_nodes():
        _check(child, depth + 1, loops, seen)


def _size(node: nodes.Node) -> int:
    """Return what one pass through a node costs at the least."""
    if isinstance(node, nodes.TemplateData):
        return 1 + (len(node.data) >> _CHARACTERS_SHIFT)
    return 1 + sum(_size(child) for child in node.iter_child_nodes())


class _Counting(NodeTransformer):
    """Puts a filter of ours around each place where a template can grow or take long."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        units = nodes.Const(sum(map(_size, node.body)) + (_size(node.test) if node.test else 0) + 1)
        self.generic_visit(node)
        node.iter = _through(COUNTED, node.iter, [units])
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.nodes = [part if _is_plain(part) else _through(WEIGHED, part) for part in node.nodes]
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.expr = node.expr if _is_plain(node.expr) else _through(WEIGHED, node.expr)
        for operand in node.ops:
            operand.expr = operand.expr if _is_plain(operand.expr) else _through(WEIGHED, operand.expr)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        return _through(JOINED, node.nodes[0], node.nodes[1:])

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        return _through(MADE, node) if isinstance(node.arg, nodes.Slice) else node

    def _made(self, node: Any) -> nodes.Node:  # noqa: ANN401 - one of three literals
        self.generic_visit(node)
        return node if getattr(node, "ctx", "load") == "store" or _is_plain(node) else _through(MADE, node)

    visit_List = visit_Tuple = visit_Dict = _made  # noqa: N815 - Jinja's names


def _is_plain(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const | nodes.TemplateData)


def _through(name: str, node: nodes.Node, args: list[nodes.Expr] | None = None) -> nodes.Filter:
    return nodes.Filter(node, name, args or [], [], None, None, lineno=node.lineno)
