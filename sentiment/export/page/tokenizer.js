// The tokenizer of sentiment/encoding, on tables from Python (export/tokenizer_tables.py).

class Tokenizer {
  constructor(tables) {
    Object.assign(this, tables)
    const filled = source => source.replace(/\\[wds]/g, found => tables.classes[found])
    for (const [name, [source, flags]] of Object.entries(tables.patterns))
      this.patterns[name] = new RegExp(filled(source), flags)
    this.unassigned = new RegExp(`(${tables.unassigned}+)`, "v")
    this.space = new RegExp(`${tables.classes["\\s"]}+`, "v")
    this.kind = new Uint8Array(0x110000)
    let start = 0
    tables.lengths.forEach((length, run) => {
      this.kind.fill(tables.kinds.charCodeAt(run), start, start + length)
      start += length
    })
    const pairs = tables.replaced.split("\0").slice(0, -1).map(pair => [...pair])
    this.replacement = new Map(pairs.map(([from, ...to]) => [from, to.join("")]))
  }

  words(text) {
    const words = []
    this.addPieces(this.cleaned(text), words)
    return words
  }

  cleaned(text) {
    text = this.perAssigned(this.composed(this.resolved(text)), part => part.toLowerCase())
    return text.includes("<") ? this.without(text, "tag") : text
  }

  addPieces(text, words) {
    let start = 0
    if (this.hasAddress(text))
      for (const found of text.matchAll(this.patterns.address)) {
        this.addWords(this.joined(this.translated(text.slice(start, found.index))), words)
        words.push(found.groups.url === undefined ? this.user : this.url)
        start = found.index + found[0].length
      }
    this.addWords(this.joined(this.translated(text.slice(start))), words)
  }

  addWords(text, words) {
    for (const word of text.split(this.space)) if (word) words.push(word)
  }

  without(text, name, by = " ") {
    return text.replace(this.patterns[name], by)
  }

  resolved(text) {
    if (text.includes("&")) text = text.replace(this.patterns.entity, unescaped)
    if (!text.includes("\\")) return text
    return text.replace(this.patterns.escape, (...found) => {
      const { utf16, latin1, space } = found.at(-1)
      if (utf16) return String.fromCharCode(...[...utf16.matchAll(/u(.{4})/g)].map(unit => parseInt(unit[1], 16)))
      if (latin1) return String.fromCharCode(parseInt(latin1, 16))
      return space ? " " : ""
    })
  }

  composed(text) {
    if (isLatin1(text)) return text
    text = text.replace(this.patterns.many_marks, "$1")
    return this.perAssigned(text, part => part.normalize("NFC"))
  }

  // A browser may know letters that Python does not: they stay as they are.
  perAssigned(text, change) {
    if (isLatin1(text)) return change(text)
    return text.split(this.unassigned).map((part, number) => (number % 2 ? part : change(part))).join("")
  }

  hasAddress(text) {
    if (text.includes("@") || (text.includes("<") && (text.includes(this.url) || text.includes(this.user)))) return true
    return text.includes("://") || text.search(this.patterns.address_sign) >= 0
  }

  translated(text) {
    const [begin, end] = this.frame
    let result = ""
    for (const character of text) {
      const kind = this.kind[character.codePointAt(0)]
      const other = this.replacement.get(character)
      if (other !== undefined) result += other
      else if (kind === KEPT) result += character
      else if (kind === FRAMED) result += begin + character + end
      else if (kind === SPACE) result += " "
    }
    return result
  }

  joined(text) {
    const [begin, end] = this.frame
    if (!isLatin1(text)) {
      if (text.includes(this.joiner))
        text = this.without(text, "loose_joiner", "").replaceAll(end + this.joiner + begin, this.joiner)
      text = this.composed(this.without(text, "second_dot", "i"))
      if (text.includes(begin)) text = this.without(text, "flag", `${begin}$1$2${end}`)
      text = this.without(this.without(text, "cluster", " $& "), "loose_marks", "")
    }
    if (!text.includes("'")) return text
    return this.without(this.without(text, "repeated_apostrophes", "'"), "loose_apostrophe")
  }
}

const [KEPT, FRAMED, SPACE] = [..."kfs"].map(kind => kind.charCodeAt(0))
const isLatin1 = text => !/[^\0-\xff]/.test(text)

// As html.unescape of Python: numbers by its rules, names by those of the browser, which are the same.
function unescaped(found) {
  if (found[1] !== "#") {
    const element = document.createElement("p")
    element.innerHTML = found
    return element.textContent
  }
  return found.replace(/^&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?/, (_, hex, decimal) => {
    const code = hex ? parseInt(hex, 16) : parseInt(decimal, 10)
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return "\ufffd"
    if (code === 0x0d) return "\r"
    if (code >= 0x80 && code < 0xa0) return new TextDecoder("windows-1252").decode(Uint8Array.of(code))
    const control = (code < 0x20 && ![9, 10, 12].includes(code)) || code === 0x7f
    const noCharacter = (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe
    return control || noCharacter ? "" : String.fromCodePoint(code)
  })
}
