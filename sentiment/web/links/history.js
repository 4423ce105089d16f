// What becomes an entry of the browser's history. Streamlit adds one whenever the server writes the
// link, and none when a control does. Here: a change of the page, or of a parameter of `places` by
// a visitor. All else replaces the entry, so that Back leads to where the visitor was.
export default function ({ data }) {
  const policy = (window.sentimentHistory ??= install())
  policy.places = data.places
}

function install() {
  // acted: the visitor did something since the page changed. leaving: by a link to another page;
  // until the address is that of the page, the server already writes the link of the new page.
  const policy = { places: [], acted: false, leaving: false }
  const push = history.pushState.bind(history)
  const replace = history.replaceState.bind(history)

  const apply = (byServer) => (state, title, url) => {
    const target = new URL(url ?? location.href, location.href)
    const now = new URLSearchParams(location.search)
    const isAnotherPlace = (name) => now.get(name) !== target.searchParams.get(name)
    if (target.pathname !== location.pathname) {
      push(state, title, url)
      policy.acted = policy.leaving = false
    } else if (byServer && policy.leaving) {
      return // the entry of the page that is left stays as it is
    } else if (policy.acted && policy.places.some(isAnotherPlace)) {
      push(state, title, url)
    } else {
      replace(state, title, url)
    }
  }
  history.pushState = apply(true)
  history.replaceState = apply(false)

  const act = ({ target }) => {
    const link = target instanceof Element && target.closest("a[href]")
    policy.acted = true
    policy.leaving = Boolean(link) && link.pathname !== location.pathname
  }
  for (const kind of ["pointerdown", "keydown", "input", "click"]) addEventListener(kind, act, true)
  addEventListener("popstate", () => (policy.acted = policy.leaving = false), true)
  return policy
}
