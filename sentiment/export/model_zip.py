"""Export of a model folder as a ZIP, with a script that predicts with it."""

import io
import zipfile
from typing import IO

from sentiment import stored
from sentiment.errors import ModelError
from sentiment.evaluation.predictions import FILE as PREDICTIONS
from sentiment.networks import model_files
from sentiment.networks.model_folder import REQUIRED_FILES, ModelInfo
from sentiment.places import program

CARD = "README.md"
OPTIONAL = (PREDICTIONS, CARD)
FILES = (*REQUIRED_FILES, *OPTIONAL)
LARGEST_IN_MEMORY = 512 * stored.MIB
USE = '''"""Classify texts: python use.py "a text". Requires the package sentiment-lab."""

import sys
from pathlib import Path

from sentiment.inspection.predictor import Predictor

model = Predictor.load(Path(__file__).parent)
for text in sys.argv[1:] or ["Not bad at all."]:
    prediction = model.predict([text])[0]
    print(f"{prediction.name} {prediction.probability:.1%}: {text}")
'''


def own_name(info: ModelInfo) -> str:
    """The name of a model in file names: that of its folder, or the id of its run."""
    folder = info.folder
    return folder.parent.name if folder.name == "model" else folder.name


def write_zip(info: ModelInfo, target: IO[bytes]) -> None:
    """Write the files of the model and `use.py` as one folder.

    Raises ModelError if a file is missing or is not a regular file.
    """
    name = own_name(info)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in FILES:
            path = info.folder / file
            if file in OPTIONAL and not path.exists():
                continue
            with stored.reading(path, ModelError, model_files.REMEDY):
                stored.require_file(path)
                path.open("rb").close()
            archive.write(path, f"{name}/{file}")  # an error here is about `target`
        archive.writestr(f"{name}/use.py", USE)


def bytes_of(info: ModelInfo) -> int:
    """Total size of the files that `write_zip` reads."""
    paths = [info.folder / file for file in FILES]
    return sum(path.stat().st_size for path in paths if path.is_file())


def model_zip(info: ModelInfo) -> bytes:
    """`write_zip` in memory. Raises ModelError if the model has more than LARGEST_IN_MEMORY."""
    if (size := bytes_of(info)) > LARGEST_IN_MEMORY:
        raise ModelError(
            f"{own_name(info)} has {size / stored.MIB:,.0f} MiB, expected at most "
            f"{LARGEST_IN_MEMORY // stored.MIB} MiB for a download. Export it in a shell: "
            f"{program()} export {own_name(info)} --zip."
        )
    packed = io.BytesIO()
    write_zip(info, packed)
    return packed.getvalue()
