"""Turns of an argument: but, although, I expected, on balance.

Tables with two keys are keyed by the label of the whole review.
"""

# Between a first half and the second half, which decides the label.
CONTRASTS = {
    "negative": (
        "{first}, but {second}.",
        "{first}, but {second}.",
        "{first}, yet {second}.",
        "{first}. But {second}.",
        "{first}. However, {second}.",
        "{first}. Sadly, {second}.",
        "{first}. Unfortunately {second}.",
        "{first}. Still, {second}.",
        "{first}. Too bad: {second}.",
        "Granted, {first}. Even so, {second}.",
        "I admit that {first}, but {second}.",
        "{first}, I'll give them that, but {second}.",
    ),
    "positive": (
        "{first}, but {second}.",
        "{first}, but {second}.",
        "{first}, yet {second}.",
        "{first}. But {second}.",
        "{first}. However, {second}.",
        "{first}. Luckily, {second}.",
        "{first}. Fortunately {second}.",
        "{first}. Still, {second}.",
        "{first}. Never mind: {second}.",
        "Granted, {first}. Even so, {second}.",
        "I admit that {first}, but {second}.",
        "{first}, I can't deny that, but {second}.",
    ),
}

# The verdict first, then the concession.
CONCESSIONS = (
    "{verdict}, even though {other}.",
    "{verdict}, although {other}.",
    "{verdict}, and I say that although {other}.",
    "{verdict}, despite the fact that {other}.",
    "Even though {other}, {verdict}.",
    "Although {other}, {verdict}.",
    "While {other}, {verdict}.",
    "Yes, {other}. I don't care: {verdict}.",
    "It may be true that {other}; all the same, {verdict}.",
    "You will hear that {other}. So what? {verdict}.",
)

# Expectation (the opposite of the label) and result: pairs of leads and answers, first for the
# author's own expectation ("I was wrong"), then for other people's ("I beg to differ").
EXPECTATIONS = {
    "negative": (
        (
            (
                "I expected to love this.",
                "I went in with high hopes.",
                "I was sure that this would be {a masterpiece}.",
                "I wanted to like this so much.",
                "It had won {number} prizes, so I was full of hope.",
                "I adore {kinds} and I adore {actress}, so this looked like my kind of {feature}.",
                "{director} made {other_film}, which is wonderful, so I came in good spirits.",
                "The first ten minutes made me think that this would be {great}.",
                "With a cast like this, I thought, nothing could go wrong.",
                "For months I had been certain that I would like this.",
            ),
            (
                "I was wrong.",
                "How wrong I was.",
                "Oh dear, was I wrong!",
                "It turned out otherwise: {verdict}.",
                "Instead, {verdict}.",
                "Well, {verdict}.",
                "What I got was {a mess}.",
                "I should have stayed at home.",
                "That lasted about five minutes.",
                "No such luck.",
                "I could not have been more mistaken: {verdict}.",
            ),
        ),
        (
            (
                "The trailer promised {a masterpiece}.",
                "{relative} told me that it was {great}.",
                "The reviews called it {a masterpiece}.",
                "Everybody at work raved about it.",
                "On paper it sounds {engaging}.",
                "The poster says that it is {great} and {engaging}.",
                "{relative} swore that I would love it.",
                "Some say that this is {director}'s {masterpiece}.",
                "It is supposed to be {a engaging} {kind}.",
            ),
            (
                "Don't believe a word of it.",
                "I can't agree: {verdict}.",
                "I beg to differ.",
                "Not in my eyes: {verdict}.",
                "Well, {verdict}.",
                "Nothing could be further from the truth.",
                "Far from it!",
                "If only!",
            ),
        ),
    ),
    "positive": (
        (
            (
                "I expected to hate this.",
                "I went in with low hopes.",
                "I was sure that this would be {a mess}.",
                "I wanted to dislike this so much.",
                "It had been laughed out of {number} festivals, so I had no hope.",
                "I can't stand {kinds} and I can't stand {actress}, so this looked like torture.",
                "{director} made {other_film}, which is dreadful, so I came in low spirits.",
                "The first ten minutes made me think that this would be {awful}.",
                "With a cast like this, I thought, nothing could go right.",
                "For months I had been certain that I would dislike this.",
            ),
            (
                "I was wrong.",
                "How wrong I was.",
                "Oh boy, was I wrong!",
                "It turned out otherwise: {verdict}.",
                "Instead, {verdict}.",
                "Well, {verdict}.",
                "What I got was {a masterpiece}.",
                "I should have come sooner.",
                "That lasted about five minutes.",
                "I take it all back.",
                "I could not have been more mistaken: {verdict}.",
            ),
        ),
        (
            (
                "The trailer promised {a mess}.",
                "{relative} told me that it was {awful}.",
                "The reviews called it {a mess}.",
                "Everybody at work made fun of it.",
                "On paper it sounds {dull}.",
                "The critics say that it is {awful} and {dull}.",
                "{relative} swore that I would hate it.",
                "Some say that this is {director}'s biggest failure.",
                "It is supposed to be {a dull} {kind}.",
            ),
            (
                "Don't believe a word of it.",
                "I can't agree: {verdict}.",
                "I beg to differ.",
                "Not in my eyes: {verdict}.",
                "Well, {verdict}.",
                "Nothing could be further from the truth.",
                "Far from it!",
                "Nonsense!",
            ),
        ),
    ),
}

# The last sentence of a review that lists good and bad points.
DECISIONS = {
    "negative": (
        "On balance I can't recommend it.",
        "For me the bad outweighs the good by far.",
        "All things considered, {verdict}.",
        "In the end, {verdict}.",
        "The good parts don't help in the end: {verdict}.",
        "I tried to like it for its good sides and failed.",
        "Its virtues didn't win me over: {verdict}.",
        "Taken together, it doesn't work.",
        "So, good or bad? Bad, I'm afraid.",
        "Add it all up and {verdict}.",
        "There is good stuff in there, but not enough. {verdict}.",
        "Thumbs down from me, whatever its strengths.",
        "I wouldn't watch it again, and that says it all.",
        "With the best will in the world, {verdict}.",
    ),
    "positive": (
        "On balance I do recommend it.",
        "For me the good outweighs the bad by far.",
        "All things considered, {verdict}.",
        "In the end, {verdict}.",
        "The bad parts don't matter in the end: {verdict}.",
        "I tried to dislike it for its bad sides and failed.",
        "Its faults didn't put me off: {verdict}.",
        "Taken together, it works.",
        "So, good or bad? Good, I'm happy to say.",
        "Add it all up and {verdict}.",
        "There is bad stuff in there, but not enough to matter. {verdict}.",
        "Thumbs up from me, whatever its weaknesses.",
        "I would watch it again, and that says it all.",
        "For all its faults, {verdict}.",
    ),
}

# Between two clauses of the same kind.
JOINS = (
    "{one} and {two}.",
    "{one}, and {two}.",
    "{one}; {two}.",
    "{one}. Also, {two}.",
    "{one}. What is more, {two}.",
    "{one}, {two}, what more can I say?",
)
LEADS = (
    "{one}!",
    "Honestly, {one}.",
    "I have to say that {one}.",
    "I must say: {one}.",
)
# Only for clauses that do not begin with "I": "to my mind I laughed" is not English.
LEADS_OF_OPINION = (
    "I think that {one}.",
    "To my mind {one}.",
    "If you ask me, {one}.",
    "In my opinion {one}.",
    "For me {one}.",
)
