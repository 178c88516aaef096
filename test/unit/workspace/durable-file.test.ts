import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durableFile } from '../../../core/workspace/durable-file.ts'
import { recordingFileSystem } from './fs-fake.ts'
import { temporaryDirectory } from './samples.ts'

const place = temporaryDirectory()
let made = 0

function freshDirectory(): string {
  const directory = place(`d${made++}`)
  mkdirSync(directory)
  return directory
}

describe('a durable file', () => {
  it('syncs the new content before the rename and the directory after it', async () => {
    const directory = freshDirectory()
    const { fs, calls } = recordingFileSystem(directory)
    const prepared = await durableFile(join(directory, 'x.json'), fs).prepare('content')
    expect(calls).toEqual(['open file', 'write file', 'fsync file', 'close file'])
    await prepared.rename()
    expect(calls.slice(4)).toEqual(['rename', 'open directory', 'fsync directory', 'close directory'])
  })

  it('is readable by its owner only, and leaves nothing else behind', async () => {
    const directory = freshDirectory()
    const path = join(directory, 'x.json')
    await (await durableFile(path).prepare('content')).rename()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['x.json'])
  })

  it('keeps the old content until the rename, and for good when the new one is discarded', async () => {
    const directory = freshDirectory()
    const path = join(directory, 'x.json')
    writeFileSync(path, 'old')
    const prepared = await durableFile(path).prepare('new')
    expect(readFileSync(path, 'utf8')).toBe('old')
    await prepared.discard()
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(directory)).toEqual(['x.json'])
  })

  it('reads null where there is no file', async () => {
    expect(await durableFile(join(freshDirectory(), 'x.json')).read()).toBeNull()
  })

  it('takes a name only once', async () => {
    const directory = freshDirectory()
    const path = join(directory, 'x.json')
    const [first, second] = await Promise.all([
      durableFile(path).prepare('first'),
      durableFile(path).prepare('second'),
    ])
    expect(await first.create()).toBe(true)
    expect(await second.create()).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe('first')
    expect(readdirSync(directory)).toEqual(['x.json'])
  })

  it('writes the rest after a short write, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
        const directory = freshDirectory()
        const path = join(directory, 'x.json')
        let short = true
        const { fs } = recordingFileSystem(directory, (call) => {
          if (call !== 'write file' || !short) return null
          short = false
          return 'short'
        })
        await (await durableFile(path, fs).prepare(text)).rename()
        expect(readFileSync(path).equals(Buffer.from(text, 'utf8'))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  // 4 calls prepare, 4 calls put in place: see the first test.
  for (const fault of ['EIO', 'ENOSPC'] as const)
    for (let failing = 0; failing < 8; failing++)
      it(`says so when call ${failing + 1} fails with ${fault}, and the file is old or new, never less`, async () => {
        const directory = freshDirectory()
        const path = join(directory, 'x.json')
        writeFileSync(path, 'old')
        const { fs, calls } = recordingFileSystem(directory, (_, index) => (index === failing ? fault : null))
        const write = async () => (await durableFile(path, fs).prepare('new')).rename()
        await expect(write()).rejects.toMatchObject({
          code: 'unavailable',
          message: expect.stringContaining(`${path}: ${fault}`),
        })
        expect(calls.length).toBeGreaterThan(failing)
        expect(readFileSync(path, 'utf8')).toBe(failing <= 4 ? 'old' : 'new')
        if (failing < 4) expect(readdirSync(directory)).toEqual(['x.json'])
      })
})
