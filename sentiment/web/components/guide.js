// Marks the control that a lesson means, and the others as quiet.

const SEARCHED = 8000 // milliseconds before the control is reported as missing
const SETTLED = 300 // milliseconds without a change of the page
const TAKING = ["wheel", "keydown", "pointerdown", "touchstart"]
const WIDGETS = ["Button", "ButtonGroup", "Checkbox", "MultiSelect", "NumberInput", "Radio"]
WIDGETS.push("Selectbox", "Slider", "TextArea", "TextInput", "Popover", "Expander", "PageLink")
WIDGETS.push("DownloadButton", "FileUploader", "LinkButton")
const WIDGET = WIDGETS.map(name => `[data-testid=st${name}]`).join(", ")
const LABEL = "[data-testid=stWidgetLabel], button, [role=radio], [role=tab], summary, a"

export default function (component) {
  const { parentElement, data } = component
  const main = document.querySelector("[data-testid=stMain]")
  const note = (parentElement.note ??= parentElement.appendChild(document.createElement("p")))
  note.className = "lesson-missing"
  note.setAttribute("role", "status")
  note.textContent = ""
  parentElement.stop?.()
  if (data.label) parentElement.stop = search(main, data.label, note)
  return () => parentElement.stop?.()
}

// Marks the control and keeps it marked while the page changes; returns a function that stops this.
function search(main, label, note) {
  // The page grows while it is drawn: scroll again, until the reader takes over.
  let settling
  let taken = false
  const take = () => (taken = true)
  const show = () => {
    const found = control(main, label)
    if (!found || taken) return
    const tall = found.offsetHeight > window.innerHeight / 2
    found.scrollIntoView({ block: tall ? "start" : "center" })
  }
  for (const event of TAKING) window.addEventListener(event, take)
  const mark = () => {
    const found = control(main, label)
    clearTimeout(settling)
    settling = setTimeout(show, SETTLED)
    if (found && found.dataset.lesson === "here") return
    clear(main)
    if (!found) return
    note.textContent = ""
    found.dataset.lesson = "here"
    for (const one of main.querySelectorAll(WIDGET))
      if (!one.closest("[data-lesson=here], .st-key-lesson_bar") && !one.contains(found))
        one.dataset.lesson = "quiet"
  }
  mark()
  const observer = new MutationObserver(mark)
  observer.observe(main, { childList: true, subtree: true })
  const late = setTimeout(() => {
    if (!control(main, label))
      note.textContent = `The control \u201c${label}\u201d is not on this page.`
  }, SEARCHED)
  return () => {
    observer.disconnect()
    for (const timer of [late, settling]) clearTimeout(timer)
    for (const event of TAKING) window.removeEventListener(event, take)
    clear(main)
  }
}

function control(main, label) {
  const keyed = main.querySelector(`.st-key-${CSS.escape(label)}`)
  if (keyed) return keyed
  for (const one of main.querySelectorAll(LABEL)) {
    if (one.closest(".st-key-lesson_bar") || text(one) !== label) continue
    return one.closest(WIDGET) ?? one
  }
}

// Without icons, which are text in a font of symbols.
function text(element) {
  const copy = element.cloneNode(true)
  for (const icon of copy.querySelectorAll("[data-testid=stIconMaterial]")) icon.remove()
  return copy.textContent.trim()
}

function clear(main) {
  for (const one of main.querySelectorAll("[data-lesson]")) delete one.dataset.lesson
}
