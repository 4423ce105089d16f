// Links to views of the app. A click navigates like the Back button does: the controls of the page
// take their values from the address, also if the page is the one that is open.

export default function (component) {
  const { parentElement, data } = component
  const group = (parentElement.group ??= parentElement.appendChild(document.createElement("div")))
  group.replaceChildren(...data.links.map(link))
}

function link({ label, href, primary }) {
  const one = document.createElement("a")
  one.href = new URL(href, window.location)
  one.textContent = label
  if (primary) one.className = "primary"
  one.onclick = event => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    window.history.pushState({}, "", one.href)
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }))
  }
  return one
}
