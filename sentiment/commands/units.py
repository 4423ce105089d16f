"""Show what each unit responds to: words, reviews, half-life, correlation with the label."""

import argparse
import json
from dataclasses import asdict

from sentiment.commands.options import (
    add_class,
    add_json,
    add_model_and_data,
    class_code,
    model_named,
    table_from,
)
from sentiment.commands.progress import progress_for
from sentiment.wording import counted

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_and_data(parser)
    parser.add_argument("--unit", type=int, metavar="N", help="only this unit, counted from 0")
    add_class(parser, "to correlate the states with", default="the last")
    add_json(parser)
    parser.epilog = (
        "Computed on the training and validation splits and cached per model and corpus. Without "
        f"--unit, shows the {SHOWN} units of each layer that correlate most with the label."
    )


def run(arguments: argparse.Namespace) -> None:
    import numpy as np

    from sentiment.inspection.unit_profile import UnitProfile
    from sentiment.inspection.units import make_unit_study
    from sentiment.networks.model_folder import ModelInfo
    from sentiment.settings import require

    progress = progress_for(arguments)
    info = ModelInfo.read(model_named(arguments.model))
    last = info.network.hidden_size - 1
    require(
        arguments.unit is None or 0 <= arguments.unit <= last,
        f"unit is {arguments.unit}; expected 0 to {last}.",
    )
    label = class_code(info.classes, arguments.label)
    label = len(info.classes) - 1 if label is None else label
    study = make_unit_study(info, arguments.data, progress, table=table_from(arguments))
    progress.close()
    _, vocabulary = info.load()
    found = []
    for site in study.sites:
        units = [arguments.unit]
        if arguments.unit is None:
            units = np.argsort(-np.abs(site.label_correlations[label]))[:SHOWN].tolist()
        for unit in units:
            found.append((site, UnitProfile.of(site, unit, vocabulary, study.classes, label)))
    if arguments.json:
        rows = [
            {"layer": site.layer, "direction": site.direction, **asdict(profile)}
            for site, profile in found
        ]
        for row in rows:  # JSON has no infinity
            row["half_life"] = row["half_life"] if np.isfinite(row["half_life"]) else None
        print(json.dumps(rows))
        return
    print(f"{info.name} over {counted(len(study.rows), 'review')} of {study.corpus}")
    for site, profile in found:
        print(f"layer {site.layer + 1}, {site.direction}, unit {profile.unit}: {profile.finding}")
