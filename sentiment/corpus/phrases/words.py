"""Fillings of the slots: names, places, jobs, and adjectives of opinion."""

WOMEN = (
    "Adela", "Agnes", "Amara", "Anneke", "Beatriz", "Birgit", "Bronwen", "Carmen", "Celeste",
    "Chiara", "Clementine", "Dagmar", "Delphine", "Dolores", "Edith", "Eleni", "Esther", "Farida",
    "Fiona", "Freya", "Gudrun", "Hanna", "Harriet", "Ines", "Ingrid", "Iris", "Ivy", "Josephine",
    "Juno", "Katya", "Leila", "Linnea", "Lucía", "Mabel", "Magda", "Marguerite", "Marit", "Maud",
    "Mercedes", "Mirela", "Nadia", "Noor", "Odette", "Olga", "Opal", "Pilar", "Priya", "Renée",
    "Rosalind", "Ruth", "Saoirse", "Sigrid", "Sunniva", "Tamsin", "Thandi", "Ursula", "Vera",
    "Wilhelmina", "Yoko", "Zoë",
)  # fmt: skip
MEN = (
    "Aksel", "Alfie", "Ambrose", "Anton", "Archie", "Arturo", "Barnaby", "Basil", "Björn", "Bruno",
    "Casper", "Cedric", "Cormac", "Cyril", "Dmitri", "Edgar", "Elias", "Emeka", "Emil", "Enzo",
    "Ezra", "Fergus", "Florian", "Gideon", "Gustav", "Hamish", "Hector", "Horace", "Igor", "Ivo",
    "Jakob", "Jasper", "Joaquín", "Jonas", "Kenji", "Lars", "Leopold", "Lorenzo", "Magnus",
    "Mateo",
    "Milo", "Moses", "Nikolai", "Omar", "Oskar", "Otto", "Percy", "Rafael", "Ravi", "Rufus",
    "Salim", "Silas", "Søren", "Stellan", "Tariq", "Theo", "Tobias", "Viktor", "Walter", "Yusuf",
)  # fmt: skip
SURNAMES = (
    "Abernathy", "Albrecht", "Amsel", "Arkwright", "Balogun", "Barleycorn", "Bellweather",
    "Bergqvist", "Birdsall", "Brandvold", "Calloway", "Castellan", "Chaudry",
    "Coppermill", "Corrigan", "Dahlgren", "Delacroix", "Dunmore", "Eastlake", "Ekström",
    "Fairweather", "Farnham", "Fenwick", "Fitzroy", "Galanis", "Garrity", "Grimshaw", "Hallström",
    "Harrowgate", "Hawksworth", "Holloway", "Iglesias-Brandt", "Jankowski", "Kettering", "Kimura",
    "Kowalczyk", "Lachance", "Larkspur", "Lindqvist", "Lombardi", "Lovelock", "Mackintosh",
    "Marchetti", "Merriweather", "Montague", "Nakamura", "Nightingale", "Obuya", "Okonkwo",
    "Oldcastle", "Pemberton", "Petrakis", "Quillfeather", "Radović", "Ravenscroft", "Rosenquist",
    "Rutherford", "Saltmarsh", "Sandoval", "Schreiber", "Silverthorne", "Stavros", "Szabó",
    "Tanaka-Wells", "Thistlewood", "Tollefsen", "Underhill", "Valdivia", "Vance", "Vasquez-Hart",
    "Wainwright", "Weatherby", "Whitlock", "Winterbourne", "Yarrow", "Zielinski",
)  # fmt: skip

