// Has Xen Orchestra's importer do what each line of standard input asks for, and answers with a line of JSON.
// A line is {"method": name, "arguments": [...]}: a method of the importer's Esxi, or `read`.

// The importer tells what it does on standard output, which is for the answers.
console.log = console.info = console.debug = console.error

import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import Esxi from '@xen-orchestra/vmware-explorer/esxi.mjs'
import VhdEsxiRaw from '@xen-orchestra/vmware-explorer/VhdEsxiRaw.mjs'
import openDeltaVmdkAsVhd from '@xen-orchestra/vmware-explorer/openDeltaVmdkAsVhd.mjs'

const BLOCK_BYTES = 2 * 1024 * 1024

const [host, user, password] = process.argv.slice(2)
const esxi = new Esxi(host, user, password, false)

/** Copies the disk that a chain of extents shows, the base first, into a file; gives the number of blocks read. */
async function read(chain, file) {
  const [base, ...deltas] = chain
  const opened = [await VhdEsxiRaw.open(base.datastore, base.path, { esxi, thin: false })]
  for (const { datastore, path } of deltas) {
    opened.push(await openDeltaVmdkAsVhd(datastore, path, opened.at(-1).value, { esxi }))
  }
  const disk = opened.at(-1).value
  const copy = await open(file, 'w')
  let blocks = 0
  try {
    const size = disk.footer.currentSize
    await copy.truncate(size)
    for (let id = 0; id < disk.header.maxTableEntries; id++) {
      if (disk.containsBlock(id)) {
        const { data } = await disk.readBlock(id)
        await copy.write(data, 0, Math.min(BLOCK_BYTES, size - id * BLOCK_BYTES), id * BLOCK_BYTES)
        blocks++
      }
    }
  } finally {
    await copy.close()
    for (const one of opened) {
      await one.dispose()
    }
  }
  return blocks
}

await new Promise((resolve, reject) => esxi.once('ready', resolve).once('error', reject))
for await (const line of createInterface({ input: process.stdin })) {
  const { method, arguments: given } = JSON.parse(line)
  let answer
  try {
    answer = { result: await (method === 'read' ? read(...given) : esxi[method](...given)) }
  } catch (error) {
    answer = { error: String(error?.message ?? error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
process.exit()
