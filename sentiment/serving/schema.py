"""JSON of requests and answers, also described by OpenAPI."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class PredictParameters(_Request):
    top_k: Annotated[
        int | None, Field(ge=1, description="Number of classes in each result. Default: all")
    ] = None


class PredictRequest(_Request):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"inputs": "I loved it"},
                {"inputs": ["I loved it", "not a good film"], "parameters": {"top_k": 1}},
            ]
        }
    )

    inputs: Annotated[
        Annotated[str, Tag("text")] | Annotated[list[str], Tag("texts")],
        Discriminator(lambda value: "texts" if isinstance(value, list) else "text"),
        Field(description="A text, or a list of texts"),
    ]
    parameters: PredictParameters | None = None
    model: Annotated[
        str | None, Field(description="Name of a model in /models. Default: the first")
    ] = None

    @property
    def texts(self) -> list[str]:
        return [self.inputs] if isinstance(self.inputs, str) else self.inputs


class Score(BaseModel):
    label: str
    score: Annotated[float, Field(description="Probability of the class, from 0 to 1")]


class TraceParameters(_Request):
    quantities: Annotated[
        list[str] | None,
        Field(min_length=1, description="Symbols of gates and states, such as f. Default: all"),
    ] = None
    label: Annotated[
        str | None, Field(description="The class to explain. Default: the verdict")
    ] = None


class TraceRequest(_Request):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"inputs": "not a good film", "parameters": {"quantities": ["f", "c"]}}]
        }
    )

    inputs: Annotated[str, Field(description="One text")]
    parameters: TraceParameters = TraceParameters()
    model: Annotated[
        str | None, Field(description="Name of a model in /models. Default: the first")
    ] = None


class LayerValues(BaseModel):
    layer: Annotated[int, Field(description="From 0, the lowest")]
    direction: str
    values: Annotated[dict[str, list[list[float]]], Field(description="Symbol -> (words, units)")]


class TraceAnswer(BaseModel):
    """As `sentiment-lab trace --json` prints it."""

    prediction: dict[str, Any]
    tokens: list[str]
    ids: list[int]
    row: Annotated[list[int], Field(description="Padded input of the network")]
    classes: list[str]
    explained: Annotated[str, Field(description="The class of `score` and `contributions`")]
    score: Annotated[float, Field(description="log p / (1 - p) of the explained class")]
    probabilities_before: Annotated[list[float], Field(description="Before any word, (classes,)")]
    probabilities: Annotated[
        list[list[float]], Field(description="After each word, (words, classes)")
    ]
    contributions: list[float]
    layers: list[LayerValues]


class ModelDescription(BaseModel):
    name: str
    architecture: str
    classes: list[str]
    ordered: Annotated[bool, Field(description="Whether the order of the classes has a meaning")]
    sequence_length: Annotated[int, Field(description="Words of a text that are read")]
    quantities: Annotated[
        dict[str, str], Field(description="Symbols in a trace and the names of their quantities")
    ]


class Models(BaseModel):
    default: str
    models: list[ModelDescription]


class Health(BaseModel):
    status: str = "ok"
    queued_texts: int


class Problem(BaseModel):
    error: Annotated[str, Field(description="What was found, what was expected, what to do")]
    error_type: Annotated[str, Field(description="A stable name for programs, such as busy")]
