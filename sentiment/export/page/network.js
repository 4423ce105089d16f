// Recurrent networks: LSTM, GRU, plain RNN and IndRNN, in one direction or both.
//
// As sentiment/networks. Every word's gates and states are kept for the pictures. The products of
// the weights with a state, nearly all of the work, run in WebAssembly.

const ROWS = 16 // of a product at once: four vectors of four numbers

// out += W x. W is stored in blocks of 16 rows; in a block, column by column.
//
//   (func (param $w i32) (param $x i32) (param $out i32) (param $blocks i32) (param $columns i32)
//     (loop $block
//       a0..a3 = out[0..3]; at = x; left = columns
//       (loop $column
//         s = splat(at[0]); a0 += w[0] * s; ... a3 += w[3] * s
//         w += 64; at += 4; left -= 1; continue while left)
//       out[0..3] = a0..a3; out += 64; blocks -= 1; continue while blocks))
function productModule() {
  const [W, X, OUT, BLOCKS, COLUMNS, AT, LEFT, S, A] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const get = local => [0x20, local]
  const set = local => [0x21, local]
  const whole = value => [0x41, value < 64 ? [value] : [(value & 0x7f) | 0x80, value >> 7]]
  const add = (local, value) => [get(local), whole(value), 0x6a, set(local)]
  const again = local => [get(local), whole(1), 0x6b, 0x22, local, 0x0d, 0, 0x0b] // tee, br_if, end
  const load = (local, place) => [get(local), 0xfd, 0, 2, 16 * place]
  const four = [0, 1, 2, 3]
  const body = [
    [2, 2, 0x7f, 5, 0x7b], // locals: AT and LEFT are whole numbers, S and A to A + 3 vectors
    [0x03, 0x40, four.map(place => [load(OUT, place), set(A + place)]), get(X), set(AT), get(COLUMNS), set(LEFT)],
    [0x03, 0x40, get(AT), 0xfd, 9, 2, 0, set(S)],
    four.map(place => [get(A + place), load(W, place), get(S), 0xfd, 0xe6, 1, 0xfd, 0xe4, 1, set(A + place)]),
    [add(W, 64), add(AT, 4), again(LEFT)],
    four.map(place => [get(OUT), get(A + place), 0xfd, 11, 2, 16 * place]),
    [add(OUT, 64), again(BLOCKS), 0x0b],
  ].flat(Infinity)
  const sized = bytes => (bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7])
  const section = (id, ...content) => [id, ...sized(content.flat(Infinity)), ...content.flat(Infinity)]
  const name = text => [text.length, ...[...text].map(letter => letter.charCodeAt(0))]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 5, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0),
    ...section(2, 1, name("m"), name("m"), 2, 0, 1),
    ...section(3, 1, 0),
    ...section(7, 1, name("f"), 0, 0),
    ...section(10, 1, sized(body), body),
  ])
}

// Matrices and vectors in the memory of the module.
class Memory {
  constructor() {
    this.memory = new WebAssembly.Memory({ initial: 1 })
    this.used = 0
    const compiled = new WebAssembly.Module(productModule())
    this.multiply = new WebAssembly.Instance(compiled, { m: { m: this.memory } }).exports.f
  }

  vector(length) {
    const start = this.used
    this.used += 4 * ROWS * Math.ceil(length / ROWS)
    const missing = this.used - this.memory.buffer.byteLength
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536))
    return { start, length }
  }

  // A growing memory gets a new buffer: views are made when they are needed.
  view({ start, length }) {
    return new Float32Array(this.memory.buffer, start, ROWS * Math.ceil(length / ROWS))
  }

  matrix(values, rows, columns) {
    const place = this.vector(ROWS * Math.ceil(rows / ROWS) * columns)
    const packed = this.view(place)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        packed[(row - (row % ROWS)) * columns + ROWS * column + (row % ROWS)] = values[row * columns + column]
    return { ...place, rows, columns, values }
  }

  add(matrix, x, out) {
    this.multiply(matrix.start, x.start, out.start, Math.ceil(matrix.rows / ROWS), matrix.columns)
  }
}

