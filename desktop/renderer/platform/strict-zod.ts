import { config } from 'zod'

// The page's Content-Security-Policy forbids eval. Zod compiles parsers with it where it can, and merely asking whether it can
// is reported as a violation. Imported before anything that defines a schema.
config({ jitless: true })
