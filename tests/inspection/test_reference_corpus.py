"""Corpora over which a model is studied."""

from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.encoding.settings import PrepareConfig
from sentiment.inspection.reference_corpus import corpus_key, open_prepared
from sentiment.networks.model_folder import ModelInfo, model_folder


def test_a_corpus_is_prepared_as_it_is_registered(tmp_path, monkeypatch):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    path = tmp_path / "remarks.csv"
    remarks = [f"{('bad', 'good')[n % 2]} {n},{('neg', 'pos')[n % 2]}" for n in range(60)]
    long = [f"{'so ' * 20}{('bad', 'good')[n % 2]} {n},{('neg', 'pos')[n % 2]}" for n in range(20)]
    path.write_text("\n".join(["text,label", *remarks, *long]) + "\n")
    info = ModelInfo.read(model_folder("compare-rnn"))
    assert len(open_prepared(info, str(path))) == 80  # of two words each, shorter than the default

    table, settings = TableConfig(), PrepareConfig(min_length=1, max_length=10)
    register(RegisteredCorpus("Remarks", str(path), table, settings))
    corpus = open_prepared(info, str(path), table=table)
    assert corpus.config == settings
    assert corpus.folder.name == corpus_key(info, str(path), table)
