// The numbers of the step player, named as in sentiment/inspection/steps.py.

// unit: a number, or null for the means over all units. Values are in the order of reading.
function stepNumbers(trace, unit) {
  const { layer, values, projected } = trace
  const { size, cell, memory } = layer
  const places = [...projected.keys()]
  if (layer.direction === "backward") places.reverse()
  const numbers = {}
  const put = (name, of) => {
    let value = unit === null ? 0 : of(unit)
    if (unit === null) for (let one = 0; one < size; one++) value += of(one) / size
    ;(numbers[name] ??= []).push(Number(value.toFixed(4)))
  }
  const before = Object.fromEntries(["h", "c"].map(symbol => [symbol, new Float32Array(size)]))
  const sums = memory.view(layer.sums)
  for (const place of places) {
    const at = place * size
    memory.view(layer.state).fill(0).set(before.h)
    layer.ofState(sums, before.h)
    for (const [symbol, all] of Object.entries(values)) put(symbol, one => all[at + one])
    ;[...GATES[cell]].forEach((symbol, gate) => {
      const row = one => gate * size + one
      const gru = cell === "gru"
      const share = one => (gru && symbol === "n" ? values.r[at + one] : 1) // of the term of the state
      const word = one => projected[place][row(one)]
      const state = one => share(one) * (sums[row(one)] - (gru ? layer.stateBias[row(one)] : 0))
      const bias = one => layer.bias[row(one)] + (gru ? share(one) * layer.stateBias[row(one)] : 0)
      put(`${symbol}.word`, word)
      put(`${symbol}.state`, state)
      put(`${symbol}.bias`, bias)
      put(`${symbol}.sum`, one => word(one) + state(one) + bias(one))
    })
    put("h.before", one => before.h[one])
    if (cell === "lstm") {
      put("c.before", one => before.c[one])
      put("c.kept", one => values.f[at + one] * before.c[one])
      put("c.written", one => values.i[at + one] * values.g[at + one])
      put("c.shown", one => Math.tanh(values.c[at + one]))
      before.c = values.c.subarray(at, at + size)
    } else if (cell === "gru") {
      put("h.kept", one => values.z[at + one] * before.h[one])
      put("h.written", one => (1 - values.z[at + one]) * values.n[at + one])
    }
    before.h = values.h.subarray(at, at + size)
  }
  return { numbers, places }
}
