// The page: text -> verdict, words, curve, gates and steps. The verdict comes first; the curve of a
// network that reads backward follows in slices that leave the page responsive.

const model = JSON.parse(document.getElementById("model").textContent)
const by = id => document.getElementById(id)
const SLICE = 12 // milliseconds of computation before the page may react
const REDRAW = 300 // milliseconds between two drawings of a growing curve
const UNITS = 32 // in the heatmap
const pause = () => new Promise(done => setTimeout(done))
const percentOf = value => `${(100 * value).toFixed(1)}%`
const counted = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`

const tokenizer = new Tokenizer(model.tokenizer)
const network = new Network(model.network, bytesOf(by("weights").textContent))
const idOf = new Map(model.words.map((word, place) => [word, place + model.first_word]))
const single = model.shown.length === 1

// The components of the app run in a shadow root with their own style.
function mounted(id, component, style, onValue) {
  const root = by(id).attachShadow({ mode: "open" })
  root.append(Object.assign(document.createElement("style"), { textContent: style }))
  return data => component({ parentElement: root, data, setTriggerValue: (_, value) => onValue(value) })
}
const showStrip = mounted("strip", STRIP, model.styles.strip, choose)
const showFilm = mounted("film", FILM, model.styles.film, choose)
const showPlayer = mounted("player", PLAYER, model.styles.player, step => choose(state.places[step]))
const curve = new Curve(by("curve"), choose)
const heatmap = new Heatmap(by("heatmap"), chooseCell, text => (by("cell").textContent = text || hint()))

const state = { turn: 0, chosen: undefined, unit: undefined, symbol: undefined, trace: 0, label: undefined }

// Positions that truncation keeps, as sentiment/encoding/padding.py.
function kept(tokens) {
  const { sequence_length: most, truncation } = model.sequence
  if (tokens.length <= most || truncation === "head") return [0, Math.min(most, tokens.length)]
  if (truncation === "tail") return [tokens.length - most, tokens.length]
  const head = Math.floor(most / 2)
  return [0, head, tokens.length - (most - head), tokens.length]
}

function encode(text) {
  const tokens = tokenizer.words(text)
  const [start, end, again, last] = kept(tokens)
  const words = tokens.slice(start, end).concat(again === undefined ? [] : tokens.slice(again, last))
  const gaps = {}
  const cut = (place, from, to) => {
    const missing = tokens.slice(from, to)
    if (!missing.length) return
    const more = missing.length > 60 ? ` \u2026 and ${missing.length - 60} more` : ""
    gaps[place] = missing.slice(0, 60).join(" ") + more
  }
  cut(0, 0, start)
  cut(end - start, end, again ?? tokens.length)
  const ids = words.map(word => idOf.get(word) ?? model.unknown)
  return { words, ids, gaps, truncated: tokens.length - words.length }
}

// For the console and for other scripts: the probability of each class, and the words.
globalThis.sentiment = {
  words: text => tokenizer.words(text),
  predict: text => network.probabilities(network.run(encode(text).ids).outputs),
}

function problem(message) {
  by("problem").textContent = message
  by("problem").hidden = !message
  by("results").hidden = Boolean(message)
  if (!message) return
  by("label").textContent = "\u2026"
  for (const id of ["certainty", "notes", "classes"]) by(id).replaceChildren()
}

function read(text) {
  const turn = (state.turn += 1)
  if ([...text].length > model.most_characters)
    return problem(`The text is longer than ${model.most_characters.toLocaleString("en")} characters. Paste a single review.`)
  const encoded = encode(text)
  if (!encoded.words.length) return problem("The text has no words. Type a review of a few words, such as \u201cI loved it\u201d.")
  problem("")
  const run = network.run(encoded.ids)
  Object.assign(state, { encoded, run, chosen: undefined, after: [], before: network.head.bias })
  const probabilities = network.probabilities(run.outputs)
  const best = probabilities.findLastIndex(one => one === Math.max(...probabilities))
  if (!state.fixed) state.label = single ? model.shown[0] : best
  by("explained").value = state.label
  showVerdict(probabilities, best)
  state.outputs = new Array(encoded.ids.length)
  state.outputs[encoded.ids.length - 1] = run.outputs
  showWords()
  showInside()
  follow(turn)
}

// The outputs after each word: first few, then all, so that the whole curve is soon there.
async function follow(turn) {
  const { run, outputs } = state
  const every = network.causal ? 1 : Math.ceil(run.ids.length ** 2 / (2 * model.most_prefix_words))
  const ends = [...run.ids.keys()].filter(place => (run.ids.length - 1 - place) % every === 0)
  let [started, drawn] = [performance.now(), performance.now()]
  for (let stride = 16; stride >= 1; stride /= 2)
    for (const [number, place] of ends.entries()) {
      if (number % stride || outputs[place]) continue
      outputs[place] = network.outputsAfter(run, place + 1)
      if (performance.now() - started < SLICE) continue
      if (performance.now() - drawn > REDRAW) {
        by("progress").textContent = "The curve gets finer \u2026"
        showWords()
        drawn = performance.now()
      }
      await pause()
      if (turn !== state.turn) return
      started = performance.now()
    }
  by("progress").textContent = every > 1 ? `Computed after every ${every} words.` : ""
  showWords()
  document.documentElement.dataset.turn = turn
}

const of = outputs => network.probabilities(outputs)[state.label]

function showVerdict(probabilities, best) {
  const { words, ids, truncated } = state.encoded
  document.querySelector(".verdict").style.setProperty("--tone", `var(--class-${best})`)
  by("label").textContent = model.classes[best]
  const unknown = ids.filter(id => id === model.unknown).length
  const doubts = []
  if (unknown === words.length) doubts.push("None of the words is in the vocabulary, so the prediction has no basis.")
  else {
    if (probabilities[best] < model.uncertain_below) doubts.push("The probability is low.")
    if (unknown > model.unknown_share * words.length) doubts.push("The text differs from the training reviews.")
    if (truncated > words.length) doubts.push("More words were cut off than were read.")
  }
  by("certainty").textContent = `${doubts.length ? "uncertain, " : ""}${counted(words.length, "word")} read`
  const notes = [...doubts]
  if (unknown) notes.push(`${unknown} of ${counted(words.length, "word")} ${unknown === 1 ? "is" : "are"} not in the vocabulary.`)
  if (truncated) notes.push(`Cut off to fit the sequence length: ${counted(truncated, "word")}.`)
  by("notes").replaceChildren(...notes.map(note => Object.assign(document.createElement("li"), { textContent: note })))
  const order = [...probabilities.keys()].sort((a, b) => (single ? b - a : probabilities[b] - probabilities[a])).slice(0, 8)
  if (by("classes").childElementCount !== order.length)
    by("classes").replaceChildren(...order.map(() => {
      const row = document.createElement("div")
      const bar = document.createElement("i")
      bar.append(document.createElement("b"))
      row.append(document.createElement("span"), bar, document.createElement("span"))
      return row
    }))
  order.forEach((label, place) => {
    const [name, bar, value] = by("classes").children[place].children
    name.textContent = model.classes[label]
    value.textContent = percentOf(probabilities[label])
    bar.firstChild.style.width = `${100 * probabilities[label]}%`
    bar.style.setProperty("--bar", `var(--class-${label})`)
  })
}

function showWords() {
  const { words, ids, gaps } = state.encoded
  const before = of(state.before)
  const after = Array.from(state.outputs, outputs => outputs && of(outputs))
  let last = before
  const moves = after.map(probability => {
    if (probability === undefined) return 0
    const move = probability - last
    last = probability
    return move
  })
  Object.assign(state, { after, moves })
  const strongest = Math.max(0.1, ...moves.map(Math.abs))
  const unknown = [...ids.keys()].filter(place => ids[place] === model.unknown)
  showStrip({ words, moves, strongest, before, unknown, gaps, chosen: state.chosen ?? null, sides: sides(), positive: "var(--positive)", negative: "var(--negative)" })
  curve.show({ words, before, after, chosen: state.chosen, ...margins() })
  const largest = [...moves.keys()].sort((a, b) => Math.abs(moves[b]) - Math.abs(moves[a])).slice(0, 3).filter(place => moves[place])
  const named = largest.map(place => `\u201c${words[place]}\u201d ${signedPoints(moves[place])}`)
  const finding = `Probability of ${model.classes[state.label]} if the review ended after each word. It starts at ${percentOf(before)} and ends at ${percentOf(last)}.`
  by("finding").textContent = `${finding}${named.length ? ` The largest changes: ${named.join(", ")}.` : ""}`
  by("curve").setAttribute("aria-label", by("finding").textContent)
}

const sides = () => (single ? model.classes : ["the other classes", model.classes[state.label]])
const margins = () => (innerWidth < 600 ? { left: 74, right: 46 } : { left: 110, right: 60 })
const traceNow = () => state.run.traces[state.trace]

// The units that matter most: by what they add to the score, or below the last layer by their spread.
function strongestUnits() {
  const { layer, values } = traceNow()
  const weight = new Float32Array(layer.size)
  if (layer.number === network.layers.length - 1) {
    const added = network.contributions(state.run, state.label)[layer.direction === "backward" ? 1 : 0]
    added.forEach((value, unit) => (weight[unit] = Math.abs(value)))
  } else
    for (let unit = 0; unit < layer.size; unit++) {
      const column = state.encoded.words.map((_, place) => values.h[place * layer.size + unit])
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length
      weight[unit] = column.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    }
  return [...weight.keys()].sort((a, b) => weight[b] - weight[a])
}

function showInside() {
  const { layer, values } = traceNow()
  const { words } = state.encoded
  state.strongest = strongestUnits()
  if (state.unit === undefined) state.unit = state.strongest[0] // its equations are worth a look
  const gates = model.quantities.filter(quantity => quantity.gate)
  by("film").hidden = !gates.length
  if (gates.length)
    showFilm({
      title: "The gates at each word",
      words,
      gates: gates.map(({ name, symbol, meaning }) => ({ name, title: meaning, values: words.map((_, place) => mean(values[symbol], place, layer.size)) })),
      chosen: state.chosen ?? (state.turn > 1 ? words.length - 1 : null),
      ...margins(),
    })
  showMap()
  const options = [["", "mean of all"], ...state.strongest.map(unit => [unit, `unit ${unit}`])]
  by("unit").replaceChildren(...options.map(([value, text]) => new Option(text, value)))
  by("unit").value = state.unit ?? ""
  showSteps()
}

const mean = (values, place, size) => {
  let sum = 0
  for (let unit = 0; unit < size; unit++) sum += values[place * size + unit]
  return Number((sum / size).toFixed(4))
}

function showMap() {
  const { layer, values } = traceNow()
  const quantity = model.quantities.find(({ symbol }) => symbol === state.symbol)
  const [low, high] = quantity.bounds ?? widest(values[state.symbol])
  const style = getComputedStyle(by("scale"))
  const scale = model.scales[low === 0 ? "sequential" : "diverging"][dark() ? 1 : 0]
  const { left, right } = margins()
  document.documentElement.style.setProperty("--left", `${left}px`)
  document.documentElement.style.setProperty("--right", `${right}px`)
  by("scale").style.background = `linear-gradient(0deg, ${scale.map(([at, color]) => `${color} ${100 * at}%`)})`
  by("high").textContent = Number(high.toPrecision(2))
  by("low").textContent = Number(low.toPrecision(2)).toString().replace("-", "\u2212")
  heatmap.show({
    words: state.encoded.words,
    units: state.strongest.slice(0, UNITS),
    values: values[state.symbol],
    size: layer.size,
    symbol: state.symbol,
    low,
    high,
    scale,
    chosen: state.chosen,
    unit: state.unit,
    ink: style.color,
  })
  by("heatmap").setAttribute("aria-label", `${quantity.name} of the ${Math.min(UNITS, layer.size)} units that add most to the verdict, at every word`)
  by("cell").textContent = hint()
}

function hint() {
  const quantity = model.quantities.find(({ symbol }) => symbol === state.symbol)
  return `${quantity.meaning} Rows: the ${Math.min(UNITS, network.size)} units that add most to the verdict. Click a cell to choose word and unit.`
}

// A range around zero that covers 95% of the values.
function widest(values) {
  const sorted = Float32Array.from(values, Math.abs).sort()
  const edge = sorted[Math.floor(0.95 * (sorted.length - 1))] || sorted.at(-1) || 1
  return [-edge, edge]
}

function showSteps() {
  const { words } = state.encoded
  const trace = traceNow()
  const { numbers, places } = stepNumbers(trace, state.unit)
  state.places = places
  showPlayer({
    words: places.map(place => words[place]),
    numbers,
    cell: model.cell,
    step: places.indexOf(state.chosen ?? places[0]),
    mean: state.unit === null,
    backward: trace.layer.direction === "backward",
    positive: "var(--positive)",
    negative: "var(--negative)",
  })
}

function choose(place) {
  if (place === state.chosen) return
  state.chosen = place
  showWords()
  showInside()
}

function chooseCell(place, unit) {
  Object.assign(state, { unit, chosen: place })
  showWords()
  showInside()
}

const dark = () => {
  const set = document.documentElement.className
  return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches
}

function start() {
  const text = by("text")
  let waiting
  text.oninput = () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => read(text.value), 120)
  }
  for (const button of document.querySelectorAll("[data-text]"))
    button.onclick = () => {
      text.value = button.dataset.text
      read(text.value)
    }
  const titles = network.layers.flat().map(({ number, direction }) => `${network.layers.length > 1 ? `${number + 1}, ` : ""}${direction}`)
  by("layer").append(...titles.map((title, place) => new Option(title, place)))
  by("layer-label").hidden = titles.length === 1
  state.trace = titles.length - network.directions.length
  by("layer").value = state.trace
  by("layer").onchange = () => (Object.assign(state, { trace: Number(by("layer").value), unit: undefined }), showInside())
  by("unit").onchange = () => (Object.assign(state, { unit: by("unit").value === "" ? null : Number(by("unit").value) }), showMap(), showSteps())
  by("explained-label").hidden = single
  by("explained").append(...model.classes.map((name, label) => new Option(name, label)))
  by("explained").onchange = () => (Object.assign(state, { fixed: true, label: Number(by("explained").value) }), showWords(), showInside())
  state.symbol = model.quantities[0].symbol
  for (const { name, symbol, meaning } of model.quantities) {
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "quantity", value: symbol, checked: symbol === state.symbol })
    radio.onchange = () => (Object.assign(state, { symbol }), showMap())
    const label = Object.assign(document.createElement("label"), { title: meaning })
    label.append(radio, name)
    by("quantities").append(label)
  }
  const redraw = () => state.run && !by("results").hidden && (showWords(), showInside())
  by("theme").onclick = () => ((document.documentElement.className = dark() ? "light" : "dark"), redraw())
  matchMedia("(prefers-color-scheme: dark)").onchange = redraw
  let resizing
  window.onresize = () => (clearTimeout(resizing), (resizing = setTimeout(redraw, 150)))
  read(text.value)
}
