"""Export of a run's curves to TensorBoard."""

from pathlib import Path

from sentiment import atomic
from sentiment.errors import RunError
from sentiment.runs.comparison import settings_of
from sentiment.runs.run import Run

# TensorBoard groups tags by the part before the slash.
_STEP = {
    "loss": "loss/train",
    "accuracy": "accuracy/train",
    "gradient_norm": "steps/gradient norm",
    "learning_rate": "steps/learning rate",
    "words_per_second": "steps/words per second",
}
_EPOCH = {
    "valid_loss": "loss/valid",
    "valid_accuracy": "accuracy/valid",
    "valid_macro_f1": "macro-F1/valid",
}


def write_log(run: Run, folder: Path) -> Path:
    """Write the log of `run` to `folder`/id, replacing an earlier one; returns that folder.

    Each point has its step and wall time. Raises RunError if TensorBoard is not installed,
    StorageError if the folder cannot be written.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise RunError(
            "TensorBoard is not installed: pip install -r requirements-tracking.txt"
        ) from error

    events = run.events()
    started = (run.folder / "recipe.json").stat().st_mtime
    target = folder / run.id
    with atomic.new_folder(target) as fresh, SummaryWriter(str(fresh)) as writer:
        for kind, tags in (("StepEvent", _STEP), ("EpochEvent", _EPOCH)):
            for event in events.get(kind, []):
                for name, tag in tags.items():
                    wall_time = started + event["seconds"]
                    writer.add_scalar(tag, event[name], event["step"], wall_time)
        settings = settings_of(run.recipe()).items()
        writer.add_text("settings", "\n".join(f"    {name}: {value}" for name, value in settings))
    return target
