// Steps through a recurrent cell. All numbers are in the page; a step needs no request.

const SVG = "http://www.w3.org/2000/svg"
const SETTLED = 400 // milliseconds without a further step before the step is sent to the server
const PACE = 900 // milliseconds per step while playing
const AROUND = 5 // words shown on each side of the current word

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  const player = (parentElement.player ??= new Player(parentElement))
  player.send = step => setTriggerValue("step", step)
  player.take(data)
  return () => player.pause()
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function svgElement(name, attributes, text) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text !== undefined) made.textContent = text
  return made
}

const plain = value => (value === undefined ? "?" : value.toFixed(3).replace("-", "\u2212"))
const percent = value => (value === undefined ? "?" : `${Math.round(100 * value)}%`)

class Player {
  constructor(root) {
    this.step = 0
    this.button = element("button", { type: "button", onclick: () => this.toggle() })
    this.slider = element("input", { type: "range", min: 0, step: 1 })
    this.slider.setAttribute("aria-label", "Step")
    this.slider.oninput = () => (this.pause(), this.go(Number(this.slider.value)))
    const back = element("button", { type: "button", textContent: "\u2039", title: "Previous step" })
    const next = element("button", { type: "button", textContent: "\u203a", title: "Next step" })
    back.onclick = () => (this.pause(), this.go(this.step - 1))
    next.onclick = () => (this.pause(), this.go(this.step + 1))
    for (const one of [back, next]) one.setAttribute("aria-label", one.title)
    this.count = element("span", { className: "count" })
    this.words = element("div", { className: "words" })
    this.sentence = element("p", { className: "sentence" })
    this.sentence.setAttribute("aria-live", "polite")
    this.picture = svgElement("svg", { viewBox: "-24 0 808 335", role: "img" })
    this.equations = element("dl")
    const controls = element("div", { className: "controls" })
    controls.append(back, this.button, next, this.slider, this.count)
    const frame = element("div", { className: "picture" }, this.picture)
    const body = element("div", { className: "body" }, frame, this.equations)
    const whole = element("div", { className: "player", tabIndex: 0 })
    whole.setAttribute("role", "group")
    whole.setAttribute("aria-label", "Step player: arrow keys step, space plays")
    whole.append(controls, this.words, this.sentence, body)
    whole.onkeydown = event => this.key(event)
    root.append(whole)
    this.label()
  }

  take(data) {
    this.data = data
    this.slider.max = data.words.length - 1
    // Only a new step from the server counts: the server may lag behind the player.
    if (data.step !== this.sent) {
      this.sent = data.step
      this.step = data.step
    }
    this.step = Math.max(0, Math.min(this.step, data.words.length - 1))
    this.draw()
    this.show()
  }