const sigmoid = value => 1 / (1 + Math.exp(-value))
const tanh = value => 1 - 2 / (Math.exp(2 * value) + 1)

// One step of each cell. word: W_ih x, state: W_hh h (with the bias of GRU); `into` keeps the values
// from index `at`. h and c are replaced.
const STEPS = {
  lstm({ size, bias }, word, state, h, c, into, at) {
    for (let unit = 0; unit < size; unit++) {
      const sum = gate => word[gate * size + unit] + state[gate * size + unit] + bias[gate * size + unit]
      const [i, f, g, o] = [sigmoid(sum(0)), sigmoid(sum(1)), tanh(sum(2)), sigmoid(sum(3))]
      into.i[at + unit] = i
      into.f[at + unit] = f
      into.g[at + unit] = g
      into.o[at + unit] = o
      into.c[at + unit] = c[unit] = f * c[unit] + i * g
      into.h[at + unit] = h[unit] = o * tanh(c[unit])
    }
  },
  gru({ size, bias }, word, state, h, _, into, at) {
    for (let unit = 0; unit < size; unit++) {
      const sum = gate => word[gate * size + unit] + bias[gate * size + unit]
      const r = (into.r[at + unit] = sigmoid(sum(0) + state[unit]))
      const z = (into.z[at + unit] = sigmoid(sum(1) + state[size + unit]))
      const n = (into.n[at + unit] = tanh(sum(2) + r * state[2 * size + unit]))
      into.h[at + unit] = h[unit] = (1 - z) * n + z * h[unit]
    }
  },
  rnn({ size, bias }, word, state, h, _, into, at) {
    for (let unit = 0; unit < size; unit++) {
      const s = (into.s[at + unit] = word[unit] + state[unit] + bias[unit])
      into.h[at + unit] = h[unit] = tanh(s)
    }
  },
  indrnn({ size, bias }, word, state, h, _, into, at) {
    for (let unit = 0; unit < size; unit++) {
      const s = (into.s[at + unit] = word[unit] + state[unit] + bias[unit])
      into.h[at + unit] = h[unit] = Math.max(0, s)
    }
  },
}
const SYMBOLS = { lstm: "ifgoch", gru: "rznh", rnn: "sh", indrnn: "sh" }
const GATES = { lstm: "ifgo", gru: "rzn", rnn: "h", indrnn: "h" } // in the order of the rows

// One layer in one direction.
class Layer {
  constructor(cell, memory, size, inputs, array) {
    Object.assign(this, { cell, memory, size, inputs })
    this.rows = size * GATES[cell].length
    const indrnn = cell === "indrnn"
    this.words = memory.matrix(array(indrnn ? "input.weight" : "weight_ih_l0"), this.rows, inputs)
    const fromWord = array(indrnn ? "input.bias" : "bias_ih_l0")
    this.recurrent = indrnn ? array("recurrent") : undefined
    this.states = indrnn ? undefined : memory.matrix(array("weight_hh_l0"), this.rows, size)
    this.stateBias = indrnn ? undefined : array("bias_hh_l0") // of a GRU, inside of r * (...)
    this.bias = indrnn || cell === "gru" ? fromWord : fromWord.map((value, row) => value + this.stateBias[row])
    if (indrnn) this.norm = { weight: array("norm.weight"), bias: array("norm.bias") }
    this.input = memory.vector(inputs)
    this.state = memory.vector(size)
    this.sums = memory.vector(this.rows)
    this.scratch = this.record(1)
  }

  record(words) {
    return Object.fromEntries([...SYMBOLS[this.cell]].map(symbol => [symbol, new Float32Array(words * this.size)]))
  }

  // W_ih x of one input, (rows).
  project(x) {
    this.memory.view(this.input).set(x)
    const sums = this.memory.view(this.sums).fill(0)
    this.memory.add(this.words, this.input, this.sums)
    return sums.slice(0, this.rows)
  }

  // W_hh h of the state that is in the memory, (rows); of a GRU with its bias.
  ofState(sums, h) {
    if (this.recurrent) for (let unit = 0; unit < this.size; unit++) sums[unit] = this.recurrent[unit] * h[unit]
    else {
      if (this.cell === "gru") sums.set(this.stateBias)
      else sums.fill(0)
      this.memory.add(this.states, this.state, this.sums)
    }
  }

