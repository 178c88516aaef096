#!/usr/bin/env node
import './node-version.mjs'

// Types are stripped in a checkout and compiled away in the published package.
const entry = import.meta.url.includes('/dist/') ? './main.js' : './main.ts'
await import(new URL(entry, import.meta.url).href)