  key(event) {
    const jumps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }
    const ends = { Home: 0, End: this.data.words.length - 1 }
    if (event.key in jumps) this.go(this.step + jumps[event.key])
    else if (event.key in ends) this.go(ends[event.key])
    else if (event.key === " " && event.target.tagName !== "BUTTON") return this.space(event)
    else return
    this.pause()
    event.preventDefault()
  }

  space(event) {
    event.preventDefault()
    this.toggle()
  }

  go(step) {
    this.step = Math.max(0, Math.min(step, this.data.words.length - 1))
    this.show()
    clearTimeout(this.settling)
    if (!this.timer) this.settling = setTimeout(() => this.settle(), SETTLED)
  }

  settle() {
    if (this.step === this.sent) return
    this.sent = this.step
    this.send(this.step)
  }

  toggle() {
    if (this.timer) {
      this.pause()
      return this.settle()
    }
    if (this.step === this.data.words.length - 1) this.step = -1
    this.timer = setInterval(() => {
      this.go(this.step + 1)
      if (this.step === this.data.words.length - 1) this.toggle()
    }, PACE)
    this.go(this.step + 1)
    this.label()
  }

  pause() {
    clearInterval(this.timer)
    this.timer = undefined
    this.label()
  }

  label() {
    this.button.textContent = this.timer ? "Pause" : "Play"
  }

  draw() {
    const { cell } = this.data
    this.picture.replaceChildren()
    this.picture.style.display = cell.nodes.length ? "" : "none"
    this.wires = cell.wires.map(wire => {
      const line = svgElement("path", { d: wire.path, class: "wire" })
      this.picture.append(line)
      return [line, wire.number]
    })
    this.values = []
    this.boxes = []
    for (const node of cell.nodes) this.node(node)
  }

  node({ x, y, text, number, name, kind }) {
    const box = () => svgElement("rect", { x: x - 28, y: y - 17, width: 56, height: 34, rx: 6 })
    const shape = kind === "operation" ? svgElement("circle", { cx: x, cy: y, r: 15 }) : box()
    if (kind !== "value") this.picture.append(shape)
    // A narrow picture has larger type: the symbol of a gate in its box, and no names.
    const symbol = kind === "gate" ? name.split(" ").at(-1) : ""
    if (text) this.picture.append(svgElement("text", { x, y: y + 6, class: symbol ? "wide" : kind }, text))
    if (symbol) this.picture.append(svgElement("text", { x, y: y + 9, class: "narrow" }, symbol))
    // The value of a gate is below its box, right of the wire.
    const place = kind === "gate" ? { x: x + 6, class: "name" } : { x, class: "name middle" }
    const top = kind === "gate" ? y + 34 : y - 4
    if (name) this.picture.append(svgElement("text", { ...place, y: top, class: `${place.class} wide` }, name))
    if (!number) return
    const value = svgElement("text", { ...place, class: place.class + " value", y: top + 17 })
    this.picture.append(value)
    this.values.push([value, number])
    if (kind === "gate") this.boxes.push([shape, number])
  }

  at(name) {
    return this.data.numbers[name]?.[this.step]
  }

  filled(template) {
    return template.replace(/\{([^{}%]+)(%?)\}/g, (_, name, share) => {
      if (name === "word") return this.data.words[this.step]
      return (share ? percent : plain)(this.at(name))
    })
  }

  show() {
    const { words, cell, mean, backward } = this.data
    this.slider.value = this.step
    this.slider.setAttribute("aria-valuetext", `step ${this.step + 1}: ${words[this.step]}`)
    this.count.textContent = `${this.step + 1} of ${words.length}`
    this.neighbors()
    const reading = backward ? " (backward direction)" : ""
    const whole = mean ? "On average over all units: a" : "A"
    const sentence = cell.sentence ? this.filled(cell.sentence) : `At \u201c${words[this.step]}\u201d.`
    this.sentence.textContent = sentence.replace(/^A/, whole) + reading
    this.picture.setAttribute("aria-label", this.sentence.textContent)
    for (const [line, name] of this.wires) this.color(line, this.at(name))
    for (const [box, name] of this.boxes) this.fill(box, this.at(name))
    for (const [text, name] of this.values) text.textContent = plain(this.at(name))
    this.equations.replaceChildren(...this.lines())
  }

  neighbors() {
    const { words } = this.data
    const from = Math.max(0, Math.min(this.step - AROUND, words.length - 2 * AROUND - 1))
    const shown = words.slice(from, from + 2 * AROUND + 1).map((word, place) => {
      const step = from + place
      const one = element("span", { textContent: word, className: step === this.step ? "now" : "" })
      one.onclick = () => (this.pause(), this.go(step))
      return one
    })
    this.words.replaceChildren(...shown)
  }

  color(line, value) {
    if (value === undefined) return
    line.style.stroke = value < 0 ? this.data.negative : this.data.positive
    line.style.strokeWidth = 1 + 5 * Math.min(1, Math.abs(value))
  }

  fill(box, value) {
    if (value === undefined) return
    const color = value < 0 ? this.data.negative : this.data.positive
    const share = Math.round(60 * Math.min(1, Math.abs(value)))
    box.style.fill = `color-mix(in srgb, ${color} ${share}%, var(--st-background-color))`
  }

  lines() {
    const { cell, mean, numbers } = this.data
    if (cell.equations.length && !mean)
      return cell.equations.flatMap(([what, template]) => [
        element("dt", { textContent: what }),
        element("dd", { textContent: this.filled(template) }),
      ])
    const note = "Means over all units. Choose one unit for the equations."
    const names = Object.keys(numbers).filter(name => !name.includes("."))
    const values = names.map(name => `${name} = ${plain(this.at(name))}`).join("   ")
    return [
      element("dt", { textContent: mean ? note : "Values" }),
      element("dd", { textContent: values }),
    ]
  }
}
