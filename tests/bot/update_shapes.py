"""Whatever shape python-telegram-bot knows, drawn from the annotations of its own classes.

A field or a class that comes with a new version of the library is covered by itself.
"""

import datetime as dt
import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from types import UnionType
from typing import Any, Literal, NamedTuple

import telegram
from hypothesis import strategies as st
from telegram import TelegramObject
from telegram._utils.defaultvalue import DefaultValue

Json = dict[str, Any]
Drawn = st.SearchStrategy[Json]
Known = Mapping[str, st.SearchStrategy[Any]]
"""What to draw for some fields: by name, such as "file_id", or by class too: "Chat.id"."""

DEPTH = 3  # of what is optional
FIELDS = 5  # optional ones of an object, at most
NAMES = vars(telegram) | {"dtm": dt}
"""What the library imports for annotations only."""
UNSENT = {type(None), DefaultValue}
"""What stands in annotations and for nothing in JSON."""
HOSTILE = (
    "<b>x</b>&amp;",
    '</pre></b><a href="tg://user?id=1">x</a>',
    "<tg-spoiler>&lt;&#60;&nosuch;",
    "\u202egnp.\u202d\u2066x\u2069\u200f",  # right to left
    "\u200bx\u200d\u2060\ufeff\u00ad",  # zero width
    "😀" * 4096,
    "e" + "\u0301" * 300,
    "{ $count }%s%(x)s{0}",
    "'; DROP TABLE updates; --\x00\r\n",
)
TEXT = st.sampled_from(HOSTILE) | st.text(max_size=64)
PLAIN: dict[type, st.SearchStrategy[Any]] = {
    int: st.integers(0, 9) | st.integers(-(2**31), 2**31),
    float: st.floats(-180, 180),
    bool: st.booleans(),
    str: TEXT,
    object: TEXT,
    dt.datetime: st.integers(1, 2**32).map(
        lambda second: dt.datetime.fromtimestamp(second, dt.UTC)
    ),
    dt.timedelta: st.timedeltas(dt.timedelta(0), dt.timedelta(days=400)),
}


class Field(NamedTuple):
    """A parameter of a class: its type, and whether each object has it."""

    type: Any
    needed: bool


def fields(kind: type[TelegramObject]) -> dict[str, Field]:
    """What an object of this class can have."""
    return _parameters(kind.__init__)


@cache
def _parameters(constructor: Callable[..., None]) -> dict[str, Field]:
    hints = typing.get_type_hints(constructor, localns=NAMES)
    parameters = list(inspect.signature(constructor).parameters.values())[1:]
    return {
        each.name: Field(hints[each.name], each.default is inspect.Parameter.empty)
        for each in parameters
        if each.name != "api_kwargs"
    }


def json(kind: type[TelegramObject], known: Known, wanted: AbstractSet[str] = frozenset()) -> Drawn:
    """Objects of this class as Telegram words them; each has the `wanted` fields."""
    return _objects(kind, known, DEPTH, wanted).map(TelegramObject.to_dict)


def updates(known: Known) -> Drawn:
    """Updates of every kind, without their ids: Telegram puts one thing into each."""
    kinds = sorted(fields(telegram.Update).keys() - {"update_id"})
    drawn = {kind: _field(telegram.Update, kind, known, DEPTH) for kind in kinds}
    return st.sampled_from(kinds).flatmap(
        lambda kind: st.fixed_dictionaries({kind: drawn[kind].map(TelegramObject.to_dict)})
    )


def _value(annotation: Any, known: Known, depth: int) -> st.SearchStrategy[Any]:  # noqa: ANN401  a type
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, UnionType}:
        kinds = [each for each in arguments if (typing.get_origin(each) or each) not in UNSENT]
        return st.one_of(*(_value(each, known, depth) for each in kinds))
    if origin is Sequence:
        return st.lists(_value(arguments[0], known, depth), min_size=1, max_size=3)
    if origin is Literal:
        return st.sampled_from(arguments)
    if isinstance(annotation, type) and issubclass(annotation, TelegramObject):
        kinds = annotation.__subclasses__() or [annotation]
        return st.sampled_from(kinds).flatmap(lambda kind: _objects(kind, known, depth - 1))
    return PLAIN[annotation] if annotation in PLAIN else st.sampled_from(annotation)  # an Enum


@st.composite
def _objects(
    draw: st.DrawFn,
    kind: type[TelegramObject],
    known: Known,
    depth: int,
    wanted: AbstractSet[str] = frozenset(),
) -> TelegramObject:
    names = {name for name, field in fields(kind).items() if field.needed} | wanted
    optional = sorted(fields(kind).keys() - names)
    if optional and depth > 0:
        names |= draw(st.sets(st.sampled_from(optional), max_size=FIELDS))
    content = {name: draw(_field(kind, name, known, depth)) for name in sorted(names)}
    try:
        return kind(**content)
    except TypeError:  # what has come to be needed later has a default for old code's sake
        more = sorted(fields(kind).keys() - names)
        return kind(**content, **{name: draw(_field(kind, name, known, 0)) for name in more})


def _field(
    kind: type[TelegramObject], name: str, known: Known, depth: int
) -> st.SearchStrategy[Any]:
    for key in (f"{kind.__name__}.{name}", name):
        if key in known:
            return known[key]
    return _value(fields(kind)[name].type, known, depth)
