import type { Command } from 'commander'
import type { InspectedManifest, ManifestSignature } from '../../publish/index.js'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { formatBytes } from '../format.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { tableOf } from '../table.js'
import { readBytes, readTrustFile } from '../trustFile.js'

interface InspectFlags {
  readonly trust?: string
  readonly json?: boolean
}

export function addInspect(program: Command, act: Act): void {
  program
    .command('inspect')
    .summary('show what a manifest says, and who signed it')
    .description(
      'Show what a manifest says, and who signed it. With --trust also whether an app with these keys would trust it: ' +
        'exits with 1 where it would not. Whether it is too old for somebody is for their app to say.',
    )
    .argument('<manifest>', 'a manifest.json, signed or not')
    .option('--trust <file>', "keys, as keygen writes them, or an app's option trust")
    .option('--json', 'print one JSON object')
    .action((path: string, flags: InspectFlags) => act((io) => inspect(io, path, flags)))
}

async function inspect(io: CliIo, path: string, { trust: trustPath, json }: InspectFlags): Promise<ExitStatus> {
  const { inspectManifest } = await import('../../publish/index.js')
  const trust = trustPath === undefined ? undefined : await readTrustFile(trustPath)
  const inspected = await inspectManifest(await readBytes(path, 'manifest'), trust)
  const { manifest, isSigned, signatures, refusal } = inspected
  const verdict = trust && (refusal ? { trusted: false, reason: refusal.reason } : { trusted: true })
  if (json) writeJson(io.stdout, { type: 'manifest', isSigned, signatures, ...verdict, manifest })
  else for (const line of tableOf(rowsOf(inspected, trust !== undefined))) writeLine(io.stdout, line)
  if (refusal) writeLine(io.stderr, `plugdock: ${refusal.message}`)
  return refusal ? EXIT.failed : EXIT.done
}

function rowsOf({ manifest, isSigned, signatures }: InspectedManifest, isCompared: boolean): string[][] {
  const { id, version, name, publisher, entry, bundle, files, engines = {}, minimumVersion, expires } = manifest
  const { format, size, chunks, urls } = bundle
  const rows: (readonly [string, string | undefined])[] = [
    ['id', id],
    ['version', version],
    ['name', name],
    ['publisher', publisher],
    ['entry', entry],
    ['bundle', `${format}, ${formatBytes(size)}, ${chunks ? 'in chunks' : 'without chunks'}`],
    ...urls.map((url) => ['from', url] as const),
    ['files', files && String(Object.keys(files).length)],
    ...Object.entries(engines).map(([engine, range]) => ['needs', `${engine} ${range}`] as const),
    ['least version', minimumVersion],
    ['expires', expires && `${expires}${Date.parse(expires) <= Date.now() ? ', which is past' : ''}`],
    ...(isSigned ? [] : [['signed by', 'nobody'] as const]),
    ...signatures.map((signature) => ['signed by', signatureText(signature, isCompared)] as const),
  ]
  return rows.flatMap(([label, text]) => (text === undefined ? [] : [[label, printable(text)]]))
}

const OUTCOMES: Readonly<Record<ManifestSignature['outcome'], string>> = {
  valid: 'trusted',
  'unknown-key': 'not trusted',
  mismatch: 'WRONG: it does not fit what was signed',
  'wrong-plugin': 'trusted, but not for this plugin',
}

function signatureText({ keyid, outcome }: ManifestSignature, isCompared: boolean): string {
  return `${keyid} (${isCompared ? OUTCOMES[outcome] : 'says the envelope; --trust finds out'})`
}

/** A manifest may come from anybody: what it says moves no cursor, and hides nothing. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: reason: those are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '?')
}
