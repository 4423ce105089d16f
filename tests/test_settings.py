"""Settings check their fields against their types and bounds."""

from dataclasses import dataclass, fields, replace
from typing import Literal, get_type_hints

import pytest

from sentiment.corpus.table_config import TableConfig
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.errors import ConfigError
from sentiment.networks.config import NetworkConfig
from sentiment.settings import Settings, setting
from sentiment.training.config import TrainConfig
from sentiment.training.pretrain_config import PretrainConfig

ALL = [TableConfig, PrepareConfig, SequenceConfig, NetworkConfig, TrainConfig, PretrainConfig]


@dataclass(frozen=True)
class Example(Settings):
    count: int = setting(2, low=1, high=10)
    share: float = setting(0.5, low=0.0, high=0.9)
    side: Literal["left", "right"] = setting("left")
    color: str = setting("red", choices=("red", "blue"))
    name: str = setting("")
    fast: bool = setting(False)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("count", 0, "a whole number from 1 to 10"),
        ("count", 11, "from 1 to 10"),
        ("count", 2.5, "whole"),
        ("count", True, "whole"),
        ("share", 0.91, "a number from 0.0 to 0.9"),
        ("share", float("nan"), "number"),
        ("share", "0.5", "number"),
        ("side", "up", "'left', 'right'"),
        ("color", "green", "'red', 'blue'"),
        ("name", None, "text"),
        ("fast", 1, "true or false"),
    ],
)
def test_an_error_names_the_field_the_value_and_what_is_allowed(field, value, expected):
    with pytest.raises(ConfigError, match=f"{field} is {value!r}; expected .*{expected}"):
        Example(**{field: value})


def test_values_at_the_bounds_are_allowed():
    for count, share in ((1, 0), (10, 0.9)):
        assert Example(count=count, share=share).to_json()["count"] == count


def test_json_round_trip_and_unknown_keys():
    example = Example(count=3, color="blue")
    assert Example.from_json(example.to_json()) == example
    with pytest.raises(ConfigError, match="Example.*colour"):
        Example.from_json({"colour": "red"})


@pytest.mark.parametrize("kind", ALL)
def test_every_number_has_bounds_that_its_validation_uses(kind):
    for field in fields(kind):
        if get_type_hints(kind)[field.name] in (int, float):
            for bound, beyond in (("low", -1), ("high", 1)):
                with pytest.raises(ConfigError, match=field.name):
                    replace(kind(), **{field.name: field.metadata[bound] + beyond})
