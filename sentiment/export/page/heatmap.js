// One quantity of some units at every word: words across, units from the top.

const UNIT_HEIGHT = 9 // pixels

class Heatmap {
  constructor(canvas, choose, tell) {
    Object.assign(this, { canvas, choose, tell })
    canvas.onclick = event => this.data && choose(...this.cellAt(event))
    canvas.onmousemove = event => this.data && tell(this.described(...this.cellAt(event)))
    canvas.onmouseleave = () => tell("")
  }

  cellAt(event) {
    const box = this.canvas.getBoundingClientRect()
    const { words, units } = this.data
    const place = Math.floor(((event.clientX - box.left) / box.width) * words.length)
    const row = Math.floor(((event.clientY - box.top) / box.height) * units.length)
    const within = (value, count) => Math.max(0, Math.min(count - 1, value))
    return [within(place, words.length), units[within(row, units.length)]]
  }

  described(place, unit) {
    const { words, values, size, symbol } = this.data
    return `\u201c${words[place]}\u201d, unit ${unit}: ${symbol} = ${values[place * size + unit].toFixed(3).replace("-", "\u2212")}`
  }

  // data: words, units, values (words x size), size, symbol, low, high, scale, chosen, unit
  show(data) {
    this.data = data
    const { canvas } = this
    const ratio = window.devicePixelRatio || 1
    canvas.style.height = `${data.units.length * UNIT_HEIGHT}px`
    canvas.width = Math.round(canvas.clientWidth * ratio)
    canvas.height = Math.round(data.units.length * UNIT_HEIGHT * ratio)
    const context = canvas.getContext("2d")
    const [wide, high] = [canvas.width / data.words.length, canvas.height / data.units.length]
    const colors = Array.from({ length: 256 }, (_, level) => colorAt(data.scale, level / 255))
    data.units.forEach((unit, row) => {
      for (let place = 0; place < data.words.length; place++) {
        const share = (data.values[place * data.size + unit] - data.low) / (data.high - data.low)
        context.fillStyle = colors[Math.round(255 * Math.max(0, Math.min(1, share)))]
        context.fillRect(Math.floor(place * wide), Math.floor(row * high), Math.ceil(wide), Math.ceil(high))
      }
    })
    context.strokeStyle = data.ink
    context.lineWidth = 1.5 * ratio
    if (data.chosen !== undefined) context.strokeRect(data.chosen * wide, 0, Math.max(wide, 2), canvas.height)
    const row = data.units.indexOf(data.unit)
    if (row >= 0) context.strokeRect(0, row * high, canvas.width, high)
  }
}

// A color between those of the scale, [position, "#rrggbb"], rising.
function colorAt(scale, position) {
  const next = Math.max(1, scale.findIndex(([start]) => start >= position))
  const [[from, first], [to, second]] = [scale[next - 1], scale[next]]
  const share = (position - from) / (to - from)
  const channel = (color, place) => parseInt(color.slice(1 + 2 * place, 3 + 2 * place), 16)
  const mixed = [0, 1, 2].map(place => Math.round((1 - share) * channel(first, place) + share * channel(second, place)))
  return `rgb(${mixed})`
}
