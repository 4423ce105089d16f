"""Web service: predictions as in Hugging Face's text-classification task, and traces.

`/predict` answers `InferenceClient.text_classification` in huggingface_hub: for each text a list of
`{"label", "score"}`, the most probable class first. The answer to a single text is a list of one
list, of which that client takes the first. A list of texts is an addition to the specification
(packages/tasks/src/tasks/text-classification in huggingface.js).
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Body, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from sentiment.corpus.classes import listed
from sentiment.errors import ReviewError, SentimentError
from sentiment.inspection.predictor import Predictor
from sentiment.networks.model_folder import ModelInfo
from sentiment.serving import metrics, schema
from sentiment.serving.access import Access
from sentiment.serving.batcher import Batcher
from sentiment.serving.gate import CLIENT_LEFT, ENDPOINTS, Gate, Observed, problem_response
from sentiment.serving.limits import ServingLimits
from sentiment.serving.problems import ServiceError, too_large
from sentiment.wording import counted

Result = TypeVar("Result")
_STATUSES = {
    400: "Invalid JSON",
    403: "Host name or page not allowed",
    404: "Unknown model",
    408: "The request took too long to arrive",
    413: "Too many bytes, texts or characters, or too large a trace",
    415: "Content-Type is not application/json",
    422: "Valid JSON of another shape, or a text without words",
    503: "Queue full; Retry-After has the seconds to wait",
    504: "No answer in time",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": schema.Problem, "description": text} for status, text in _STATUSES.items()
}


@dataclass(frozen=True)
class ServedModel:
    """A model under the name by which requests choose it."""

    name: str
    info: ModelInfo
    predictor: Predictor

    @property
    def description(self) -> schema.ModelDescription:
        return schema.ModelDescription(
            name=self.name,
            architecture=self.info.network.architecture,
            classes=list(self.info.classes.names),
            ordered=self.info.classes.ordered,
            sequence_length=self.predictor.sequence.sequence_length,
            quantities={one.symbol: one.name for one in self.predictor.network.quantities},
        )


def create_service(
    models: Sequence[ServedModel],
    limits: ServingLimits,
    access: Access,
    workers: int,
    version: str = "0",
) -> FastAPI:
    """The ASGI application.

    models: with different names; the first is the default. version: of the program.
    """
    by_name = {model.name: model for model in models}
    classes = models[0].info.classes
    example = [[{"label": name, "score": 1 / len(classes)} for name in classes.names]]
    batcher = Batcher(limits, workers)
    measured = metrics.Metrics(lambda: batcher.queued)
    batcher.on_batch = measured.batch

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with batcher.running():
            yield

    service = FastAPI(
        title="Sentiment Lab",
        version=version,
        description="Predictions and traces of text classifiers.",
        lifespan=lifespan,
        docs_url=None,  # these pages load scripts from another server
        redoc_url=None,
        middleware=[
            Middleware(Observed, metrics=measured),
            Middleware(Gate, access=access, limits=limits),
        ],
        exception_handlers={
            RequestValidationError: _invalid,
            HTTPException: _no_endpoint,
            SentimentError: _failed,
        },
    )

    def chosen(name: str | None) -> ServedModel:
        if name is None:
            return models[0]
        if name not in by_name:
            raise ServiceError(
                404,
                "unknown_model",
                f"The model {name[:60]!r} is not served, expected one of {', '.join(by_name)}.",
            )
        return by_name[name]

    def check(texts: Sequence[str]) -> None:
        if not texts:
            raise ServiceError(
                422, "no_texts", "inputs is an empty list, expected at least one text."
            )
        if len(texts) > limits.max_texts:
            raise too_large(
                f"inputs has {counted(len(texts), 'text')}, the limit is {limits.max_texts:,}. "
                "Send several requests."
            )
        for number, text in enumerate(texts):
            if len(text) > limits.max_characters:
                raise too_large(
                    f"inputs[{number}] has {len(text):,} characters, the limit is "
                    f"{limits.max_characters:,}. Send a single review as a text."
                )

    @service.post("/predict", responses=_answers(list[list[schema.Score]], example))
    async def predict(
        request: Request, body: Annotated[schema.PredictRequest, Body()]
    ) -> list[list[schema.Score]]:
        """Classes of each text with their probabilities, the most probable first."""
        model = chosen(body.model)
        check(body.texts)
        predictions = await _unless_left(request, batcher.predict(model.predictor, body.texts))
        measured.predicted(model.name, len(predictions))
        top = body.parameters.top_k if body.parameters else None
        results = []
        for prediction in predictions:
            scores = zip(prediction.classes.names, prediction.probabilities, strict=True)
            ranked = sorted(scores, key=lambda pair: -pair[1])[:top]
            results.append([schema.Score(label=label, score=score) for label, score in ranked])
        return results

    @service.post("/trace", responses=_answers(schema.TraceAnswer))
    async def trace(request: Request, body: Annotated[schema.TraceRequest, Body()]) -> Response:
        """Every gate and state at every word of one text, as arrays."""
        model = chosen(body.model)
        check([body.inputs])
        work = batcher.compute(
            model.predictor,
            body.inputs,
            lambda: _trace(model, body.inputs, body.parameters, limits.max_trace_values),
        )
        content = await _unless_left(request, work)
        return Response(content, media_type="application/json")

    @service.get("/models")
    async def list_models() -> schema.Models:
        """The served models."""
        return schema.Models(default=models[0].name, models=[one.description for one in models])

    @service.get("/health")
    async def health() -> schema.Health:
        """Status of the service, and the length of its queue."""
        return schema.Health(queued_texts=batcher.queued)

    @service.get("/metrics", response_class=Response)
    async def show_metrics() -> Response:
        """Metrics for Prometheus."""
        return Response(measured.exposition(), media_type=metrics.CONTENT_TYPE)

    return service


def _answers(model: Any, example: Any = None) -> dict[int | str, dict[str, Any]]:
    """The answers of an endpoint in OpenAPI."""
    content = {"application/json": {"example": example}} if example else {}
    return {200: {"model": model, "content": content}, **PROBLEMS}


def _trace(model: ServedModel, text: str, parameters: schema.TraceParameters, most: int) -> bytes:
    """The JSON of a trace with at most `most` values. Runs in a worker thread."""
    symbols = {quantity.symbol for quantity in model.predictor.network.quantities}
    wanted = set(parameters.quantities or symbols)
    if unknown := sorted(wanted - symbols):
        raise ServiceError(
            422,
            "unknown_quantity",
            f"parameters.quantities has {unknown[0][:60]!r}, expected any of "
            f"{', '.join(sorted(symbols))}.",
        )
    classes, label = model.info.classes, None
    if parameters.label is not None:
        if parameters.label not in classes.names:
            raise ServiceError(
                422,
                "unknown_label",
                f"parameters.label is {parameters.label[:60]!r}, expected {listed(classes)}.",
            )
        label = classes.names.index(parameters.label)
    trace = model.predictor.trace(text, label=label)
    answer = trace.to_json()
    size = 0
    for layer in trace.layers:
        size += sum(value.size for symbol, value in layer.values.items() if symbol in wanted)
    if size > most:
        raise too_large(
            f"The trace has {size:,} values, the limit is {most:,}. Choose some of "
            f"parameters.quantities ({', '.join(sorted(symbols))}), send a shorter text, or raise "
            "--max-trace-values."
        )
    for layer in answer["layers"]:
        layer["values"] = {s: values for s, values in layer["values"].items() if s in wanted}
    return json.dumps(answer).encode()


async def _unless_left(request: Request, work: Awaitable[Result]) -> Result:
    """The result of `work`, which is cancelled when the client disconnects."""
    task = asyncio.ensure_future(work)
    left = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, left}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ServiceError(CLIENT_LEFT, "client_left", "The client disconnected.")
        return task.result()
    finally:
        for one in (task, left):
            one.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _invalid(_request: Request, error: Exception) -> Response:
    """Invalid JSON or JSON of another shape. The message has no values, which may be texts."""
    assert isinstance(error, RequestValidationError)
    first, *others = error.errors()
    if first["type"] == "json_invalid":
        reason = first["ctx"]["error"]
        return problem_response(
            ServiceError(
                400,
                "invalid_json",
                f"The request is not valid JSON: {reason} at character {first['loc'][-1]}. Send "
                'JSON such as {"inputs": "I loved it"}.',
            )
        )
    place = ".".join(str(part) for part in first["loc"][1:] if part not in ("text", "texts"))
    found = type(first.get("input")).__name__
    more = f" ({counted(len(others), 'other problem')})" if others else ""
    return problem_response(
        ServiceError(
            422,
            "invalid",
            f"{place or 'The request'} (found: {found}): {first['msg']}{more}. /openapi.json "
            "describes requests.",
        )
    )


async def _no_endpoint(request: Request, error: Exception) -> Response:
    """Errors of the router, and a body that is not UTF-8 or nested too deeply."""
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        problem = ServiceError(
            400, "invalid_json", "The request is not valid JSON in UTF-8, or nested too deeply."
        )
    else:
        known = request.url.path in ENDPOINTS
        found = f"{request.method} {request.url.path}" if known else "This path"
        problem = ServiceError(
            error.status_code,
            "no_endpoint",
            f"{found} is not available, expected POST /predict or /trace, or GET "
            f"{', '.join(ENDPOINTS[2:])}.",
        )
    return problem_response(problem)


async def _failed(_request: Request, error: Exception) -> Response:
    if isinstance(error, ServiceError):
        return problem_response(error)
    if isinstance(error, ReviewError):
        return problem_response(ServiceError(422, "no_words", str(error)))
    return problem_response(ServiceError(500, "model", str(error)))
