"""`serve` as a process: what clients of the network see."""

import asyncio
import http.client
import json
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from huggingface_hub import InferenceClient

from sentiment.__main__ import main
from sentiment.commands.serve import listening_on
from sentiment.inspection.predictor import Predictor
from tests.event_loop import run_coroutine
from tests.serving.server import serving

SECRET = "sesame"


def post(url: str, content: bytes, **headers: str) -> tuple[int, dict | list]:
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, content, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.slow
def test_clients_of_hugging_face_many_connections_and_the_end():
    """One process for all of it: it takes seconds to start."""
    with serving("compare-lstm", "compare-bow", "--max-queue", "2000") as server:
        url = server.url
        # The independent reference for the shape.
        client = InferenceClient(model=f"{url}/predict")
        (best,) = client.text_classification("I loved it", top_k=1)
        expected = Predictor.load("compare-lstm").predict(["I loved it"])[0]
        assert (best.label, best.score) == (
            expected.name,
            pytest.approx(expected.probability, abs=1e-6),
        )

        for content in (b'{"inputs": "' + b"good " * 2_000_000 + b'"}', b"x" * 10_000_000):
            status, problem = post(f"{url}/predict", content)
            assert status == 413 and problem["error_type"] == "too_large"

        texts = [f"{SECRET} {'good ' * (n % 40)}" for n in range(1_000)]
        answers = run_coroutine(crowd(url, texts))
        predictions = Predictor.load("compare-bow").predict(texts)
        for (status, scores), prediction in zip(answers, predictions, strict=True):
            assert status == 200 and scores[0][0]["label"] == prediction.name
            assert scores[0][0]["score"] == pytest.approx(prediction.probability, abs=1e-6)

        address = urlsplit(url)
        for _ in range(20):  # clients that leave before their answer, or in the middle
            leaving = http.client.HTTPConnection(address.netloc, timeout=10)
            body = json.dumps({"inputs": [f"{SECRET} " * 300] * 8})
            leaving.request("POST", "/predict", body, {"Content-Type": "application/json"})
            leaving.close()
            with socket.create_connection((address.hostname, address.port)) as half:
                half.sendall(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Le")
        assert post(f"{url}/predict", b'{"inputs": "fine"}')[0] == 200
        assert post(f"{url}/predict", b'{"inputs": "fine"}', Host="evil.example")[0] == 403

        open_request = http.client.HTTPConnection(address.netloc, timeout=60)
        body = json.dumps({"inputs": ["a good film " * 100] * 128})
        open_request.request("POST", "/predict", body, {"Content-Type": "application/json"})
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        answer = open_request.getresponse()  # it is finished before the server ends
        assert answer.status == 200 and len(json.load(answer)) == 128
        open_request.close()
        server.process.wait(timeout=60)
        log = server.log.read_text()
        assert "Traceback" not in log and SECRET not in log
        assert "POST /predict 200" in log


async def crowd(url: str, texts: list[str]) -> list[tuple[int, list]]:
    """The answers to requests that are all open at the same time."""
    address = urlsplit(url)

    async def ask(text: str) -> tuple[int, list]:
        body = json.dumps({"inputs": text, "model": "compare-bow"}).encode()
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        head = f"POST /predict HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        status, content = answer.split(b"\r\n\r\n", 1)
        return int(status.split()[1]), json.loads(content)

    return await asyncio.gather(*map(ask, texts))


def test_clients_can_connect_before_the_address_is_printed():
    with listening_on("127.0.0.1", 0) as server:
        socket.create_connection(server.getsockname(), timeout=10).close()


def test_what_cannot_be_served(capsys, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words, named in (
            (["nix"], "nix"),
            (["imdb-language-model"], "imdb-language-model"),
            (["compare-bow", "compare-bow"], "compare-bow"),
            (["compare-bow", "--port", port], port),
            (["compare-bow", "--port", "70000"], "70000"),
            (["compare-bow", "--host", "192.0.2.1"], "192.0.2.1"),
            (["compare-bow", "--max-texts", "0"], "max_texts"),
        ):
            assert main(["serve", *words]) == 1
            assert named in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "fastapi", None)
    monkeypatch.delitem(sys.modules, "sentiment.serving.service", raising=False)
    assert main(["serve", "compare-bow"]) == 1
    assert "requirements-serve.txt" in capsys.readouterr().err
