// The mean of each gate at every word as bars. A cursor moves from word to word.

const PACE = 450 // milliseconds per word while playing

export default function (component) {
  const { parentElement, data } = component
  const film = (parentElement.film ??= new Film(parentElement))
  film.take(data)
  return () => film.pause()
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

const percent = value => `${Math.round(100 * value)}%`
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches

class Film {
  constructor(root) {
    this.button = element("button", { type: "button", onclick: () => this.toggle() })
    this.slider = element("input", { type: "range", min: 0, step: 1 })
    this.slider.setAttribute("aria-label", "Word")
    this.slider.oninput = () => (this.pause(), this.go(Number(this.slider.value)))
    this.word = element("span", { className: "word" })
    this.cursor = element("div", { className: "cursor" }, this.word)
    this.rows = element("div", { className: "rows" })
    const head = element("div", { className: "row head" }, this.button, this.cursor)
    const foot = element("div", { className: "row" }, element("span"), this.slider)
    this.whole = element("div", { className: "film" }, head, this.rows, foot)
    this.whole.setAttribute("role", "group")
    root.append(this.whole)
    this.label()
  }

  take(data) {
    const told = JSON.stringify(data)
    if (told === this.told) return
    const same = JSON.stringify([data.words, data.gates]) === this.content
    Object.assign(this, { told, data, content: JSON.stringify([data.words, data.gates]) })
    this.whole.setAttribute("aria-label", data.title)
    this.whole.style.setProperty("--left", `${data.left}px`)
    this.whole.style.setProperty("--right", `${data.right}px`)
    this.slider.max = data.words.length - 1
    if (!same) this.draw()
    this.pause()
    if (data.chosen !== null) this.go(data.chosen)
    else if (still()) this.go(data.words.length - 1)
    else this.play()
  }

  draw() {
    this.bars = []
    this.values = []
    const rows = this.data.gates.map(({ name, values, title }) => {
      const bars = values.map((value, place) => {
        const bar = element("i", {}, element("b"))
        bar.firstChild.style.height = `${100 * value}%`
        bar.title = `\u201c${this.data.words[place]}\u201d: ${percent(value)}`
        bar.onclick = () => (this.pause(), this.go(place))
        return bar
      })
      const now = element("span", { className: "value" })
      this.bars.push(bars)
      this.values.push(now)
      const shown = element("span", { className: "name", title, textContent: name })
      return element("div", { className: "row" }, shown, element("div", { className: "bars" }, ...bars), now)
    })
    this.rows.replaceChildren(...rows)
  }

  go(step) {
    const { words, gates } = this.data
    this.step = step
    this.slider.value = step
    this.slider.setAttribute("aria-valuetext", `${words[step]}: ${gates.map(({ name, values }) => `${name} ${percent(values[step])}`).join(", ")}`)
    this.bars.forEach(bars => bars.forEach((bar, place) => {
      bar.className = place === step ? "now" : place > step ? "later" : ""
    }))
    this.values.forEach((value, row) => (value.textContent = percent(gates[row].values[step])))
    const share = (step + 0.5) / words.length
    this.word.textContent = words[step]
    this.word.style.left = `${100 * share}%`
    this.word.style.transform = `translateX(${-100 * share}%)`
  }

  toggle() {
    if (this.timer) this.pause()
    else this.play()
  }

  play() {
    const last = this.data.words.length - 1
    this.go(this.step === undefined || this.step >= last ? 0 : this.step)
    this.timer = setInterval(() => {
      if (this.step >= last) return this.pause()
      this.go(this.step + 1)
    }, PACE)
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
}
