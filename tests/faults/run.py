"""`make faults`: the long form of the fault tests. Prints a table; takes about ten minutes."""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults import faults

KILLS, PER_RUN = 24, 4


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SENTIMENT_DATA"] = folder
        expected = faults.uninterrupted()
        outcomes = [faults.kill_trainer(expected, KILLS, PER_RUN), faults.kill_app(expected)]
        disk = Path(folder) / "disk"
        with faults.small_disk(disk) as error:
            if error:
                print(f"Skipped the full disk: no disk could be mounted: {error}", file=sys.stderr)
            else:
                os.environ["SENTIMENT_DATA"] = str(disk)
                outcomes.append(faults.fill_disk(expected, disk))
        print(faults.HEADER)
        for outcome in outcomes:
            print(outcome.row())
        sys.exit(any(outcome.lost or outcome.different for outcome in outcomes))


if __name__ == "__main__":
    main()
