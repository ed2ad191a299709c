/** Writes `dist/manifest.schema.json` from the schema that `parseManifest` checks with. Runs on the built package. */
import { writeFile } from 'node:fs/promises'
import { toJsonSchema } from '@valibot/to-json-schema'
import { manifestSchema } from '../dist/src/domain/manifest.js'

const { $schema, ...shape } = toJsonSchema(manifestSchema, {
  target: 'draft-2020-12',
  typeMode: 'input',
  // Checks in code (SRI, safe paths) have no counterpart in JSON Schema: the published schema is the wider one.
  errorMode: 'ignore',
})
const schema = {
  $schema,
  $id: 'urn:plugdock:manifest:1',
  title: 'plugdock plugin manifest',
  ...shape,
}

await writeFile(new URL('../dist/manifest.schema.json', import.meta.url), `${JSON.stringify(schema, null, 2)}\n`)
