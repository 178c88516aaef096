import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { PAGES } from '../pages.ts'

/** How long after `g` a letter still counts. */
const GO_MS = 1500

/** `/` searches deliveries, `g` and a letter goes to a page; nothing happens while somebody types. */
export function useKeyboard(): void {
  const navigate = useNavigate()
  useEffect(() => {
    let goUntil = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      if (event.key === '/') {
        event.preventDefault()
        const field = document.querySelector<HTMLInputElement>('[data-search]')
        if (field) field.focus()
        else void navigate('/deliveries?focus=search')
        return
      }
      if (event.key === 'g') {
        goUntil = event.timeStamp + GO_MS
        return
      }
      const page = event.timeStamp < goUntil ? PAGES.find(({ rail }) => rail?.key === event.key) : undefined
      goUntil = 0
      if (page) void navigate(page.path)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [navigate])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
      target.closest('[role=dialog]') !== null)
  )
}
