#!/usr/bin/env node
import './node-version.mjs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

// By its default export: an old Node would fail on a name it does not have before it could be told that it is old.
// Types are stripped in a checkout and compiled away in the published package.
const isPublished = import.meta.url.includes('/dist/')
// Stripped once, not at every start: "--help" takes 50 ms instead of 100. Not in the shared temporary directory that
// is the default, where others could put code; where this one cannot be written nothing is kept.
const cache = new URL('../node_modules/.cache/closeback/', import.meta.url)
if (!isPublished) module.enableCompileCache(fileURLToPath(cache))
await import(new URL(isPublished ? './main.js' : './main.ts', import.meta.url).href)
