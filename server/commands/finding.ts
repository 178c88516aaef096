/** What one check found. `remedy` is one imperative sentence, where there is something to do. */
export interface Finding {
  name: string
  status: 'ok' | 'warning' | 'failed' | 'not_checked'
  detail: string
  remedy: string | null
}

export function fine(name: string, detail: string): Finding {
  return { name, status: 'ok', detail, remedy: null }
}

export function failed(name: string, detail: string, remedy: string): Finding {
  return { name, status: 'failed', detail, remedy }
}

export function warning(name: string, detail: string, remedy: string): Finding {
  return { name, status: 'warning', detail, remedy }
}

export function notChecked(name: string, detail: string, remedy: string | null): Finding {
  return { name, status: 'not_checked', detail, remedy }
}
