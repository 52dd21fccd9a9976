"""From pydantic's findings to a sentence for the person who wrote the file: where, which value, the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, ValidationError
from pydantic_core import ErrorDetails

from planner.errors import ScenarioError
from planner.text import N_, Text

# Guards of the arithmetic, not rules: beyond them a product could leave the range in which whole kilograms are exact.
MOST = 1e12
FIRST_YEAR, LAST_YEAR = 1900, 2200


class Problem(ValueError):
    """A value that does not fit, with its sentence."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(str(text))


class Strict(BaseModel):
    """Frozen, no unknown fields, no silent conversion (a text is not a number, a yes is not a 1)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, populate_by_name=True)


Model = TypeVar("Model", bound=BaseModel)


def _year(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 4:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not FIRST_YEAR <= value <= LAST_YEAR:
        raise Problem(Text(N_("'{value}' is not a year. Write four digits, e.g. 2026"), value=short(value)))
    return value


def _amount(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Problem(Text(N_("'{value}' is not a number. Write a plain number, or a table of numbers by year"),
                           value=short(value)))
    if not 0 <= value <= MOST:
        raise Problem(Text(N_("{value} is out of range. Write a number from 0 to {most:,.0f}"), value=short(value),
                           most=MOST))
    return float(value)


def _year_table(value: Any) -> float | dict[int, float]:
    if not isinstance(value, Mapping):
        return _amount(value)
    if not value:
        raise Problem(Text(N_("the table by year is empty. Write at least one year, or one number for all")))
    return {_year(year): _amount(amount) for year, amount in value.items()}


def _share_table(value: Any) -> float | dict[int, float]:
    table = _year_table(value)
    for share in table.values() if isinstance(table, Mapping) else (table,):
        if share > 1:
            raise Problem(Text(N_("{value} is out of range. Write a share from 0 to 1"), value=short(share)))
    return table


def _written(value: Any) -> Any:
    """A table by year as TOML and JSON write it: with texts for keys."""
    return {str(year): amount for year, amount in value.items()} if isinstance(value, Mapping) else value


Amount = Annotated[float, Field(ge=0, le=MOST)]
Positive = Annotated[float, Field(gt=0, le=MOST)]
Share = Annotated[float, Field(ge=0, le=1)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
YearTable = Annotated[float | dict[int, float], PlainValidator(_year_table), PlainSerializer(_written, return_type=Any)]
ShareTable = Annotated[float | dict[int, float], PlainValidator(_share_table),
                       PlainSerializer(_written, return_type=Any)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


def at(table: float | Mapping[int, float] | None, year: int) -> float | None:
    """The figure of a year from a number for all years or a table by year; None where the table has none."""
    return table.get(year) if isinstance(table, Mapping) else table


def validated(model: type[Model], mapping: Mapping[str, Any], *, place: str) -> Model:
    """The mapping as ``model``. Raises ScenarioError: ``place``, the first wrong field, its value, the way out."""
    try:
        return model.model_validate(dict(mapping))
    except ValidationError as bad:
        raise refused(model, bad.errors(), place) from None


def refused(model: type[BaseModel], found: Sequence[ErrorDetails], place: str) -> ScenarioError:
    """The error of the first thing found, saying how many more there are."""
    first = found[0]
    field = ".".join(str(part) for part in first["loc"])
    problem = sentence(model, first, field)
    if len(found) > 1:
        problem = Text(N_("{problem} (and {more} more)"), problem=problem, more=len(found) - 1)
    return ScenarioError(place=place, problem=problem, where={"place": place, "field": field})


def sentence(model: type[BaseModel], found: ErrorDetails, field: str) -> Text:
    """One finding in plain words."""
    kind, value, context = found["type"], short(found["input"]), found.get("ctx", {})
    if isinstance(context.get("error"), Problem):
        own: Text = context["error"].text
        return Text(N_("'{field}': {problem}."), field=field, problem=own) if field else Text("{problem}.", problem=own)
    if kind == "missing":
        return Text(N_("'{field}' is missing. Add it."), field=field)
    if kind == "extra_forbidden":
        return Text(N_("'{field}' is not a known field. Known here are: {known}."), field=field,
                    known=", ".join(known_fields(model, found["loc"][:-1])))
    if kind in _BOUNDS:
        limit = next(context[key] for key in ("ge", "gt", "le", "lt", "min_length", "max_length") if key in context)
        return Text(_BOUNDS[kind], field=field, value=value, limit=f"{limit:,}")
    if kind == "literal_error":
        return Text(N_("'{field}' is {value}: use one of {known}."), field=field, value=value,
                    known=context["expected"])
    return Text(_KINDS.get(kind, N_("'{field}' is {value}, which does not fit here.")), field=field, value=value)


def known_fields(model: type[BaseModel], path: Sequence[Any]) -> list[str]:
    """The names that may stand in the table at ``path`` of a model."""
    for part in path:
        inner = _table_of(model, part) if isinstance(part, str) else None
        model = inner or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _table_of(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    field = model.model_fields.get(name)
    options = getattr(field.annotation, "__args__", (field.annotation,)) if field else ()
    return next((kind for kind in options if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def short(value: Any) -> str:
    """A value as a sentence can hold it."""
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


_BOUNDS = {
    "greater_than_equal": N_("'{field}' is {value}: it must be at least {limit}."),
    "greater_than": N_("'{field}' is {value}: it must be more than {limit}."),
    "less_than_equal": N_("'{field}' is {value}: it must be at most {limit}."),
    "string_too_short": N_("'{field}' is '{value}': write at least {limit} character."),
    "string_too_long": N_("'{field}' is '{value}': write at most {limit} characters."),
    "too_short": N_("'{field}' is {value}: list at least {limit}."),
    "too_long": N_("'{field}' is {value}: list at most {limit}."),
}
_KINDS = {
    "finite_number": N_("'{field}' is {value}: write a finite number."),
    "float_type": N_("'{field}' is '{value}': write a plain number."),
    "int_type": N_("'{field}' is '{value}': write a whole number."),
    "int_from_float": N_("'{field}' is '{value}': write a whole number."),
    "string_type": N_("'{field}' is '{value}': write a text in quotes."),
    "bool_type": N_("'{field}' is '{value}': write true or false."),
    "date_type": N_("'{field}' is '{value}': write a day such as 2026-01-31."),
    "list_type": N_("'{field}' is '{value}': write a list in [ ]."),
    "tuple_type": N_("'{field}' is '{value}': write a list in [ ]."),
    "dict_type": N_("'{field}' is '{value}': write a table."),
    "model_type": N_("'{field}' is '{value}': write a table."),
}
