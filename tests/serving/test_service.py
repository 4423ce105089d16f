"""The service by HTTP: shapes, statuses, limits, and what it never does."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("fastapi", reason="pip install -r requirements-serve.txt")
from fastapi.testclient import TestClient

from sentiment.inspection.predictor import Predictor
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.serving.access import LOCAL_HOSTS, Access
from sentiment.serving.limits import ServingLimits
from sentiment.serving.service import ServedModel, create_service
from tests.event_loop import run_coroutine
from tests.export.tiny import RATINGS, tiny_model

ACCESS = Access(LOCAL_HOSTS, (), "Use one of these.", "Use a program.")
TEXTS = ["I loved it", "An awful bore.", "A wonderful, wonderful film! " * 90, "xyzzy", "a\0b good"]
SECRET = "sesame"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[ServedModel]:
    stars = NetworkConfig("bilstm", 6, 5, 2, "last")
    infos = [ModelInfo.read(model_folder(name)) for name in ("compare-bow", "compare-lstm")]
    infos.append(tiny_model(tmp_path_factory.mktemp("model") / "stars", stars, RATINGS))
    return [
        ServedModel(info.name, info, Predictor(*info.load(), info.sequence, info.classes))
        for info in infos
    ]


def client_for(models: list[ServedModel], **limits: Any) -> TestClient:
    service = create_service(models, ServingLimits(**limits), ACCESS, 2)
    return TestClient(service, base_url="http://localhost", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def client(models: list[ServedModel]) -> Iterator[TestClient]:
    with client_for(models, max_texts=8, max_characters=5_000, max_body_bytes=60_000) as client:
        yield client


def require_problem(response: Any, status: int, kind: str) -> str:
    assert response.status_code == status, response.text
    problem = response.json()
    assert problem.keys() == {"error", "error_type"} and problem["error_type"] == kind
    return str(problem["error"])


def test_a_single_text_and_a_list(client):
    single = client.post("/predict", json={"inputs": "I loved it"}).json()
    assert [[list(score) for score in scores] for scores in single] == [[["label", "score"]] * 2]
    assert single[0][0]["label"] == "Positive"
    top = client.post("/predict", json={"inputs": TEXTS[:2], "parameters": {"top_k": 1}}).json()
    assert [[score["label"] for score in scores] for scores in top] == [["Positive"], ["Negative"]]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_scores_are_those_of_the_predictor(client, models, number):
    model = models[number]
    answer = client.post("/predict", json={"inputs": TEXTS, "model": model.name}).json()
    for scores, expected in zip(answer, model.predictor.predict(TEXTS), strict=True):
        by_label = {score["label"]: score["score"] for score in scores}
        found = [by_label[name] for name in model.info.classes.names]
        np.testing.assert_allclose(found, expected.probabilities, rtol=0, atol=1e-6)
        ranked = [score["score"] for score in scores]
        assert ranked == sorted(ranked, reverse=True)


def test_half_a_surrogate_pair_is_a_character(client, models):
    content = b'{"inputs": "a\\ud83d good\\u0000 film"}'
    (scores,) = client.post("/predict", content=content, headers=JSON).json()
    (expected,) = models[0].predictor.predict(["a\ud83d good\0 film"])
    assert scores[0]["score"] == pytest.approx(expected.probability)
    answer = client.post("/trace", content=content, headers=JSON).json()
    assert answer["tokens"] == models[0].predictor.encode("a\ud83d good\0 film").kept_tokens


@pytest.mark.parametrize("name", ["compare-bow", "compare-lstm", "stars"])
def test_a_trace_has_the_arrays_of_the_predictor(client, models, name):
    (model,) = [model for model in models if model.name == name]
    answer = client.post("/trace", json={"inputs": "not a good film", "model": name}).json()
    expected = json.loads(json.dumps(model.predictor.trace("not a good film").to_json()))
    assert answer == expected
    symbol = next(iter(expected["layers"][0]["values"]))
    body = {"inputs": "good", "model": name, "parameters": {"quantities": [symbol]}}
    some = client.post("/trace", json=body).json()
    assert {*some["layers"][0]["values"]} == {symbol}


def test_a_trace_explains_a_chosen_class(client, models):
    body = {"inputs": "w1 w2", "model": "stars", "parameters": {"label": "great"}}
    answer = client.post("/trace", json=body).json()
    assert answer["explained"] == "great"
    assert answer["score"] == pytest.approx(models[2].predictor.trace("w1 w2", label=3).score)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"inputs": []}, 422, "no_texts"),
        ({"inputs": ["fine", "?!"]}, 422, "no_words"),
        ({"inputs": ""}, 422, "no_words"),
        ({"inputs": ["fine"] * 9}, 413, "too_large"),
        ({"inputs": ["fine", "x " * 2_501]}, 413, "too_large"),
        ({"inputs": "fine", "model": "nix"}, 404, "unknown_model"),
        ({"inputs": 5}, 422, "invalid"),
        ({"inputs": None}, 422, "invalid"),
        ({"inputs": ["fine", 5]}, 422, "invalid"),
        ({"inputs": {"text": "fine"}}, 422, "invalid"),
        ({"text": "fine"}, 422, "invalid"),
        ({"inputs": "fine", "parameters": {"top_k": 0}}, 422, "invalid"),
        ({"inputs": "fine", "parameters": {"top_k": True}}, 422, "invalid"),
        ({"inputs": "fine", "parameters": {"function_to_apply": "none"}}, 422, "invalid"),
        (["fine"], 422, "invalid"),
        ("fine", 422, "invalid"),
    ],
)
def test_json_that_is_no_request(client, body, status, kind):
    error = require_problem(client.post("/predict", json=body), status, kind)
    assert "fine" not in error


@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        (b"", 422, "invalid"),
        (b'{"inputs": "fine"', 400, "invalid_json"),
        (b'{"inputs": "caf\xe9"}', 400, "invalid_json"),
        (b"[" * 30_000, 400, "invalid_json"),
        (b"null", 422, "invalid"),
        (b'{"inputs": ["fine", "\\udc00"]}', 422, "no_words"),
        (b'{"inputs": "fine", "\\udc00\\u0000": 1}', 422, "invalid"),
        (b'{"inputs": "fine", "model": "\\udc00"}', 404, "unknown_model"),
        (b'{"inputs": "fine", "parameters": {"top_k": 1e999}}', 422, "invalid"),
        (b'{"inputs": "fine", "parameters": {"top_k": ' + b"9" * 5_000 + b"}}", 400, None),
        (b'{"inputs": NaN}', 422, "invalid"),
        (b'{"inputs": "' + b"fine " * 20_000 + b'"}', 413, "too_large"),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else None,
)
def test_bytes_that_are_no_request(client, content, status, kind):
    response = client.post("/predict", content=content, headers=JSON)
    require_problem(response, status, kind or response.json()["error_type"])
    assert client.post("/predict", json={"inputs": "fine"}).status_code == 200


def test_other_content_types_and_endpoints(client):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        response = client.post("/predict", content=b"{}", headers={"Content-Type": kind})
        assert repr(kind) in require_problem(response, 415, "content_type")
    require_problem(client.post("/predict", content=b"{}"), 415, "content_type")
    kind = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert client.post("/predict", content=b'{"inputs": "a"}', headers=kind).status_code == 200
    require_problem(client.get("/"), 404, "no_endpoint")
    require_problem(client.get("/predict"), 405, "no_endpoint")


def test_traces_are_bounded(models):
    with client_for(models, max_trace_values=1_000) as client:
        body = {"inputs": "good " * 30, "model": "compare-lstm"}
        require_problem(client.post("/trace", json=body), 413, "too_large")
        for parameters, kind in (
            ({"quantities": ["nix"]}, "unknown_quantity"),
            ({"quantities": []}, "invalid"),
            ({"label": "nix"}, "unknown_label"),
        ):
            response = client.post("/trace", json={"inputs": "good", "parameters": parameters})
            require_problem(response, 422, kind)


def test_foreign_names_and_pages_are_refused(client):
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        for path in ("/health", "/openapi.json"):
            require_problem(client.get(path, headers=headers), 403, "refused")
        response = client.post("/predict", json={"inputs": "fine"}, headers=headers)
        require_problem(response, 403, "refused")
    own = {"Host": "127.0.0.1:8600", "Origin": "http://127.0.0.1:8600"}
    assert client.get("/health", headers=own).json() == {"status": "ok", "queued_texts": 0}


def test_models_are_listed(client, models):
    found = client.get("/models").json()
    assert found["default"] == "compare-bow"
    assert [one["name"] for one in found["models"]] == [model.name for model in models]
    assert found["models"][2]["classes"] == list(RATINGS.names)
    assert found["models"][1]["quantities"]["f"] == "forget gate"


def test_the_description_has_examples_that_work(client):
    described = client.get("/openapi.json").json()
    assert {"/predict", "/trace", "/models", "/health", "/metrics"} == {*described["paths"]}
    schemas = described["components"]["schemas"]
    for path, name in (("/predict", "PredictRequest"), ("/trace", "TraceRequest")):
        for example in schemas[name]["examples"]:
            if path == "/trace":
                example["model"] = "compare-lstm"
            assert client.post(path, json=example).status_code == 200
        answers = described["paths"][path]["post"]["responses"]
        assert {"400", "404", "413", "415", "422", "503", "504"} <= {*answers}


def test_metrics_count_requests_and_texts(models):
    with client_for(models) as client:
        client.post("/predict", json={"inputs": ["fine", "good"]})
        client.post("/predict", json={"inputs": []})
        client.get("/some/path")
        shown = client.get("/metrics").text
    for line in (
        'sentiment_requests_total{endpoint="/predict",status="200"} 1.0',
        'sentiment_requests_total{endpoint="/predict",status="422"} 1.0',
        'sentiment_requests_total{endpoint="other",status="404"} 1.0',
        'sentiment_texts_total{model="compare-bow"} 2.0',
        "sentiment_batch_texts_sum 2.0",
        "sentiment_queued_texts 0.0",
    ):
        assert line in shown.splitlines()


def test_an_internal_error_is_an_answer(models, monkeypatch):
    with client_for(models) as client:
        monkeypatch.setattr(models[0].predictor, "predict_encoded", lambda texts: 1 / 0)
        error = require_problem(client.post("/predict", json={"inputs": "fine"}), 500, "internal")
        assert "ZeroDivisionError" in error
        monkeypatch.undo()
        assert client.post("/predict", json={"inputs": "fine"}).status_code == 200


def test_no_text_is_logged(models, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)

    def fail(text: str) -> None:
        raise RuntimeError(text)

    with client_for(models) as client:
        client.post("/predict", json={"inputs": f"{SECRET} film"})
        client.post("/trace", json={"inputs": f"{SECRET} film"})
        client.post("/predict", json={"inputs": {SECRET: SECRET}})
        client.post(f"/predict?text={SECRET}", json={"inputs": "fine"})
        client.post(f"/{SECRET}", json={"inputs": SECRET})
        client.post("/predict", content=f'{{"inputs": "{SECRET}', headers=JSON)
        monkeypatch.setattr(models[0].predictor, "encode", fail)
        assert client.post("/predict", json={"inputs": SECRET}).status_code == 500
    own = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert any("RuntimeError" in record.getMessage() for record in own)
    assert not [record for record in own if SECRET in logging.Formatter().format(record)]


def asgi(service: Any, messages: list[dict[str, Any]], pause: float = 0.0) -> list[dict[str, Any]]:
    """What the service sends for a POST to /predict whose body arrives as these messages, each
    after a pause."""
    sent: list[dict[str, Any]] = []
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/predict", "headers": headers}
    scope |= {"query_string": b"", "http_version": "1.1", "scheme": "http", "root_path": ""}

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        if messages:
            return messages.pop(0)
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def call() -> None:
        async with service.router.lifespan_context(service):
            await service(scope, receive, send)

    run_coroutine(call())
    return sent


def test_a_body_that_does_not_arrive(models):
    service = create_service(models, ServingLimits(max_seconds=0.1), ACCESS, 1)
    part = {"type": "http.request", "body": b"{", "more_body": True}
    sent = asgi(service, [part, part, {"type": "http.request", "body": b"}"}], 0.06)
    assert sent[0]["status"] == 408


def test_a_body_that_is_announced_small_and_never_ends(models):
    limits = ServingLimits(max_body_bytes=10_000)
    service = create_service(models, limits, ACCESS, 1)
    part = {"type": "http.request", "body": b" " * 4_000, "more_body": True}
    assert asgi(service, [part] * 10 + [{"type": "http.disconnect"}])[0]["status"] == 413


def test_bodies_at_once_are_bounded_and_released(models):
    with client_for(models, max_held_bytes=1_000) as client:
        body = {"inputs": "fine " * 250}
        response = client.post("/predict", json=body)
        require_problem(response, 503, "busy")
        assert int(response.headers["retry-after"]) >= 1
        for _ in range(10):
            assert client.post("/predict", json={"inputs": "fine " * 150}).status_code == 200


def test_a_client_that_leaves_costs_nothing(models, monkeypatch):
    service = create_service(models, ServingLimits(window_ms=200), ACCESS, 1)
    asked = []
    monkeypatch.setattr(Predictor, "encode", lambda self, text: asked.append(text))
    whole = {"type": "http.request", "body": b'{"inputs": "fine"}'}
    sent = asgi(service, [whole, {"type": "http.disconnect"}])
    assert sent[0]["status"] == 499 and asked == []
