/** What happens on a page, as far as forms care. */
export interface Hears {
  /** Something may be there to fill. Not more than ten times a second. */
  changed(): void
  typed(field: Element): void
  submitted(form: Element): void
  /** The address changed without a page load. */
  moved(): void
}

const SETTLE_MS = 100

/**
 * Watches the page, and every frame of the same origin in it (HubSpot's older forms stand in one). Returns all of them that
 * are there now.
 */
export function watchPage(hears: Hears): () => Document[] {
  const watched = new WeakSet<Document>()
  let due = 0
  const soon = () => {
    if (due) return
    due = setTimeout(() => {
      due = 0
      hears.changed()
    }, SETTLE_MS)
  }
  const { pushState } = history
  history.pushState = (...said) => {
    pushState.apply(history, said)
    hears.moved()
  }
  addEventListener('popstate', hears.moved)
  addEventListener('hs-form-event:on-ready', soon)

  function watch(page: Document): void {
    if (watched.has(page)) return
    watched.add(page)
    new MutationObserver(soon).observe(page, { childList: true, subtree: true })
    const on = (type: string, hear: (target: Element) => void) =>
      page.addEventListener(type, (event) => event.isTrusted && hear(event.target as Element), true)
    // Also that of a frame.
    on('load', soon)
    on('DOMContentLoaded', soon)
    on('input', hears.typed)
    on('submit', hears.submitted)
  }

  return () => {
    const pages = [document]
    // Null for frames of another origin.
    for (const { contentDocument } of document.querySelectorAll('iframe'))
      if (contentDocument) pages.push(contentDocument)
    pages.forEach(watch)
    return pages
  }
}