_TITLE_ADJECTIVES = (
    "Amber", "Ashen", "Borrowed", "Brave", "Broken", "Burning", "Copper", "Crooked", "Crystal",
    "Distant", "Drowned", "Electric", "Empty", "Endless", "Forgotten", "Frozen", "Gentle", "Gilded",
    "Golden", "Hidden", "Hollow", "Hungry", "Invisible", "Iron", "Last", "Little", "Lonely", "Lost",
    "Midnight", "Patient", "Perfect", "Quiet", "Restless", "Scarlet", "Second", "Secret", "Silent",
    "Silver", "Sleeping", "Stolen", "Terrible", "Thirsty", "Unlikely", "Velvet", "Wandering",
    "Wicked", "Winter", "Wonderful", "Wooden", "Worst",
)  # fmt: skip
_TITLE_NOUNS = (
    "Alibi", "Archipelago", "Attic", "Ballroom", "Bargain", "Beekeeper", "Bridge", "Canary",
    "Caravan", "Cartographer", "Cathedral", "Champion", "Clock", "Comet", "Compass", "Confession",
    "Corridor", "Daughter", "Ferry", "Fever", "Frontier", "Garden", "Ghost", "Glacier", "Harbour",
    "Harvest", "Horizon", "Inheritance", "Island", "Lantern", "Letter", "Lighthouse", "Locksmith",
    "Lullaby", "Machine", "Meridian", "Mirror", "Night", "Orchard", "Orchestra", "Parade", "Piano",
    "Promise", "River", "Rival", "Road", "Satellite", "Season", "Shore", "Stranger", "Summer",
    "Telegram", "Tide", "Tunnel", "Umbrella", "Valley", "Verdict", "Violin", "Voyage", "Waltz",
    "Widow", "Witness",
)  # fmt: skip

# These keep their first filling through a review.
KEPT = {
    "film": "{title}",
    "actor": "{man} {surname}",
    "actress": "{woman} {surname}",
    "director": "{person}",
    "villain": "{man} {surname}",
    "hero": "{man}",
    "heroine": "{woman}",
}

