import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import chromium103 from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const run = promisify(execFile)

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

interface Launch {
  readonly executablePath: string
  readonly args: readonly string[]
}

/** Each is a real browser: the last one that ships with push and 103, and the system's. */
export const launches = {
  'Chromium 103': async (): Promise<Launch> => ({
    executablePath: String(await chromium103.executablePath),
    args: [...ARGUMENTS, '--no-zygote'],
  }),
  'Chromium of today': async (): Promise<Launch> => ({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ARGUMENTS,
  }),
}

/** A browser that trusts `certificate`: under a certificate error Chromium keeps nothing in its cache. */
export async function openBrowser(
  name: keyof typeof launches,
  certificate: string,
): Promise<{ readonly browser: Browser; close(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'pushplan-browser-'))
  await trust(home, certificate)
  const { executablePath, args } = await launches[name]()
  const env = { ...process.env, HOME: home } as Record<string, string>
  const browser = await chromium.launch({ executablePath, args: [...args], env })
  const close = async () => {
    await browser.close()
    await rm(home, { recursive: true, force: true })
  }
  return { browser, close }
}

/** Chromium looks for trusted certificates in the NSS database of its home. */
async function trust(home: string, certificate: string): Promise<void> {
  const database = join(home, '.pki', 'nssdb')
  const file = join(home, 'certificate.pem')
  await mkdir(database, { recursive: true })
  await writeFile(file, certificate)
  const at = ['-d', `sql:${database}`]
  await run('certutil', ['-N', ...at, '--empty-password'])
  await run('certutil', ['-A', ...at, '-n', 'pushplan', '-t', 'CP,,', '-i', file])
}