  // Reads words in this order; each(place, values, at) after each of them. projected: W_ih x by place.
  read(order, projected, each, into) {
    const h = this.memory.view(this.state).fill(0)
    const sums = this.memory.view(this.sums)
    const c = new Float32Array(this.size)
    for (const place of order) {
      this.ofState(sums, h)
      const at = into ? place * this.size : 0
      STEPS[this.cell](this, projected[place], sums, h, c, into ?? this.scratch, at)
      each(place, (into ?? this.scratch).h, at)
    }
  }

  // The output for a state h from index `at`; x: the input of an IndRNN layer that adds it.
  output(h, at, x) {
    const output = h.slice(at, at + this.size)
    if (!this.norm) return output
    const mean = output.reduce((sum, value) => sum + value, 0) / this.size
    const spread = Math.sqrt(output.reduce((sum, value) => sum + (value - mean) ** 2, 0) / this.size + 1e-5)
    return output.map((value, unit) => {
      const normed = ((value - mean) / spread) * this.norm.weight[unit] + this.norm.bias[unit]
      return normed + (x ? x[unit] : 0)
    })
  }
}

// Maximum, mean and last of the outputs so far, in the order in which they are read.
class Pool {
  constructor(size) {
    this.max = new Float32Array(size).fill(-Infinity)
    this.sum = new Float64Array(size)
    this.last = new Float32Array(size)
    this.count = 0
  }

  add(output) {
    this.count += 1
    for (let unit = 0; unit < output.length; unit++) {
      if (output[unit] > this.max[unit]) this.max[unit] = output[unit]
      this.sum[unit] += output[unit]
    }
    this.last.set(output)
  }

  part(kind) {
    return kind === "mean" ? this.sum.map(value => value / this.count) : this[kind].slice()
  }
}

class Network {
  // model: the description of export/page.py; weights: its bytes.
  constructor(model, weights) {
    Object.assign(this, model)
    this.memory = new Memory()
    const array = name => arrayOf(model.layout, weights, name)
    this.vectors = array("embedding.weight")
    this.scales = array("embedding.scale")
    this.head = { weight: array("head.weight"), bias: array("head.bias") }
    this.layers = Array.from({ length: model.num_layers }, (_, number) =>
      model.directions.map((direction, place) => {
        const inputs = number ? model.size * model.directions.length : model.embedding_dim
        const prefix = `encoder.layers.${number}.${place}.`
        const layer = new Layer(model.cell, this.memory, model.size, inputs, name => array(prefix + name))
        return Object.assign(layer, { number, direction, residual: Boolean(layer.norm) && number > 0 })
      }),
    )
    this.projected = new Map() // token id -> W_ih x of each direction of the lowest layer
  }

  vector(id) {
    const start = id * this.embedding_dim
    return Float32Array.from(this.vectors.subarray(start, start + this.embedding_dim), value => value * this.scales[id])
  }

  projections(id) {
    if (this.projected.size > 2000) this.projected.clear()
    if (!this.projected.has(id)) {
      const x = this.vector(id)
      this.projected.set(id, this.layers[0].map(layer => layer.project(x)))
    }
    return this.projected.get(id)
  }

  // One pass: the values of every layer and direction, and the outputs.
  run(ids) {
    const traces = []
    let inputs = ids.map(id => this.vector(id))
    let pools = []
    const prefixes = []
    for (const directions of this.layers) {
      const outputs = directions.map(layer => {
        const projected = layer.number ? inputs.map(x => layer.project(x)) : ids.map(id => this.projections(id)[layer.direction === "backward" ? 1 : 0])
        const values = layer.record(ids.length)
        const pool = new Pool(this.size)
        const top = layer.number === this.layers.length - 1
        const output = []
        const places = [...ids.keys()]
        if (layer.direction === "backward") places.reverse()
        layer.read(places, projected, (place, h, at) => {
          output[place] = layer.output(h, at, layer.residual ? inputs[place] : undefined)
          if (!top) return
          pool.add(output[place])
          // What the words so far add to the outputs; of a backward direction only the whole counts.
          if (layer.direction === "forward") prefixes.push(this.pooledParts(pool))
        }, values)
        if (top) pools.push(pool)
        traces.push({ layer, values, projected, inputs })
        return output
      })
      inputs = ids.map((_, place) => joined(outputs.map(output => output[place])))
    }
    const parts = pools.map(pool => this.pooledParts(pool))
    return { ids, traces, prefixes, parts, outputs: this.headOf(parts) }
  }

