// The probability after each word as a curve; a click chooses a word.

const SVG_NAME = "http://www.w3.org/2000/svg"
const [CURVE_HEIGHT, CURVE_TOP, CURVE_BOTTOM] = [230, 22, 64]
const NAMED_MOVES = 4
const [LETTER, NAME_HEIGHT, DESCENT, GAP, NAME_REACH] = [7, 15, 4, 6, 60] // pixels

function drawn(name, attributes, text) {
  const made = document.createElementNS(SVG_NAME, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text !== undefined) made.textContent = text
  return made
}

// The highest and the lowest place of a curve between two columns, in pixels from the top.
function heights(curve, from, to) {
  const inside = curve.flatMap(([x, y], number) => {
    const [nextX, nextY] = curve[number + 1] ?? [x, y]
    const crossed = [from, to].filter(column => x < column && column < nextX)
    return [...(from <= x && x <= to ? [y] : []), ...crossed.map(column => y + ((nextY - y) * (column - x)) / (nextX - x))]
  })
  return [Math.min(...inside), Math.max(...inside)]
}

const shortened = word => (word.length > 14 ? `${word.slice(0, 13)}\u2026` : word)
const signedPoints = move => `${move < 0 ? "\u2212" : "+"}${Math.abs(100 * move).toFixed(0)} pp`

class Curve {
  constructor(svg, choose) {
    Object.assign(this, { svg, choose })
    svg.onclick = event => this.data && choose(this.placeAt(event))
    svg.onmousemove = event => this.data && this.mark(this.placeAt(event))
    svg.onmouseleave = () => this.data && this.mark(this.data.chosen)
  }

  placeAt(event) {
    const x = event.clientX - this.svg.getBoundingClientRect().left - this.left
    return Math.max(0, Math.min(this.data.words.length - 1, Math.floor(x / this.step)))
  }

  // data: words, label, before, after: place -> probability or undefined, chosen, left, right
  show(data) {
    this.data = data
    const width = this.svg.clientWidth
    this.left = data.left
    this.step = (width - data.left - data.right) / data.words.length
    const bottom = CURVE_HEIGHT - CURVE_BOTTOM
    const x = place => this.left + (place + 0.5) * this.step
    const y = probability => CURVE_TOP + (1 - probability) * (bottom - CURVE_TOP)
    const points = [[-0.5, data.before]]
    data.after.forEach((probability, place) => probability !== undefined && points.push([place, probability]))
    const path = points.map(([place, probability], number) => `${number ? "L" : "M"}${x(place).toFixed(1)} ${y(probability).toFixed(1)}`).join("")
    const parts = [this.shades(y(1), y(0))]
    for (const level of [0, 0.5, 1]) {
      parts.push(drawn("line", { x1: this.left, x2: width - data.right, y1: y(level), y2: y(level), class: level === 0.5 ? "half" : "grid" }))
      parts.push(drawn("text", { x: this.left - 8, y: y(level) + 4, class: "level" }, `${100 * level}%`))
    }
    const [first, last] = [x(points[0][0]), x(points.at(-1)[0])]
    parts.push(drawn("path", { d: `${path}L${last} ${y(0.5)}L${first} ${y(0.5)}Z`, fill: "url(#shade)", opacity: 0.22 }))
    parts.push(drawn("path", { d: path, class: "line", stroke: "url(#shade)" }))
    const radius = Math.min(4, Math.max(1.2, this.step / 4))
    for (const [place, probability] of points)
      parts.push(drawn("circle", { cx: x(place), cy: y(probability), r: place < 0 ? 4 : radius, class: place < 0 ? "start" : probability >= 0.5 ? "up" : "down" }))
    parts.push(...this.names(points, x, y), ...this.labels(x, bottom))
    this.marker = drawn("rect", { y: CURVE_TOP - 6, height: bottom - CURVE_TOP + 12, width: Math.max(3, this.step), rx: 3, class: "marker" })
    this.svg.setAttribute("viewBox", `0 0 ${width} ${CURVE_HEIGHT}`)
    this.svg.replaceChildren(...parts, this.marker)
    this.mark(data.chosen)
  }

  // Blue above one half and vermilion below, at every height.
  shades(top, bottom) {
    const gradient = drawn("linearGradient", { id: "shade", gradientUnits: "userSpaceOnUse", x1: 0, x2: 0, y1: top, y2: bottom })
    for (const [offset, name] of [[0.5, "up"], [0.5, "down"]]) gradient.append(drawn("stop", { offset, class: name }))
    const all = drawn("defs", {})
    all.append(gradient)
    return all
  }

  // The words with the largest changes, where there is room for their names.
  names(points, x, y) {
    const curve = points.map(([place, probability]) => [x(place), y(probability)])
    const moves = curve.slice(1).map((at, number) => ({ at, place: points[number + 1][0], move: points[number + 1][1] - points[number][1] }))
    const named = []
    for (const { at, place, move } of moves.toSorted((a, b) => Math.abs(b.move) - Math.abs(a.move)).slice(0, 30)) {
      if (named.length === NAMED_MOVES || Math.abs(move) < 0.05) break
      const text = `${shortened(this.data.words[place])} ${signedPoints(move)}`
      const box = this.room(at, LETTER * text.length, move > 0, curve, named.map(other => other.box))
      if (box) named.push({ text, box })
    }
    return named.map(({ text, box }) => drawn("text", { x: box.left, y: box.bottom - DESCENT, class: "named" }, text))
  }

  // A box for a name near its point, above or below the curve and clear of other names; undefined
  // if there is none.
  room([x, y], width, rises, curve, others) {
    const bottom = CURVE_HEIGHT - CURVE_BOTTOM
    for (const above of [rises, !rises])
      for (const start of [x - width / 2, x - 6, x + 6 - width]) {
        const left = Math.max(this.left, Math.min(this.svg.clientWidth - width, start))
        const [highest, lowest] = heights(curve, left - GAP, left + width + GAP)
        const top = above ? highest - GAP - NAME_HEIGHT : lowest + GAP
        const box = { left, right: left + width, top, bottom: top + NAME_HEIGHT }
        const near = (above ? y - box.bottom : top - y) < NAME_REACH && left <= x && x <= box.right
        const free = others.every(other => other.right + GAP < left || box.right + GAP < other.left || other.bottom < top || box.bottom < other.top)
        if (near && free && top >= 0 && box.bottom <= bottom + GAP) return box
      }
  }

  labels(x, bottom) {
    const every = Math.ceil(15 / this.step)
    return this.data.words.flatMap((word, place) => {
      if (place % every) return []
      const at = `translate(${x(place) + 4} ${bottom + 16}) rotate(-42)`
      return drawn("text", { transform: at, class: "word" }, shortened(word))
    })
  }

  mark(place) {
    this.marker.style.display = place === undefined ? "none" : ""
    if (place !== undefined) this.marker.setAttribute("x", this.left + (place + 0.5) * this.step - Math.max(3, this.step) / 2)
  }
}
