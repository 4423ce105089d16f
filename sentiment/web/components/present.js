// Opens this page again in presenter mode: Streamlit chooses its theme while a page loads.

export default function (component) {
  const { parentElement, data } = component
  const button = (parentElement.button ??= parentElement.appendChild(
    document.createElement("button"),
  ))
  button.type = "button"
  button.textContent = data.on ? "Leave presenter mode" : "Present"
  button.title = data.on ? "" : "Large type, few controls, dark; prints to a clean page"
  button.onclick = () => {
    const there = new URL(window.location)
    if (data.on) {
      there.searchParams.delete("present")
      there.searchParams.delete("embed_options")
    } else {
      there.searchParams.set("present", "true")
      there.searchParams.set("embed_options", "dark_theme")
    }
    window.location.assign(there)
  }
}
