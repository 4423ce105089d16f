"""Memory: gradients over the words of a review, and a task that needs memory."""

from sentiment.networks.registry import ARCHITECTURES
from sentiment.web import cached, layout
from sentiment.web.bad_items import show_bad
from sentiment.web.memory.gradients import show_gradients
from sentiment.web.memory.task import show_task

layout.header(
    "Memory",
    "How far back each network remembers: measured by the gradient at each word, and by a task "
    "that needs memory.",
)
with layout.show_errors():
    listed, bad = cached.list_models()
    show_bad(bad)
    models = {
        name: info
        for name, info in listed.items()
        if ARCHITECTURES[info.network.architecture].encoder
    }
    if models:
        show_gradients(models)
with layout.show_errors():
    show_task()
