"""Memory: gradients over the words of a review, and a task that only memory can solve."""

from sentiment.networks.registry import ARCHITECTURES
from sentiment.web import cached, layout
from sentiment.web.bad_items import show_bad
from sentiment.web.memory.gradients import show_gradients
from sentiment.web.memory.task import show_task

layout.header(
    "Memory",
    "How far back each network remembers: by the gradient at each word, and in a task that only "
    "memory can solve.",
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
