/** HTML that is escaped already. */
export interface Html {
  html: string
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Builds HTML; every value that is not Html itself is escaped, lists are joined. */
export function html(
  texts: TemplateStringsArray,
  ...values: (string | number | Html | readonly Html[] | null)[]
): Html {
  let made = texts[0] ?? ''
  values.forEach((value, at) => {
    made += write(value) + (texts[at + 1] ?? '')
  })
  return { html: made }
}

function write(value: string | number | Html | readonly Html[] | null): string {
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value).replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter)
  }
  return 'html' in value ? value.html : value.map((each) => each.html).join('')
}

/** A sentence whose `words in backticks` are code. */
export function prose(text: string): Html {
  return {
    html: text
      .split('`')
      .map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`).html)
      .join(''),
  }
}
