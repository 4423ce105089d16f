"""Serve models over HTTP: predictions, traces and metrics."""

import argparse
import contextlib
import logging
import socket
from pathlib import Path

from sentiment import __version__
from sentiment.commands.options import MODEL_HELP, add_settings, model_named, settings_from
from sentiment.errors import ConfigError, ModelError
from sentiment.networks.model_folder import DEFAULT_MODEL, ModelInfo
from sentiment.serving.access import LOCAL_HOSTS, Access
from sentiment.serving.limits import ServingLimits
from sentiment.settings import require

SECONDS_TO_END = 30  # for answers to open requests when the server is stopped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "models",
        nargs="*",
        metavar="MODEL",
        help=f"{MODEL_HELP}. The first one answers requests without a model",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on. Default: 127.0.0.1"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8600,
        metavar="N",
        help="port to listen on; 0: any free one. Default: 8600",
    )
    parser.add_argument(
        "--allowed-host",
        action="append",
        metavar="NAME",
        help="host name in the requests of clients, *.example.org for subdomains; can be "
        f"repeated. Default: {' and '.join(LOCAL_HOSTS)}",
    )
    add_settings(parser, ServingLimits())
    parser.epilog = (
        "Needs `pip install -r requirements-serve.txt`. The server has no accounts and no "
        "encryption: for other machines, put a reverse proxy before it."
    )


def run(arguments: argparse.Namespace) -> None:
    limits = settings_from(arguments, ServingLimits())
    named = _named(arguments.models or [DEFAULT_MODEL])
    infos = {name: ModelInfo.read(folder) for name, folder in named.items()}
    try:
        import uvicorn

        from sentiment.serving.service import ServedModel, create_service
    except ImportError as error:
        raise ModelError(
            f"The package {error.name} is not installed: pip install -r requirements-serve.txt"
        ) from error
    import torch

    from sentiment.inspection.predictor import Predictor
    from sentiment.networks.threads import worker_count

    access = Access(
        hosts=arguments.allowed_host or LOCAL_HOSTS,
        origins=(),
        host_remedy="Use one of these, or restart the server with --allowed-host NAME.",
        origin_remedy="Pages of other servers cannot send requests; let their server send them.",
    )
    with listening_on(arguments.host, arguments.port) as listening:
        torch.set_num_threads(1)  # of each worker
        served = [
            ServedModel(name, info, Predictor(*info.load(), info.sequence, info.classes))
            for name, info in infos.items()
        ]
        for model in served:
            model.predictor.predict(["ready"])  # the first prediction takes longer
        service = create_service(served, limits, access, worker_count(), __version__)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
        config = uvicorn.Config(
            service,
            log_config=None,
            access_log=False,  # it has whole paths, which may contain texts; `serving.gate` logs
            timeout_graceful_shutdown=SECONDS_TO_END,
            server_header=False,
        )
        host, port = listening.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(f"{', '.join(named)}: http://{shown}:{port}/predict (POST)", flush=True)
        uvicorn.Server(config).run(sockets=[listening])


def _named(given: list[str]) -> dict[str, Path]:
    """Folders of models by the names under which they are served. Raises ConfigError."""
    found: dict[str, Path] = {}
    for model in given:
        folder = model_named(model)
        name = Path(model).resolve().name if len(Path(model).parts) > 1 else model
        require(
            name not in found,
            f"Two models have the name {name}, expected different ones. Rename a folder.",
        )
        found[name] = folder
    return found


def listening_on(host: str, port: int) -> socket.socket:
    """A socket that listens on this address. Raises ConfigError."""
    require(0 <= port < 1 << 16, f"The port is {port}, expected 0 to 65535.")
    with contextlib.ExitStack() as stack:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            listening = stack.enter_context(socket.socket(family, kind, protocol))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen()  # before the address is printed: clients may be waiting for it
        except OSError as error:
            raise ConfigError(
                f"The server cannot listen on {host}, port {port}: {error}. Choose another --port, "
                "or an address of this machine as --host."
            ) from error
        stack.pop_all()
    return listening
