// What becomes an entry of the browser's history. Streamlit adds one whenever the server writes the
// link, and none when a control does. Here: a change of the page, or of a parameter of PLACES by a
// visitor. All else replaces the entry, so that Back leads to where the visitor was.
export default function ({ data }) {
  const policy = (window.sentimentHistory ??= install())
  policy.places = data.places
}

function install() {
  const policy = { places: [], acted: false }
  const push = history.pushState.bind(history)
  const replace = history.replaceState.bind(history)
  const apply = (state, title, url) => {
    const target = new URL(url ?? location.href, location.href)
    const moved = target.pathname !== location.pathname
    if (moved || (policy.acted && isAnotherPlace(target))) {
      push(state, title, url)
    } else {
      replace(state, title, url)
    }
    if (moved) policy.acted = false
  }
  const isAnotherPlace = (target) => {
    const [now, then] = [location.search, target.search].map((text) => new URLSearchParams(text))
    return policy.places.some((name) => now.get(name) !== then.get(name))
  }
  history.pushState = apply
  history.replaceState = apply
  const act = () => (policy.acted = true)
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, act, true)
  addEventListener("popstate", () => (policy.acted = false), true)
  return policy
}