  pooledParts(pool) {
    return this.pooling.split("+").map(kind => pool.part(kind))
  }

  // parts: of each direction its pooled vectors, by kind of pooling.
  headOf(parts) {
    const pooled = joined(parts[0].flatMap((_, kind) => parts.map(part => part[kind])))
    return this.head.bias.map((bias, row) => {
      let sum = bias
      for (let place = 0; place < pooled.length; place++) sum += this.head.weight[row * pooled.length + place] * pooled[place]
      return sum
    })
  }

  get causal() {
    return this.directions.length === 1
  }

  // The outputs if the text ended after `words` words; `run` is the pass over the whole text.
  outputsAfter(run, words) {
    if (words === run.ids.length) return run.outputs
    if (this.causal) return this.headOf([run.prefixes[words - 1]])
    if (this.layers.length > 1) return this.run(run.ids.slice(0, words)).outputs
    const { layer, projected } = run.traces[1]
    const pool = new Pool(this.size)
    const order = Array.from({ length: words }, (_, place) => words - 1 - place)
    layer.read(order, projected, (_, h) => pool.add(h))
    return this.headOf([run.prefixes[words - 1], this.pooledParts(pool)])
  }

  // Log probabilities of the classes, as sentiment/networks/class_output.py.
  logs(outputs) {
    const logSigmoid = value => Math.min(value, 0) - Math.log1p(Math.exp(-Math.abs(value)))
    if (this.output === "sigmoid") return [logSigmoid(-outputs[0]), logSigmoid(outputs[0])]
    if (this.output === "softmax") return outputs.map(value => value - logSum(outputs))
    let reached = 0
    const logs = outputs.map(value => {
      const log = reached + logSigmoid(-value)
      reached += logSigmoid(value)
      return log
    })
    return [...logs, reached]
  }

  probabilities(outputs) {
    return this.logs([...outputs].map(Number)).map(Math.exp)
  }

  score(outputs, label) {
    const logs = this.logs(outputs)
    return logs[label] - logSum(logs.filter((_, code) => code !== label))
  }

  // What each unit of the last layer adds to the score of a class, by direction.
  contributions(run, label) {
    const outputs = [...run.outputs].map(Number)
    const slopes = outputs.map((value, place) => {
      const [above, below] = [1e-4, -1e-4].map(step => this.score(outputs.with(place, value + step), label))
      return (above - below) / 2e-4
    })
    const width = run.parts.length * this.size
    const columns = width * run.parts[0].length
    return run.parts.map((parts, direction) => Float32Array.from({ length: this.size }, (_, unit) => {
      let sum = 0
      parts.forEach((pooled, kind) => slopes.forEach((slope, row) => {
        sum += slope * this.head.weight[row * columns + kind * width + direction * this.size + unit] * pooled[unit]
      }))
      return sum
    }))
  }
}

const logSum = values => {
  const largest = Math.max(...values)
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0))
}

function joined(parts) {
  if (parts.length === 1) return parts[0]
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let start = 0
  for (const part of parts) {
    all.set(part, start)
    start += part.length
  }
  return all
}

function arrayOf(layout, weights, name) {
  const [type, start, shape] = layout[name]
  const length = shape.reduce((product, size) => product * size, 1)
  if (type === "int8") return new Int8Array(weights.buffer, start, length)
  if (type === "float32") return new Float32Array(weights.buffer, start, length)
  return Float32Array.from(new Uint16Array(weights.buffer, start, length), fromHalf)
}

function fromHalf(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : (sign * fraction) / 2 ** 24
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
}
