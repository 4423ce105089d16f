// Tokens as chips, each with a number below it.

export default function (component) {
  const { parentElement, data } = component
  const list = (parentElement.list ??= parentElement.appendChild(document.createElement("ol")))
  list.tabIndex = 0
  list.setAttribute("aria-label", data.label)
  list.style.setProperty("--mark", data.color)
  list.replaceChildren(
    ...data.tokens.map(([word, number, marked]) => {
      const one = document.createElement("li")
      one.append(word)
      if (marked) one.className = "marked"
      if (number !== null) {
        const below = document.createElement("small")
        below.textContent = number
        one.append(below)
      }
      return one
    }),
  )
}
