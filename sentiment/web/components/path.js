// A path of numbered steps. A click chooses one; a new step starts at the top of the page.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  let path = parentElement.path
  if (!path) {
    path = parentElement.path = document.createElement("nav")
    path.append(document.createElement("ol"))
    parentElement.append(path)
  }
  path.setAttribute("aria-label", data.label)
  path.firstChild.replaceChildren(
    ...data.steps.map((step, place) => item(step, place + 1, data, setTriggerValue)),
  )
  const top = document.querySelector("[data-testid=stMain]")
  if (parentElement.shown !== undefined && parentElement.shown !== data.current) top?.scrollTo(0, 0)
  parentElement.shown = data.current
}

function item({ title, short }, number, data, send) {
  const done = data.done.includes(number)
  const one = document.createElement("li")
  one.className = [done && "done", number === data.current && "current"].filter(Boolean).join(" ")
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = done && number !== data.current ? "\u2713" : number
  button.title = `${number}. ${title}`
  button.setAttribute("aria-label", `Step ${number}: ${title}${done ? ", answered" : ""}`)
  if (number === data.current) button.setAttribute("aria-current", "step")
  button.onclick = () => send("step", number)
  const name = document.createElement("span")
  name.textContent = short
  name.setAttribute("aria-hidden", "true")
  one.append(button, name)
  return one
}
