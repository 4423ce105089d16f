// A review as running text, each word colored by its move. A click or an arrow key chooses a word.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  const strip = (parentElement.strip ??= new Strip(parentElement))
  strip.choose = place => setTriggerValue("word", place)
  strip.take(data)
}

const percent = value => `${(100 * value).toFixed(1)}%`
const points = move => `${move < 0 ? "\u2212" : "+"}${Math.abs(100 * move).toFixed(1)} pp`

class Strip {
  constructor(root) {
    this.text = document.createElement("p")
    this.text.tabIndex = 0
    this.text.setAttribute("role", "listbox")
    this.text.setAttribute("aria-label", "The words of the review; arrow keys choose one")
    this.text.onkeydown = event => this.key(event)
    this.text.onclick = event => {
      if (event.target.place !== undefined) this.pick(event.target.place)
    }
    this.legend = document.createElement("div")
    this.legend.className = "legend"
    root.append(this.text, this.legend)
  }

  take(data) {
    this.data = data
    const unknown = new Set(data.unknown)
    const words = data.words.map((word, place) => this.word(word, place, unknown.has(place)))
    const before = `Before any word: ${percent(data.before)}`
    const all = [this.span("\u25b8", "before", before), " "]
    for (let place = 0; place <= words.length; place++) {
      if (place in data.gaps) all.push(this.span(data.gaps[place], "cut", "truncated, not read"), " ")
      if (place < words.length) all.push(words[place], " ")
    }
    this.text.replaceChildren(...all)
    this.words = words
    const { negative, positive } = data
    this.scale = this.span("", "scale", "")
    this.scale.style.background = `linear-gradient(90deg, ${negative}, transparent, ${positive})`
    this.mark(data.chosen ?? undefined)
  }

  span(text, className, title) {
    return Object.assign(document.createElement("span"), { textContent: text, className, title })
  }

  word(text, place, unknown) {
    const move = this.data.moves[place]
    const title = `${place + 1}: ${unknown ? "unknown word, " : ""}change ${points(move)}`
    const one = this.span(text, unknown ? "unknown" : "", title)
    const color = move < 0 ? this.data.negative : this.data.positive
    // With 60, the contrast of the strongest words would be 4.2:1 in the dark theme.
    const strength = Math.round(55 * Math.min(1, Math.abs(move) / this.data.strongest))
    one.style.backgroundColor = `color-mix(in srgb, ${color} ${strength}%, transparent)`
    one.setAttribute("role", "option")
    one.setAttribute("aria-label", `${text}, ${unknown ? "unknown, " : ""}${points(move)}`)
    one.id = `word-${place}`
    one.place = place
    return one
  }

  key(event) {
    const last = this.words.length - 1
    const now = this.chosen ?? -1
    const places = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }
    if (!(event.key in places)) return
    event.preventDefault()
    this.pick(Math.max(0, Math.min(places[event.key], last)))
  }

  pick(place) {
    this.mark(place)
    clearTimeout(this.settling)
    this.settling = setTimeout(() => this.choose(place), 250)
  }

  mark(place) {
    this.words[this.chosen]?.classList.remove("chosen")
    this.words[this.chosen]?.removeAttribute("aria-selected")
    this.chosen = place
    const one = this.words[place]
    this.explain(place)
    if (!one) return
    one.classList.add("chosen")
    one.setAttribute("aria-selected", "true")
    this.text.setAttribute("aria-activedescendant", one.id)
    if (one.offsetTop < this.text.scrollTop || one.offsetTop > this.text.scrollTop + this.text.clientHeight - 20)
      this.text.scrollTop = one.offsetTop - this.text.clientHeight / 2
  }

  explain(place) {
    const { words, moves, unknown, linked } = this.data
    const [against, toward] = this.data.sides
    const parts = [`Each word moves the probability toward ${against} `, this.scale, ` ${toward}.`]
    if (unknown.length) parts.push(" Dotted: unknown.")
    if (place in words)
      parts.push(` Word ${place + 1}, \u201c${words[place]}\u201d: ${points(moves[place])}${linked ? ", framed below" : ""}.`)
    else parts.push(linked ? " Click a word to find it below." : " Click a word to see its change.")
    this.legend.replaceChildren(...parts)
  }
}
