import { capture } from './capture.ts'
import { readSettings } from './settings.ts'

// A second copy leaves the first one alone. Whatever goes wrong here must not be the page's trouble.
if (!window.closeback?.track) {
  try {
    window.closeback = capture(readSettings())
  } catch (error) {
    console.warn(error)
  }
}
