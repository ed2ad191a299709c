/** What a tool writes against `plugdock/manifest.schema.json`. */
import schema from 'plugdock/manifest.schema.json' with { type: 'json' }

export const title: string = schema.title
export const required: readonly string[] = schema.required
// @ts-expect-error no such field
export const nothing: unknown = schema.properties.nothing
