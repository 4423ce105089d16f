"""Links with values that no control accepts: the page opens, with the defaults in their place."""

from urllib.parse import parse_qsl

import pytest

from tests.pages.driver import linked


@pytest.mark.parametrize(
    "link",
    [
        "explore?split=foo&color=zzz&min_length=abc&max_length=-5&sequence_length=99999&corpus=x",
        "explore?view=zz&shape=1&scale=x&rule=zz&strength=-1&truncation=q&max_words=0",
        "explore?view=Sequence+length&rule=IQR&strength=abc&tolerance=900&architecture=x",
        "explore?view=Vocabulary&word=%3Cb%3E**x**&prefix=%25%28&rank_by=zz&corpus=Sample",
        "explore?view=Batches&shown_batch_size=9999&batch=-4&corpus=Sample",
        "explore?min_length=5000&max_length=2",
        "explore?corpus=Sample&split=unlabelled",
        "inspect?length=0&padding=left&model=nope&quantity=xyz",
        "inspect?length=99999&text=hi",
        "inspect?view=nope&word=zzz&text=hi",
        "inspect?view=Encoding&word=99",
        "reviews?split=zz&drop_reason=yy&corpus=Sample&search=%25(",
        "train?run=../../etc&preset=nope",
        "train?with_max_words=-1&with_sequence_length=x&with_min_length=9&with_max_length=3",
        "compare?view=nope&models=nope&first=x&second=x",
        "memory?reach=nope&readout=zz&respect=yy&memory_text=hi",
    ],
)
def test_invalid_values_in_a_link_are_ignored(link):
    name, _, query = link.partition("?")
    app = linked(name, **dict(parse_qsl(query)))
    assert not app.exception, app.exception
    assert app.title[0].value == name.capitalize()
    assert not app.error