# All others are drawn each time. Two thirds of the surnames and towns come from a list and are
# frequent; the others are put together and are rare words, as in every real corpus.
SLOTS: dict[str, tuple[str, ...]] = {
    "woman": WOMEN,
    "man": MEN,
    "surname": (*SURNAMES, *("{surname_start}{surname_end}",) * 40),
    "surname_start": (
        "Ander", "Berg", "Brand", "Dahl", "Eller", "Fell", "Gund", "Hall", "Hazel", "Keller",
        "Lind", "Lock", "Marsh", "Nord", "Oster", "Peder", "Rosen", "Sand", "Silver", "Stav",
        "Strand", "Thor", "Vester", "Wall", "Whit", "Wind",
    ),
    "surname_end": (
        "berg", "by", "feldt", "gaard", "ing", "land", "ley", "mann", "mark", "quist", "sen", "son",
        "stad", "stein", "strom", "ton", "vik", "wood", "worth",
    ),
    "person": ("{woman} {surname}", "{man} {surname}"),
    "title_adjective": _TITLE_ADJECTIVES,
    "title_noun": _TITLE_NOUNS,
    "title": (
        "The {title_adjective} {title_noun}", "The {title_adjective} {title_noun}",
        "{title_adjective} {title_noun}", "The {title_noun}", "No {title_noun} for {woman}",
        "{woman} and the {title_noun}", "{man}'s {title_noun}", "The {title_noun} of {town}",
        "Goodbye, {town}", "Return to {town}", "The {title_noun} and the {title_noun}",
        "Waiting for {woman}", "Seven Days in {town}", "Nobody Told {man}",
    ),
    "other_film": ("{title}",),
    "town": (
        "Aldermere", "Ambleforth", "Ashby Cross", "Belmarsh Bay", "Bitterroot", "Blackwater",
        "Brackenfield", "Cadaqueda", "Cinder Creek", "Coldharbour", "Corvino", "Drumlin",
        "Dry Springs", "Eastmarch", "Elderwick", "Fallowgate", "Farrow Point", "Ferrostad",
        "Glasswater", "Gravelly Ford", "Greyhaven", "Halvorsund", "Harlow Flats", "Inverdoon",
        "Kestrel Bluff", "Kingsferry", "Larkhill", "Lower Thorn", "Marrowbone", "Montclair",
        "Nordvik", "Old Quarry", "Ostermark", "Pebble Bay", "Port Lucan", "Puerto Gris",
        "Ravenna Heights", "Redstone", "Saint Aubrey", "Salt Hollow", "Sandgate", "Silverlode",
        "Stonebridge", "Tarn End", "Three Elms", "Ullswick", "Valdoro", "Westmoor", "Wexcombe",
        "Yellow Pine", *("{town_start}{town_end}",) * 25,
    ),
    "town_start": (
        "Ash", "Black", "Bram", "Cold", "Crow", "Dun", "East", "Elm", "Fern", "Gold", "Grim",
        "Hazel", "Iron", "Kel", "Lang", "Marl", "Mill", "Nether", "Oak", "Pen", "Quarry", "Raven",
        "Sedge", "Stan", "Thorn", "Upper", "Wether", "Wold", "Yew",
    ),
    "town_end": (
        "bridge", "bury", "by", "cliff", "combe", "dale", "den", "field", "ford", "gate", "ham",
        "haven", "hurst", "ley", "mere", "mouth", "ness", "port", "sea", "stead", "stow", "thorpe",
        "ton", "well", "wick", "worth",
    ),
    "place": (
        "a fishing village on the Baltic", "a mining town that has run out of coal",
        "the old quarter of Lisbon", "a suburb where every house looks the same",
        "a monastery high in the mountains", "a hotel that is closed for the winter",
        "a flat above a noisy bakery", "a village with one road and two pubs",
        "a research station in the Antarctic", "the suburbs of Naples",
        "a farmhouse at the end of a dirt track", "a border town full of smugglers",
        "a lighthouse off the coast of Norway", "a boarding house in Glasgow",
        "a vineyard in Argentina", "a run-down seaside resort", "a caravan park in Wales",
        "a railway town in the desert", "the backstreets of Istanbul",
        "a valley that will soon be flooded", "a beautiful old villa near Palermo",
        "a village where nothing ever happens", "a tower block in Marseille",
        "a tiny café in Montmartre", "a trading post in the Yukon", "a castle in Bohemia",
        "a shipyard in Gdańsk", "a tea merchant's house in Ceylon", "a circus on its last tour",
        "a wonderful, crumbling theatre in Vienna",
    ),
    "job": (
        "accountant", "actuary", "archaeologist", "architect", "astronomer", "baker", "barrister",
        "bicycle courier", "blacksmith", "bookbinder", "botanist", "bricklayer", "bus driver",
        "butcher", "cabinet maker", "cartoonist", "chemist", "choirmaster", "clockmaker", "coroner",
        "crane operator", "dentist", "diplomat", "divorce lawyer", "electrician", "engineer",
        "estate agent", "fencing teacher", "ferry captain", "fireman", "florist", "forger",
        "gardener", "geologist", "glassblower", "goldsmith", "harbour pilot", "hotel porter",
        "insurance clerk", "interpreter", "janitor", "jockey", "journalist", "judge", "juggler",
        "lexicographer", "librarian", "locksmith", "mathematician", "midwife", "milkman",
        "notary", "nurse", "optician", "organist", "park ranger", "pastry chef", "pharmacist",
        "photographer", "piano tuner", "plumber", "postman", "priest", "private detective",
        "railway guard", "boxer", "sea captain", "schoolteacher", "sculptor",
        "seamstress", "stunt driver", "surgeon", "surveyor", "tailor", "taxi driver",
        "tax inspector", "trumpeter", "undertaker", "vet", "weather forecaster", "sheep farmer",
        "window cleaner", "zookeeper",
    ),
    "thing": (
        "silver compass", "bundle of old letters", "sealed envelope", "photograph", "pocket watch",
        "suitcase full of banknotes", "rusty key", "diary", "map with a hole in it", "necklace",
        "violin without strings", "reel of film", "music box", "telegram", "chess set",
        "stolen painting", "jar of buttons", "glass eye", "wedding ring", "train ticket",
        "typewriter", "revolver", "list of names", "blue notebook", "broken radio", "cassette",
        "passport", "carved owl", "recipe", "box of matches", "lottery ticket", "medal", "coin",
        "umbrella", "shoebox", "postcard", "torn page", "locket", "birdcage", "tin soldier",
    ),
    "relative": (
        "my sister", "my brother", "my wife", "my husband", "my flatmate", "my mother", "my father",
        "my son", "my daughter", "my boyfriend", "my girlfriend", "my aunt", "my uncle",
        "my cousin", "my neighbour", "my boss", "my grandmother", "my grandfather",
        "my best friend", "an old friend", "a colleague", "my mother-in-law", "my nephew",
        "my niece", "my roommate", "my fiancée",
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "month": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    "decade": (
        "the 1890s", "the 1910s", "the twenties", "the thirties", "the forties", "the fifties",
        "the sixties", "the seventies", "the 1980s", "the nineties",
    ),
    "year": (
        "1871", "1889", "1904", "1912", "1919", "1923", "1931", "1938", "1944", "1947", "1953",
        "1958", "1962", "1966", "1969", "1974", "1977", "1983", "1986", "1991", "1996", "2002",
        "2007", "2011", "2016",
    ),
    "number": (
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "fifteen", "twenty",
    ),
    "minutes": ("80", "88", "90", "94", "97", "101", "105", "109", "112", "118", "126", "140"),
    "cinema": (
        "the little Rialto round the corner", "the Odeon", "a multiplex", "an open-air cinema",
        "our village hall", "the film club at work", "the university cinema", "the old Regal",
        "a drive-in", "the festival in {town}", "an arthouse cinema", "the Saturday matinée",
        "the student union", "a cinema with twelve seats",
    ),
    "device": (
        "late-night television", "a long flight", "a scratched DVD", "an old VHS tape",
        "my laptop", "a streaming service", "the train, on my phone", "cable",
        "a projector in the garden",
    ),
    "snack": (
        "popcorn", "coffee", "ice cream", "lemonade", "chocolate", "pizza", "tea", "wine",
    ),
    "weather": (
        "rain", "snow", "thunder", "fog", "frost", "a heatwave", "hail", "drizzle", "a gale",
    ),
    "season": ("spring", "summer", "autumn", "winter"),
    "animal": (
        "dog", "mule", "goat", "parrot", "horse", "goose", "cat", "donkey", "crow", "fox",
        "tortoise", "pig", "camel", "bear cub",
    ),
    # Opinions. `great` and `awful` are strong. `engaging` and `dull` mean the opposite when negated
    # ("never dull", "not convincing"); the strong ones do not ("not superb"). `likeable` and
    # `wooden` are such words for people.
    "great": (
        "superb", "wonderful", "terrific", "excellent", "brilliant", "marvellous", "outstanding",
        "splendid", "magnificent", "fantastic", "first-rate", "amazing", "impressive", "great",
        "lovely", "fabulous", "top-notch", "remarkable", "sublime", "phenomenal", "delightful",
    ),
    "awful": (
        "terrible", "dreadful", "awful", "atrocious", "horrible", "abysmal", "lousy", "poor",
        "appalling", "hopeless", "laughable", "embarrassing", "amateurish", "shoddy", "dire",
        "rotten", "ghastly", "pathetic", "woeful", "third-rate", "bad",
    ),
    "engaging": (
        "gripping", "moving", "convincing", "original", "clever", "interesting",
        "exciting", "entertaining", "memorable", "imaginative", "touching", "involving",
        "enjoyable", "engaging", "compelling", "fresh", "satisfying", "rewarding", "absorbing",
        "fun", "good", "thrilling", "charming", "inspired",
    ),
    "dull": (
        "boring", "dull", "tedious", "predictable", "clumsy", "silly", "forgettable", "contrived",
        "pretentious", "tiresome", "shallow", "lifeless", "confusing", "disappointing", "bland",
        "annoying", "hollow", "sluggish", "derivative", "stale", "clichéd",
        "tacky", "dreary", "monotonous",
    ),
    "likeable": (
        "convincing", "believable", "interesting", "funny", "engaging", "memorable", "moving",
        "charming", "touching", "likeable", "lively", "compelling", "sympathetic",
    ),
    "wooden": (
        "wooden", "stiff", "bland", "dull", "unconvincing", "annoying", "forgettable", "tiresome",
        "lifeless", "hollow", "boring", "irritating", "charmless",
    ),
    "masterpiece": (
        "masterpiece", "triumph", "gem", "classic", "delight", "joy", "treat", "marvel",
        "treasure", "winner", "knockout", "revelation", "small miracle", "work of art",
    ),
    "mess": (
        "mess", "bore", "dud", "disaster", "chore", "letdown", "failure", "flop", "ordeal",
        "slog", "shambles", "waste of time", "waste of an evening", "waste of film", "fiasco",
        "travesty",
    ),
    "feature": ("film", "film", "movie", "movie", "picture"),
    "truly": ("truly", "really", "absolutely", "simply", "honestly", "utterly"),
}  # fmt: skip
